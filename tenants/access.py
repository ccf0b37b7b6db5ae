"""Which rows of the tenant file a person may see, and who may do what with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from core.flow import NotAllowed, Role
from core.kinds import territories_of
from staff import access as staff
from tenants.models import (
    Breach,
    Circular,
    CircularDelivery,
    Contact,
    Correspondence,
    CustomerCard,
    Defect,
    DirectoryLine,
    DirectoryOrder,
    FacilityBriefing,
    FileItem,
    FilePart,
    FileUse,
    GoodsMove,
    HandbookText,
    Lease,
    MoveIn,
    Tenant,
    TenantMerge,
    TenantPerson,
)

EDITORS = (staff.SERVICE, staff.LEASING, staff.RECORDS)
LEASE_EDITORS = (staff.LEASING, staff.SERVICE_HEAD, staff.RECORDS)
FILE_KEEPERS = (staff.SERVICE, staff.RECORDS)
MERGERS = (staff.SERVICE_HEAD, staff.RECORDS)
BREACH_REPORTERS = (staff.SERVICE, staff.SECURITY, staff.ENGINEERING)


def tenants(user: Any) -> QuerySet[Tenant]:
    """Tenants of the buildings of this person's posts; a file that was merged into another is not one."""
    return staff.in_territories(Tenant.objects.filter(merged_into=None), user, "building_id")


def merged_tenants(user: Any) -> QuerySet[Tenant]:
    """Files that were merged into another, for addresses that still name them."""
    return staff.in_territories(Tenant.objects.exclude(merged_into=None), user, "building_id")


def merges(user: Any) -> QuerySet[TenantMerge]:
    rows = TenantMerge.objects.select_related("kept", "joined", "merged_by")
    return staff.in_territories(rows, user, "kept__building_id")


def contacts(user: Any) -> QuerySet[Contact]:
    return staff.in_territories(Contact.objects.select_related("tenant"), user, "tenant__building_id")


def people(user: Any) -> QuerySet[TenantPerson]:
    return staff.in_territories(TenantPerson.objects.select_related("tenant", "loan__key"), user, "tenant__building_id")


def leases(user: Any) -> QuerySet[Lease]:
    return staff.in_territories(Lease.objects.select_related("tenant", "unit"), user, "tenant__building_id")


def file_parts(user: Any) -> QuerySet[FilePart]:
    rows = FilePart.objects.select_related("tenant", "category", "owner")
    return staff.in_territories(rows, user, "tenant__building_id")


def file_items(user: Any) -> QuerySet[FileItem]:
    rows = FileItem.objects.select_related("part__tenant", "part__category")
    return staff.in_territories(rows, user, "part__tenant__building_id")


def file_uses(user: Any) -> QuerySet[FileUse]:
    rows = FileUse.objects.select_related("item__part__tenant")
    return staff.in_territories(rows, user, "item__part__tenant__building_id")


def correspondence(user: Any) -> QuerySet[Correspondence]:
    return staff.in_territories(Correspondence.objects.select_related("tenant"), user)


def circulars(user: Any) -> QuerySet[Circular]:
    return staff.in_territories(Circular.objects.select_related("floor"), user)


def circular_deliveries(user: Any) -> QuerySet[CircularDelivery]:
    rows = CircularDelivery.objects.select_related("circular", "tenant")
    return staff.in_territories(rows, user, "circular__building_id")


def breaches(user: Any) -> QuerySet[Breach]:
    return staff.in_territories(Breach.objects.select_related("tenant", "unit"), user)


def directory_lines(user: Any) -> QuerySet[DirectoryLine]:
    return staff.in_territories(DirectoryLine.objects.select_related("tenant", "floor", "building"), user)


def directory_orders(user: Any) -> QuerySet[DirectoryOrder]:
    return staff.in_territories(DirectoryOrder.objects.select_related("tenant", "floor"), user)


def customer_cards(user: Any) -> QuerySet[CustomerCard]:
    rows = CustomerCard.objects.select_related("tenant", "loan__key")
    return staff.in_territories(rows, user, "tenant__building_id")


def goods_moves(user: Any) -> QuerySet[GoodsMove]:
    return staff.in_territories(GoodsMove.objects.select_related("tenant", "unit"), user)


def handbooks(user: Any) -> QuerySet[HandbookText]:
    """Handbooks are the house's own texts: everybody with a post may read them."""
    rows = HandbookText.objects.all()
    return rows if territories_of(user) else rows.none()


