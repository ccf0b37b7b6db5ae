"""The twelve parts of a customer file (manual 3.11.3), the handbooks and what is explained about the building."""

import datetime
import json
from pathlib import Path

from django.db import migrations

TEXTS = Path(__file__).parent / "texts"
HANDBOOKS = ("occupant", "building_use", "quality_warranty", "fit_out")
SERVICE, FINANCE, ENGINEERING = "CUSTOMER_SERVICE", "FINANCE", "ENGINEERING"

# position, code, English, Chinese, owner department, days after the tenant came, may be empty
CATEGORIES = [
    (1, "ORGANISATION", "Organisation data", "客户单位资料", SERVICE, 7, False),
    (2, "PAYMENTS", "Payments and deposits", "缴费记录与押金", FINANCE, 30, False),
    (3, "FIT_OUT", "Fit-out documents", "装修工程文件", SERVICE, 60, False),
    (4, "MOVE_IN", "Papers filled in at move-in", "迁入时填具之资料", SERVICE, 7, False),
    (5, "SUPPLEMENTS", "Supplementary data", "资料补充", SERVICE, 30, True),
    (6, "CONTACTS", "Contact data", "联络资料", SERVICE, 7, False),
    (7, "EMERGENCY", "Emergency contacts", "紧急事故联络人", SERVICE, 7, False),
    (8, "CORRESPONDENCE", "Correspondence", "往来文件", SERVICE, 30, True),
    (9, "BREACHES", "Breaches and arrears", "违规事项与欠费记录", SERVICE, 30, True),
    (10, "REPAIRS", "Repair records", "维修记录", SERVICE, 30, True),
    (11, "COMPLAINTS", "Complaint records", "投诉记录", SERVICE, 30, True),
    (12, "UNIT_WORKS", "Engineering files of the unit", "单位工程档案与工作程序", ENGINEERING, 60, False),
]


def fill(apps, schema_editor):
    category_model = apps.get_model("tenants", "FileCategory")
    for position, code, name, name_zh, department, days, may_be_empty in CATEGORIES:
        category_model.objects.using(schema_editor.connection.alias).create(
            position=position,
            code=code,
            name=name,
            name_zh=name_zh,
            owner_department=department,
            due_days=days,
            may_be_empty=may_be_empty,
            clause=f"M3.11.3-{position}",
        )
    for name in HANDBOOKS:
        text = json.loads((TEXTS / f"{name}.json").read_text(encoding="utf8"))
        apps.get_model("tenants", "HandbookText").objects.using(schema_editor.connection.alias).create(
            edition=1, valid_from=datetime.date(2026, 1, 1), **text
        )
    for row in json.loads((TEXTS / "briefings.json").read_text(encoding="utf8")):
        apps.get_model("tenants", "FacilityBriefing").objects.using(schema_editor.connection.alias).create(building=None, **row)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
