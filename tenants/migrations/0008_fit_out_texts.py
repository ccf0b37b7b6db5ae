"""The penalty rules and the questions and answers of a fit-out (manual 3.2.4-1.4, 3.2.4-3.2), first editions."""

import datetime
import json
from pathlib import Path

from django.db import migrations, models

TEXTS = Path(__file__).parent / "texts"
KINDS = ["OCCUPANT", "BUILDING_USE", "QUALITY_WARRANTY", "FIT_OUT", "FIT_OUT_PENALTIES", "FIT_OUT_QUESTIONS"]


def fill(apps, schema_editor):
    rows = apps.get_model("tenants", "HandbookText").objects.using(schema_editor.connection.alias)
    for name in ("fit_out_penalties", "fit_out_questions"):
        text = json.loads((TEXTS / f"{name}.json").read_text(encoding="utf8"))
        rows.create(edition=1, valid_from=datetime.date(2026, 1, 1), **text)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0007_search_words")]

    operations = [
        migrations.RemoveConstraint("handbooktext", "handbook_kind_known"),
        migrations.AlterField(
            "handbooktext",
            "kind",
            models.CharField(
                max_length=18,
                verbose_name="kind",
                choices=[
                    ("OCCUPANT", "Occupant Handbook"),
                    ("BUILDING_USE", "Building Use Manual"),
                    ("QUALITY_WARRANTY", "Building Quality Warranty"),
                    ("FIT_OUT", "Fit-out Handbook"),
                    ("FIT_OUT_PENALTIES", "Fit-out Safety Penalty Rules"),
                    ("FIT_OUT_QUESTIONS", "Fit-out Questions and Answers"),
                ],
            ),
        ),
        migrations.AddConstraint("handbooktext", models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="handbook_kind_known")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
