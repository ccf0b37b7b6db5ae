"""What the tenant file puts into its own twelve parts. Other apps contribute to the same slots in their `receivers.py`."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from core import panels
from tenants.models import Contact, Tenant
from tenants.services import FileEntry

SHOWN = 5


def _tab(tenant: Tenant, tab: str) -> str:
    return reverse("tenants:tenant_tab", args=[tenant.pk, tab])


def organisation(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 1: the registration data; every empty field is named."""
    edit = reverse("tenants:tenant_edit", args=[tenant.pk])
    needed = {
        _("unified social credit code"): tenant.credit_code or tenant.other_identifier,
        _("industry"): tenant.industry,
        _("people in all"): tenant.people_total,
        _("registered address"): tenant.registered_address,
        _("legal representative"): tenant.legal_representative,
    }
    for name, value in needed.items():
        if value in ("", None):
            yield FileEntry(name, url=edit, is_lacking=True)
    yield FileEntry(_("Customer data"), tenant.since, reverse("tenants:tenant_detail", args=[tenant.pk]))


def leases(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 1 as well: the lease contracts."""
    rows = list(tenant.leases.standing().select_related("unit")[:SHOWN])
    if not rows:
        yield FileEntry(_("Lease contract"), url=_tab(tenant, "leases"), is_lacking=True)
    for lease in rows:
        yield FileEntry(f"{_('Lease contract')} {lease.contract_number} · {lease.unit}", lease.signed_on, _tab(tenant, "leases"))


def supplements(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 5: registered people and customer cards."""
    for person in tenant.people.filter(left_on=None)[:SHOWN]:
        yield FileEntry(f"{_('Registered person')} {person.name}", person.registered_on, _tab(tenant, "people"))
    for card in tenant.cards.select_related("loan__key")[:SHOWN]:
        yield FileEntry(f"{_('Customer card')} {card.loan.key}", card.loan.issued_at.date(), _tab(tenant, "people"))


def contacts(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 6: at least an office administrator with a phone."""
    rows = list(tenant.contacts.filter(is_active=True))
    if not any(row.kind == Contact.Kind.ADMINISTRATIVE_HEAD and row.phone for row in rows):
        yield FileEntry(_("Office administrator with a phone number"), url=_tab(tenant, "contacts"), is_lacking=True)
    for row in rows:
        if row.kind != Contact.Kind.EMERGENCY:
            yield FileEntry(f"{row.get_kind_display()} {row.name}", row.created_at.date(), _tab(tenant, "contacts"))


def emergency(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 7: at least one emergency contact who can be called."""
    rows = list(tenant.contacts.filter(is_active=True, kind=Contact.Kind.EMERGENCY).exclude(phone=""))
    if not rows:
        yield FileEntry(_("Emergency contact with a phone number"), url=_tab(tenant, "contacts"), is_lacking=True)
    for row in rows:
        yield FileEntry(f"{_('Emergency contact')} {row.name}", row.created_at.date(), _tab(tenant, "contacts"))


def correspondence(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 8: registered papers and the circulars the tenant got."""
    for letter in tenant.correspondence.order_by("-id")[:SHOWN]:
        yield FileEntry(f"{letter.number} {letter.subject}", letter.dated_on, reverse("tenants:correspondence_detail", args=[letter.pk]))
    for copy in tenant.circular_deliveries.exclude(delivered_at=None).select_related("circular").order_by("-id")[:SHOWN]:
        url = reverse("tenants:circular_detail", args=[copy.circular_id])
        yield FileEntry(f"{copy.circular.number} {copy.circular.title}", copy.delivered_at and copy.delivered_at.date(), url)


def breaches(tenant: Tenant) -> Iterator[FileEntry]:
    """Part 9: breaches of rules."""
    for breach in tenant.breaches.order_by("-id")[:SHOWN]:
        url = reverse("tenants:breach_detail", args=[breach.pk])
        yield FileEntry(f"{breach.number} {breach.get_kind_display()}", breach.happened_at.date(), url)


panels.contribute("tenant.file.1", organisation)
panels.contribute("tenant.file.1", leases)
panels.contribute("tenant.file.5", supplements)
panels.contribute("tenant.file.6", contacts)
panels.contribute("tenant.file.7", emergency)
panels.contribute("tenant.file.8", correspondence)
panels.contribute("tenant.file.9", breaches)
