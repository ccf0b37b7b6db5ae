"""Pages of the directory board, its orders, customer cards and goods moves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import lists
from core.text import clean_code, is_key
from premises import access as premises
from tenants import access, services
from tenants.filters import CardFilter, DirectoryOrderFilter, GoodsMoveFilter
from tenants.forms import CardForm, DirectoryOrderForm, GoodsMoveForm
from tenants.models import DirectoryLine, DirectoryOrder, GoodsMove
from tenants.services import correspondence
from tenants.tables import CardTable, DirectoryOrderTable, GoodsMoveTable
from tenants.views.correspondence import tenant_of
from tenants.views.pages import bound, form_page, offered, record_page


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board as it hangs in each lobby, and what is still to be made."""
    boards: dict[Any, list[Any]] = {building: [] for building in premises.buildings(request.user).order_by("code")}
    for line in access.directory_lines(request.user).order_by("-floor__level", "unit_text", "pk"):
        boards.setdefault(line.building, []).append(line)
    waiting = access.directory_orders(request.user).filter(state__in=[DirectoryOrder.State.ORDERED, DirectoryOrder.State.MADE])
    log = access.directory_orders(request.user).filter(state=DirectoryOrder.State.POSTED).order_by("-posted_on", "-pk")[:20]
    context = {"boards": boards.items(), "waiting": waiting.order_by("due_on", "pk")[:100], "log": log, "today": timezone.localdate()}
    context["may_order"] = access.may_start(request.user, access.EDITORS)
    return render(request, "tenants/board.html", context)


@require_GET
def directory_order_list(request: HttpRequest) -> HttpResponse:
    """Orders for the board: the posted ones are its change log."""
    return lists.page(
        request,
        name="tenants-directory-orders",
        title=_("Directory board orders"),
        rows=access.directory_orders(request.user),
        table=DirectoryOrderTable,
        filter=DirectoryOrderFilter,
        search=access.words_in("number", "name", "name_en", "unit_text", "tenant__name", "tenant__initials"),
        new=offered(request, access.EDITORS, "tenants:directory_order_new", _("Order a line")),
    )


def directory_order_new(request: HttpRequest) -> HttpResponse:
    """Orders a new line, a change (`?line=`) or a removal."""
    access.need(access.may_start(request.user, access.EDITORS))
    line = _line_of(request)
    initial = tenant_of(request) | (_line_values(line, request.GET.get("kind", "CHANGE")) if line else {})
    form = bound(request, DirectoryOrderForm, user=request.user, line=line, initial=initial)

    def save(filled: Any) -> DirectoryOrder:
        order = filled.save(commit=False)
        access.need(access.may_edit(request.user, order.tenant))
        return services.order_board_line(order, by=request.user, on=timezone.localdate())

    return form_page(request, form, title=_("Directory board order"), save=save)


def _line_of(request: HttpRequest) -> DirectoryLine | None:
    named = request.GET.get("line", "")
    return access.directory_lines(request.user).filter(pk=named).first() if is_key(named) else None


def _line_values(line: DirectoryLine, kind: str) -> dict[str, Any]:
    return {
        "tenant": line.tenant_id,
        "line": line.pk,
        "kind": kind if kind in DirectoryOrder.Kind.values else "CHANGE",
        "floor": line.floor_id,
        "unit_text": line.unit_text,
        "name": line.name,
        "name_en": line.name_en,
    }


