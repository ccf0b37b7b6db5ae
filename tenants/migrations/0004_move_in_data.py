"""Papers a move-in asks for (manual 3.1.4-2) and the first edition of the agreements (3.1.4-2.5)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import migrations

# code, name, name_zh, why, condition, original, identity, substitute, clause
PAPERS = [
    (
        "principal_identity",
        "Copy of the principal's identity document",
        "本人身份证明复印件",
        "shows who takes over the unit",
        "",
        False,
        True,
        True,
        "M3.1.4-2.c1",
    ),
    (
        "business_licence",
        "Copy of the business licence",
        "营业执照复印件",
        "shows that the company exists",
        "",
        False,
        False,
        True,
        "M3.1.4-2.c2",
    ),
    (
        "authorisation",
        "Letter of Authorisation, original, signed and sealed",
        "委托书原件（签字并加盖公章）",
        "an agent comes for the principal",
        "by_agent",
        True,
        False,
        True,
        "M3.1.4-2.d1",
    ),
    (
        "agent_identity",
        "Copy of the agent's identity document",
        "被委托人身份证明复印件",
        "an agent comes for the principal",
        "by_agent",
        False,
        True,
        True,
        "M3.1.4-2.d2",
    ),
]


def load(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    kind = apps.get_model("core", "PaperKind")
    names = ("code", "name", "name_zh", "why", "condition", "original", "identity", "substitute", "clause")
    for position, row in enumerate(PAPERS, 1):
        values = dict(zip(names, row, strict=True))
        kind.objects.using(alias).create(procedure="move_in", needed_for="begin_handover", position=position, **values)
    text = apps.get_model("tenants", "AgreementText")
    agreements = json.loads((Path(__file__).parent / "texts" / "agreements.json").read_text(encoding="utf8"))
    for name, clauses in agreements.items():
        text.objects.using(alias).create(kind=name, edition=1, clauses=clauses["zh"], clauses_en=clauses["en"], valid_from=date(2020, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_move_in"), ("core", "0004_calendar")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
