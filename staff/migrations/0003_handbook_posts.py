"""The departments and posts that the handbook names (manual 1.1, 2.0; articles 3 and 5). Data, not code."""

from typing import Any

from django.db import migrations

DEPARTMENTS = [
    ("MANAGEMENT", "Management", "管理部"),
    ("CUSTOMER_SERVICE", "Customer service", "客户服务部"),
    ("ENGINEERING", "Engineering", "工程部"),
    ("SECURITY", "Security", "保安部"),
    ("CLEANING", "Cleaning", "清洁部"),
    ("FINANCE", "Finance", "财务部"),
    ("LEASING", "Leasing", "租售部"),
    ("RECORDS", "Records", "档案室"),
    ("PERSONNEL", "Personnel", "人事部"),
    ("GAS_OPERATIONS", "Gas operations", "运行服务部"),
]
TITLES = [
    ("MANAGEMENT", "HEAD", "Property general manager", "物业总经理", "M2.0-2"),
    ("MANAGEMENT", "DEPUTY", "Property manager", "物业经理", "M2.0-2"),
    ("MANAGEMENT", "SUPERVISOR", "Director of the management department", "管理部主任", "M2.0-2"),
    ("CUSTOMER_SERVICE", "HEAD", "Customer service manager", "客户服务经理", "M2.0-1"),
    ("CUSTOMER_SERVICE", "SUPERVISOR", "Customer service supervisor", "客户服务主任", "M2.0-2"),
    ("CUSTOMER_SERVICE", "SUPERVISOR", "Duty supervisor", "当值主任", "M2.0-2"),
    ("CUSTOMER_SERVICE", "LEADER", "Team leader of the front desk", "前台领班", "R5b.3.0"),
    ("CUSTOMER_SERVICE", "MEMBER", "Assistant to the supervisor", "主管助理", "R5b.2.0"),
    ("CUSTOMER_SERVICE", "MEMBER", "Customer service assistant", "客户服务助理", "M2.0-2"),
    ("CUSTOMER_SERVICE", "MEMBER", "Part-time assistant", "兼职助理", "M2.0-2"),
    ("CUSTOMER_SERVICE", "MEMBER", "Front desk attendant", "前台服务员", "R5b.4.0"),
    ("ENGINEERING", "HEAD", "Engineering manager", "工程部经理", ""),
    ("ENGINEERING", "SUPERVISOR", "Engineering supervisor", "工程主管", "M2.0-2"),
    ("ENGINEERING", "MEMBER", "Electrician", "电工", "M2.0-2"),
    ("SECURITY", "HEAD", "Security manager", "保安部经理", ""),
    ("SECURITY", "LEADER", "Security team leader", "保安领班", ""),
    ("SECURITY", "MEMBER", "Security guard", "保安员", ""),
    ("CLEANING", "HEAD", "Cleaning supervisor", "清洁主管", ""),
    ("CLEANING", "LEADER", "Cleaning team leader", "清洁领班", "M2.0-2"),
    ("CLEANING", "MEMBER", "Cleaner", "清洁员", "M2.0-2"),
    ("CLEANING", "MEMBER", "Gardener", "养护人员", "M2.0-2"),
    ("FINANCE", "HEAD", "Finance manager", "财务部经理", ""),
    ("FINANCE", "MEMBER", "Cashier", "出纳", "M2.0-2"),
    ("LEASING", "HEAD", "Leasing manager", "租售部经理", ""),
    ("LEASING", "MEMBER", "Leasing officer", "租售专员", ""),
    ("RECORDS", "MEMBER", "Records officer", "档案员", ""),
    ("PERSONNEL", "MEMBER", "Training officer", "培训专员", ""),
    ("GAS_OPERATIONS", "HEAD", "Manager of gas operations", "运行服务部经理", ""),
    ("GAS_OPERATIONS", "DEPUTY", "Deputy manager for operation", "运行服务部副经理（分管运行）", ""),
    ("GAS_OPERATIONS", "DEPUTY", "Deputy manager for repair", "运行服务部副经理（分管维修）", ""),
    ("GAS_OPERATIONS", "LEADER", "Dispatcher", "调度员", ""),
    ("GAS_OPERATIONS", "MEMBER", "Welder", "焊工", ""),
    ("GAS_OPERATIONS", "MEMBER", "Network worker", "运行作业工", ""),
    ("GAS_OPERATIONS", "MEMBER", "Indoor gas fitter", "户内维修工", ""),
]


def fill(apps: Any, schema_editor: Any) -> None:
    rows, titles = apps.get_model("staff", "Department").objects, apps.get_model("staff", "JobTitle").objects
    alias = schema_editor.connection.alias
    departments = {}
    for position, (code, name_en, name_zh) in enumerate(DEPARTMENTS):
        values = {"name_en": name_en, "name_zh": name_zh, "position": position}
        departments[code], _ = rows.using(alias).get_or_create(code=code, defaults=values)
    for code, rank, name_en, name_zh, clause in TITLES:
        values = {"rank": rank, "name_zh": name_zh, "clause": clause}
        titles.using(alias).get_or_create(department=departments[code], name_en=name_en, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_cover_rules")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
