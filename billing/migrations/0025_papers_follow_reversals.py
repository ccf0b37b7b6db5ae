from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "reversals.sql").read_text(encoding="utf8")
UNDO = """
DROP TRIGGER a_entry_is_open ON billing_receipt;
DROP TRIGGER paper_follows ON billing_refund; DROP TRIGGER paper_follows ON billing_waiver;
DROP TRIGGER paper_follows ON billing_receipt; DROP TRIGGER paper_follows ON billing_entry;
DROP FUNCTION billing_paper_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0024_newest_anywhere")]

    operations = [migrations.RunSQL(SQL, UNDO)]
