"""The desk's pages: today's work, approvals, the stacking plan, a phone call, procedures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import flow, forms, kinds
from core.views import form_of, say_done
from frontdesk import approvals, calls, choices, deadlines, decisions, desk_page, navigation, stacking, waiting
from frontdesk.forms import DecisionForm, TogetherForm
from premises import access as premises
from staff import services as staff


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """My desk: what waits for me, what is due, drafts, notices."""
    return render(request, "frontdesk/desk.html", desk_page.context(request.user, timezone.now()))


@require_GET
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Every record whose next step is mine; `?kind=` shows one kind."""
    work = waiting.Work(request.user)
    found = work.waiting()
    counts = {label: sum(1 for kind, _pk in found if kind == label) for label in dict.fromkeys(kind for kind, _pk in found)}
    chosen = request.GET.get("kind", "")
    shown = [key for key in found if chosen in ("", key[0])]
    context = {
        "tabs": desk_page.tabs(request, counts, chosen),
        "entries": desk_page.entries(work.records(shown[:200]), request.user),
        "hidden": max(0, len(shown) - 200),
    }
    return render(request, "frontdesk/waiting.html", context)


@require_GET
def due_list(request: HttpRequest) -> HttpResponse:
    """What is overdue or due today, the most overdue first."""
    when = request.GET.get("when", deadlines.OVERDUE)
    if when not in {deadlines.OVERDUE, deadlines.TODAY}:
        raise Http404
    keys = deadlines.due(request.user, timezone.now(), only=when)
    return render(request, "frontdesk/due.html", {"when": when, "lines": deadlines.lines(keys[:200], request.user), "count": len(keys)})


@require_GET
def draft_list(request: HttpRequest) -> HttpResponse:
    """Everything I typed and have not sent, to continue or to throw away."""
    return render(request, "frontdesk/drafts.html", {"drafts": forms.drafts_of(request.user)[:200]})


@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    """Decisions and signatures that wait for me; what I consented to orally; what I sent; what I decided."""
    view = request.GET.get("view", "mine")
    if view not in {"mine", "countersign", "sent", "done"}:
        raise Http404
    context = _inbox(request, view)
    chosen = request.GET.get("show", "")
    ask = next((ask for ask in context["asks"] if ask.key == chosen), None) or next(iter(context["asks"]), None)
    if ask:
        context.update(decisions.facts(ask, request.user))
    return render(request, "frontdesk/approvals.html", context)


def _inbox(request: HttpRequest, view: str) -> dict[str, Any]:
    """The lists of the inbox; `asks` is the one that is shown."""
    user = request.user
    mine, oral = approvals.waiting_for(waiting.Work(user)), approvals.to_countersign(user)
    context: dict[str, Any] = {"view": view, "count": len(mine), "oral_count": len(oral), "asks": oral if view == "countersign" else mine}
    if view in {"sent", "done"}:
        context["asks"] = approvals.sent_by(user) if view == "sent" else []
    if view == "done":
        context["done"] = approvals.done_by(user)
    if view == "mine":
        context["results"] = request.session.pop("approved_together", None)
        context["has_safe"] = any(ask.together for ask in mine)
    return context


def decide(request: HttpRequest, label: str, pk: int, step: str) -> HttpResponse:
    """One decision with its facts and the opinion; afterwards the inbox shows what waits next."""
    life, record, chosen = _asked(request, label, pk, step)
    chosen.need_role(request.user, record)
    if form_of(type(record), chosen):
        return HttpResponseRedirect(kinds.of(record).step_url(record, chosen.name))

    def save(filled: Any) -> str:
        life.take(record, chosen.name, by=request.user, at=timezone.now(), note=filled.cleaned_data["note"])
        say_done(request, chosen, record)
        return reverse("frontdesk:approvals")

    form = DecisionForm(request.POST or None, step=chosen)
    ask = approvals.Ask(record, kinds.of(record), str(chosen.label))
    context = {
        **_inbox(request, "mine"),
        **decisions.facts(ask, request.user),
        "deciding": decisions.choice_of(record, chosen, request.user),
    }
    return forms.respond(request, form, template="frontdesk/approvals.html", save=save, record=record, title=chosen.label, context=context)


def _asked(request: HttpRequest, label: str, pk: int, name: str) -> tuple[flow.Flow, Any, flow.Step]:
    """The life, the record and the decision that an address names; else 404."""
    kind = next((kind for kind in waiting.works() if kind.label == label), None)
    life = kind.flow if kind else None
    if kind is None or life is None or name not in life.steps or not life.steps[name].approval:
        raise Http404
    return life, get_object_or_404(kind.rows(request.user), pk=pk), life.steps[name]


