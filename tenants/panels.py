"""What the product knows of the tenant file's records: pages, search, lives, timelines."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import import_pages, jobs, kinds, notices
from core.models import Job
from core.search import SearchWords
from tenants import access
from tenants.flow import BREACH_FLOW, CIRCULAR_FLOW, DEFECT_FLOW, GOODS_FLOW, ITEM_FLOW, LETTER_FLOW, MOVE_IN_FLOW, ORDER_FLOW
from tenants.imports import TenantsImport
from tenants.models import Breach, Circular, Correspondence, Defect, DirectoryOrder, FileItem, GoodsMove, HandbookText, MoveIn, Tenant
from tenants.services.tenant import related_rows

for _topic, _label in (
    ("move_in", _("Move-ins under way")),
    ("moved_in", _("Tenants that have moved in")),
    ("defect", _("Defects")),
    ("tenants.board", _("Directory board orders")),
    ("tenants.breaches", _("Breaches")),
    ("tenants.file", _("Customer files")),
    ("tenants.goods", _("Goods moves")),
    ("tenants.letters", _("Correspondence")),
):
    notices.name_topic(_topic, _label)


def tenant_words(tenant: Tenant) -> SearchWords | None:
    """By any name, code, unit, contact and phone; a file merged into another is found by that one."""
    if tenant.merged_into_id:
        return None
    units = list(tenant.leases.standing().order_by("-starts_on").values_list("unit__code", flat=True)[:10])
    contacts = list(tenant.contacts.filter(is_active=True).values_list("name", "phone", "other_phone")[:20])
    spoken = [word for row in contacts for word in row if word]
    names = [tenant.short_name, tenant.name_en, tenant.initials, tenant.credit_code, tenant.phone]
    names += [name for pair in tenant.merges.filter(undone_at=None).values_list("joined__name", "joined__number") for name in pair]
    return SearchWords(
        title=tenant.name,
        subtitle=", ".join(units),
        number=tenant.number,
        words=[word for word in [*names, *units, *spoken] if word],
        rank=10 if tenant.left_on is None else 0,
    )


def letter_words(letter: Correspondence) -> SearchWords:
    return SearchWords(title=letter.subject, subtitle=letter.tenant.name, number=letter.number, words=[letter.sender, letter.recipient])


def circular_words(circular: Circular) -> SearchWords:
    return SearchWords(title=circular.title, number=circular.number)


def breach_words(breach: Breach) -> SearchWords:
    title = f"{breach.get_kind_display()} · {breach.tenant}"
    return SearchWords(title=title, subtitle=breach.place, number=breach.number, words=[breach.tenant.name])


def order_words(order: DirectoryOrder) -> SearchWords:
    return SearchWords(title=order.name, subtitle=order.unit_text, number=order.number, words=[order.tenant.name, order.unit_text])


def move_words(move: GoodsMove) -> SearchWords:
    return SearchWords(title=f"{move.lift} · {move.tenant}", number=move.number, words=[move.vehicles, move.mover, move.contact_phone])


def move_in_words(move_in: MoveIn) -> SearchWords:
    units = list(move_in.units.values_list("unit__code", flat=True))
    words = [move_in.tenant.short_name, *units, move_in.addressee, move_in.addressee_phone, move_in.visitor_name, move_in.visitor_phone]
    return SearchWords(
        title=move_in.tenant.name,
        subtitle=f"{move_in.number} {', '.join(units)}",
        number=move_in.number,
        words=[word for word in words if word],
    )


def defect_words(defect: Defect) -> SearchWords:
    words = [defect.unit.code, defect.place, defect.move_in.tenant.name]
    return SearchWords(title=defect.description[:80], subtitle=f"{defect.number} {defect.unit}", number=defect.number, words=words)


def order_summary(order: DirectoryOrder) -> list[tuple[Any, Any]]:
    return [(_("Tenant"), order.tenant), (_("Unit"), order.unit_text), (_("Line on the board"), order.name), (_("Due"), order.due_on)]


def move_in_summary(move_in: MoveIn) -> list[tuple[Any, Any]]:
    units = "、".join(move_in.units.values_list("unit__code", flat=True))
    return [(_("Tenant"), move_in.tenant), (_("Units"), units), (_("Appointment"), _moment(move_in.takeover_at))]


def defect_summary(defect: Defect) -> list[tuple[Any, Any]]:
    return [(_("Unit"), defect.unit), (_("Place"), defect.place), (_("Defect"), defect.description), (_("Due"), defect.due_on or "–")]


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else "–"


def item_territory(item: FileItem) -> int:
    return item.part.tenant.building_id


def _nowhere(record: Any) -> None:
    """The house's own texts belong to no building."""


kinds.register(
    Tenant,
    rows=access.tenants,
    title=_("Tenant"),
    icon="building",
    url="tenants:tenant_detail",
    search=tenant_words,
    timeline_rows=related_rows,
)
kinds.register(
    FileItem,
    rows=access.file_items,
    title=_("File document"),
    icon="folder",
    url="tenants:file_item_detail",
    flow=ITEM_FLOW,
    territory=item_territory,
)
kinds.register(
    Correspondence,
    rows=access.correspondence,
    title=_("Correspondence"),
    icon="mail",
    url="tenants:correspondence_detail",
    flow=LETTER_FLOW,
    search=letter_words,
)
kinds.register(
    Circular,
    rows=access.circulars,
    title=_("Circular"),
    icon="speakerphone",
    url="tenants:circular_detail",
    flow=CIRCULAR_FLOW,
    search=circular_words,
)
kinds.register(
    Breach,
    rows=access.breaches,
    title=_("Breach"),
    icon="alert-octagon",
    url="tenants:breach_detail",
    flow=BREACH_FLOW,
    search=breach_words,
)
kinds.register(
    DirectoryOrder,
    rows=access.directory_orders,
    title=_("Directory board order"),
    icon="signature",
    url="tenants:directory_order_detail",
    flow=ORDER_FLOW,
    search=order_words,
    summary=order_summary,
)
kinds.register(
    GoodsMove,
    rows=access.goods_moves,
    title=_("Goods move"),
    icon="truck-loading",
    url="tenants:goods_move_detail",
    flow=GOODS_FLOW,
    search=move_words,
)
kinds.register(HandbookText, rows=access.handbooks, title=_("Handbook"), icon="book", url="tenants:handbook_detail", territory=_nowhere)
kinds.register(
    MoveIn,
    rows=access.move_ins,
    title=_("Move-in"),
    icon="key",
    url="tenants:move_in_detail",
    flow=MOVE_IN_FLOW,
    search=move_in_words,
    summary=move_in_summary,
)
kinds.register(
    Defect,
    rows=access.defects,
    title=_("Defect"),
    icon="tool",
    url="tenants:defect_detail",
    flow=DEFECT_FLOW,
    search=defect_words,
    summary=defect_summary,
)


@jobs.runner("import.tenants")
def load_tenants(job: Job) -> dict[str, Any]:
    """Loads the workbook of an import job."""
    return import_pages.load(TenantsImport(), job)
