from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "papers.sql").read_text(encoding="utf8")
UNDO = """
DROP TRIGGER waiver_is_kept ON billing_waiver; DROP FUNCTION billing_waiver_is_kept();
DROP TRIGGER refund_is_kept ON billing_refund; DROP FUNCTION billing_refund_is_kept();
DROP TRIGGER receipt_agrees ON billing_receipt; DROP FUNCTION billing_receipt_agrees();
DROP TRIGGER receipt_is_kept ON billing_receipt; DROP FUNCTION billing_receipt_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0022_reminder_steps")]

    operations = [migrations.RunSQL(SQL, UNDO)]
