from pathlib import Path

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

UNDO = """
DROP VIEW IF EXISTS public.history;
DROP SCHEMA IF EXISTS audit CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.RunSQL((Path(__file__).parent / "history.sql").read_text(encoding="utf8"), UNDO),
    ]
