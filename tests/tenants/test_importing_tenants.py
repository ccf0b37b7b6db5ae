"""A workbook of tenants goes in whole or not at all, and every bad row is named."""

from __future__ import annotations

import datetime as dt
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from core import imports, jobs, queue
from core.models import Job, Outbox
from tenants.imports import TenantsImport
from tenants.models import Contact, FilePart, Lease, Tenant
from tests.conftest import Cast, a_unit

TENANT = ["Building", "Name", "Unified social credit code", "Kind of company", "People in all", "Tenant since"]
CONTACT = ["楼栋", "客户", "类别", "姓名", "电话"]
LEASE = ["Building", "Tenant", "Unit", "Contract number", "Starts on", "Ends on"]
DAY = dt.date(2026, 1, 1)
HUAXIN = ["A", "北京华信科技有限公司", "91110108551385082Q", "PRIVATE", 20, DAY]


def workbook(tenants: list[Any], contacts: list[Any] = (), leases: list[Any] = ()) -> BytesIO:  # type: ignore[assignment]
    book = Workbook()
    book.remove(book.active)
    for name, head, rows in (("Tenants", TENANT, tenants), ("联系人", CONTACT, contacts), ("Leases", LEASE, leases)):
        sheet = book.create_sheet(name)
        for row in [head, *rows]:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    content.seek(0)
    return content


def load(content: BytesIO, by: Any = None, **options: Any) -> imports.Report:
    return imports.run(TenantsImport(), content, by=by, at=timezone.now(), **options)


def a_good_book() -> BytesIO:
    contact = ["A", "91110108551385082Q", "EMERGENCY", "赵敏", "13900139000"]
    lease = ["A", "北京华信科技有限公司", "1203", "YH-1", DAY, dt.date(2027, 12, 31)]
    return workbook([HUAXIN], [contact], [lease])


def test_a_workbook_loads_companies_contacts_and_leases(tower: Any) -> None:
    a_unit(tower, "1203")
    report = load(a_good_book())
    tenant = Tenant.objects.get()
    assert report.written and report.problems == []
    assert (tenant.initials, tenant.since, tenant.contacts.get().name) == ("bjhxkjyxgs", DAY, "赵敏")
    assert tenant.leases.get().unit.code == "1203" and tenant.number.startswith("T-")


def test_the_same_workbook_again_changes_nothing(tower: Any) -> None:
    a_unit(tower, "1203")
    load(a_good_book())
    again = load(a_good_book())
    assert again.new == 0
    assert (Tenant.objects.count(), Contact.objects.count(), Lease.objects.count()) == (1, 1, 1)


def test_a_dry_run_stores_nothing(tower: Any) -> None:
    a_unit(tower, "1203")
    report = load(a_good_book(), dry_run=True)
    assert report.new == 3 and not report.written and not Tenant.objects.exists()


BAD = [
    ([["Z", "甲", "", "PRIVATE", 1, DAY]], [], [], ("Tenants", 2, "Building", "no such building")),
    ([["A", "甲", "91350100M000100Y4A", "PRIVATE", 1, DAY]], [], [], ("Tenants", 2, "Unified social credit code", "not valid")),
    ([["A", "甲", "", "马戏团", 1, DAY]], [], [], ("Tenants", 2, "Kind of company", "Choose one of")),
    ([["A", "甲", "", "PRIVATE", -4, DAY]], [], [], ("Tenants", 2, "People in all", "at least 0")),
    ([["A", "", "", "PRIVATE", 1, DAY]], [], [], ("Tenants", 2, "Name", "Fill in")),
    ([HUAXIN, HUAXIN], [], [], ("Tenants", 3, "Name", "stands here twice")),
    ([HUAXIN, ["A", "乙", HUAXIN[2], "PRIVATE", 1, DAY]], [], [], ("Tenants", 3, "Unified social credit code", "belongs to")),
    ([HUAXIN], [["A", "谁", "EMERGENCY", "赵敏", "13900139000"]], [], ("Contacts", 2, "Tenant", "No tenant of this building")),
    ([HUAXIN], [["A", HUAXIN[1], "EMERGENCY", "赵敏", "手机"]], [], ("Contacts", 2, "Phone", "Enter a phone number")),
    ([HUAXIN], [], [["A", HUAXIN[1], "9999", "Y", DAY, DAY]], ("Leases", 2, "Unit", "no such unit")),
    ([HUAXIN], [], [["A", HUAXIN[1], "1203", "Y", DAY, dt.date(2025, 1, 1)]], ("Leases", 2, "Ends on", "before it starts")),
    ([HUAXIN], [], [["A", HUAXIN[1], "1203", "Y", "明天", DAY]], ("Leases", 2, "Starts on", "Enter a date")),
    (
        [HUAXIN],
        [],
        [
            ["A", HUAXIN[1], "1203", "Y1", DAY, dt.date(2026, 12, 31)],
            ["A", HUAXIN[1], "1203", "Y2", dt.date(2026, 12, 31), dt.date(2027, 1, 1)],
        ],
        ("Leases", 3, "Unit", "Contract Y1 has this unit from 2026-01-01 to 2026-12-31"),
    ),
]


