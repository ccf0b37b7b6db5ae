"""Return visits by rules; a complaint may be filed without one, or become a repair. What each kind said of its visits becomes rules."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def hours_to_rules(apps, schema_editor):
    """Everybody is called back, as manual 3.3.3-1 has it: two days after the result, or as late as a kind said."""
    alias = schema_editor.connection.alias
    rules = apps.get_model("complaints", "VisitRule").objects.using(alias)
    for kind in apps.get_model("complaints", "ComplaintKind").objects.using(alias).exclude(visit_hours=48).order_by("parent", "position"):
        rules.create(kind=kind, percent=100, days_after=max(1, round(kind.visit_hours / 24)), position=0 if kind.parent_id else 1)
    rules.create(percent=100, days_after=2, position=9)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0004_list_indexes"),
        ("premises", "0002_search_words"),
        ("staff", "0003_handbook_posts"),
        ("tenants", "0007_search_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("percent", models.PositiveSmallIntegerField(default=100, verbose_name="share of visits, %")),
                ("days_after", models.PositiveSmallIntegerField(default=2, verbose_name="days after the result")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "rule of return visits",
                "verbose_name_plural": "rules of return visits",
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddField(
            model_name="visitrule",
            name="kind",
            field=models.ForeignKey(
                blank=True,
                help_text="empty: every kind",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaintkind",
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_after__range", (1, 365)), ("percent__range", (0, 100))), name="complaint_visit_rule_in_range"
            ),
        ),
        migrations.RunPython(hours_to_rules, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="complaint",
            name="complaint_result_told",
        ),
        migrations.RemoveConstraint(
            model_name="complaintkind",
            name="complaint_kind_hours_positive",
        ),
        migrations.RemoveField(
            model_name="complaintkind",
            name="visit_hours",
        ),
        migrations.AlterField(
            model_name="complaint",
            name="state",
            field=models.CharField(
                choices=[
                    ("LOGGED", "Logged"),
                    ("VERIFYING", "Verifying"),
                    ("ESCALATED", "To review"),
                    ("ASSIGNED", "With the department"),
                    ("HANDLED", "Handled"),
                    ("TO_CALL_BACK", "To call back"),
                    ("NOT_SATISFIED", "Not satisfied"),
                    ("SATISFIED", "Satisfied"),
                    ("TO_FILE", "To file"),
                    ("ARCHIVED", "Filed"),
                    ("BECAME_REPAIR", "Became a repair"),
                ],
                default="LOGGED",
                editable=False,
                max_length=14,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "LOGGED",
                            "VERIFYING",
                            "ESCALATED",
                            "ASSIGNED",
                            "HANDLED",
                            "TO_CALL_BACK",
                            "NOT_SATISFIED",
                            "SATISFIED",
                            "TO_FILE",
                            "ARCHIVED",
                            "BECAME_REPAIR",
                        ],
                    )
                ),
                name="complaint_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["HANDLED", "TO_CALL_BACK", "SATISFIED", "TO_FILE", "ARCHIVED"]), _negated=True),
                    models.Q(models.Q(("result", ""), _negated=True), ("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                    _connector="OR",
                ),
                name="complaint_result_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintkind",
            constraint=models.CheckConstraint(
                condition=models.Q(("resolve_hours__gt", 0), ("verify_hours__gt", 0)), name="complaint_kind_hours_positive"
            ),
        ),
    ]
