"""Plans: the list, a new one with its dates shown first, its page, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock, files, forms, kinds, lists
from core.database import lock
from core.flow import Refused
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from core.versions import Conflict, reading_of, was_opened_at
from premises import access as premises
from premises.services import print_labels
from rounds import access, recurrence, services, wording
from rounds import kinds as round_kinds
from rounds.filters import PlanFilter
from rounds.forms import PauseForm, PlanChangeForm, PlanForm, PreviewForm
from rounds.models import Plan, Round
from rounds.services.generation import due_between
from rounds.tables import PlanTable

TEN = 10


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """Every plan of the reader's departments."""
    new = (reverse("rounds:plan_new"), _("New plan")) if access.may_plan(request.user) else None
    return lists.page(
        request,
        name="round-plans",
        title=_("Round plans"),
        rows=access.plans(request.user).prefetch_related("rules"),
        table=PlanTable,
        filter=PlanFilter,
        search=lambda rows, text: rows.filter(name__icontains=text),
        order=("name",),
        new=new,
        views=[lists.Preset(_("Running"), "is_active=true"), lists.Preset(_("Ended"), "is_active=false")],
        empty=_("Nothing is looked at by plan yet."),
    )


def plan_new(request: HttpRequest) -> HttpResponse:
    """A new plan; its next ten dates are shown before it is saved."""
    need(access.may_plan(request.user))
    form = bound(request, PlanForm, user=request.user)

    def save(filled: PlanForm) -> Plan:
        told = filled.told
        need(access.may_plan(request.user, Plan(building_id=told["building"].pk, department=told["department"])))
        return services.make_plan(**told, by=request.user, at=timezone.now())

    return form_page(
        request, form, title=_("New plan"), save=save, cancel_url=reverse("rounds:plan_list"), template="rounds/plan_form.html",
        **preview_of(form),
    )  # fmt: skip


def preview_of(form: Any) -> dict[str, Any]:
    """The dates of what was sent, if it says a rule."""
    rule = getattr(form, "rule", None) if form.is_bound and form.is_valid() else None
    return next_dates(rule, clock.today()) if rule else {}


def next_dates(rule: recurrence.Rule, day: dt.date) -> dict[str, Any]:
    return {"dates": recurrence.next_ten(rule, max(day, rule.anchor), clock.is_working_day), "words": wording.in_words(rule)}


@require_GET
def plan_preview(request: HttpRequest) -> HttpResponse:
    """The rule in words and its next ten dates, for a form that is still being typed: a fragment, or a page of its own."""
    need(access.may_plan(request.user))
    form = PreviewForm(request.GET or None)
    shown: dict[str, Any] = {"form": form, "title": _("The next ten dates")}
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["starts_on"] or clock.today()
        rule = form.said_rule(day)
        if rule:
            shown |= next_dates(rule, max(day, clock.today()))
    template = "rounds/plan_dates.html" if request.headers.get("HX-Request") else "rounds/plan_preview.html"
    return render(request, template, shown)


def the_plan(request: HttpRequest, pk: int, *, to_change: bool = True) -> Plan:
    """The plan, if the reader may see it; 403 where they may not change it."""
    plan = get_object_or_404(access.plans(request.user), pk=pk)
    need(not to_change or access.may_plan(request.user, plan))
    return plan


