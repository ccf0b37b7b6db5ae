"""Rounds of sites walked, breaches, penalties and stoppages, and what is typed into their forms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from fitout.flow import BREACH_FLOW, PENALTY_FLOW
from fitout.models import Breach, BreachKind, Fitout, Penalty, SiteCheck, Stoppage
from fitout.services import breaches, site_checks
from rounds import services as rounds
from rounds.models import Answer, Plan, Round
from rounds.services import Given
from tests.core.uploads import keep, picture

WALKERS = {"CUSTOMER_SERVICE": "service_clerk", "ENGINEERING": "engineer", "SECURITY": "guard"}


def a_site(cast: Any, building: Any, **values: Any) -> Fitout:
    from tests.fitout.factories import S, a_fitout

    with transaction.atomic():
        return a_fitout(cast, building, at=S.ON_SITE, **values)


def a_photo(by: Any, purpose: str = "fitout.breach") -> Any:
    return keep(picture(size=(640, 480)), by, "现场.jpg", purpose=purpose)


def the_plan(fitout: Fitout, department: str = "SECURITY") -> Plan:
    return fitout.plans.get(department__code=department).plan


def walk(
    fitout: Fitout, cast: Any, department: str = "SECURITY", *, failed: str = "", note: str = "", said: str = "", by: Any = None
) -> Round:
    """A department's check of now, finished; the item whose text holds `failed` is not in order, with a photo."""
    walker, now = by or getattr(cast, WALKERS[department]), timezone.now()
    plan = the_plan(fitout, department)
    taken = set(plan.rounds.values_list("due_from", flat=True))
    at = now
    while at.replace(second=0, microsecond=0) in taken:
        at -= dt.timedelta(minutes=1)
    round = rounds.start_now(plan=plan, by=walker, at=at)
    answers = {}
    for item in round.checklist.items.current():
        bad = bool(failed) and failed in item.text
        photos = (a_photo(walker, "rounds.photo"),) if bad else ()
        answers[item.pk] = Given("FAIL" if bad else "PASS", note=note or "不符合" if bad else "", photos=photos)
    told = {"captured_at": at, "received_at": at, "by": walker, "at": at, "method": "SCANNER", "note": said}
    rounds.record_stop(round, entry=uuid4(), answers=answers, stop=1, **told)
    return rounds.finish(round, by=walker, at=now)


def a_finding(fitout: Fitout, cast: Any, department: str = "SECURITY", *, failed: str = "灭火器", note: str = "缺两具") -> Answer:
    return Answer.objects.get(stop__round=walk(fitout, cast, department, failed=failed, note=note), result="FAIL")


def a_site_check(cast: Any, building: Any, *, fitout: Fitout | None = None, **told: Any) -> SiteCheck:
    """Customer service's check of a site, everything in order."""
    fitout = fitout or a_site(cast, building)
    made = site_checks.keep(walk(fitout, cast, told.pop("department", "CUSTOMER_SERVICE"), **told))
    assert made is not None
    return made


def a_breach(cast: Any, building: Any, *, fitout: Fitout | None = None, code: str = "WASTE", by: Any = None, **values: Any) -> Breach:
    """Something against the Fit-out Handbook, just found, with a photo."""
    fitout, finder = fitout or a_site(cast, building), by or cast.guard
    kind = BreachKind.objects.get(code=code)
    told = {"description": "渣土堆放在消防通道。", "spot": "走廊", "is_serious": kind.is_serious}
    photos = values.pop("photos", None) or [a_photo(finder)]
    at = values.pop("at", None) or timezone.now()
    return breaches.record(Breach(fitout=fitout, kind=kind, **{**told, **values}), by=finder, at=at, photos=photos)


def take(breach: Breach, step: str, by: Any, *, at: dt.datetime | None = None, **said: Any) -> Breach:
    return BREACH_FLOW.take(breach, step, by=by, at=at or timezone.now(), **said)  # type: ignore[no-any-return]


def corrected(breach: Breach, cast: Any) -> Breach:
    """Noticed and reported corrected, with a photo."""
    breach = take(breach, "give_notice", cast.service_clerk)
    return take(breach, "report_corrected", cast.service_clerk, correction="已清运", photos=[a_photo(cast.service_clerk)])


def closed(breach: Breach, cast: Any) -> Breach:
    finder = getattr(cast, WALKERS[breach.department.code])
    return take(corrected(breach, cast), "pass_recheck", finder)


def a_penalty(cast: Any, building: Any, *, breach: Breach | None = None, amount: str = "600.00", by: Any = None, **values: Any) -> Penalty:
    """A penalty that the guard asks for."""
    breach = breach or a_breach(cast, building)
    told = {"amount": Decimal(amount), "clause": "3.2", "reason": "多次提醒仍未清理。"}
    return breaches.ask_penalty(Penalty(breach=breach, **{**told, **values}), by=by or cast.guard, at=timezone.now())


def decide(penalty: Penalty, step: str, by: Any, **said: Any) -> Penalty:
    return PENALTY_FLOW.take(penalty, step, by=by, at=timezone.now(), **said)  # type: ignore[no-any-return]


def a_stoppage(cast: Any, building: Any) -> Stoppage:
    """Works that security stopped on the spot."""
    from fitout.flow import FITOUT_FLOW

    fitout = a_site(cast, building)
    FITOUT_FLOW.take(fitout, "stop_work", by=cast.guard, at=timezone.now(), note="违规动火")
    return fitout.stoppages.get()


def _pk(factory: Any) -> Any:
    return lambda cast, building: {"pk": factory(cast, building).pk}


def _to_sign(cast: Any, building: Any) -> dict[str, Any]:
    breach = take(a_breach(cast, building), "give_notice", cast.service_clerk)
    return {"pk": breach.pk, "document": "notice", "party": "CONTRACTOR"}


FACTORIES: dict[str, Any] = {
    "fitout.Breach": a_breach,
    "fitout.Penalty": a_penalty,
    "fitout.SiteCheck": a_site_check,
    "fitout.Stoppage": a_stoppage,
}
ARGUMENTS: dict[str, Any] = {
    "fitout:site_check_progress": _pk(a_site_check),
    "fitout:breach_new": _pk(a_site),
    "fitout:breach_edit": _pk(a_breach),
    "fitout:breach_sign": _to_sign,
    "fitout:penalty_new": _pk(a_breach),
}
FORMS: dict[str, Any] = {
    "fitout:breach_new": lambda cast, building: {
        "kind": BreachKind.objects.get(code="WASTE").pk,
        "spot": "走廊",
        "description": "渣土堆放在消防通道。",
    },
    "fitout:breach_edit": lambda cast, building: {"description": "渣土已装袋，仍堆在走廊。"},
    "fitout:breach_step": lambda cast, building: {"noticed_to": "郭建军"},
    "fitout:breach_sign": lambda cast, building: {"name": "郭建军", "method": "WITNESSED", "witness": "陈静"},
    "fitout:penalty_new": lambda cast, building: {"amount": "600.00", "clause": "3.2", "reason": "多次提醒仍未清理。"},
    "fitout:penalty_step": lambda cast, building: {},
    "fitout:site_check_progress": lambda cast, building: {"progress": "隔墙完成，吊顶龙骨安装中"},
}
