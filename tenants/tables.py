"""Columns of the lists of the tenant file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tables2 import BooleanColumn, Column, DateColumn, DateTimeColumn

from core import lists
from core.columns import StateColumn, to
from core.crypto import mask_phone
from core.templatetags.ui import chip, status
from tenants.models import (
    Breach,
    Circular,
    Contact,
    Correspondence,
    CustomerCard,
    Defect,
    DirectoryOrder,
    FileItem,
    FilePart,
    GoodsMove,
    Lease,
    MoveIn,
    Tenant,
)
from tenants.services import file as files


def with_list_columns(rows: QuerySet[Tenant], *, on: dt.date) -> QuerySet[Tenant]:
    """Adds units, main contact and file completeness to tenants, without a query a row."""
    leases = Lease.objects.in_force(on).filter(tenant=OuterRef("pk")).order_by().values("tenant")
    units = leases.annotate(codes=StringAgg("unit__code", ", ", order_by="unit__code")).values("codes")
    contact = Contact.objects.filter(tenant=OuterRef("pk"), is_active=True).order_by("kind", "pk")
    parts = FilePart.objects.filter(tenant=OuterRef("pk")).order_by().values("tenant")
    complete = parts.annotate(n=Count("pk", filter=~Q(complete_on=None) | ~Q(not_applicable_reason=""))).values("n")
    return rows.annotate(
        unit_codes=Coalesce(Subquery(units, output_field=CharField()), Value("")),
        contact_name=Subquery(contact.values("name")[:1]),
        contact_phone=Subquery(contact.values("phone")[:1]),
        parts_complete=Coalesce(Subquery(complete), 0),
        parts_needed=Coalesce(Subquery(parts.annotate(n=Count("pk")).values("n")), 0),
    )


class TenantTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:tenant_detail"))
    name = Column(_("Company name"), linkify=to("tenants:tenant_detail"))
    unit_codes = Column(_("Units"), orderable=False)
    company_kind = Column(_("Kind of company"), orderable=False)
    industry = Column(_("Industry"), orderable=False)
    people_total = Column(_("People"), orderable=False)
    contact_name = Column(_("Contact"), orderable=False)
    contact_phone = Column(_("Phone"), orderable=False)
    is_vip = BooleanColumn(verbose_name=_("VIP"), orderable=False, null=True, yesno="✓,")
    parts_complete = Column(_("File"), orderable=False)
    since = DateColumn(verbose_name=_("Since"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Tenant
        fields = (
            "number",
            "name",
            "unit_codes",
            "company_kind",
            "industry",
            "people_total",
            "contact_name",
            "contact_phone",
            "is_vip",
            "parts_complete",
            "since",
        )

    def render_contact_phone(self, value: str) -> str:
        return mask_phone(value)

    value_contact_phone = render_contact_phone

    def render_parts_complete(self, record: Any) -> Any:
        tone = "S" if record.parts_complete == record.parts_needed else "Y"
        return chip(f"{record.parts_complete}/{record.parts_needed}", tone)

    def value_parts_complete(self, record: Any) -> str:
        return f"{record.parts_complete}/{record.parts_needed}"


class LeaseTable(lists.Table):
    contract_number = Column(_("Contract number"), linkify=lambda record: reverse("tenants:tenant_tab", args=[record.tenant_id, "leases"]))
    tenant = Column(_("Tenant"), linkify=to("tenants:tenant_detail", "tenant_id"), orderable=False)
    unit = Column(_("Unit"), orderable=False)
    starts_on = DateColumn(verbose_name=_("Starts on"))
    last_day = DateColumn(verbose_name=_("Ends on"), orderable=False)
    area_m2 = Column(_("Billed area, m²"), orderable=False)
    void_reason = Column(_("Voided because"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Lease
        fields = ("contract_number", "tenant", "unit", "starts_on", "last_day", "area_m2", "void_reason")


class FilePartTable(lists.Table):
    tenant = Column(_("Tenant"), linkify=lambda record: reverse("tenants:tenant_tab", args=[record.tenant_id, "file"]), orderable=False)
    category = Column(_("Part"), orderable=False)
    due_on = DateColumn(verbose_name=_("Due"))
    state = Column(_("State"), accessor="due_on", orderable=False)
    owner = Column(_("Owner"), orderable=False)

    class Meta(lists.Table.Meta):
        model = FilePart
        fields = ("tenant", "category", "due_on", "state", "owner")
        order_by = "due_on"

    def render_category(self, record: Any) -> str:
        return f"{record.category.position} {record.category}"

    value_category = render_category

    def render_state(self, record: Any) -> Any:
        label, tone = files.STATES[files.due_state(record.due_on, timezone.localdate())]
        return chip(label, tone)

    def value_state(self, record: Any) -> str:
        return str(files.STATES[files.due_state(record.due_on, timezone.localdate())][0])


class FileItemTable(lists.Table):
    title = Column(_("Title"), linkify=to("tenants:file_item_detail"), orderable=False)
    tenant = Column(_("Tenant"), accessor="part__tenant", orderable=False)
    part = Column(_("Part"), accessor="part__category", orderable=False)
    state = StateColumn(_("State"), orderable=False)
    sheet = Column(_("Sheet no."), orderable=False)
    shelf = Column(_("Shelf and box"), orderable=False)
    received_on = DateColumn(verbose_name=_("Received on"))

    class Meta(lists.Table.Meta):
        model = FileItem
        fields = ("title", "tenant", "part", "state", "sheet", "shelf", "received_on")


class CorrespondenceTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:correspondence_detail"))
    state = StateColumn(_("State"), orderable=False)
    tenant = Column(_("Tenant"), orderable=False)
    direction = Column(_("Direction"), orderable=False)
    kind = Column(_("Kind"), orderable=False)
    subject = Column(_("Subject"), orderable=False)
    dated_on = DateColumn(verbose_name=_("Dated"))
    reply_due_on = DateColumn(verbose_name=_("Reply needed by"))

    class Meta(lists.Table.Meta):
        model = Correspondence
        fields = ("number", "state", "tenant", "direction", "kind", "subject", "dated_on", "reply_due_on")


class CircularTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:circular_detail"))
    state = StateColumn(_("State"), orderable=False)
    kind = Column(_("Subject matter"), orderable=False)
    title = Column(_("Title"), orderable=False)
    floor = Column(_("Only this floor"), orderable=False)
    issued_on = DateColumn(verbose_name=_("Issued on"))

    class Meta(lists.Table.Meta):
        model = Circular
        fields = ("number", "state", "kind", "title", "floor", "issued_on")


class BreachTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:breach_detail"))
    state = StateColumn(_("State"), orderable=False)
    tenant = Column(_("Tenant"), orderable=False)
    unit = Column(_("Unit"), orderable=False)
    kind = Column(_("Kind"), orderable=False)
    happened_at = DateTimeColumn(verbose_name=_("When"))
    place = Column(_("Where"), orderable=False)
    mend_by = DateColumn(verbose_name=_("To be put right by"))

    class Meta(lists.Table.Meta):
        model = Breach
        fields = ("number", "state", "tenant", "unit", "kind", "happened_at", "place", "mend_by")


class DirectoryOrderTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:directory_order_detail"))
    state = StateColumn(_("State"), orderable=False)
    kind = Column(_("Kind"), orderable=False)
    tenant = Column(_("Tenant"), orderable=False)
    unit_text = Column(_("Unit as shown"), orderable=False)
    name = Column(_("Name as shown"), orderable=False)
    line_before = Column(_("Line before"), orderable=False)
    due_on = DateColumn(verbose_name=_("Due"))
    posted_on = DateColumn(verbose_name=_("On the board since"))

    class Meta(lists.Table.Meta):
        model = DirectoryOrder
        fields = ("number", "state", "kind", "tenant", "unit_text", "name", "line_before", "due_on", "posted_on")


class CardTable(lists.Table):
    key = Column(_("Customer card"), accessor="loan__key", orderable=False)
    state = Column(_("State"), accessor="loan__key__state", orderable=False)
    tenant = Column(_("Tenant"), linkify=lambda record: reverse("tenants:tenant_tab", args=[record.tenant_id, "people"]), orderable=False)
    holder = Column(_("Holder"), accessor="loan__holder_name", orderable=False)
    issued_at = DateTimeColumn(verbose_name=_("Issued"), accessor="loan__issued_at", orderable=False)
    returned_at = DateTimeColumn(verbose_name=_("Returned at"), accessor="loan__returned_at", orderable=False)

    class Meta(lists.Table.Meta):
        model = CustomerCard
        fields = ("key", "state", "tenant", "holder", "issued_at", "returned_at")

    def render_state(self, record: Any) -> Any:
        if record.loan.returned_at:
            return chip(_("Taken back"), "N")
        return status(record.loan.key)

    def value_state(self, record: Any) -> str:
        return str(_("Taken back") if record.loan.returned_at else record.loan.key.get_state_display())


class GoodsMoveTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:goods_move_detail"))
    state = StateColumn(_("State"), orderable=False)
    tenant = Column(_("Tenant"), orderable=False)
    direction = Column(_("Direction"), orderable=False)
    lift = Column(_("Goods lift"), orderable=False)
    starts_at = DateTimeColumn(verbose_name=_("From"))
    ends_at = DateTimeColumn(verbose_name=_("Until"), orderable=False)
    vehicles = Column(_("Vehicles"), orderable=False)

    class Meta(lists.Table.Meta):
        model = GoodsMove
        fields = ("number", "state", "tenant", "direction", "lift", "starts_at", "ends_at", "vehicles")


class MoveInTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:move_in_detail"))
    state = StateColumn(_("State"), orderable=False)
    tenant = Column(_("Tenant"), orderable=False)
    units = Column(_("Units"), accessor="unit_codes", orderable=False)
    takeover_at = DateTimeColumn(verbose_name=_("Takeover time"))
    open_defects = Column(_("Open defects"), orderable=False)

    class Meta(lists.Table.Meta):
        model = MoveIn
        fields = ("number", "state", "tenant", "units", "takeover_at", "open_defects")


class DefectTable(lists.Table):
    number = Column(_("Number"), linkify=to("tenants:defect_detail"))
    state = StateColumn(_("State"), orderable=False)
    unit = Column(_("Unit"), orderable=False)
    tenant = Column(_("Tenant"), accessor="move_in__tenant", orderable=False)
    place = Column(_("Where"), orderable=False)
    description = Column(_("What is wrong"), orderable=False, attrs={"td": {"class": "wrap"}})
    due_on = DateColumn(verbose_name=_("Due"))

    class Meta(lists.Table.Meta):
        model = Defect
        fields = ("number", "state", "unit", "tenant", "place", "description", "due_on")
