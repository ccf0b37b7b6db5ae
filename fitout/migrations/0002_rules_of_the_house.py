"""What fit-outs begin with: grades, disciplines, trades, breaches, concealed works, fees, papers, checklists. Data, not code."""

import datetime as dt

from django.db import migrations

# code, English, Chinese, accepted
GRADES = (
    ("GRADE_1", "Grade 1", "一级", True),
    ("GRADE_2", "Grade 2", "二级", True),
    ("CLASS_A", "Class A", "甲级", True),
    ("CLASS_B", "Class B", "乙级", True),
    ("GRADE_3", "Grade 3", "三级", False),
    ("NONE", "No grade", "无资质", False),
)
# code, English, Chinese, required for every fit-out
DISCIPLINES = (
    ("PLAN", "Floor plan and partitions", "平面与隔断", True),
    ("CEILING", "Ceiling", "天花", False),
    ("ELECTRICAL", "Electrical with load", "电气（含负荷）", True),
    ("WATER", "Water and drains", "给排水", False),
    ("AIR_CONDITIONING", "Air-conditioning", "空调通风", False),
    ("FIRE", "Fire protection", "消防", True),
    ("STRUCTURE", "Structure", "结构", False),
    ("WEAK_CURRENT", "Weak current", "弱电", False),
)
# code, English, Chinese, needs a certificate, hot work
TRADES = (
    ("GENERAL", "General worker", "普工", False, False),
    ("CARPENTER", "Carpenter", "木工", False, False),
    ("PAINTER", "Painter", "油漆工", False, False),
    ("MASON", "Mason", "瓦工", False, False),
    ("PLUMBER", "Plumber", "水暖工", False, False),
    ("ELECTRICIAN", "Electrician", "电工", True, False),
    ("WELDER", "Welder", "焊工", True, True),
    ("RIGGER", "Worker at height", "高处作业工", True, False),
    ("FIRE_FITTER", "Fire system fitter", "消防工", True, False),
)
# code, English, Chinese, department, serious, hours to correct, penalty, clause
BREACHES = (
    ("HOT_WORK", "Open flame without permit, watcher or extinguishers", "违规动火", "SECURITY", True, 2, 1000, "1.1"),
    ("EXTINGUISHERS", "Extinguishers missing or moved away", "灭火器不足或挪用", "SECURITY", False, 8, 200, "1.2"),
    ("FIRE_SYSTEM", "Fire system covered, moved or out of service", "遮挡或擅停消防设施", "SECURITY", True, 2, 2000, "1.3"),
    ("SMOKING", "Smoking on the site", "现场吸烟", "SECURITY", False, 1, 200, "1.4"),
    ("STRUCTURE", "Structure changed without consent", "擅自拆改结构", "ENGINEERING", True, 72, 5000, "2.1"),
    ("DRAWINGS", "Not built as in the approved drawings", "未按报审图纸施工", "ENGINEERING", False, 48, 500, "2.2"),
    ("PROTECTION", "Finished surfaces not protected", "成品保护不到位", "CUSTOMER_SERVICE", False, 24, 300, "2.3"),
    ("COVERED", "Concealed works covered before their inspection", "隐蔽工程未验先封", "ENGINEERING", True, 48, 1000, "2.4"),
    ("NOISE", "Loud tools within the quiet hours", "禁止时段噪音施工", "CUSTOMER_SERVICE", False, 1, 500, "3.1"),
    ("WASTE", "Waste not cleared", "施工垃圾未清理", "CUSTOMER_SERVICE", False, 4, 200, "3.2"),
    ("NO_PASS", "Workers without their pass", "未佩戴出入证", "SECURITY", False, 4, 50, "3.3"),
    ("CONDUCT", "Fights or other uncivil conduct", "打架斗殴等不文明行为", "SECURITY", True, 1, 500, "3.4"),
    ("OFFENCE", "Theft, arson, robbery, damage to public property", "偷盗、纵火、抢劫、破坏公物", "SECURITY", True, 1, None, "3.5"),
    ("OTHER", "Other breach of the Fit-out Handbook", "其他违反装修手册事项", "", False, 24, None, ""),
)
# code, English and Chinese name, and what is checked in both
CONCEALED = (
    ("CEILING_FRAME", "Ceiling frame and hangers", "吊顶龙骨与吊杆", "spacing, anchors, fireproofing", "间距、固定、防火处理"),
    ("WIRING", "Wiring in ceiling, wall and floor", "顶墙地内电气管线", "conduit, joints, earthing, labels", "穿管、接头、接地、标识"),
    ("WEAK_CURRENT", "Weak-current wiring", "弱电管线", "separation, conduit, labels", "与强电间距、穿管、标识"),
    ("SPRINKLER", "Sprinkler branches and heads", "喷淋支管与喷头", "pressure test, spacing", "压力试验、间距"),
    ("DETECTOR", "Detector and broadcast wiring", "探测器与广播线路", "loop, conduit, distance", "回路、穿管、间距"),
    ("DUCTS", "Ducts, dampers and insulation", "风管、风阀与保温", "dampers, hangers, insulation", "风阀、支吊架、保温"),
    (
        "WATER_PIPES",
        "Water pipes",
        "给水管道",
        "1.5 × working pressure, at least 0.6 MPa, 10 min",
        "1.5 倍工作压力且不小于 0.6 MPa，稳压 10 分钟",
    ),
    ("CONDENSATE", "Condensate drain", "冷凝水管", "slope and flow", "坡度、通水"),
    ("WATERPROOFING", "Waterproofing", "防水", "flood test 24 h", "蓄水试验 24 小时"),
    ("RAISED_FLOOR", "Raised floor", "架空地板", "supports and earthing", "支架、接地"),
    ("PARTITION", "Partition to the slab", "隔墙到顶", "to the slab, filling", "到顶、填充"),
    ("FIRE_STOPPING", "Fire stopping at penetrations", "孔洞防火封堵", "every penetration", "逐个孔洞"),
)
# charge kind, deposit kind, counted, rate, least, payer
FEES = (
    ("FITOUT_MANAGEMENT_FEE", "", "AREA", None, 0, "CONTRACTOR"),
    ("WASTE_REMOVAL_FEE", "", "AREA", None, 0, "CONTRACTOR"),
    ("", "FIT_OUT", "AREA", 30, 10000, "CONTRACTOR"),
)
# code, English, Chinese, area, route, authority, source
FIRE = (
    (
        "SPECIAL_PUBLIC", "Public building over 40,000 m² or 50 m high", "建筑面积大于 4 万平方米或高于 50 米的公共建筑", 0, "REVIEW",
        "Housing and construction authority", "住房和城乡建设主管部门", "住建部令第 51 号（2023 修订）第十四条",
    ),
    (
        "OTHER", "Other projects: recorded and spot-checked", "其他建设工程：备案抽查", 300, "RECORD",
        "Housing and construction authority", "住房和城乡建设主管部门", "住建部令第 51 号第三十四条",
    ),
)  # fmt: skip
# code, English, Chinese, why, condition, step, substitute
PAPERS = (
    ("application", "Fit-out Application Form", "二次装修申请表", "what is applied for", "", "receive", False, "M3.2.4-1.1.F1"),
    (
        "contract", "Copy of the fit-out contract", "装修合同复印件", "who commissioned the works", "fitout_by_contract", "receive", True,
        "M3.2.4-1.1",
    ),
    (
        "authorisation", "Fit-out Letter of Authorisation of the tenant", "客户方装修委托书", "in place of the contract",
        "fitout_by_authorisation", "receive", False, "M3.2.4-1.1.F2",
    ),
    (
        "qualification", "Copy of the qualification certificate", "装修公司资质证明复印件", "grade 2 or above", "", "receive", False,
        "M3.2.1-1",
    ),
    ("licence", "Copy of the business licence", "营业执照复印件", "shows that the contractor exists", "", "receive", True, "M3.2.1-1"),
    (
        "materials", "Construction Materials List with certificates of conformity", "施工材料清单及合格证", "fire rating of the materials",
        "", "receive", True, "M3.2.4-1.1.F3",
    ),
    (
        "fire_receipt", "Fire Submission Receipt", "消防报审回执", "the unit is over the house's limit", "fitout_over_fire_limit",
        "pass_fire_review", False, "M3.2.4-3.1.F1",
    ),
)  # fmt: skip
# department, name, items (manual 3.2.4-4.2 A to C)
CHECKLISTS = (
    (
        "CUSTOMER_SERVICE", "装修现场巡视（客服部）",
        ("公共区域及单元内成品保护完好", "公共设施设备未受损坏", "无禁止时段的噪音施工", "施工垃圾随时清理", "门上许可证、二装问答、处罚规定齐全",
         "施工进度与计划相符"),
    ),
    (
        "ENGINEERING", "装修现场巡视（工程部）",
        ("按报审通过的图纸施工", "未破坏大厦结构", "临时用电符合要求", "隐蔽工程未验收不封闭", "公共管线、阀门、电闸未擅动"),
    ),
    (
        "SECURITY", "装修现场巡视（保安部）",
        ("灭火器数量、位置符合要求且有效", "消防设施未遮挡、未停用", "动火作业有证、有看火人", "施工人员佩戴出入证、特殊工种持证",
         "无吸烟、无打架斗殴等不文明行为", "疏散通道畅通，无易燃物堆放"),
    ),
)  # fmt: skip
NAMES = ("code", "name_en", "name_zh")


