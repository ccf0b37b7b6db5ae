from pathlib import Path

from django.db import migrations

UNDO = "DROP FUNCTION IF EXISTS " + ", ".join(
    f"billing_{name}()"
    for name in (
        "refuse",
        "entry_begins",
        "entry_balances",
        "entry_is_open",
        "post",
        "allocate",
        "move_deposit",
        "account_is_kept",
        "charge_is_kept",
        "add_to_bill",
        "change_bill",
        "bill_is_kept",
        "deposit_is_kept",
        "period_is_kept",
    )
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL((Path(__file__).parent / "guards.sql").read_text(encoding="utf8"), f"{UNDO} CASCADE"),
    ]
