"""Words in a failed item that suggest a kind of breach, and who hears of a breach that is not corrected in time. Data, not code."""

from django.db import migrations

WORDS = {
    "HOT_WORK": "动火",
    "EXTINGUISHERS": "灭火器",
    "FIRE_SYSTEM": "消防设施,消防栓,喷淋,烟感",
    "SMOKING": "吸烟",
    "STRUCTURE": "大厦结构,承重",
    "DRAWINGS": "报审",
    "PROTECTION": "成品保护",
    "COVERED": "隐蔽工程",
    "NOISE": "噪音",
    "WASTE": "垃圾",
    "NO_PASS": "出入证",
    "CONDUCT": "打架,不文明",
    "OFFENCE": "盗窃,纵火,抢劫,破坏公物",
}
# minutes after the deadline, who is told
LADDER = ((0, "FINDER_HEAD"), (240, "SERVICE_HEAD"), (1440, "PROPERTY_MANAGER"))


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    kinds = apps.get_model("fitout", "BreachKind").objects.using(alias)
    for code, words in WORDS.items():
        kinds.filter(code=code).update(words=words)
    for minutes, audience in LADDER:
        apps.get_model("fitout", "BreachStep").objects.using(alias).create(minutes_late=minutes, audience=audience)


class Migration(migrations.Migration):
    dependencies = [("fitout", "0004_site")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
