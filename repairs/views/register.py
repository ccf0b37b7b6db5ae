"""The Repair Request Register, a new request, and the page of one work order (manual 3.4.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from complaints import access as complaints
from core import lists, signing
from core.flow import Refused
from core.pages import bound, form_page, named, need, record_page
from core.signing_views import sign_page
from core.urls import record_urls
from premises import access as premises
from repairs import access
from repairs.filters import WorkOrderFilter
from repairs.flow import ORDER_FLOW
from repairs.forms import ChangeForm, OrderForm
from repairs.models import OPEN_STATES, WorkOrder
from repairs.services import charging, dispatch, figures, intake, turning
from repairs.tables import WorkOrderTable
from repairs.views.facts import facts_of
from tenants import access as tenants

# In this order: the first that the record lets one take sends it on.
ONWARDS = ("dispatch", "send_to_review", "ask_agreement")
BOARD = lists.Board(
    ORDER_FLOW,
    states=[*OPEN_STATES, "TO_PAY", "REFUSED", "DONE"],
    card="repairs/card.html",
    order=("due_at",),
    read=dispatch.read_whole,
)


@require_GET
def work_order_list(request: HttpRequest) -> HttpResponse:
    """The Repair Request Register of the building management office."""
    new = (reverse("repairs:work_order_new"), _("New repair")) if access.may_report(request.user) else None
    return lists.page(
        request,
        name="repairs",
        title=_("Repair Request Register"),
        rows=access.lines(request.user),
        table=WorkOrderTable,
        filter=WorkOrderFilter,
        search=access.SEARCH,
        new=new,
        views=[
            lists.Preset(_("Under way"), "due=open"),
            lists.Preset(_("Overdue"), "due=overdue"),
            lists.Preset(_("Mine"), "due=mine"),
            lists.Preset(_("To dispatch"), "state=NEW"),
            lists.Preset(_("To confirm"), "state=TO_CONFIRM"),
            lists.Preset(_("To call back"), "state=DONE"),
            lists.Preset(pgettext("repair", "To pay"), "state=TO_PAY&state=REFUSED"),
        ],
        board=BOARD,
        empty=_("No repair request is on record."),
        template="repairs/register.html",
        context={"print_day": timezone.localdate() if access.may_read_register(request.user) else None},
    )


def work_order_new(request: HttpRequest) -> HttpResponse:
    """A request is written down once, and sent on at once."""
    need(access.may_report(request.user))
    known = told_by_link(request)
    form = bound(request, OrderForm, user=request.user, initial=known["initial"])

    def save(filled: Any) -> WorkOrder:
        order = filled.save(commit=False)
        order.defect, order.complaint = known["defect"], known["complaint"]
        order.equipment = known["equipment"]
        now = timezone.now()
        made = intake.report(order, by=request.user, at=now, files=filled.cleaned_data["photos"])
        if known["instead"]:
            turning.hand_over(made, by=request.user, at=now)
        return send_on(made, by=request.user, at=now) if filled.cleaned_data["send_at_once"] else made

    return form_page(
        request,
        form,
        title=_("New repair"),
        save=save,
        submit_label=_("Create"),
        template="repairs/new.html",
        cancel_url=reverse("repairs:work_order_list"),
        # Asked only where the form is shown: a request that is saved shows neither.
        similar=SimpleLazyObject(lambda: likely_same(request, known["initial"])),
        recent=SimpleLazyObject(lambda: access.lines(request.user).order_by("-pk")[:6]),
    )


def send_on(order: WorkOrder, *, by: Any, at: dt.datetime) -> WorkOrder:
    """The step that comes next, if this person may take it and nothing stands against it; else it waits as it is."""
    for name in ONWARDS:
        step = ORDER_FLOW.steps[name]
        if step.is_for(by, order) and not step.blockers(order):
            return ORDER_FLOW.take(order, name, by=by, at=at)  # type: ignore[no-any-return]
    return order


def told_by_link(request: HttpRequest) -> dict[str, Any]:
    """What the page that led here knows: `?tenant=`, `?unit=`, `?area=`, `?phone=`, `?name=`, `?spot=`, `?content=`,
    `?equipment=`, `?defect=`, `?complaint=` (with `&instead=1` for a complaint that is nothing but this request).

    A colleague who takes no calls reports in their own name.
    """
    initial: dict[str, Any] = {name: request.GET.get(name, "")[:60] for name in ("phone", "name", "spot")}
    initial["content"] = request.GET.get("content", "")[:1000]
    if not access.may_take_calls(request.user):
        initial |= {"name": str(request.user), "phone": request.user.phone, "channel": WorkOrder.Channel.COLLEAGUE}  # type: ignore[union-attr]
    found = {name: named(request, name, rows) for name, rows in DOORS.items()}
    initial |= {name: found[name].pk for name in ("tenant", "unit", "area") if found[name]}
    defect, complaint, equipment = found["defect"], found["complaint"], found["equipment"]
    if equipment:
        initial |= {"unit": equipment.unit_id, "spot": equipment.name[:60]}
    if defect:
        initial |= {"unit": defect.unit_id, "spot": defect.place, "content": defect.description, "is_public": True}
    if complaint:
        initial |= turning.from_complaint(complaint)
    instead = complaint is not None and request.GET.get("instead") == "1"
    return {"initial": initial, "defect": defect, "complaint": complaint, "equipment": equipment, "instead": instead}


# Where each thing that a link may name is looked up.
DOORS: dict[str, Callable[[Any], Any]] = {
    "tenant": tenants.tenants,
    "unit": premises.units,
    "area": premises.public_areas,
    "equipment": premises.equipment,
    "defect": tenants.defects,
    "complaint": complaints.complaints,
}


def likely_same(request: HttpRequest, place: dict[str, Any]) -> Any:
    """Open work orders of the same place, reported a short while ago. `place`: keys of unit, area, tenant."""
    building = premises.units(request.user).filter(pk=place.get("unit")).values_list("building_id", flat=True).first()
    since = timezone.now() - dt.timedelta(hours=access.terms_of(building or 0).similar_hours)
    return access.similar(request.user, unit=place.get("unit"), area=place.get("area"), tenant=place.get("tenant"), since=since)[:5]


@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """The fragment beside the form: what was reported of this place already."""
    return render(request, "repairs/similar.html", {"similar": likely_same(request, typed_place(request))})


def typed_place(request: HttpRequest) -> dict[str, Any]:
    """Keys of what stands in the fields of the form so far, read as the form reads them; what is half typed is nothing."""
    fields: Any = OrderForm(user=request.user).fields
    found: dict[str, Any] = {}
    for name in ("unit", "area", "tenant"):
        try:
            row = fields[name].clean(request.GET.get(name, ""))
        except ValidationError:
            continue
        found |= {name: row.pk} if row else {}
    return found


@require_GET
def work_order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One work order: what was told, who goes, what was done, what it costs."""
    rows = access.orders(request.user).select_related(
        "reviewed_by", "dispatched_by", "accepted_by", "bill", "defect", "complaint", "booking"
    )
    order = get_object_or_404(rows, pk=pk)
    papers = signing.panel(order)
    mine = [row for row in papers if not row.is_valid and may_sign(request.user, order, row.party) and row.document.text(order)]
    items, materials = list(order.items.select_related("worker")), list(order.materials.select_related("added_by"))
    lines, visits = list(order.lines.select_related("kind")), list(order.visits.select_related("visited_by"))
    change = access.may_change(request.user, order)
    earlier, terms = access.repeats_of(order, request.user), access.terms_of(order.building_id)
    return record_page(
        request,
        order,
        title=_("Work order"),
        facts=facts_of(order),
        back=(reverse("repairs:work_order_list"), _("Repair Request Register")),
        tenant=order.tenant,
        edit_url=reverse("repairs:work_order_edit", args=[pk]) if change else "",
        template="repairs/work_order.html",
        actions=turned(request.user, order),
        related=[*items, *materials, *lines, *visits],
        items=items,
        materials=materials,
        lines=lines,
        total=charging.total(lines),
        visits=visits,
        photos=list(order.photos.select_related("file")),
        escalations=order.escalations.all(),
        repeats=earlier[:5],
        recurs=figures.comes_back(order, earlier, days=terms.repeat_days, times=terms.repeat_count),
        mine_to_sign=mine,
        signoffs=[row for row in papers if row not in mine],
        may_record=access.may_record(request.user, order),
        may_price=access.may_price(request.user, order),
        may_quote=order.state == WorkOrder.State.REVIEW and access.may_lead(request.user, order),
    )


