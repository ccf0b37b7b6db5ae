"""A defect takes several photos: the one it had becomes the first."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_the_photo(apps, schema_editor):
    here = schema_editor.connection.alias
    photos = apps.get_model("tenants", "DefectPhoto").objects.using(here)
    for defect in apps.get_model("tenants", "Defect").objects.using(here).exclude(photo=None):
        photos.create(defect=defect, file_id=defect.photo_id, added_by_id=defect.created_by_id)
    # Checks that wait for the end of the transaction would keep the tables from being altered in it.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def keep_the_first(apps, schema_editor):
    here = schema_editor.connection.alias
    defects = apps.get_model("tenants", "Defect").objects.using(here)
    for photo in apps.get_model("tenants", "DefectPhoto").objects.using(here).order_by("-id"):
        defects.filter(pk=photo.defect_id).update(photo_id=photo.file_id)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_lists"),
        ("tenants", "0005_merging"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DefectPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "defect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="tenants.defect",
                        verbose_name="defect",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="photo",
                    ),
                ),
            ],
            options={
                "verbose_name": "photo of a defect",
                "verbose_name_plural": "photos of defects",
                "ordering": ["id"],
            },
        ),
        migrations.RunPython(keep_the_photo, keep_the_first),
        migrations.RemoveField(model_name="defect", name="photo"),
    ]
