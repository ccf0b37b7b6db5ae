"""The ladder for missed rounds to begin with: the leaders at once, the head two hours later. Data: edited in the admin."""

from django.db import migrations

RUNGS = ((0, "LEADERS"), (120, "HEAD"))


def fill(apps, schema_editor):
    step = apps.get_model("rounds", "MissedStep")
    for minutes, audience in RUNGS:
        step.objects.using(schema_editor.connection.alias).get_or_create(minutes_after=minutes, audience=audience)


class Migration(migrations.Migration):
    dependencies = [("rounds", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
