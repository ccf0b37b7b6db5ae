"""Customer data: entered, corrected, found, masked, checked."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core import search
from core.flow import Refused
from core.models import FileView, HistoryEntry
from premises.models import Key
from tenants import access
from tenants.models import Contact, Tenant, TenantPerson
from tenants.services import data_faults, issue_pass, register_person, reveal
from tests.conftest import Cast
from tests.tenants.factories import TODAY, a_contact, a_customer_card, a_lease, a_person, a_tenant

DATA = {
    "name": "北京华信科技有限公司",
    "short_name": "华信科技",
    "credit_code": "９1110108551385082q",
    "company_kind": "PRIVATE",
    "industry": "软件",
    "people_total": "120",
    "managers": "12",
    "employees": "108",
    "foreigners": "3",
    "registered_address": "北京市海淀区中关村大街 1 号",
    "legal_representative": "张伟",
    "legal_representative_id": "11010519491231002X",
    "since": "2026-11-23",
}


def new_tenant(client: Any, building: Any, **changes: Any) -> Any:
    url = reverse("tenants:tenant_new")
    key = client.get(url).context["form"]["submission_key"].value()
    return client.post(url, {**DATA, "building": building.pk, "submission_key": key, **changes})


@pytest.mark.clause("M1.2.5-c", "M3.11.3-1")
def test_a_new_tenant_gets_a_number_and_a_file_of_twelve_parts(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = new_tenant(as_user(cast.service_clerk), tower)
    tenant = Tenant.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("tenants:tenant_detail", args=[tenant.pk])
    assert tenant.number.startswith("T-") and tenant.credit_code == "91110108551385082Q" and tenant.initials == "bjhxkjyxgs"
    assert tenant.file_parts.count() == 12


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"credit_code": "91350100M000100Y4A"}, "not valid"),
        ({"people_total": "5"}, "Managers and staff together are more than the people in all."),
        ({"foreigners": "500"}, "More foreigners than people in all"),
        ({"name": ""}, "required"),
        ({"left_on": "2020-01-01"}, "leave before it came"),
        ({"people_total": "99999999999"}, "2147483647"),
    ],
)
def test_bad_customer_data_are_refused_and_kept(cast: Cast, tower: Any, as_user: Any, changes: dict[str, str], words: str) -> None:
    answer = new_tenant(as_user(cast.service_clerk), tower, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode() and "中关村大街" in answer.content.decode()
    assert not Tenant.objects.exists()


def test_a_credit_code_is_used_once_a_building(cast: Cast, tower: Any, neighbour: Any, as_user: Any) -> None:
    a_tenant(cast, tower)
    answer = new_tenant(as_user(cast.service_clerk), tower)
    assert answer.status_code == 422 and "has this unified social credit code already" in answer.content.decode()
    a_tenant(cast, neighbour)
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(building=tower, name="另一家", number="T-X", credit_code="91110108551385082Q")


def test_somebody_elses_change_is_not_overwritten(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("tenants:tenant_edit", args=[tenant.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    Tenant.objects.filter(pk=tenant.pk).update(industry="金融", version=2)
    answer = client.post(url, {**values, "industry": "软件"})
    tenant.refresh_from_db()
    assert answer.status_code == 409 and tenant.industry == "金融"


@pytest.mark.clause("M3.11.1")
def test_the_tenant_page_shows_staff_company_nature_units_and_contact_at_once(cast: Cast, tower: Any, as_user: Any) -> None:
    lease = a_lease(cast, tower)
    tenant = lease.tenant
    Tenant.objects.filter(pk=tenant.pk).update(people_total=120, managers=12, employees=108, company_kind="FOREIGN")
    Contact.objects.create(tenant=tenant, name="刘洋", kind="ADMINISTRATIVE_HEAD", phone="13800138000")
    page = as_user(cast.frontdesk).get(reverse("tenants:tenant_detail", args=[tenant.pk])).content.decode()
    for words in ("120 in all: 12 managers, 108 staff", "Foreign-invested", "1203", "刘洋", "138****8000", "File complete"):
        assert words in page


@pytest.mark.parametrize("tab", ["overview", "contacts", "people", "leases", "file", "correspondence", "breaches", "board", "timeline"])
def test_each_tab_is_a_page_and_a_fragment(cast: Cast, tower: Any, as_user: Any, tab: str) -> None:
    tenant = a_customer_card(cast, tower).tenant
    client, url = as_user(cast.service_clerk), reverse("tenants:tenant_tab", args=[tenant.pk, tab])
    whole = client.get(url)
    part = client.get(url, headers={"HX-Request": "true", "HX-Target": "tenant-tab"})
    assert whole.status_code == part.status_code == 200
    assert "<html" in whole.content.decode() and "<html" not in part.content.decode()
    assert 'id="tenant-tab"' in part.content.decode() and "HX-Request" in part["Vary"]


def test_an_unknown_tab_is_not_found(cast: Cast, tower: Any, as_user: Any) -> None:
    assert as_user(cast.service_clerk).get(reverse("tenants:tenant_tab", args=[a_tenant(cast, tower).pk, "x"])).status_code == 404


def test_the_tenant_page_stays_within_its_queries(cast: Cast, tower: Any, as_user: Any, django_assert_max_num_queries: Any) -> None:
    tenant = a_lease(cast, tower).tenant
    client, url = as_user(cast.service_clerk), reverse("tenants:tenant_detail", args=[tenant.pk])
    client.get(url)
    with django_assert_max_num_queries(25):
        client.get(url)


@pytest.mark.parametrize("text", ["华信", "hxkj", "1203", "8000", "91110108551385082Q", "科技有"])
def test_the_list_finds_a_tenant_by_any_of_its_words(cast: Cast, tower: Any, as_user: Any, text: str) -> None:
    tenant = a_lease(cast, tower).tenant
    Contact.objects.create(tenant=tenant, name="刘洋", phone="138 0013 8000")
    a_tenant(cast, tower, name="上海北辰贸易有限公司", code="91350100M000100Y43")
    page = as_user(cast.frontdesk).get(reverse("tenants:tenant_list"), {"q": text}).content.decode()
    assert tenant.number in page and "北辰" not in page


def test_the_palette_finds_a_tenant_by_unit_contact_and_initials(cast: Cast, tower: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        lease = a_lease(cast, tower)
    for text in ("1203", "hxkj", lease.tenant.number[-6:]):
        assert any(hit.record == lease.tenant for _title, hits in search.find(cast.frontdesk, text) for hit in hits), text
    assert search.find(cast.outsider, "hxkj") == []


def test_the_list_answers_in_constant_queries(cast: Cast, tower: Any, as_user: Any, django_assert_max_num_queries: Any) -> None:
    for number, code in enumerate(["91110108551385082Q", "91350100M000100Y43", "91000000000000000K"]):
        a_lease(
            cast, tower, tenant=a_tenant(cast, tower, name=f"公司{number}", code=code), code=f"12{number}", contract_number=f"Y{number}"
        )
    client = as_user(cast.frontdesk)
    client.get(reverse("tenants:tenant_list"))
    with django_assert_max_num_queries(12):
        client.get(reverse("tenants:tenant_list"))


@pytest.mark.parametrize(
    "query", ["here=now", "here=left", "file=incomplete", "file=overdue", "file=complete", "lease=ending", "lease=none"]
)
def test_every_filter_of_the_list_answers(cast: Cast, tower: Any, as_user: Any, query: str) -> None:
    a_lease(cast, tower)
    assert as_user(cast.frontdesk).get(f"{reverse('tenants:tenant_list')}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["tenant_list", "lease_list", "file_part_list", "file_item_list", "correspondence_list", "card_list"])
def test_a_stranger_sees_empty_lists_and_no_tenant(cast: Cast, tower: Any, as_user: Any, name: str) -> None:
    a_lease(cast, tower)
    answer = as_user(cast.outsider).get(reverse(f"tenants:{name}"))
    assert answer.status_code == 200 and "华信" not in answer.content.decode()


def test_an_export_keeps_phones_masked(cast: Cast, tower: Any, as_user: Any) -> None:
    a_contact(cast, tower)
    text = as_user(cast.frontdesk).get(reverse("tenants:tenant_list"), {"export": "csv"}).content.decode("utf-8-sig")
    assert "138****8000" in text and "13800138000" not in text


def test_identity_numbers_are_encrypted_masked_and_kept_out_of_the_history(cast: Cast, tower: Any, as_user: Any) -> None:
    new_tenant(as_user(cast.service_clerk), tower)
    tenant = Tenant.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT legal_representative_id FROM tenants_tenant")
        [stored] = cursor.fetchone()
    page = as_user(cast.service_clerk).get(reverse("tenants:tenant_detail", args=[tenant.pk])).content.decode()
    trail = "".join(str(entry.changes) for entry in HistoryEntry.objects.filter(row_table="tenants_tenant"))
    assert "1231002X" not in stored and "110***********002X" in page
    assert "11010519491231002X" not in page and "11010519491231002X" not in trail


def test_a_reveal_needs_a_post_a_reason_and_leaves_a_trace(cast: Cast, tower: Any, as_user: Any) -> None:
    person = a_person(cast, tower)
    url = reverse("tenants:person_reveal", args=[person.pk])
    client = as_user(cast.service_clerk)
    assert "11010519491231002X" not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert not FileView.objects.exists()
    assert "11010519491231002X" in client.post(url, {"reason": "制证核对"}).content.decode()
    assert FileView.objects.get().viewed_by == cast.service_clerk and FileView.objects.get().reason == "制证核对"
    assert as_user(cast.cleaner).post(url, {"reason": "x"}).status_code == 403
    assert as_user(cast.outsider).post(url, {"reason": "x"}).status_code == 404


def test_only_identity_numbers_can_be_revealed(cast: Cast, tower: Any) -> None:
    with pytest.raises(Refused):
        reveal(a_tenant(cast, tower), "note", by=cast.service_clerk, at=timezone.now(), reason="x")


@pytest.mark.clause("M1.2.2-e")
def test_people_are_registered_and_get_one_pass_each(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    client, url = as_user(cast.service_clerk), reverse("tenants:person_new", args=[tenant.pk])
    key = client.get(url).context["form"]["submission_key"].value()
    values = {"name": "林晓", "identity_kind": "RESIDENT", "registered_on": "2026-11-23", "submission_key": key}
    assert client.post(url, {**values, "identity_number": "110105194912310021"}).status_code == 422
    assert client.post(url, {**values, "identity_number": "11010519491231002x"}).status_code == 302
    person = TenantPerson.objects.get()
    cards = [Key.objects.create(building=tower, kind=Key.Kind.ACCESS_CARD, number=f"CR-{n}") for n in (1, 2)]
    issue_pass(person, cards[0], by=cast.service_clerk, at=timezone.now())
    cards[0].refresh_from_db()
    assert person.identity_number == "11010519491231002X"
    assert cards[0].state == Key.State.OUT and person.loan.holder_name == "林晓"
    with pytest.raises(Refused, match="holds a pass already"):
        issue_pass(person, cards[1], by=cast.service_clerk, at=timezone.now())


def test_a_person_and_their_pass_are_stored_together_or_not_at_all(cast: Cast, tower: Any) -> None:
    card = Key.objects.create(building=tower, kind=Key.Kind.ACCESS_CARD, number="CR-1")
    tenant, at = a_tenant(cast, tower), timezone.now()
    people = [
        TenantPerson(tenant=tenant, name=name, identity_number="11010519491231002X", registered_on=TODAY) for name in ("林晓", "周宇")
    ]
    register_person(people[0], by=cast.service_clerk, at=at, key=card)
    with pytest.raises(Refused):
        register_person(people[1], by=cast.service_clerk, at=at, key=card)
    assert TenantPerson.objects.count() == 1


@pytest.mark.clause("M3.11.2")
def test_incomplete_wrong_and_outdated_data_are_listed_with_their_tenants(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    found = {fault.code: list(rows) for fault, rows in data_faults(access.tenants(cast.service_clerk), on=TODAY)}
    assert all(found[code] == [tenant] for code in ("no_phone", "no_emergency", "no_people", "no_industry", "no_lease"))
    assert found["no_code"] == found["invalid_code"] == found["lease_ran_out"] == []
    Tenant.objects.filter(pk=tenant.pk).update(credit_code="91350100M000100Y4A", people_total=3, industry="软件")
    a_lease(cast, tower, tenant=tenant, ends_on=TODAY.replace(month=6))
    found = {fault.code: list(rows) for fault, rows in data_faults(access.tenants(cast.service_clerk), on=TODAY)}
    assert found["invalid_code"] == found["lease_ran_out"] == [tenant] and found["no_lease"] == found["no_people"] == []
    page = as_user(cast.service_clerk).get(reverse("tenants:quality")).content.decode()
    assert "Unified social credit code not valid" in page and "华信科技" in page


def test_an_emergency_contact_needs_a_phone(cast: Cast, tower: Any, as_user: Any) -> None:
    url = reverse("tenants:contact_new", args=[a_tenant(cast, tower).pk])
    answer = as_user(cast.service_clerk).post(url, {"kind": "EMERGENCY", "name": "刘洋", "is_active": "on"})
    assert answer.status_code == 422 and "Enter the phone of the emergency contact" in answer.content.decode()


@pytest.mark.clause("M3.11.4-2")
def test_notes_about_the_relation_with_a_tenant_are_kept_on_its_timeline(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    client = as_user(cast.service_clerk)
    client.post(reverse("core:note", args=["tenants.Tenant", tenant.pk]), {"note": "已协调与 1204 单元的噪音问题"})
    page = client.get(reverse("tenants:tenant_tab", args=[tenant.pk, "timeline"])).content.decode()
    assert "已协调与 1204 单元的噪音问题" in page and "陈静" in page
