from pathlib import Path

from django.db import migrations

UNDO = """
DROP FUNCTION IF EXISTS public.search_grams(text);
DROP FUNCTION IF EXISTS public.search_query(text);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0010_public_forms")]

    operations = [migrations.RunSQL((Path(__file__).parent / "search_grams.sql").read_text(encoding="utf8"), UNDO)]
