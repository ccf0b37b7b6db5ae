from django.db import migrations

# code, English, Chinese, group, charged, meter, on every lease, VAT %, clause
KINDS = (
    ("MANAGEMENT_FEE", "Management fee", "物业管理费", "MANAGEMENT_FEE", "PER_M2_MONTH", "", True, 6, "M1.2.4"),
    ("RENT", "Rent", "租金", "RENT", "PER_M2_MONTH", "", False, 9, ""),
    ("ELECTRICITY", "Electricity", "电费", "ENERGY", "PER_UNIT_USED", "ELECTRICITY", False, 13, "M1.2.4"),
    ("WATER", "Water", "水费", "ENERGY", "PER_UNIT_USED", "WATER", False, 3, "M1.2.4"),
    ("GAS", "Gas", "燃气费", "ENERGY", "PER_UNIT_USED", "GAS", False, 9, "M1.2.4"),
    ("HEAT", "Heating", "采暖费", "ENERGY", "PER_UNIT_USED", "HEAT", False, 9, "M1.2.4"),
    ("CHILLED_WATER", "Chilled water", "冷冻水费", "ENERGY", "PER_UNIT_USED", "CHILLED", False, 9, "M1.2.4"),
    ("PARKING", "Parking", "车位费", "PARKING", "PER_MONTH", "", False, 9, ""),
    ("OVERTIME_AIR_CON", "Overtime air-conditioning", "空调加班费", "AIR_CON", "PER_HOUR", "", False, 6, "M1.1-3"),
    ("FITOUT_MANAGEMENT_FEE", "Fit-out management fee", "装修管理费", "FIT_OUT", "PER_M2", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("WASTE_REMOVAL_FEE", "Waste removal fee", "垃圾清运费", "FIT_OUT", "PER_M2", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("FITOUT_WATER", "Water for the works", "施工用水费", "FIT_OUT", "FIXED", "", False, 3, "M3.2.4-1.3.a.F1"),
    ("FITOUT_ELECTRICITY", "Electricity for the works", "施工用电费", "FIT_OUT", "FIXED", "", False, 13, "M3.2.4-1.3.a.F1"),
    ("DRAWING_REVIEW_FEE", "Drawing review fee", "图纸审核费", "FIT_OUT", "FIXED", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("OVERTIME_SUPERVISION", "Overtime supervision", "加班监管费", "FIT_OUT", "PER_HOUR", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("SYSTEM_DRAIN_DOWN", "System drain-down", "系统放水费", "FIT_OUT", "PER_PIECE", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("EXTINGUISHER_RENT", "Extinguisher rent", "灭火器租金", "FIT_OUT", "PER_PIECE", "", False, 13, "M3.2.4-1.3.a.F1"),
    ("WORKER_PASS", "Worker pass", "施工出入证工本费", "PASS_CARD", "PER_PIECE", "", False, 6, "M3.2.4-1.3.a.F1"),
    ("ACCESS_CARD", "Access card", "门禁卡工本费", "PASS_CARD", "PER_PIECE", "", False, 6, ""),
    ("KEY_COPY", "Key copy", "配钥匙费", "PASS_CARD", "PER_PIECE", "", False, 6, ""),
    ("REPAIR_LABOUR", "Repair labour", "维修人工费", "SERVICE", "PER_HOUR", "", False, 6, "M3.12.3-2"),
    ("REPAIR_MATERIALS", "Repair materials", "维修材料费", "SERVICE", "FIXED", "", False, 13, "M3.12.3-2"),
    ("PAID_SERVICE", "Paid service", "有偿服务费", "SERVICE", "FIXED", "", False, 6, "M3.12.4-4"),
    ("COMPENSATION", "Compensation for damage", "损坏赔偿金", "FINE", "FIXED", "", False, 0, ""),
    ("PENALTY", "Penalty charge", "违约金", "FINE", "FIXED", "", False, 0, "R5a.s2-1"),
    ("LATE_FEE", "Late fee", "滞纳金", "LATE_FEE", "FIXED", "", False, 0, ""),
    ("OTHER", "Other", "其他费用", "OTHER", "FIXED", "", False, 6, "M1.2.4"),
)


def add(apps, schema_editor):
    kinds = apps.get_model("billing", "ChargeKind").objects.using(schema_editor.connection.alias)
    for place, (code, en, zh, group, basis, meter, every, vat, clause) in enumerate(KINDS, 1):
        values = {"group": group, "basis": basis, "meter_kind": meter, "every_lease": every, "vat_percent": vat, "clause": clause}
        kinds.create(code=code, name_en=en, name_zh=zh, position=place * 10, **values)


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
