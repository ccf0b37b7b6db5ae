from django.db import migrations

# The handbook leaves the amounts to the company (article 5); finance edits these. Department, rank, {kind: yuan}.
LIMITS = (
    ("CUSTOMER_SERVICE", "MEMBER", {"ROUND_OFF": 1}),
    ("CUSTOMER_SERVICE", "SUPERVISOR", {"ROUND_OFF": 5, "COMPENSATION": 100, "PENALTY": 100}),
    ("CUSTOMER_SERVICE", "HEAD", {"ROUND_OFF": 10, "COMPENSATION": 500, "PENALTY": 500}),
    ("FINANCE", "MEMBER", {"ROUND_OFF": 1}),
    ("FINANCE", "HEAD", {"ROUND_OFF": 10, "COMPENSATION": 1000, "PENALTY": 2000, "FEE": 1000}),
    ("MANAGEMENT", "DEPUTY", {"ROUND_OFF": 100, "COMPENSATION": 10000, "PENALTY": 10000, "FEE": 10000}),
    ("MANAGEMENT", "HEAD", {"ROUND_OFF": 100, "COMPENSATION": 1000000, "PENALTY": 1000000, "FEE": 1000000}),
)


def add(apps, schema_editor):
    alias = schema_editor.connection.alias
    departments = {row.code: row for row in apps.get_model("staff", "Department").objects.using(alias).all()}
    limits = apps.get_model("billing", "WaiverLimit").objects.using(alias)
    for code, rank, amounts in LIMITS:
        for kind, amount in amounts.items():
            limits.create(department=departments[code], rank=rank, kind=kind, amount=amount)


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_refunds_and_waivers"), ("staff", "0003_handbook_posts")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
