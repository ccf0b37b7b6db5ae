"""What complaints put into a tenant's file: the Customer Complaint Records (manual 3.11.3, part 11)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from core import panels
from tenants.models import Tenant
from tenants.services import FileEntry

SHOWN = 10


def complaint_records(tenant: Tenant) -> Iterator[FileEntry]:
    """The newest complaints, each with its record."""
    for complaint in tenant.complaints.select_related("kind").order_by("-pk")[:SHOWN]:
        url = reverse("complaints:complaint_detail", args=[complaint.pk])
        yield FileEntry(f"{complaint.number} {complaint.kind}", timezone.localdate(complaint.received_at), url)


panels.contribute("tenant.file.11", complaint_records)