class Rows:
    """The historical models by name."""

    def __init__(self, apps, schema_editor):
        self.apps, self.alias = apps, schema_editor.connection.alias

    def of(self, name, app="fitout"):
        return self.apps.get_model(app, name).objects.using(self.alias)

    def named(self, model, table, *fields):
        for position, row in enumerate(table):
            self.of(model).create(position=position, **dict(zip((*NAMES, *fields), row, strict=True)))


def fill(apps, schema_editor):
    rows = Rows(apps, schema_editor)
    departments = {row.code: row for row in rows.of("Department", "staff").all()}
    rows.named("QualificationGrade", GRADES, "is_accepted")
    rows.named("Discipline", DISCIPLINES, "is_required")
    rows.named("Trade", TRADES, "needs_certificate", "is_hot_work")
    rows.named("ConcealedItem", CONCEALED, "checks_en", "checks_zh")
    rows.named("FireRule", FIRE, "over_m2", "route", "authority_en", "authority_zh", "source")
    fill_breaches(rows, departments)
    fill_fees(rows)
    fill_papers(rows)
    fill_checklists(rows, departments)


def fill_breaches(rows, departments):
    names = (*NAMES, "department", "is_serious", "hours_to_correct", "penalty", "clause")
    for position, row in enumerate(BREACHES):
        values = dict(zip(names, row, strict=True))
        rows.of("BreachKind").create(**{**values, "department": departments.get(values["department"])}, position=position)


