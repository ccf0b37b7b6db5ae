"""What fit-outs hear from the apps below, and what they put into a tenant's file. One service call each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from core import panels
from fitout.models import Breach
from fitout.services import site_checks
from fitout.services.site import KIND
from rounds.models import Round
from rounds.signals import round_finished
from tenants.models import Tenant
from tenants.services import FileEntry

SHOWN = 10


@receiver(round_finished, dispatch_uid="fitout.site_check")
def keep_site_check(sender: Any, *, round: Round, **facts: Any) -> None:
    """A round of a site becomes its check; the sweep of the clock makes up for a signal that was lost."""
    if round.kind == KIND:
        site_checks.keep(round)


def breach_records(tenant: Tenant) -> Iterator[FileEntry]:
    """The newest breaches of the tenant's fit-outs (manual 3.11.3, part 9)."""
    rows = Breach.objects.filter(fitout__tenant=tenant).exclude(state=Breach.State.WITHDRAWN).select_related("kind")
    for breach in rows.order_by("-pk")[:SHOWN]:
        url = reverse("fitout:breach_detail", args=[breach.pk])
        yield FileEntry(f"{breach.number} {breach.kind}", timezone.localdate(breach.found_at), url)


panels.contribute("tenant.file.9", breach_records)