@require_GET
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan: its rule in words, the next dates, the route, and how its rounds went."""
    plan = the_plan(request, pk, to_change=False)
    rules = list(plan.rules.order_by("starts_on"))
    now, may_change = timezone.now(), access.may_plan(request.user, plan)
    return record_page(
        request,
        plan,
        title=plan.name,
        facts=facts_of(plan, rules),
        back=(reverse("rounds:plan_list"), _("Round plans")),
        template="rounds/plan.html",
        edit_url=reverse("rounds:plan_edit", args=[pk]) if may_change and plan.is_active else "",
        route=[stop.place for stop in plan.route.select_related("place")],
        coming=coming(plan, now),
        recent=list(access.rounds(request.user).filter(plan=plan, due_from__lte=now).order_by("-due_from")[:TEN]),
        **pauses_of(plan, clock.today()),
        may_change=may_change,
        may_walk=plan.is_active and access.walks(request.user, plan),
        related=[*rules, *plan.pauses.all()],
    )


def coming(plan: Plan, now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime, Round | None]]:
    """The next ten times, each with its round where that is made."""
    made = list(plan.rounds.open().filter(due_until__gt=now).order_by("due_from")[:TEN])
    found: list[Any] = [(round.due_from, round.due_until, round) for round in made]
    if len(found) < TEN and plan.is_active:
        begin = services.made_until(plan) + recurrence.DAY
        for due in due_between(plan, begin, min(plan.ends_on or dt.date.max, begin + recurrence.FAR)):
            found.append((*due, None))
            if len(found) == TEN:
                break
    return found


def pauses_of(plan: Plan, today: dt.date) -> dict[str, Any]:
    """The pauses, newest first; whether the plan stands still today, and whether there is one to be lifted."""
    rows = list(plan.pauses.order_by("-from_on"))
    standing = [row for row in rows if row.until_on is None or row.until_on >= today]
    return {"pauses": rows, "is_paused": any(row.from_on <= today for row in standing), "may_resume": bool(standing)}


def facts_of(plan: Plan, rules: list[Any]) -> list[tuple[Any, Any]]:
    """What a plan says."""
    words = [(_("How often"), wording.in_words(rules[0].rule))] if rules else []
    words += [(_("From %(day)s") % {"day": rule.starts_on}, wording.in_words(rule.rule)) for rule in rules[1:]]
    return [
        *words,
        (_("Kind"), round_kinds.of(plan.kind).label),
        (_("Building"), plan.building),
        (_("Checklist"), plan.checklist),
        (_("Whose"), whose(plan)),
        (_("From"), plan.starts_on),
        (_("To"), plan.ends_on or _("until further notice")),
        (_("Note"), plan.note),
    ]


def whose(row: Any) -> str:
    """The person, or the department with the rank."""
    if row.person:
        return f"{row.person} · {row.department}"
    return f"{row.department} · {row.get_rank_display()}" if row.rank else str(row.department)


def plan_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A change for all rounds not started, or for those from a day on (`?from=`)."""
    plan = the_plan(request, pk)
    first = request.GET.get("from", "")[:10]
    initial = {"scope": "FROM", "from_on": first} if first else {}
    form = bound(request, PlanChangeForm, user=request.user, instance=plan, initial=initial)

    def save(filled: PlanChangeForm) -> Plan:
        [fresh] = lock(plan)
        was_opened_at(filled, reading_of(fresh, filled), Conflict(fresh))
        changes = filled.changes
        need(access.may_plan(request.user, Plan(building_id=fresh.building_id, department=changes["department"])))
        return services.change_plan(fresh, **changes, by=request.user, at=timezone.now())

    return form_page(
        request, form, title=_("Change the plan"), save=save, record=plan, cancel_url=reverse("rounds:plan_detail", args=[pk]),
        template="rounds/plan_form.html", **preview_of(form),
    )  # fmt: skip


def plan_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Days on which nothing is asked."""
    plan = the_plan(request, pk)

    def save(filled: PauseForm) -> Plan:
        said = filled.cleaned_data
        services.pause_plan(plan, on=said["on"], until=said["until"], reason=said["reason"], by=request.user, at=timezone.now())
        return plan

    return form_page(request, bound(request, PauseForm), title=_("Pause the plan"), save=save, record=plan, submit_label=_("Pause"),
                     cancel_url=reverse("rounds:plan_detail", args=[pk]))  # fmt: skip


@require_POST
def plan_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """From today on again."""
    plan = the_plan(request, pk)
    return forms.once(request, lambda: services.resume_plan(plan, on=clock.today(), by=request.user, at=timezone.now()))


def plan_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends today, once the consequence was shown: rounds not started go."""
    plan = the_plan(request, pk)

    def save(filled: Any) -> Plan:
        return services.end_plan(plan, on=clock.today(), by=request.user, at=timezone.now())

    return form_page(
        request, bound(request, forms.ConfirmForm), title=_("End the plan today"), save=save, record=plan, submit_label=_("End the plan"),
        template="rounds/plan_end.html", open_count=plan.rounds.filter(state="NOT_STARTED", due_until__gt=timezone.now()).count(),
        cancel_url=reverse("rounds:plan_detail", args=[pk]),
    )  # fmt: skip


@require_POST
def plan_start(request: HttpRequest, pk: int) -> HttpResponse:
    """A round on demand, begun now."""
    plan = the_plan(request, pk, to_change=False)
    need(access.walks(request.user, plan))
    return forms.once(request, lambda: kinds.of(Round).url(services.start_now(plan=plan, by=request.user, at=timezone.now())))


@require_GET
def plan_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR labels of the plan's places, in the order of the route."""
    plan = the_plan(request, pk, to_change=False)
    wanted = [stop.place_id for stop in plan.route.all()]
    places = premises.places(request.user).in_bulk(wanted)
    rows = list(dict.fromkeys(places[pk] for pk in wanted if pk in places))
    if not rows:
        raise Refused(_("This plan has no places to label."))
    link = request.build_absolute_uri(reverse("scan", args=["X"])).removesuffix("X/")
    return files.pdf_answer(print_labels(rows, link=link), name=f"{_('Labels')}.pdf")


urls = [
    path("plans/preview/", plan_preview, name="plan_preview"),
    *record_urls("plans", "plan", model=Plan, list_view=plan_list, new_view=plan_new, detail_view=plan_detail),
    path("plans/<int:pk>/edit/", plan_edit, name="plan_edit"),
    path("plans/<int:pk>/pause/", plan_pause, name="plan_pause"),
    path("plans/<int:pk>/resume/", plan_resume, name="plan_resume"),
    path("plans/<int:pk>/end/", plan_end, name="plan_end"),
    path("plans/<int:pk>/start/", plan_start, name="plan_start"),
    path("plans/<int:pk>/labels/", plan_labels, name="plan_labels"),
]