@pytest.mark.parametrize(("tenants", "contacts", "leases", "expected"), BAD)
def test_each_bad_row_is_named_with_sheet_row_column_and_reason(
    tower: Any, tenants: list[Any], contacts: list[Any], leases: list[Any], expected: tuple[str, int, str, str]
) -> None:
    a_unit(tower, "1203")
    report = load(workbook(tenants, contacts, leases))
    found = [(each.sheet, each.row, each.column) for each in report.problems]
    assert expected[:3] in found and any(expected[3] in each.reason for each in report.problems)
    assert not report.written and not Tenant.objects.exists()


def test_an_overlap_with_a_stored_lease_is_named(tower: Any) -> None:
    a_unit(tower, "1203")
    load(a_good_book())
    lease = ["A", "华信", "1203", "YH-2", dt.date(2027, 1, 1), dt.date(2028, 1, 1)]
    Tenant.objects.update(short_name="华信")
    report = load(workbook([HUAXIN], [], [lease]))
    assert "Contract YH-1 has this unit" in report.problems[0].reason


def test_a_person_loads_only_their_own_buildings(cast: Cast, tower: Any) -> None:
    a_unit(tower, "1203")
    assert load(a_good_book(), by=cast.outsider).problems[0].column == "Building"
    assert load(a_good_book(), by=cast.records).written


def test_the_command_names_every_bad_row_and_fails(tower: Any, tmp_path: Path) -> None:
    path = tmp_path / "tenants.xlsx"
    path.write_bytes(workbook([["Z", "甲", "", "PRIVATE", 1, DAY]]).getvalue())
    with pytest.raises(CommandError, match="Tenants, row 2, Building: There is no such building"):
        call_command("import_tenants", str(path), stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("import_tenants", str(tmp_path / "nothing.xlsx"), stdout=StringIO())


def test_the_command_loads_a_good_workbook(tower: Any, tmp_path: Path) -> None:
    a_unit(tower, "1203")
    path = tmp_path / "tenants.xlsx"
    path.write_bytes(a_good_book().getvalue())
    call_command("import_tenants", str(path), "--dry-run", stdout=StringIO())
    assert not Tenant.objects.exists()
    call_command("import_tenants", str(path), stdout=StringIO())
    assert Tenant.objects.count() == 1


def test_the_page_shows_what_is_in_a_file_and_a_job_loads_it(cast: Cast, tower: Any, as_user: Any) -> None:
    a_unit(tower, "1203")
    client, url = as_user(cast.records), reverse("tenants:import")
    key = client.get(url).context["form"]["submission_key"].value()
    upload = SimpleUploadedFile("客户.xlsx", a_good_book().getvalue())
    answer = client.post(url, {"file": upload, "submission_key": key})
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    started = client.post(answer.url)
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (started.status_code, job.state, Tenant.objects.count()) == (302, "DONE", 1)
    assert client.get(reverse("tenants:import_status", args=[job.pk])).status_code == 200
    assert as_user(cast.cleaner).get(url).status_code == 403


def test_files_are_opened_and_checked_by_a_worker_after_an_import(tower: Any) -> None:
    a_unit(tower, "1203")
    load(a_good_book())
    assert Outbox.objects.filter(task="tenants.tasks.check_files").exists()
    assert queue.drain(timezone.now() + queue.LEASE) >= 1
    part = FilePart.objects.get(category__code="EMERGENCY")
    assert part.complete_on == timezone.localdate() and FilePart.objects.count() == 12


def test_five_thousand_rows_go_in_at_once(tower: Any) -> None:
    tenants = [["A", f"第{n}科技有限公司", "", "PRIVATE", n, DAY] for n in range(5000)]
    steps: list[tuple[int, int]] = []
    report = load(workbook(tenants), progress=lambda done, total: steps.append((done, total)))
    assert report.written and Tenant.objects.count() == 5000 and steps[-1] == (5000, 5000) and len(steps) >= 10


def test_the_sample_workbook_loads_after_the_sample_tower(db: None) -> None:
    from premises.imports import PremisesImport

    samples = Path(settings.BASE_DIR) / "docs" / "samples"
    imports.run(PremisesImport(), str(samples / "beijing-tower.xlsx"), by=None, at=timezone.now())
    report = imports.run(TenantsImport(), str(samples / "beijing-tower-tenants.xlsx"), by=None, at=timezone.now())
    assert [str(problem) for problem in report.problems] == []
    assert Tenant.objects.count() == 60 and Lease.objects.count() >= 60 and Contact.objects.count() >= 60