def may_sign(user: Any, order: WorkOrder, party: signing.Party) -> bool:
    """Our people sign themselves; the customer signs at the technician's phone or at the desk."""
    return bool(party.role.holds(user, order)) if party.role else access.may_take_up(user, order) or access.works_on(user, order)


def turned(user: Any, order: WorkOrder) -> list[tuple[Any, str, str]]:
    """The ways to a complaint, for who takes complaints: beside the request, or instead of it while nothing was begun."""
    if order.complaint_id or not access.may_take_up(user, order):
        return []
    there = f"{reverse('complaints:complaint_new')}?work_order={order.pk}"
    ways = [(_("Complaint about it"), there, "message-report")]
    if order.state in ORDER_FLOW.steps["withdraw"].sources:
        ways.append((_("It is a complaint, no repair"), f"{there}&instead=1", "switch-horizontal"))
    return ways


def work_order_sign(request: HttpRequest, pk: int, document: str, party: str) -> HttpResponse:
    """The customer signs the Payment Notice before the work and the work order after it."""
    order = get_object_or_404(access.orders(request.user), pk=pk)
    return sign_page(request, order, document, party, may=lambda signer: may_sign(request.user, order, signer), name=order.name)


def work_order_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Corrects what was told."""
    order = get_object_or_404(access.orders(request.user), pk=pk)
    need(access.may_take_up(request.user, order) or access.may_lead(request.user, order))
    if not order.is_open:
        raise Refused(_("This work order is settled. Reopen it, or write a new one."))
    form = bound(request, ChangeForm, user=request.user, instance=order)

    def save(filled: Any) -> WorkOrder:
        return intake.correct(order, filled.cleaned_data, by=request.user, at=timezone.now())

    back = reverse("repairs:work_order_detail", args=[pk])
    return form_page(request, form, title=_("Correct the request"), save=save, record=order, cancel_url=back)


urls = [
    path("work-orders/similar/", similar, name="similar"),
    path("work-orders/<int:pk>/edit/", work_order_edit, name="work_order_edit"),
    path("work-orders/<int:pk>/sign/<slug:document>/<str:party>/", work_order_sign, name="work_order_sign"),
    *record_urls(
        "work-orders",
        "work_order",
        model=WorkOrder,
        list_view=work_order_list,
        new_view=work_order_new,
        detail_view=work_order_detail,
    ),
]
