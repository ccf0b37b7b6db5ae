"""Which rows of the tenant file a person may see, and who may do what with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from staff import access as staff
from tenants.models import Contact, Lease, Tenant, TenantPerson


def tenants(user: Any) -> QuerySet[Tenant]:
    """Tenants of the buildings of this person's posts."""
    return staff.in_territories(Tenant.objects.all(), user, "building_id")


def contacts(user: Any) -> QuerySet[Contact]:
    return staff.in_territories(Contact.objects.select_related("tenant"), user, "tenant__building_id")


def people(user: Any) -> QuerySet[TenantPerson]:
    return staff.in_territories(TenantPerson.objects.select_related("tenant"), user, "tenant__building_id")


def leases(user: Any) -> QuerySet[Lease]:
    return staff.in_territories(Lease.objects.select_related("tenant", "unit"), user, "tenant__building_id")
