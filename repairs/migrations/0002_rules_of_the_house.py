"""The urgencies, categories, services, rules and the ladder to begin with. Data, not code: an installation edits them in the admin."""

from django.db import migrations

# code, English, Chinese, minutes to dispatch, review, accept, arrive, finish, confirm, in service hours
# Ordinary work is done within a day, complex work within three: a service day has nine hours (domain.md 3.1).
URGENCIES = (
    ("ORDINARY", "Ordinary", "普通", 15, 240, 30, 120, 540, 540, True),
    ("URGENT", "Urgent", "紧急", 5, 15, 5, 15, 120, 1440, False),
    ("LIFE_DANGER", "Danger to life", "危及人身安全", 2, 5, 2, 5, 120, 1440, False),
    ("COMPLEX", "Complex: parts or a shutdown", "复杂（需备件或停机）", 15, 540, 60, 540, 1620, 1080, True),
)
# code, part of, English, Chinese, usual urgency, minutes to finish
CATEGORIES = (
    ("AIR_CONDITIONING", "", "Air-conditioning", "空调", "", None),
    ("POWER", "", "Power and lights", "电气与照明", "", None),
    ("NO_POWER", "POWER", "No power", "停电", "URGENT", None),
    ("PUBLIC_LIGHTS", "POWER", "Public lights", "公共照明", "", 1080),
    ("WATER", "", "Water and drains", "给排水", "", None),
    ("BURST_PIPE", "WATER", "Burst pipe or flood", "爆管跑水", "URGENT", None),
    ("LIFTS", "", "Lifts", "电梯", "URGENT", None),
    ("PEOPLE_IN_LIFT", "LIFTS", "People in a lift", "电梯困人", "LIFE_DANGER", None),
    ("FIRE_SYSTEM", "", "Fire system", "消防设施", "URGENT", None),
    ("DOORS", "", "Doors, locks and windows", "门窗与门锁", "", None),
    ("FINISHES", "", "Walls, floors and ceilings", "墙地面与吊顶", "", None),
    ("NETWORK", "", "Telephone and network", "电话与网络", "", None),
    ("SERVICES", "", "Paid services", "有偿服务", "", None),
    ("OTHER", "", "Other", "其他", "", None),
)
# code, category, English, Chinese, charge kind, yuan, per (English, Chinese), minutes, reviewed first, by the hour, one at a time
SERVICES = (
    (
        "AC_NOT_COLD",
        "AIR_CONDITIONING",
        "Air-conditioning not cold or hot",
        "空调不制冷/不制热",
        "",
        None,
        "job",
        "次",
        60,
        True,
        False,
        False,
    ),
    ("FAN_COIL_CLEANING", "AIR_CONDITIONING", "Clean a fan coil", "清洗风机盘管", "REPAIR_LABOUR", 80, "set", "台", 60, True, False, False),
    (
        "OVERTIME_AIR_CON",
        "AIR_CONDITIONING",
        "Overtime air-conditioning",
        "空调加班",
        "OVERTIME_AIR_CON",
        None,
        "hour",
        "小时",
        30,
        False,
        True,
        False,
    ),
    ("LAMP", "POWER", "Replace a lamp", "更换灯具", "REPAIR_LABOUR", 20, "piece", "个", 20, True, False, False),
    ("SOCKET", "POWER", "Fit or move a socket", "安装或移位插座", "REPAIR_LABOUR", 60, "piece", "个", 40, True, False, False),
    ("TRIPPED", "POWER", "Breaker tripped", "跳闸检查", "", None, "job", "次", 30, True, False, False),
    ("PUBLIC_LAMP", "PUBLIC_LIGHTS", "Public lamp out", "公共照明不亮", "", None, "job", "次", 20, False, False, False),
    ("TAP", "WATER", "Mend a tap", "维修水龙头", "REPAIR_LABOUR", 30, "piece", "个", 30, True, False, False),
    ("BLOCKED_DRAIN", "WATER", "Clear a drain", "疏通下水", "REPAIR_LABOUR", 80, "job", "次", 60, True, False, False),
    ("LEAK", "WATER", "Leak", "漏水处理", "", None, "job", "次", 60, False, False, False),
    ("LIFT_FAULT", "LIFTS", "Lift fault", "电梯故障", "", None, "job", "次", 60, False, False, False),
    ("FIRE_FAULT", "FIRE_SYSTEM", "Fire system fault", "消防设施故障", "", None, "job", "次", 60, False, False, False),
    ("LOCK", "DOORS", "Change a lock", "更换门锁", "REPAIR_LABOUR", 50, "piece", "把", 40, True, False, False),
    ("DOOR", "DOORS", "Adjust a door or window", "门窗调校", "", None, "job", "次", 30, True, False, False),
    ("CEILING", "FINISHES", "Mend a ceiling board", "修补吊顶板", "", None, "piece", "块", 40, True, False, False),
    ("HANDYMAN", "SERVICES", "Technician by the hour", "维修工时", "REPAIR_LABOUR", 100, "hour", "小时", 60, True, False, False),
    ("MEETING_ROOM", "SERVICES", "Meeting room", "会议室租用", "PAID_SERVICE", 200, "hour", "小时", 30, False, True, True),
)
# urgency, paid, share of visits in per cent, hours after: urgent and paid work always, three in ten of the rest.
VISITS = (("", True, 100, 48), ("URGENT", None, 100, 24), ("LIFE_DANGER", None, 100, 24), ("", None, 30, 48))
LADDER = ((0, "TURN_LEADERS"), (60, "TURN_HEAD"), (240, "PROPERTY_MANAGER"))
MINUTES = ("dispatch_minutes", "review_minutes", "accept_minutes", "arrive_minutes", "finish_minutes", "confirm_minutes")


def add(apps, schema_editor):
    alias = schema_editor.connection.alias

    def rows(name, app="repairs"):
        return apps.get_model(app, name).objects.using(alias)

    urgencies, categories = {}, {}
    for position, (code, name_en, name_zh, *minutes, in_hours) in enumerate(URGENCIES):
        values = dict(zip(MINUTES, minutes, strict=True))
        urgencies[code] = rows("Urgency").create(
            code=code, name_en=name_en, name_zh=name_zh, in_working_hours=in_hours, position=position, **values
        )
    for position, (code, parent, name_en, name_zh, urgency, finish) in enumerate(CATEGORIES):
        links = {"parent": categories.get(parent), "urgency": urgencies.get(urgency)}
        categories[code] = rows("RepairCategory").create(
            code=code, name_en=name_en, name_zh=name_zh, finish_minutes=finish, position=position, **links
        )
    kinds = {row.code: row for row in rows("ChargeKind", "billing").all()}
    for position, (code, category, name_en, name_zh, kind, price, per_en, per_zh, minutes, review, booked, exclusive) in enumerate(
        SERVICES
    ):
        rows("ServiceItem").create(
            code=code,
            category=categories[category],
            name_en=name_en,
            name_zh=name_zh,
            charge_kind=kinds.get(kind),
            unit_price=price,
            measure_en=per_en,
            measure_zh=per_zh,
            minutes=minutes,
            needs_review=review,
            is_booked=booked,
            is_exclusive=exclusive,
            position=position,
        )
    for position, (urgency, paid, percent, hours) in enumerate(VISITS):
        rows("VisitRule").create(urgency=urgencies.get(urgency), is_paid=paid, percent=percent, hours_after=hours, position=position)
    for minutes, audience in LADDER:
        rows("EscalationStep").create(minutes_late=minutes, audience=audience)


class Migration(migrations.Migration):
    dependencies = [("repairs", "0001_initial"), ("billing", "0003_charge_kinds")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