def facility_briefings(user: Any) -> QuerySet[FacilityBriefing]:
    """What the buildings of this person's posts tell new tenants, and the text they all start from."""
    allowed = territories_of(user)
    rows = FacilityBriefing.objects.filter(Q(building=None) | Q(building_id__in=allowed))
    return rows if allowed else rows.none()


def holds_any(user: Any, record: Any, roles: tuple[Role, ...]) -> bool:
    return any(role.holds(user, record) for role in roles)


def may_edit(user: Any, record: Any) -> bool:
    """Customer service, leasing and the records officers keep the customer data."""
    return holds_any(user, record, EDITORS)


def may_lease(user: Any, record: Any) -> bool:
    return holds_any(user, record, LEASE_EDITORS)


def may_keep_file(user: Any, record: Any) -> bool:
    return holds_any(user, record, FILE_KEEPERS)


def may_report_breach(user: Any, record: Any) -> bool:
    return holds_any(user, record, BREACH_REPORTERS)


def may_reveal(user: Any, record: Any) -> bool:
    """Who may read a whole identity number; every look is logged."""
    return holds_any(user, record, FILE_KEEPERS)


def may_start(user: Any, roles: tuple[Role, ...]) -> bool:
    """True when this person may do it in at least one building: whether a page offers the form at all."""
    return holds_any(user, None, roles)


def need(allowed: bool) -> None:
    """Raises NotAllowed (403) unless `allowed`."""
    if not allowed:
        raise NotAllowed(_("Your posts don't include this. Ask the customer service manager."))


def current_tenants(user: Any) -> QuerySet[Tenant]:
    """Tenants a form may choose from: those who have not left."""
    return tenants(user).current(timezone.localdate())  # type: ignore[attr-defined]


def _called(tail: str) -> QuerySet[Any]:
    """Contacts whose phone ends in these digits, however it was typed."""
    digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=CharField())
    return Contact.objects.annotate(digits=digits).filter(digits__endswith=tail)


def tenants_like(rows: QuerySet[Tenant], text: str) -> QuerySet[Tenant]:
    """Tenants whose name, pinyin initials, number, code, unit or phone tail contains the text."""
    units = Lease.objects.standing().filter(unit__code__icontains=text).values("tenant")
    phones = _called(text).values("tenant") if text.isdigit() and len(text) > 3 else Contact.objects.none().values("tenant")
    named = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(name_en__icontains=text) | Q(initials__icontains=text)
    known = Q(number__icontains=text) | Q(credit_code__iexact=text)
    return rows.filter(named | known | Q(pk__in=units) | Q(pk__in=phones))


def words_in(*fields: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """A search of a list: rows with the typed text in one of the fields, or of a tenant that fits it."""

    def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": text})
        return rows.filter(found)

    return search


def move_ins(user: Any) -> QuerySet[MoveIn]:
    """Move-ins of the buildings of this person's posts, with unit numbers and the count of open defects."""
    codes = StringAgg("units__unit__code", delimiter="、", distinct=True, order_by="units__unit__code")
    open_defects = Count("defects", filter=~Q(defects__state__in=["ACCEPTED", "WITHDRAWN"]), distinct=True)
    rows = MoveIn.objects.select_related("tenant", "building", "parking_space").annotate(unit_codes=codes, open_defects=open_defects)
    return staff.in_territories(rows, user)


def defects(user: Any) -> QuerySet[Defect]:
    rows = Defect.objects.select_related("unit", "building", "move_in__tenant", "move_in__building", "mended_photo", "mended_by")
    return staff.in_territories(rows, user)


def may_send_notice(user: Any, territory_id: int | None = None) -> bool:
    """Leasing sends Move-in Notices; customer service may, for a notice that came on paper. Both may remind of one."""
    return any(staff.holds(user, department, None, territory_id) for department in ("LEASING", "CUSTOMER_SERVICE"))


def move_ins_like(rows: QuerySet[MoveIn], text: str) -> QuerySet[MoveIn]:
    """By number, tenant or unit."""
    named = Q(number__icontains=text) | Q(tenant__name__icontains=text) | Q(tenant__initials__icontains=text)
    return rows.filter(Q(pk__in=MoveIn.objects.filter(named | Q(units__unit__code__icontains=text)).values("pk")))


def defects_like(rows: QuerySet[Defect], text: str) -> QuerySet[Defect]:
    """By number, unit, place, words or tenant."""
    own = Q(number__icontains=text) | Q(place__icontains=text) | Q(description__icontains=text)
    return rows.filter(own | Q(unit__code__icontains=text) | Q(move_in__tenant__name__icontains=text))
