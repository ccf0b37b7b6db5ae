"""The customer file: twelve parts that fill themselves, documents collected, sorted, filed and used."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core import panels
from core.flow import NotAllowed, Refused
from core.models import HistoryEntry, Notice, StoredFile
from tenants import tasks
from tenants.flow import ITEM_FLOW
from tenants.models import Contact, FileCategory, FileItem, FileUse, Tenant, TenantPerson
from tenants.services import FileEntry, add_document, completeness, file_of, register_person, reminders
from tenants.services import file as files
from tests.conftest import Cast
from tests.tenants.factories import (
    TODAY,
    a_breach,
    a_customer_card,
    a_file_item,
    a_lease,
    a_letter,
    a_loan_of_a_paper,
    a_tenant,
)


def line(tenant: Any, position: int, on: dt.date = TODAY) -> Any:
    return file_of(tenant, on=on)[position - 1]


def filled(cast: Cast, tenant: Any, code: str, title: str) -> FileItem:
    """A document through all its links."""
    part = tenant.file_parts.get(category__code=code)
    item = add_document(part, title, by=cast.records, on=TODAY)
    for step in ("sort", "file"):
        item = ITEM_FLOW.take(item, step, by=cast.records, at=timezone.now())
    return item


@pytest.mark.clause("M3.11.3-0")
def test_a_document_is_collected_sorted_filed_and_used(cast: Cast, tower: Any) -> None:
    item = a_file_item(cast, tower)
    assert (item.state, item.received_by, item.sheet) == ("RECEIVED", cast.service_clerk, None)
    item = ITEM_FLOW.take(item, "sort", by=cast.records, at=timezone.now(), shelf="3 号柜 2 盒")
    item = ITEM_FLOW.take(item, "file", by=cast.records, at=timezone.now())
    assert (item.state, item.shelf, item.sheet, item.filed_by) == ("FILED", "3 号柜 2 盒", 1, cast.records)
    use = FileUse(item=item, kind=FileUse.Kind.LENT, user_name="王强", purpose="核对", taken_at=timezone.now(), due_on=TODAY)
    files.lend(use, by=cast.records)
    second = FileUse(item=item, kind=FileUse.Kind.LENT, user_name="赵国栋", purpose="核对", taken_at=timezone.now(), due_on=TODAY)
    with pytest.raises(Refused, match="The document is with 王强"):
        files.lend(second, by=cast.records)
    with pytest.raises(Refused, match="The document is with 王强"):
        ITEM_FLOW.take(item, "take_out", by=cast.records, at=timezone.now(), note="重复")
    files.take_back(use, by=cast.records, at=timezone.now())
    with pytest.raises(Refused, match="back already"):
        files.take_back(use, by=cast.records, at=timezone.now())
    consulted = FileUse(item=item, user_name="周岚", purpose="查阅", taken_at=timezone.now())
    files.lend(consulted, by=cast.records)
    assert item.uses.count() == 2


def test_a_document_is_filed_before_it_is_used(cast: Cast, tower: Any) -> None:
    use = FileUse(item=a_file_item(cast, tower), user_name="周岚", purpose="查阅", taken_at=timezone.now())
    with pytest.raises(Refused, match="File the document"):
        files.lend(use, by=cast.records)


def test_sheets_are_numbered_in_each_part_and_filing_can_be_undone(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower)
    sheets = [filled(cast, tenant, "MOVE_IN", title).sheet for title in ("登记表", "责任书")]
    other = filled(cast, tenant, "PAYMENTS", "收据")
    assert (sheets, other.sheet) == ([1, 2], 1)
    back = ITEM_FLOW.undo(other, by=cast.records, at=timezone.now())
    assert (back.state, back.sheet) == ("SORTED", None)


def test_the_database_keeps_one_loan_a_document(cast: Cast, tower: Any) -> None:
    use = a_loan_of_a_paper(cast, tower)
    with pytest.raises(IntegrityError), transaction.atomic():
        FileUse.objects.create(item=use.item, kind="LENT", user_name="x", purpose="x", taken_at=timezone.now(), given_by=cast.records)


def test_only_keepers_of_the_file_file(cast: Cast, tower: Any) -> None:
    with pytest.raises(NotAllowed):
        ITEM_FLOW.take(a_file_item(cast, tower), "sort", by=cast.engineer, at=timezone.now())


@pytest.mark.clause("M3.11.3-1")
def test_part_1_names_every_missing_piece_of_organisation_data(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower)
    lacking = {str(entry.title) for entry in line(tenant, 1).lacking}
    assert lacking == {"industry", "people in all", "registered address", "legal representative", "Lease contract"}
    Tenant.objects.filter(pk=tenant.pk).update(industry="软件", people_total=9, registered_address="x", legal_representative="张伟")
    a_lease(cast, tower, tenant=tenant)
    tenant.refresh_from_db()
    assert line(tenant, 1).state == "COMPLETE"


@pytest.mark.clause("M3.11.3-2", "M3.11.3-3", "M3.11.3-4", "M3.11.3-12")
@pytest.mark.parametrize(
    ("position", "code", "title"),
    [(2, "PAYMENTS", "租赁押金收据"), (3, "FIT_OUT", "施工许可证"), (4, "MOVE_IN", "客户档案登记表"), (12, "UNIT_WORKS", "单元平面图")],
)
def test_parts_of_papers_are_complete_once_a_document_is_in(cast: Cast, tower: Any, position: int, code: str, title: str) -> None:
    tenant = a_tenant(cast, tower)
    assert line(tenant, position).state == "INCOMPLETE" or line(tenant, position).state == "DUE"
    filled(cast, tenant, code, title)
    assert line(tenant, position).state == "COMPLETE"
    assert tenant.file_parts.get(category__code=code).complete_on == TODAY


@pytest.mark.clause("M3.11.3-5")
def test_part_5_collects_registered_people_and_customer_cards(cast: Cast, tower: Any) -> None:
    tenant = a_customer_card(cast, tower).tenant
    person = TenantPerson(tenant=tenant, name="周宇", identity_number="11010519491231002X", registered_on=TODAY)
    register_person(person, by=cast.service_clerk, at=timezone.now())
    assert {"Registered person 周宇", "Customer card KH-001"} <= {str(entry.title) for entry in line(tenant, 5).found}


@pytest.mark.clause("M3.11.3-6", "M3.11.3-7")
def test_parts_6_and_7_need_an_administrator_and_an_emergency_contact_who_can_be_called(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower)
    assert not line(tenant, 6).is_complete and not line(tenant, 7).is_complete
    Contact.objects.create(tenant=tenant, kind="ADMINISTRATIVE_HEAD", name="刘洋", phone="13800138000")
    Contact.objects.create(tenant=tenant, kind="EMERGENCY", name="赵敏", phone="")
    assert line(tenant, 6).is_complete and not line(tenant, 7).is_complete
    Contact.objects.filter(kind="EMERGENCY").update(phone="13900139000")
    assert line(tenant, 7).is_complete


@pytest.mark.clause("M3.11.3-8", "M3.11.3-9")
def test_parts_8_and_9_list_letters_and_breaches(cast: Cast, tower: Any, neighbour: Any) -> None:
    letter, breach = a_letter(cast, tower), a_breach(cast, neighbour)
    assert any(letter.number in str(entry.title) for entry in line(letter.tenant, 8).found)
    assert any(breach.number in str(entry.title) for entry in line(breach.tenant, 9).found)


@pytest.mark.clause("M3.11.3-10", "M3.11.3-11")
@pytest.mark.parametrize(("position", "title"), [(10, "BX-20261123-0001 空调不冷"), (11, "TS-20261123-0001 噪音")])
def test_other_apps_fill_a_part_without_touching_this_one(cast: Cast, tower: Any, position: int, title: str) -> None:
    tenant = a_tenant(cast, tower)

    def contribute(whose: Any) -> list[FileEntry]:
        return [FileEntry(title, TODAY, "/somewhere/")] if whose == tenant else []

    panels.contribute(f"tenant.file.{position}", contribute)
    try:
        assert title in [str(entry.title) for entry in line(tenant, position).found]
    finally:
        panels._contributions[f"tenant.file.{position}"].remove(contribute)


def test_a_lacking_entry_of_another_app_makes_the_part_incomplete(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower)

    def contribute(whose: Any) -> list[FileEntry]:
        return [FileEntry("押金收据", is_lacking=True)]

    panels.contribute("tenant.file.10", contribute)
    try:
        assert not line(tenant, 10).is_complete
    finally:
        panels._contributions["tenant.file.10"].remove(contribute)


CATEGORY_NAMES = [
    "客户单位资料", "缴费记录与押金", "装修工程文件", "迁入时填具之资料", "资料补充", "联络资料", "紧急事故联络人", "往来文件",
    "违规事项与欠费记录", "维修记录", "投诉记录", "单位工程档案与工作程序",
]  # fmt: skip


def test_the_twelve_categories_are_data(db: None) -> None:
    assert list(FileCategory.objects.values_list("name_zh", flat=True)) == CATEGORY_NAMES
    assert [category.clause for category in FileCategory.objects.all()] == [f"M3.11.3-{n}" for n in range(1, 13)]


def test_a_part_is_due_then_overdue_then_set_aside_with_a_reason(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower)
    assert [line(tenant, 2, TODAY + dt.timedelta(days=days)).state for days in (0, 25, 31)] == ["INCOMPLETE", "DUE", "OVERDUE"]
    files.set_aside(line(tenant, 3).part, reason="沿用原装修", by=cast.records)
    assert line(tenant, 3, TODAY + dt.timedelta(days=99)).state == "NOT_APPLICABLE"


@pytest.mark.clause("M3.11.2", "M3.11.4-3")
def test_the_file_page_counts_what_is_complete_and_remembers_who_sorted_it(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    complete, needed = completeness(file_of(tenant, on=TODAY))
    client, url = as_user(cast.records), reverse("tenants:tenant_tab", args=[tenant.pk, "file"])
    page = client.get(url).content.decode()
    assert f"{complete}/12" in page and needed == 12 and "lacking: Emergency contact with a phone number" in page
    client.post(reverse("tenants:file_sort", args=[tenant.pk]))
    assert set(tenant.file_parts.values_list("sorted_on", "sorted_by")) == {(timezone.localdate(), cast.records.pk)}
    assert as_user(cast.engineer).post(reverse("tenants:file_sort", args=[tenant.pk])).status_code == 403


def test_a_document_is_added_with_its_scan_through_the_page(cast: Cast, tower: Any, as_user: Any) -> None:
    part = a_tenant(cast, tower).file_parts.get(category__code="MOVE_IN")
    client, url = as_user(cast.service_clerk), reverse("tenants:file_item_new", args=[part.pk])
    key = client.get(url).context["form"]["submission_key"].value()
    picture = BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    scan = SimpleUploadedFile("表.png", picture.getvalue(), "image/png")
    answer = client.post(url, {"title": "客户档案登记表", "scans": scan, "submission_key": key})
    item = FileItem.objects.get()
    assert answer.status_code == 302 and StoredFile.objects.get().object_id == item.pk
    page = client.get(reverse("tenants:file_item_detail", args=[item.pk])).content.decode()
    assert "表" in page and "Received" in page


def test_incomplete_files_are_listed_by_due_date(cast: Cast, tower: Any, as_user: Any) -> None:
    a_tenant(cast, tower, since=dt.date(2026, 1, 1))
    page = as_user(cast.records).get(reverse("tenants:file_part_list") + "?due=overdue").content.decode()
    assert "Overdue" in page and "华信科技" in page


def test_overdue_parts_are_told_once_a_day_however_often_it_runs(cast: Cast, tower: Any) -> None:
    a_tenant(cast, tower, since=dt.date(2026, 1, 1))
    for _run in range(3):
        tasks.remind_of_day(TODAY.isoformat())
    told = Notice.objects.filter(topic="tenants.file", recipient=cast.service_clerk)
    assert told.count() == 1 and "customer files are overdue" in told.get().text
    tasks.remind_of_day((TODAY + dt.timedelta(days=1)).isoformat())
    assert Notice.objects.filter(topic="tenants.file", recipient=cast.service_clerk).count() == 2
    assert not Notice.objects.filter(recipient=cast.outsider).exists()


def test_a_part_that_was_filled_meanwhile_is_not_reminded_of(cast: Cast, tower: Any) -> None:
    tenant = a_tenant(cast, tower, since=dt.date(2026, 1, 1))
    Contact.objects.create(tenant=tenant, kind="EMERGENCY", name="赵敏", phone="13900139000")
    assert reminders.check_overdue_files(on=TODAY) == 1
    assert tenant.file_parts.get(category__code="EMERGENCY").complete_on == TODAY


def test_the_tick_orders_the_reminders_once_a_day_after_eight(cast: Cast, tower: Any) -> None:
    from core.models import Outbox

    early = dt.datetime(2026, 11, 23, 7, 0, tzinfo=timezone.get_current_timezone())
    for now in (early, early + dt.timedelta(hours=2), early + dt.timedelta(hours=3)):
        tasks.remind(now)
    assert Outbox.objects.filter(task="tenants.tasks.remind_of_day").count() == 1


def test_every_change_of_a_document_is_in_the_history(cast: Cast, tower: Any) -> None:
    item = filled(cast, a_tenant(cast, tower), "PAYMENTS", "收据")
    steps = HistoryEntry.objects.filter(row_table="tenants_fileitem", row_id=item.pk, kind="STEP").order_by("id")
    assert [entry.step for entry in steps] == ["sort", "file"]
