"""The kinds, causes, phrases and the ladder to begin with. Data, not code: an installation edits them in the admin."""

from django.db import migrations

# code, main kind, English, Chinese, of a person's misconduct, department, hours to resolve
KINDS = (
    ("MISCONDUCT", "", "Misconduct of a person", "人员违纪", True, "", 24),
    ("ATTITUDE", "", "Attitude of staff", "服务态度", False, "CUSTOMER_SERVICE", 8),
    ("EQUIPMENT", "", "Equipment and repairs", "设备与维修", False, "ENGINEERING", 72),
    ("AIR_CONDITIONING", "EQUIPMENT", "Air-conditioning", "空调", False, "ENGINEERING", 24),
    ("LIFTS", "EQUIPMENT", "Lifts", "电梯", False, "ENGINEERING", 24),
    ("WATER_AND_POWER", "EQUIPMENT", "Water and power", "水电", False, "ENGINEERING", 24),
    ("LATE_REPAIR", "EQUIPMENT", "Repair late or badly done", "维修不及时或质量差", False, "ENGINEERING", 72),
    ("SECURITY", "", "Security and order", "安保与秩序", False, "SECURITY", 72),
    ("PARKING", "SECURITY", "Parking", "停车", False, "SECURITY", 24),
    ("CLEANING", "", "Cleaning and greening", "清洁与绿化", False, "CLEANING", 24),
    ("FEES", "", "Fees and bills", "收费与账单", False, "FINANCE", 72),
    ("FIT_OUT_NOISE", "", "Noise and smell of works", "装修噪声与异味", False, "ENGINEERING", 24),
    ("NEIGHBOURS", "", "Neighbours", "邻里纠纷", False, "CUSTOMER_SERVICE", 72),
    ("OTHER", "", "Other", "其他", False, "CUSTOMER_SERVICE", 72),
)
CAUSES = (
    ("EQUIPMENT", "Equipment failed", "设备故障"),
    ("UPKEEP", "Maintenance was lacking", "保养检修不足"),
    ("CONDUCT", "How somebody behaved", "员工行为"),
    ("SLOWNESS", "Dealt with too slowly", "处理不及时"),
    ("CONTRACT", "Contract unclear", "合约约定不明"),
    ("EXPLANATION", "Rules not explained", "规定未解释清楚"),
    ("OUTSIDERS", "Neighbours or outsiders", "邻户或外部原因"),
    ("OTHER", "Other", "其他"),
)
# Manual 3.3.6-7.
PHRASES = (
    ("Hello, what can we do for you?", "您好！请问我们能为您做些什么？"),
    ("Thank you very much for your valuable suggestion or comment.", "非常感谢您对我们提出宝贵的建议/意见。"),
    ("We will inform you of the result promptly.", "我们会及时把处理结果通知您。"),
    ("Are you satisfied with the result?", "您是否对处理结果感到满意？"),
    ("Is there anything else you require?", "您是否还有什么要求？"),
    ("Is there anything we can help with?", "有什么可以帮忙？"),
)
LADDER = ((0, "DEPARTMENT_HEAD"), (4, "PROPERTY_MANAGER"))


def add(apps, schema_editor):
    alias = schema_editor.connection.alias
    rows = {name: apps.get_model("complaints", name).objects.using(alias) for name in ("ComplaintKind", "ComplaintCause", "Phrase")}
    departments = {row.code: row for row in apps.get_model("staff", "Department").objects.using(alias).all()}
    kinds = {}
    for position, (code, parent, name_en, name_zh, misconduct, department, hours) in enumerate(KINDS):
        kinds[code] = rows["ComplaintKind"].create(
            code=code,
            parent=kinds.get(parent),
            name_en=name_en,
            name_zh=name_zh,
            is_misconduct=misconduct,
            department=departments.get(department),
            resolve_hours=hours,
            position=position,
        )
    for position, (code, name_en, name_zh) in enumerate(CAUSES):
        rows["ComplaintCause"].create(code=code, name_en=name_en, name_zh=name_zh, position=position)
    for position, (name_en, name_zh) in enumerate(PHRASES):
        rows["Phrase"].create(name_en=name_en, name_zh=name_zh, position=position)
    steps = apps.get_model("complaints", "EscalationStep").objects.using(alias)
    for hours, audience in LADDER:
        steps.create(hours_late=hours, audience=audience)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("staff", "0003_handbook_posts")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
