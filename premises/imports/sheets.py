"""The sheets and columns of a premises workbook."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core import import_cells as cells
from core.imports import Column, Sheet
from premises.models import EquipmentItem, Extinguisher, Key, Meter, MeterReading, Unit


def _optional(key: str, en: str, zh: str, convert: Any, example: str = "") -> Column:
    """A column that may be left out or empty; empty means the usual value."""
    return Column(key, en, zh, convert, required=False, empty=None, example=example)


def _level(cell: Any) -> int:
    value = cells.whole(least=-20, most=200)(cell)
    if value == 0:
        raise ValueError(_("There is no level 0: the ground floor is 1, B1 is -1."))
    return value


BUILDING = Column("building", "Building", "楼栋", cells.code(20), example="A")
AREA = cells.number(places=2, least="0.01", most="9999999.99")

BUILDINGS = Sheet(
    "buildings",
    "Building",
    "楼栋",
    (
        Column("code", "Code", "编号", cells.code(20), example="A"),
        Column("name", "Name", "名称", cells.text(80), example="云汇中心 A 座"),
        Column("address", "Address", "地址", cells.text(200), example="北京市朝阳区建国路 88 号"),
        Column("management_company", "Management company", "物业管理公司", cells.text(120), example="北京云汇物业管理有限公司"),
        _optional("management_company_en", "Management company in English", "物业管理公司英文名称", cells.text(120)),
        Column("phone", "Phone", "电话", cells.phone, example="010-8588 6000"),
        _optional("email", "E-mail", "电子邮箱", cells.email),
        _optional(
            "fit_out_area_limit_m2", "Fit-out area limit (m²)", "装修报审面积限值（m²）", cells.number(places=2, least="0.01"), "200"
        ),
    ),
)
FLOORS = Sheet(
    "floors",
    "Floors",
    "楼层",
    (
        BUILDING,
        Column("name", "Floor", "楼层", cells.code(12), example="22F"),
        Column("level", "Level", "层序", _level, example="22"),
        _optional("is_refuge", "Refuge floor", "避难层", cells.flag, "否"),
    ),
)
UNITS = Sheet(
    "units",
    "Units",
    "单元",
    (
        BUILDING,
        Column("code", "Unit", "单元号", cells.code(20), example="2201"),
        Column("floor", "Floor", "楼层", cells.code(12), example="22F"),
        Column("area_m2", "Gross floor area (m²)", "建筑面积（m²）", AREA, example="128.50"),
        _optional("net_area_m2", "Net floor area (m²)", "套内面积（m²）", AREA, "89.90"),
        _optional("use", "Use", "用途", cells.choice(Unit.Use), "OFFICE"),
        _optional("state", "Status", "状态", cells.choice(Unit.State), "VACANT"),
        _optional("merged_into", "Merged into", "并入单元", cells.code(20)),
    ),
)
AREAS = Sheet(
    "areas",
    "Public areas",
    "公共区域",
    (
        BUILDING,
        Column("name", "Name", "名称", cells.text(80), example="22F 电梯厅"),
        _optional("floor", "Floor", "楼层", cells.code(12), "22F"),
        _optional("area_m2", "Area (m²)", "面积（m²）", AREA, "46.00"),
    ),
)
METERS = Sheet(
    "meters",
    "Meters",
    "表具",
    (
        BUILDING,
        Column("number", "Meter number", "表号", cells.code(30), example="E-2201-1"),
        Column("kind", "Kind", "表具类型", cells.choice(Meter.Kind), example="ELECTRICITY"),
        _optional("unit", "Unit", "单元号", cells.code(20), "2201"),
        _optional("area", "Public area", "公共区域", cells.text(80)),
        _optional("multiplier", "Multiplier", "倍率", cells.number(places=3, least="0.001", most="99999"), "1"),
        _optional("digits", "Digits", "整数位数", cells.whole(least=3, most=9), "6"),
        _optional("position", "Where it hangs", "安装位置", cells.text(80), "22F 强电井"),
        _optional("installed_on", "Installed on", "安装日期", cells.day, "2018-06-01"),
    ),
)
READINGS = Sheet(
    "readings",
    "Readings",
    "抄表记录",
    (
        BUILDING,
        Column("meter", "Meter number", "表号", cells.code(30), example="E-2201-1"),
        Column("read_on", "Read on", "抄表日期", cells.day, example="2026-10-31"),
        Column("value", "Reading", "读数", cells.number(places=3, least="0"), example="12345.6"),
        _optional("kind", "Kind", "读数类型", cells.choice(MeterReading.Kind), "ROUTINE"),
    ),
)
PARKING = Sheet(
    "parking",
    "Parking",
    "车位",
    (
        BUILDING,
        Column("code", "Space number", "车位号", cells.code(20), example="B2-018"),
        _optional("floor", "Floor", "楼层", cells.code(12), "B2"),
        _optional("has_lock", "Has a parking lock", "有车位锁", cells.flag, "是"),
        _optional("rented_to", "Rented to", "承租方", cells.text(120)),
        _optional("plate", "Number plate", "车牌号", cells.code(12)),
    ),
)
KEYS = Sheet(
    "keys",
    "Keys",
    "钥匙与卡",
    (
        BUILDING,
        Column("number", "Key number", "钥匙编号", cells.code(30), example="K-2201-1"),
        Column("kind", "Kind", "类型", cells.choice(Key.Kind), example="UNIT_KEY"),
        _optional("unit", "Unit", "单元号", cells.code(20), "2201"),
        _optional("parking_space", "Space number", "车位号", cells.code(20)),
        _optional("area", "Public area", "公共区域", cells.text(80)),
        _optional("label", "Opens", "用于", cells.text(80), "入户门"),
        _optional("holder_name", "Holder", "持有人", cells.text(80)),
        _optional("holder_phone", "Phone", "电话", cells.phone),
        _optional("holder_company", "Company", "单位名称", cells.text(120)),
        _optional("issued_on", "Issued on", "领用日期", cells.day),
    ),
)
EXTINGUISHERS = Sheet(
    "extinguishers",
    "Extinguishers",
    "灭火器",
    (
        BUILDING,
        Column("number", "Number", "编号", cells.code(30), example="MF-001"),
        Column("kind", "Kind", "类型", cells.choice(Extinguisher.Kind), example="DRY_POWDER"),
        _optional("weight_kg", "Weight (kg)", "重量（kg）", cells.number(places=1, least="0.1", most="999"), "4"),
        _optional("check_due_on", "Next check", "下次检验日期", cells.day, "2027-06-30"),
        _optional("rented_to", "Rented to", "承租方", cells.text(120)),
    ),
)
EQUIPMENT = Sheet(
    "equipment",
    "Equipment",
    "单元设备",
    (
        BUILDING,
        Column("unit", "Unit", "单元号", cells.code(20), example="2201"),
        Column("name", "Name", "设备名称", cells.text(80), example="风机盘管"),
        _optional("quantity", "Quantity", "数量", cells.whole(least=1, most=100_000), "4"),
        _optional("condition", "Condition", "状况", cells.choice(EquipmentItem.Condition), "GOOD"),
        _optional("remark", "Note", "备注", cells.text(200)),
    ),
)
SHEETS = (BUILDINGS, FLOORS, UNITS, AREAS, METERS, READINGS, PARKING, KEYS, EXTINGUISHERS, EQUIPMENT)
