"""Two files of one company become one, and can be taken apart for thirty days."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from billing.models import RunExclusion
from core import history
from core.flow import Refused
from core.search import find
from tenants.flow import ITEM_FLOW
from tenants.imports.stock import Stock
from tenants.models import Circular, CircularDelivery, Contact, FileItem, FilePart, Lease, Tenant, TenantMerge
from tenants.services import add_document, merging
from tenants.services.tenant import related_rows
from tests.billing.factories import a_charge, a_run
from tests.conftest import Cast, a_building
from tests.tenants.factories import a_lease, a_letter, a_tenant

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def two(cast: Any, tower: Any) -> tuple[Tenant, Tenant]:
    """A file with a lease, and an older one of the same company with a contact, a letter and a document."""
    kept, joined = a_tenant(cast, tower), a_tenant(cast, tower, name="华信科技（旧档）", code="", industry="软件", phone="010-88888888")
    a_lease(cast, tower, tenant=kept)
    Contact.objects.create(tenant=joined, name="刘洋", kind="GENERAL")
    a_letter(cast, tower, tenant=joined)
    add_document(joined.file_parts.get(category__code="MOVE_IN"), "防火安全责任书", by=cast.service_clerk, on=TODAY)
    return kept, joined


def merged(cast: Any, two: Any, *fields: str) -> TenantMerge:
    return merging.merge(two[0], two[1], fields, by=cast.service_head, at=timezone.now())


def test_everything_moves_and_the_old_address_leads_to_the_kept_file(cast: Any, two: Any, as_user: Any) -> None:
    kept, joined = two
    merged(cast, two, "industry")
    kept.refresh_from_db()
    assert (kept.contacts.count(), kept.correspondence.count(), kept.industry) == (1, 1, "软件")
    assert FileItem.objects.get(title="防火安全责任书").part.tenant == kept
    client = as_user(cast.service_clerk)
    answer = client.get(reverse("tenants:tenant_detail", args=[joined.pk]))
    assert answer.headers["Location"] == reverse("tenants:tenant_detail", args=[kept.pk])
    listed = client.get(reverse("tenants:tenant_list")).content.decode()
    assert kept.name in listed and joined.name not in listed
    assert [hit.url for _title, hits in find(cast.service_clerk, "旧档") for hit in hits] == [
        reverse("tenants:tenant_detail", args=[kept.pk])
    ]


def test_it_is_taken_apart_exactly_as_it_was(cast: Any, two: Any) -> None:
    kept, joined = two
    made = merged(cast, two, "industry", "phone")
    later = Contact.objects.create(tenant=kept, name="之后新增", kind="GENERAL")
    merging.undo(made, by=cast.service_head, at=timezone.now() + dt.timedelta(days=29, hours=23))
    kept.refresh_from_db()
    joined.refresh_from_db()
    assert (kept.industry, kept.phone, joined.industry, joined.merged_into) == ("", "", "软件", None)
    assert list(kept.contacts.all()) == [later]
    assert (joined.contacts.count(), joined.correspondence.count()) == (1, 1)
    assert FileItem.objects.get(title="防火安全责任书").part.tenant == joined
    assert Lease.objects.get().tenant == kept


def test_after_thirty_days_it_stays_merged(cast: Any, two: Any) -> None:
    made = merged(cast, two)
    with pytest.raises(Refused, match="thirty days"):
        merging.undo(made, by=cast.service_head, at=timezone.now() + dt.timedelta(days=30, minutes=1))
    merging.undo(made, by=cast.service_head, at=timezone.now())
    with pytest.raises(Refused, match="already"):
        merging.undo(made, by=cast.service_head, at=timezone.now())


def test_the_credit_code_goes_over_and_comes_back(cast: Any, tower: Any) -> None:
    kept, joined = a_tenant(cast, tower, name="华信（新档）", code=""), a_tenant(cast, tower)
    code = joined.credit_code
    made = merging.merge(kept, joined, ["credit_code"], by=cast.records, at=timezone.now())
    kept.refresh_from_db()
    assert kept.credit_code == code
    merging.undo(made, by=cast.records, at=timezone.now())
    kept.refresh_from_db()
    joined.refresh_from_db()
    assert (kept.credit_code, joined.credit_code) == ("", code)


def test_a_file_with_entries_in_the_books_is_the_one_that_is_kept(cast: Any, two: Any) -> None:
    kept, joined = two
    a_charge(cast, joined)
    with pytest.raises(Refused, match="entries in the books"):
        merged(cast, two)
    assert merging.merge(joined, kept, [], by=cast.service_head, at=timezone.now()).kept == joined


def test_what_was_merged_is_not_merged_again(cast: Any, tower: Any, two: Any) -> None:
    merged(cast, two)
    third = a_tenant(cast, tower, name="第三家", code="")
    for kept, joined in ((third, two[1]), (two[1], third), (third, two[0]), (two[0], two[0])):
        with pytest.raises(Refused):
            merging.merge(kept, joined, [], by=cast.service_head, at=timezone.now())


def test_two_merges_at_once_are_one(committed_db: Any) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    one, other, start = a_tenant(cast, tower), a_tenant(cast, tower, name="旧档", code=""), Barrier(2)

    def join(turn: int) -> str:
        try:
            start.wait(20)
            pair = (one, other) if turn else (other, one)
            merging.merge(*pair, [], by=cast.service_head, at=timezone.now())
            return "merged"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, range(2))) == ["merged", "refused"]
    assert TenantMerge.objects.count() == 1


def test_the_pages_compare_merge_and_take_apart(cast: Any, two: Any, as_user: Any) -> None:
    kept, joined = two
    client = as_user(cast.service_head)
    chosen = client.post(reverse("tenants:tenant_merge_choose", args=[kept.pk]), {"other": f"={joined.pk}", "submission_key": uuid.uuid4()})
    url = chosen.headers["Location"]
    page = client.get(url)
    assert "010-88888888" in page.content.decode() and "Correspondence: 1" in page.content.decode().replace(
        "correspondence", "Correspondence"
    )
    values = {name: "theirs" if name == "take_industry" else "mine" for name in page.context["form"].fields if name.startswith("take_")}
    assert client.post(url, {**values, "submission_key": uuid.uuid4()}).status_code == 302
    made = TenantMerge.objects.get()
    overview = client.get(reverse("tenants:tenant_detail", args=[kept.pk])).content.decode()
    assert joined.number in overview and "Take apart" in overview
    assert client.post(reverse("tenants:tenant_unmerge", args=[made.pk]), {"submission_key": uuid.uuid4()}).status_code == 302
    joined.refresh_from_db()
    assert joined.merged_into is None


def test_only_the_service_manager_and_the_records_officers_merge(cast: Any, two: Any, as_user: Any) -> None:
    url = reverse("tenants:tenant_merge", args=[two[0].pk, two[1].pk])
    assert as_user(cast.service_clerk).get(url).status_code == 403
    assert as_user(cast.records).get(url).status_code == 200
    assert as_user(cast.outsider).get(url).status_code == 404


def test_documents_lie_behind_those_of_the_kept_file_and_get_their_sheets_back(cast: Any, two: Any) -> None:
    for tenant in two:
        item = add_document(tenant.file_parts.get(category__code="PAYMENTS"), f"收据 {tenant.number}", by=cast.service_clerk, on=TODAY)
        for step in ("sort", "file"):
            ITEM_FLOW.take(item, step, by=cast.service_clerk, at=timezone.now())
    made = merged(cast, two)
    part = two[0].file_parts.get(category__code="PAYMENTS")
    assert sorted(part.items.values_list("sheet", flat=True)) == [1, 2]
    merging.undo(made, by=cast.service_head, at=timezone.now())
    assert [tenant.file_parts.get(category__code="PAYMENTS").items.get().sheet for tenant in two] == [1, 1]


def test_a_circular_both_got_stays_with_each(cast: Any, tower: Any, two: Any) -> None:
    circular = Circular.objects.create(building=tower, title="停水通知", body="周六停水", number="TZ-20261123-0001")
    for tenant in two:
        CircularDelivery.objects.create(circular=circular, tenant=tenant)
    merged(cast, two)
    assert set(CircularDelivery.objects.values_list("tenant", flat=True)) == {two[0].pk, two[1].pk}


def test_a_row_whose_key_is_hidden_moves_too(cast: Any, tower: Any, two: Any) -> None:
    exclusion = RunExclusion.objects.create(run=a_run(cast, tower), tenant=two[1], reason="合同另议")
    merged(cast, two)
    exclusion.refresh_from_db()
    assert exclusion.tenant == two[0]


def test_what_was_corrected_since_survives_the_undo(cast: Any, two: Any) -> None:
    made = merged(cast, two, "phone", "industry")
    Tenant.objects.filter(pk=two[0].pk).update(phone="010-77777777")
    merging.undo(made, by=cast.service_head, at=timezone.now())
    two[0].refresh_from_db()
    assert (two[0].phone, two[0].industry) == ("010-77777777", "")


def test_a_code_that_a_third_file_took_since_is_named(cast: Any, tower: Any) -> None:
    kept, joined = a_tenant(cast, tower), a_tenant(cast, tower, name="旧档", code="91350211M000100Y43")
    own = kept.credit_code
    made = merging.merge(kept, joined, ["credit_code"], by=cast.service_head, at=timezone.now())
    a_tenant(cast, tower, name="第三家", code=own)
    with pytest.raises(Refused, match="social credit code"):
        merging.undo(made, by=cast.service_head, at=timezone.now())


def test_both_histories_stay_and_say_who_merged(cast: Any, two: Any) -> None:
    history.note(two[1], "老档案的一条记录", by=cast.service_clerk)
    merged(cast, two)
    lines = history.timeline(two[0], *related_rows(two[0]), limit=100)
    assert "老档案的一条记录" in [line.note for line in lines]
    said = [line for line in lines if "was merged into" in line.note]
    assert [line.actor for line in said] == [cast.service_head, cast.service_head]


def test_nobody_is_reminded_of_a_file_that_was_merged_and_an_import_finds_the_kept_one(cast: Any, tower: Any, two: Any) -> None:
    merged(cast, two)
    assert not FilePart.objects.overdue(TODAY + dt.timedelta(days=400)).filter(tenant=two[1]).exists()
    assert Stock.of(None, by=None).tenant_ids[tower.pk, two[1].name] == two[0].pk  # type: ignore[arg-type]


def test_money_is_not_booked_on_a_file_that_was_merged_meanwhile(cast: Any, two: Any) -> None:
    open_form = Tenant.objects.get(pk=two[1].pk)
    merged(cast, two)
    with pytest.raises(Refused, match="was merged into another file"):
        a_charge(cast, open_form)
