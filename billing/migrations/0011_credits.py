from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_bill_runs")]

    operations = [
        migrations.RunSQL(
            (Path(__file__).parent / "credits.sql").read_text(encoding="utf8"), "DROP FUNCTION IF EXISTS billing_credit_fits() CASCADE"
        )
    ]
