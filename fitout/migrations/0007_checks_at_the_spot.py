"""What security looks at before hot work and work at height. Data, not code."""

from django.db import migrations

# code, English, Chinese, clause
HOT_WORK = (
    ("HOT_CLEAR", "Combustibles within the radius are removed or covered", "作业半径内可燃物已清除或遮盖", "M3.2.3-2"),
    ("HOT_EXTINGUISHERS", "Extinguishers stand at the spot and are in date", "灭火器已到位且在有效期内", "M3.2.3-4"),
    ("HOT_BLANKET", "Fire blanket and bucket are at the spot", "灭火毯、接火斗已到位", "M3.2.3-2"),
    ("HOT_PEOPLE", "Worker and fire watcher are there with pass and certificate", "动火人、看火人均在现场并持证", "M3.2.3-2"),
    ("HOT_SOLVENT", "No paint, solvent or gas is open nearby", "附近无敞开的油漆、稀料、可燃气体", "M3.2.3-2"),
    ("HOT_ISOLATION", "What is taken out of service is guarded", "停用的喷淋或探测器有人值守", "M3.2.3-2"),
)
HEIGHT = (
    ("HEIGHT_MEDICAL", "Everybody at height has passed a medical examination", "高处作业人员均经体检合格", "M3.10.3-3.1"),
    ("HEIGHT_WEATHER", "No thunder, rainstorm or typhoon (outdoors)", "室外无雷电、暴雨、台风", "M3.10.3-3.2.1"),
    ("HEIGHT_ZONE", "The danger zone is marked off with clear signs", "已划定危险区并设明显标志", "M3.10.3-3.3"),
    ("HEIGHT_BELT", "Everybody wears a safety belt", "均系好安全带", "M3.10.3-3.4"),
    ("HEIGHT_THROW", "Everybody was told: nothing is thrown down", "已交底：严禁向下抛掷物件", "M3.10.3-3.5"),
    ("HEIGHT_GEAR", "Hoists, jacks and small gear stand safely", "卷扬机、千斤顶等小型机具安放稳妥", "M3.10.3-3.6"),
    ("HEIGHT_RAILS", "Edges have guard rails and signs", "临边设护栏及防坠落标志", "M3.10.3-3.7"),
    ("HEIGHT_CONDUCT", "Everybody was told: no horseplay, no sleeping in the zone", "已交底：严禁嬉戏打闹、在作业区睡觉", "M3.10.3-3.8"),
)


def fill(apps, schema_editor):
    rows = apps.get_model("fitout", "SpotCheck").objects.using(schema_editor.connection.alias)
    for before, table in (("HOT_WORK", HOT_WORK), ("HEIGHT", HEIGHT)):
        for position, (code, english, chinese, clause) in enumerate(table):
            rows.create(before=before, position=position, code=code, name_en=english, name_zh=chinese, clause=clause)
    apps.get_model("fitout", "Trade").objects.using(schema_editor.connection.alias).filter(code="RIGGER").update(is_at_height=True)


class Migration(migrations.Migration):
    dependencies = [("fitout", "0006_passes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