def approve_together(request: HttpRequest) -> HttpResponse:
    """Several safe decisions at once: first the list of what will be approved, then what became of each."""
    keys = (request.POST if request.method == "POST" else request.GET).getlist("ask")
    form = TogetherForm(request.POST or None)

    def save(filled: Any) -> str:
        note = filled.cleaned_data["note"]
        done = decisions.take_together(keys, by=request.user, at=timezone.now(), note=note)
        request.session["approved_together"] = [(str(line.record), kinds.of(line.record).url(line.record), line.refused) for line in done]
        return reverse("frontdesk:approvals")

    context = {"lines": decisions.lines(keys, request.user)}
    return forms.respond(request, form, template="frontdesk/approve_together.html", save=save, title=_("Approve together"), context=context)


@require_GET
def stacking_plan(request: HttpRequest) -> HttpResponse:
    """The units of one building: as a plan, a table, or areas by state."""
    shown = choices.shell(request)
    building = next((building for building in shown.buildings if building.pk in shown.building_ids), None)
    view = request.GET.get("view", "plan")
    if view not in {"plan", "table", "areas"}:
        raise Http404
    if building is None:
        return render(request, "frontdesk/stacking_plan.html", {"view": view})
    plan = stacking.plan(building, request.user)
    context = {"plan": plan, "view": view, "only": set(request.GET.getlist("only")), "now": timezone.now()}
    if view == "areas":
        context["areas"] = stacking.areas(plan)
    return render(request, "frontdesk/stacking_plan.html", context)


@require_GET
def stacking_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The side panel of a unit: tenant, lease, what is open, the next step."""
    unit = get_object_or_404(premises.units(request.user), pk=pk)
    return render(request, "frontdesk/stacking_unit.html", desk_page.unit_panel(unit, request.user))


@require_GET
def call(request: HttpRequest) -> HttpResponse:
    """Who is calling: the tenants and contacts behind a phone number, with their units and open things."""
    number = request.GET.get("phone", "")
    found = calls.callers(request.user, number) if number else []
    return render(request, "frontdesk/call.html", {"phone": number, "callers": found, "digits": calls.digits(number)})


@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Where a company sits: unit numbers only, for visitors who ask at the desk (manual 3.9.1-2.8)."""
    name = request.GET.get("company", "")
    return render(request, "frontdesk/where.html", {"company": name, "found": calls.where(request.user, name)})


@require_GET
def scan(request: HttpRequest) -> HttpResponse:
    """Opens what a label or a number stands for; without one it shows the camera and a box to type in."""
    code = request.GET.get("code", "").strip()
    if not code:
        return render(request, "frontdesk/scan.html", {"code": ""})
    url = calls.behind_code(request.user, code)
    if url:
        return HttpResponseRedirect(url)
    return render(request, "frontdesk/scan.html", {"code": code}, status=404)


@require_POST
def buildings(request: HttpRequest) -> HttpResponse:
    """Keeps which buildings this person wants to see."""
    shown = choices.shell(request)
    allowed = [building.pk for building in shown.buildings]
    asked = [] if "all" in request.POST else choices.whole_numbers(request.POST.getlist("building"))
    choices.keep(request.user, choices.BUILDINGS, [pk for pk in allowed if pk in asked])
    return HttpResponseRedirect(_back(request, drop_buildings=True))


@require_POST
def setting(request: HttpRequest) -> HttpResponse:
    """Keeps one choice that a script reports: theme or single keys."""
    staff.prefer(request.user, request.POST.get("key", ""), request.POST.get("value", ""))
    return HttpResponse(status=204)


@require_POST
def visitor_mode(request: HttpRequest) -> HttpResponse:
    """Hides or shows names, phones and amounts while somebody looks at the screen."""
    is_on = not choices.shell(request).visitor_mode
    choices.keep(request.user, choices.VISITOR_MODE, is_on)
    messages.info(request, _("Visitor mode is on.") if is_on else _("Visitor mode is off."))
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest, *, drop_buildings: bool = False) -> str:
    """The page the person came from; only one of this site. Its own `?building=` would overrule the new choice."""
    url = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return "/"
    return url.split("?")[0] if drop_buildings and "building=" in url else url


@require_GET
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Every life of a record: who may take which step, after what, by which clause."""
    lives = sorted(flow.all_flows(), key=lambda life: str(life.title))
    return render(request, "frontdesk/procedures.html", {"flows": lives})


@require_GET
def procedure(request: HttpRequest, label: str) -> HttpResponse:
    """One procedure as a chart with departments as lanes, and as a table."""
    life = next((life for life in flow.all_flows() if life.label == label), None)
    if life is None:
        raise Http404
    kind = kinds.of(life.model) if kinds.known(life.model) else None
    return render(request, "frontdesk/procedure.html", {"flow": life, "kind": kind, "steps": desk_page.rights(life, request.user)})


@require_GET
def keyboard(request: HttpRequest) -> HttpResponse:
    """The keyboard map as a page."""
    return render(request, "frontdesk/keyboard.html", {"keys": desk_page.KEYS})


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Where things are and how the work goes."""
    return render(request, "frontdesk/help.html", {"pages": navigation.pages(request.user), "call_url": reverse("frontdesk:call")})