def fill_fees(rows):
    kinds = {row.code: row for row in rows.of("ChargeKind", "billing").all()}
    for position, (charge, deposit, by, rate, least, payer) in enumerate(FEES):
        values = {"charge_kind": kinds.get(charge), "deposit_kind": deposit, "by": by, "rate": rate, "least": least, "payer": payer}
        rows.of("FeeRule").create(position=position, **values)


def fill_papers(rows):
    names = ("code", "name", "name_zh", "why", "condition", "needed_for", "substitute", "clause")
    for position, row in enumerate(PAPERS, 1):
        rows.of("PaperKind", "core").create(procedure="fit_out", position=position, **dict(zip(names, row, strict=True)))


def fill_checklists(rows, departments):
    for department, name, items in CHECKLISTS:
        checklist = rows.of("Checklist", "rounds").create(name=name, department=departments[department])
        for position, text in enumerate(items, 1):
            rows.of("ChecklistItem", "rounds").create(checklist=checklist, position=position, text=text)
        rows.of("SiteRule").create(department=departments[department], checklist=checklist, starts=dt.time(9), minutes=540)


class Migration(migrations.Migration):
    dependencies = [
        ("fitout", "0001_initial"),
        ("billing", "0003_charge_kinds"),
        ("core", "0004_calendar"),
        ("rounds", "0001_initial"),
        ("staff", "0003_handbook_posts"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
