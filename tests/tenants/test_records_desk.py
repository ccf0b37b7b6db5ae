"""The records officers' desk: find, complete, correct with a reason, export; never delete, never rewrite a numbered record."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from core.models import HistoryEntry
from tenants.models import HandbookText, Tenant
from tests.conftest import Cast
from tests.tenants.factories import a_breach, a_contact, a_lease, a_letter, a_person, a_tenant

TABLES = [
    "tenant", "contact", "lease", "tenantperson", "filecategory", "filepart", "fileitem", "correspondence", "breach", "circular",
    "directoryline", "directoryorder", "goodsmove", "customercard", "handbooktext", "facilitybriefing",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_records_officer_opens_every_table_and_others_none(cast: Cast, tower: Any, as_user: Any, table: str) -> None:
    a_lease(cast, tower)
    url = reverse(f"admin:tenants_{table}_changelist")
    assert as_user(cast.records).get(url).status_code == 200
    assert as_user(cast.service_clerk).get(url).status_code == 302


@pytest.mark.parametrize("text", ["华信", "hxkj", "8000"])
def test_the_desk_finds_tenants_by_name_initials_and_phone_tail(cast: Cast, tower: Any, as_user: Any, text: str) -> None:
    tenant = a_contact(cast, tower).tenant
    page = as_user(cast.records).get(reverse("admin:tenants_tenant_changelist"), {"q": text}).content.decode()
    assert tenant.number in page


def changed(client: Any, record: Any, **changes: Any) -> Any:
    url = reverse(f"admin:tenants_{record._meta.model_name}_change", args=[record.pk])
    form = client.get(url).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return client.post(url, {name: value for name, value in {**values, **changes}.items() if value not in (None, False)})


def test_a_correction_says_why_and_the_reason_is_on_the_timeline(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    client = as_user(cast.records)
    refused = changed(client, tenant, industry="软件")
    assert refused.status_code == 200 and "Say why you change this." in refused.content.decode()
    assert changed(client, tenant, industry="软件", reason="按营业执照更正").status_code == 302
    tenant.refresh_from_db()
    entries = HistoryEntry.objects.filter(row_table="tenants_tenant", row_id=tenant.pk)
    assert tenant.industry == "软件" and tenant.version == 2
    assert entries.filter(kind="NOTE", note="按营业执照更正", actor_id=cast.records.pk).exists()


@pytest.mark.parametrize("factory", [a_letter, a_breach])
def test_numbered_records_are_read_there_and_corrected_in_the_app(cast: Cast, tower: Any, as_user: Any, factory: Any) -> None:
    record = factory(cast, tower)
    name = record._meta.model_name
    page = as_user(cast.records).get(reverse(f"admin:tenants_{name}_change", args=[record.pk])).content.decode()
    assert 'name="_save"' not in page
    listed = as_user(cast.records).get(reverse(f"admin:tenants_{name}_changelist")).content.decode()
    assert "View in app" in listed
    assert as_user(cast.records).post(reverse(f"admin:tenants_{name}_delete", args=[record.pk]), {"post": "yes"}).status_code == 403


def test_identity_numbers_stay_masked_on_the_desk_and_people_are_not_exported(cast: Cast, tower: Any, as_user: Any) -> None:
    person = a_person(cast, tower)
    client = as_user(cast.records)
    for url in (
        reverse("admin:tenants_tenantperson_changelist"),
        reverse("admin:tenants_tenantperson_change", args=[person.pk]),
        reverse("admin:tenants_tenant_change", args=[person.tenant_id]),
    ):
        assert "11010519491231002X" not in client.get(url).content.decode()
    assert client.get(reverse("admin:tenants_tenantperson_export")).status_code == 403


def test_tenants_and_contacts_are_exported_without_whole_phones(cast: Cast, tower: Any, as_user: Any) -> None:
    a_contact(cast, tower)
    client, url = as_user(cast.records), reverse("admin:tenants_contact_export")
    fields = {f"contactresource_{name}": "on" for name in ("tenant__name", "name", "phone")}
    answer = client.post(url, {"format": "0", "resource": "0", **fields})
    assert answer.status_code == 200 and b"13800138000" not in answer.content


def test_the_desk_shows_only_the_officers_own_buildings(cast: Cast, tower: Any, neighbour: Any, as_user: Any) -> None:
    a_tenant(cast, neighbour, name="邻楼公司", code="")
    assert "邻楼公司" not in as_user(cast.records).get(reverse("admin:tenants_tenant_changelist")).content.decode()


def test_a_new_handbook_is_a_new_version_and_the_old_one_stays(cast: Cast, tower: Any, as_user: Any) -> None:
    first = HandbookText.objects.get(kind="OCCUPANT")
    client, url = as_user(cast.records), reverse("admin:tenants_handbooktext_add")
    form = client.get(f"{url}?from={first.pk}").context["adminform"].form
    values = {name: form[name].value() for name in ("kind", "title", "title_en", "sections")}
    assert client.post(url, {**values, "valid_from": "2027-01-01", "sections": '[{"heading": 1}]'}).status_code == 200
    assert client.post(url, {**values, "valid_from": "2027-01-01"}).status_code == 302
    assert list(HandbookText.objects.filter(kind="OCCUPANT").order_by("edition").values_list("edition", flat=True)) == [1, 2]
    page = client.get(reverse("admin:tenants_handbooktext_change", args=[first.pk])).content.decode()
    assert 'name="_save"' not in page and Tenant.objects.count() == 0
