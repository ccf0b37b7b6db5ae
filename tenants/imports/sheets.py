"""The sheets and columns of the tenants workbook."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from core import import_cells as cells
from core.imports import Column, Sheet
from tenants.identifiers import validate_credit_code
from tenants.models import Contact, Tenant


def credit_code(cell: Any) -> str:
    """A unified social credit code with the right check character."""
    value: str = cells.code(40)(cell)
    try:
        validate_credit_code(value)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from None
    return value


BUILDING = Column("building", "Building", "楼栋", cells.code(20), example="A")
TENANT = Column("tenant", "Tenant", "客户", cells.text(120), example="北京华信科技有限公司")

TENANTS = Sheet(
    "tenants",
    "Tenants",
    "客户",
    (
        BUILDING,
        Column("name", "Name", "客户名称", cells.text(120), example="北京华信科技有限公司"),
        Column("short_name", "Short name", "简称", cells.text(40), required=False),
        Column("name_en", "Name in English", "英文名称", cells.text(160), required=False),
        Column("credit_code", "Unified social credit code", "统一社会信用代码", credit_code, required=False),
        Column("other_identifier", "Other registration number", "其他登记号", cells.text(60), required=False),
        Column("company_kind", "Kind of company", "企业性质", cells.choice(Tenant.CompanyKind)),
        Column("industry", "Industry", "行业", cells.text(60), required=False),
        Column("managers", "Managers", "管理人员数", cells.whole(most=100_000), required=False, empty=None),
        Column("employees", "Staff", "员工人数", cells.whole(most=100_000), required=False, empty=None),
        Column("foreigners", "Foreigners", "外籍人数", cells.whole(most=100_000), required=False, empty=None),
        Column("people_total", "People in all", "总人数", cells.whole(most=200_000), required=False, empty=None),
        Column("registered_address", "Registered address", "注册地址", cells.text(200), required=False),
        Column("mailing_address", "Mailing address", "通讯地址", cells.text(200), required=False),
        Column("phone", "Switchboard", "总机", cells.phone, required=False),
        Column("legal_representative", "Legal representative", "法定代表人", cells.text(60), required=False),
        Column("is_vip", "VIP", "重要客户", cells.flag, required=False, empty=False),
        Column("since", "Tenant since", "入驻日期", cells.day),
        Column("note", "Note", "备注", cells.text(2000), required=False),
    ),
    required=True,
)
CONTACTS = Sheet(
    "contacts",
    "Contacts",
    "联系人",
    (
        BUILDING,
        TENANT,
        Column("kind", "Kind", "类别", cells.choice(Contact.Kind)),
        Column("name", "Name", "姓名", cells.text(60)),
        Column("title", "Job title", "职务", cells.text(60), required=False),
        Column("phone", "Phone", "电话", cells.phone),
        Column("other_phone", "Other phone", "其他电话", cells.phone, required=False),
        Column("email", "E-mail", "电子邮箱", cells.email, required=False),
        Column("note", "Note", "备注", cells.text(200), required=False),
    ),
)
LEASES = Sheet(
    "leases",
    "Leases",
    "租约",
    (
        BUILDING,
        TENANT,
        Column("unit", "Unit", "单元", cells.code(20), example="A-1203"),
        Column("contract_number", "Contract number", "合同编号", cells.text(60), example="YH-2025-0031"),
        Column("signed_on", "Signed on", "签订日期", cells.day, required=False, empty=None),
        Column("starts_on", "Starts on", "起租日", cells.day),
        Column("ends_on", "Ends on", "到期日", cells.day),
        Column("terminated_on", "Terminated early on", "提前终止日", cells.day, required=False, empty=None),
        Column("rent_free_until", "Rent-free until", "免租期至", cells.day, required=False, empty=None),
        Column("area_m2", "Billed area (m²)", "计租面积（m²）", cells.number(places=2, least="0.01"), required=False, empty=None),
        Column("note", "Note", "备注", cells.text(2000), required=False),
    ),
)
SHEETS = (TENANTS, CONTACTS, LEASES)
