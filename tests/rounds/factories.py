"""Checklists, plans and rounds, and what is typed into each form."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.utils import timezone

from premises.models import Place, PublicArea
from premises.services import label_place
from rounds import services
from rounds.models import Checklist, Plan, Round, RoundStop
from rounds.services import Given, ItemDraft, Repeats, Rule, Window
from staff.models import Department, Rank
from tests.conftest import person

ZONE = services.generation.ZONE
ALL_DAY = Window(dt.time(0, 0), 1440)


def the_department(code: str = "SECURITY") -> Department:
    return Department.objects.get(code=code)


def some_places(building: Any, count: int = 2) -> list[Place]:
    """Public areas of the building with labels."""
    areas = [PublicArea.objects.get_or_create(building=building, name=f"{number} 层电梯厅")[0] for number in range(1, count + 1)]
    return [area.place or label_place(area) for area in areas]


def a_checklist(building: Any = None, *, department: str = "SECURITY", name: str = "大厦巡逻", items: Any = None) -> Checklist:
    asked = items or ["消防通道畅通", ItemDraft("温度", kind="NUMBER", low=16, high=28, measure="℃", is_required=False)]
    found = Checklist.objects.filter(department__code=department, building=building, name=name).first()
    return found or services.make_checklist(name=name, department=the_department(department), building=building, items=asked)


def daily(*windows: Window, anchor: dt.date | None = None) -> Rule:
    return Rule(Repeats.DAYS, windows or (ALL_DAY,), anchor or dt.date(2024, 1, 1))


def a_plan(cast: Any, building: Any, *, at: dt.datetime | None = None, department: str = "SECURITY", **values: Any) -> Plan:
    """A patrol of the tower, once a day at any time unless told otherwise."""
    at = at or timezone.now()
    told: dict[str, Any] = {
        "kind": "rounds.patrol",
        "name": "大厦全方位巡逻",
        "building": building,
        "checklist": values.pop("checklist", None) or a_checklist(building, department=department),
        "rule": daily(anchor=at.astimezone(ZONE).date()),
        "department": the_department(department),
        "starts_on": at.astimezone(ZONE).date(),
        "by": cast.security_head,
        "at": at,
    }
    if "places" not in values:
        told["places"] = some_places(building)
    return services.make_plan(**{**told, **values})


def a_round(cast: Any, building: Any, **values: Any) -> Round:
    """Today's round of a patrol, not started."""
    plan = a_plan(cast, building, **values)
    return plan.rounds.order_by("due_from")[0]


def a_started_round(cast: Any, building: Any, **values: Any) -> Round:
    from rounds.flow import ROUND_FLOW

    return ROUND_FLOW.take(a_round(cast, building, **values), "start", by=cast.guard, at=timezone.now())


def record(round: Round, by: Any, *, stop: int = 1, result: str = "PASS", at: dt.datetime | None = None, **values: Any) -> RoundStop:
    """One stop of a round, its first item answered."""
    at = at or timezone.now()
    item = round.checklist.items.current().order_by("position")[0]
    given = Given(result, note=values.pop("said", "堆放纸箱" if result == "FAIL" else ""), photos=values.pop("shown", ()))
    told = {"entry": uuid4(), "answers": {item.pk: given}, "captured_at": at, "received_at": at, "method": "SCANNER"}
    return services.record_stop(round, stop=stop, by=by, at=at, **{**told, **values})


def a_plan_pk(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_plan(cast, building).pk}


def a_stop(cast: Any, building: Any) -> dict[str, Any]:
    return {"pk": a_started_round(cast, building).pk, "position": 1}


def a_missed_round(cast: Any, building: Any) -> Round:
    """Yesterday's patrol, which nobody walked."""
    from rounds.services import missed

    now = timezone.now()
    plan = a_plan(cast, building, at=now - dt.timedelta(days=1), name="夜间巡逻")
    missed.mark_missed(now)
    return plan.rounds.missed().order_by("due_from")[0]


def a_plan_typed(cast: Any, building: Any) -> dict[str, Any]:
    places = "\n".join(place.code for place in some_places(building))
    told = {"name": "夜间巡逻", "kind": "rounds.patrol", "checklist": a_checklist(building).pk, "repeats": "DAYS", "every": "1"}
    return {**told, "building": building.pk, "windows": "22:00-02:00", "route": places, "times": "1"}


def a_round_typed(cast: Any, building: Any) -> dict[str, Any]:
    checklist = a_checklist(building, department="CUSTOMER_SERVICE")
    return {"name": "漏水排查", "building": building.pk, "checklist": checklist.pk}


def a_checklist_typed(cast: Any, building: Any) -> dict[str, Any]:
    lines = {"items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-text": "灯具完好", "items-0-kind": "PASS_FAIL"}
    return {"name": "照明检查表", "building": building.pk, **lines, "items-0-photo": "NEVER"}


def a_stop_typed(cast: Any, building: Any) -> dict[str, Any]:
    item = a_checklist(building).items.current().order_by("position")[0]
    return {f"result_{item.pk}": "PASS", "note": "正常"}


def a_walker(cast: Any, building: Any) -> dict[str, Any]:
    """Somebody who walks in this building and in no other."""
    return {"pk": person(f"walker-{building.pk}", "巡逻员", "SECURITY", Rank.MEMBER, building).pk}


FACTORIES = {"rounds.Round": a_round, "rounds.Plan": a_plan, "rounds.Checklist": lambda cast, building: a_checklist(building)}
ARGUMENTS = {
    "rounds:plan_edit": a_plan_pk,
    "rounds:plan_pause": a_plan_pk,
    "rounds:plan_resume": a_plan_pk,
    "rounds:plan_end": a_plan_pk,
    "rounds:plan_start": a_plan_pk,
    "rounds:plan_labels": a_plan_pk,
    "rounds:checklist_edit": lambda cast, building: {"pk": a_checklist(building).pk},
    "rounds:round_stop": a_stop,
    "rounds:walk": lambda cast, building: {"pk": a_started_round(cast, building).pk},
    "rounds:walk_entries": lambda cast, building: {"pk": a_started_round(cast, building).pk},
    "rounds:walk_finish": lambda cast, building: {"pk": a_started_round(cast, building).pk},
    "rounds:round_step": lambda cast, building: {"pk": a_round(cast, building).pk, "step": "give"},
    "rounds:person_history": a_walker,
    "rounds:place_history": lambda cast, building: {"pk": some_places(building)[0].pk},
}
FORMS = {
    "rounds:plan_new": a_plan_typed,
    "rounds:plan_edit": lambda cast, building: {"note": "夜班加巡"},
    "rounds:plan_pause": lambda cast, building: {"reason": "停电检修"},
    "rounds:plan_end": lambda cast, building: {},
    "rounds:round_new": a_round_typed,
    "rounds:round_step": lambda cast, building: {"note": "换班"},
    "rounds:round_stop": a_stop_typed,
    "rounds:walk": a_stop_typed,
    "rounds:checklist_new": a_checklist_typed,
    "rounds:checklist_edit": lambda cast, building: {"name": "大厦巡逻（修订）"},
}
# The worker's script holds nothing of anybody: the browser fetches it anew without a session.
OPEN_TO_ALL = {"rounds:phone_worker"}