@require_GET
def directory_order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order for the board."""
    order = get_object_or_404(access.directory_orders(request.user).select_related("created_by", "line"), pk=pk)
    facts = [
        (_("Tenant"), order.tenant),
        (_("Kind"), order.get_kind_display()),
        (_("Line before"), order.line_before),
        (_("Floor"), order.floor),
        (_("Unit as shown"), order.unit_text),
        (_("Name as shown"), order.name),
        (_("English name as shown"), order.name_en),
        (_("Ordered on"), order.ordered_on),
        (_("Ordered by"), order.created_by),
        (_("Due on"), order.due_on),
        (_("Made by"), order.maker),
        (_("On the board since"), order.posted_on),
    ]
    back = (reverse("tenants:board"), _("Directory board"))
    return record_page(request, order, title=f"{order.get_kind_display()} · {order.name}", facts=facts, back=back, tenant=order.tenant)


@require_GET
def card_list(request: HttpRequest) -> HttpResponse:
    """Customer cards and who holds them."""
    return lists.page(
        request,
        name="tenants-cards",
        title=_("Customer cards"),
        rows=access.customer_cards(request.user),
        table=CardTable,
        filter=CardFilter,
        search=access.words_in("tenant__name", "tenant__initials", "loan__key__number", "loan__holder_name"),
    )


@require_GET
def customer_card_picker(request: HttpRequest) -> HttpResponse:
    """Customer cards in the store that fit what was typed."""
    return _cards(request, "CUSTOMER_CARD")


@require_GET
def access_card_picker(request: HttpRequest) -> HttpResponse:
    """Access cards in the store that fit what was typed."""
    return _cards(request, "ACCESS_CARD")


def _cards(request: HttpRequest, kind: str) -> HttpResponse:
    text = clean_code(request.GET.get("q", ""))[:30]
    found = premises.keys(request.user).filter(kind=kind, state="IN_STORE", number__icontains=text).order_by("number")[:20]
    return JsonResponse({"results": [{"value": f"={key.pk}", "text": str(key), "hint": key.label} for key in found]})


def card_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a tenant a customer card."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, tenant))
    form = bound(request, CardForm, user=request.user, tenant=tenant)

    def save(filled: Any) -> str:
        values = {name: filled.cleaned_data[name] for name in ("key", "holder_name", "holder_phone", "note")}
        services.issue_card(tenant, by=request.user, at=timezone.now(), **values)
        return reverse("tenants:tenant_tab", args=[tenant.pk, "people"])

    return form_page(request, form, title=_("Issue a customer card"), save=save)


@require_POST
def card_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a customer card back."""
    card = get_object_or_404(access.customer_cards(request.user), pk=pk)
    access.need(access.may_keep_file(request.user, card.tenant))
    services.return_card(card, by=request.user, at=timezone.now())
    return HttpResponseRedirect(reverse("tenants:tenant_tab", args=[card.tenant_id, "people"]))


@require_GET
def goods_move_list(request: HttpRequest) -> HttpResponse:
    """Booked moves of goods."""
    return lists.page(
        request,
        name="tenants-goods-moves",
        title=_("Goods moves"),
        rows=access.goods_moves(request.user),
        table=GoodsMoveTable,
        filter=GoodsMoveFilter,
        search=access.words_in("number", "tenant__name", "tenant__initials", "vehicles", "mover"),
        new=offered(request, access.EDITORS, "tenants:goods_move_new", _("Book a move")),
    )


def goods_move_new(request: HttpRequest) -> HttpResponse:
    """Books a goods lift for a tenant (manual 1.2.2)."""
    access.need(access.may_start(request.user, access.EDITORS))
    form = bound(request, GoodsMoveForm, user=request.user, initial=tenant_of(request))

    def save(filled: Any) -> GoodsMove:
        move = filled.save(commit=False)
        access.need(access.may_edit(request.user, move.tenant))
        return correspondence.book_move(move, by=request.user, on=timezone.localdate())

    return form_page(request, form, title=_("Book a move"), save=save)


@require_GET
def goods_move_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One booked move."""
    move = get_object_or_404(access.goods_moves(request.user).select_related("created_by"), pk=pk)
    facts = [
        (_("Tenant"), move.tenant),
        (_("Unit"), move.unit),
        (_("Direction"), move.get_direction_display()),
        (_("Goods lift"), move.lift),
        (_("From"), move.starts_at),
        (_("Until"), move.ends_at),
        (_("Vehicles"), move.vehicles),
        (_("Removal company"), move.mover),
        (_("Contact"), move.contact_name),
        (_("Phone"), move.contact_phone),
        (_("Booked by"), move.created_by),
        (_("Note"), move.note),
    ]
    back = (reverse("tenants:goods_move_list"), _("Goods moves"))
    return record_page(request, move, title=f"{move.lift} · {move.tenant}", facts=facts, back=back, tenant=move.tenant)
