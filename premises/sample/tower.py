"""The sheets of the premises workbook, drawn from the plan of the tower."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from premises.sample import plan
from premises.sample.companies import Company

Row = list[Any]
SheetRows = tuple[str, list[str], list[Row]]
READ_ON = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
INSTALLED = date(2018, 6, 1)
CODE = plan.CODE

HEADINGS = {
    "楼栋": "编号* 名称* 地址* 物业管理公司* 物业管理公司英文名称 电话* 电子邮箱 装修报审面积限值（m²）",
    "楼层": "楼栋* 楼层* 层序* 避难层",
    "单元": "楼栋* 单元号* 楼层* 建筑面积（m²）* 套内面积（m²） 用途 状态 并入单元",
    "公共区域": "楼栋* 名称* 楼层 面积（m²）",
    "表具": "楼栋* 表号* 表具类型* 单元号 公共区域 倍率 整数位数 安装位置 安装日期",
    "抄表记录": "楼栋* 表号* 抄表日期* 读数* 读数类型",
    "车位": "楼栋* 车位号* 楼层 有车位锁 承租方 车牌号",
    "钥匙与卡": "楼栋* 钥匙编号* 类型* 单元号 车位号 公共区域 用于 持有人 电话 单位名称 领用日期",
    "灭火器": "楼栋* 编号* 类型* 重量（kg） 下次检验日期 承租方",
    "单元设备": "楼栋* 单元号* 设备名称* 数量 状况 备注",
}
EQUIPMENT = {
    "OFFICE": (("入户玻璃门", 1), ("风机盘管", 4), ("照明灯盘", 18), ("烟感探测器", 4), ("喷淋头", 12), ("窗帘", 6), ("配电箱", 1)),
    "RETAIL": (("玻璃门", 1), ("风机盘管", 2), ("照明灯具", 10), ("烟感探测器", 2), ("喷淋头", 6), ("配电箱", 1)),
    "RESTAURANT": (("防火门", 2), ("排烟接口", 1), ("燃气接口", 1), ("给水接口", 2), ("烟感探测器", 4), ("喷淋头", 12), ("配电箱", 1)),
    "STORAGE": (("防火门", 1), ("照明灯具", 4), ("喷淋头", 4)),
}


def sheets(companies: tuple[Company, ...]) -> list[SheetRows]:
    """Every sheet with its headings and rows."""
    rows = {
        "楼栋": [_building()],
        "楼层": [[CODE, name, level, "否"] for level, name in plan.FLOORS],
        "单元": [_unit(unit) for unit in plan.units()],
        "公共区域": list(_areas()),
        "表具": list(_meters()),
        "抄表记录": list(_readings()),
        "车位": list(_parking(companies)),
        "钥匙与卡": list(_keys(companies)),
        "灭火器": [[CODE, f"MF-{n:03d}", "DRY_POWDER", Decimal(4), date(2027, 6, 30), ""] for n in range(1, 41)],
        "单元设备": list(_equipment()),
    }
    return [(name, headings.split(), rows[name]) for name, headings in HEADINGS.items()]


def small_building() -> list[SheetRows]:
    """A second, small building, so that there is something its neighbours must not see."""
    code = plan.SMALL_CODE
    rows = {
        "楼栋": [
            [code, "云汇中心 B 座", "北京市朝阳区建国路 88 号院 2 号楼", "北京云汇物业管理有限公司", "", "010-8588 6100", "", Decimal(200)]
        ],
        "楼层": [[code, f"{level}F", level, "否"] for level in range(1, 5)],
        "单元": [
            [code, f"{level}{n:02d}", f"{level}F", Decimal("148.00"), None, "OFFICE", "VACANT", ""]
            for level in range(1, 5)
            for n in range(1, 5)
        ],
        "表具": [
            [code, f"E-{level}{n:02d}", "ELECTRICITY", f"{level}{n:02d}", "", 1, 6, f"{level}F 强电井", INSTALLED]
            for level in range(1, 5)
            for n in range(1, 5)
        ],
    }
    return [(name, HEADINGS[name].split(), each) for name, each in rows.items()]


def _building() -> Row:
    company, english = "北京云汇物业管理有限公司", "Beijing Yunhui Property Management Co., Ltd."
    return [CODE, "云汇中心 A 座", "北京市朝阳区建国路 88 号", company, english, "010-8588 6000", "service@yunhui.example", Decimal(200)]


def _unit(unit: plan.Unit) -> Row:
    net = (unit.area * Decimal("0.70")).quantize(Decimal("0.01"))
    state = "" if unit.code in plan.parts() else plan.state_of(unit.code)
    return [CODE, unit.code, unit.floor, unit.area, net, unit.use, state, plan.parts().get(unit.code, "")]


def _areas() -> Iterator[Row]:
    yield [CODE, "大堂", "1F", Decimal("420.00")]
    yield [CODE, "高低压配电室", "B1", Decimal("180.00")]
    yield [CODE, "生活水泵房", "B2", Decimal("96.00")]
    yield [CODE, "消防控制室", "1F", Decimal("42.00")]
    yield [CODE, "屋面", "22F", None]
    for _level, name in plan.FLOORS:
        kind = "车库" if name in {"B2", "B3"} else "公共走廊"
        yield [CODE, f"{name} {kind}", name, None]


def _meters() -> Iterator[Row]:
    for unit in plan.units():
        multiplier = Decimal(30) if unit.area > 200 else Decimal(1)
        yield [CODE, f"E-{unit.code}", "ELECTRICITY", unit.code, "", multiplier, 6, f"{unit.floor} 强电井", INSTALLED]
        if unit.use == "RESTAURANT":
            yield [CODE, f"G-{unit.code}", "GAS", unit.code, "", 1, 5, "后厨", INSTALLED]
        if unit.use in {"RESTAURANT", "RETAIL"}:
            yield [CODE, f"W-{unit.code}", "WATER", unit.code, "", 1, 5, f"{unit.floor} 水井", INSTALLED]
    for _level, name in plan.FLOORS:
        area = f"{name} {'车库' if name in {'B2', 'B3'} else '公共走廊'}"
        yield [CODE, f"E-{name}-P", "ELECTRICITY", "", area, Decimal(10), 6, f"{name} 强电井", INSTALLED]
    yield [CODE, "W-MAIN", "WATER", "", "生活水泵房", Decimal(1), 7, "总水表", INSTALLED]


def _readings() -> Iterator[Row]:
    chance = random.Random(31)  # noqa: S311 - made-up data, not secrets
    for meter in _meters():
        value = Decimal(chance.randrange(2000, 40000))
        monthly = chance.randrange(40, 900)
        for day in READ_ON:
            yield [CODE, meter[1], day, value, "ROUTINE"]
            value += Decimal(monthly * chance.randrange(92, 108)) / 100


def _parking(companies: tuple[Company, ...]) -> Iterator[Row]:
    chance = random.Random(7)  # noqa: S311 - made-up data, not secrets
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    for number, (floor, n) in enumerate((floor, n) for floor in ("B2", "B3") for n in range(1, 41)):
        company = companies[number] if number < 50 and number not in plan.RESERVED else None
        plate = f"京{chance.choice('ANQP')}{chance.choice(letters)}{chance.randrange(1000, 9999)}" if company else ""
        yield [CODE, f"{floor}-{n:03d}", floor, "是", company.short_name if company else "", plate]


def _keys(companies: tuple[Company, ...]) -> Iterator[Row]:
    for unit in plan.units():
        yield from _unit_keys(unit, companies)
    for space in _parking(companies):
        holder = next((company for company in companies if space[4] and company.short_name == space[4]), None)
        held = _held(holder)
        yield [CODE, f"PL-{space[1]}", "PARKING_LOCK_KEY", "", space[1], "", "车位锁", *held]
        yield [CODE, f"PC-{space[1]}", "PARKING_CARD", "", space[1], "", "", *held]
    for n in range(1, 101):
        yield [CODE, f"AC-{n:04d}", "ACCESS_CARD", "", "", "", "门禁", *_held(None)]
    for n in range(1, 201):
        yield [CODE, f"C-{n:04d}", "CUSTOMER_CARD", "", "", "", "大厦客户卡", *_held(None)]
    for area in _areas():
        yield [CODE, f"KA-{area[1].replace(' ', '')}", "AREA_KEY", "", "", area[1], "", *_held(None)]


def _unit_keys(unit: plan.Unit, companies: tuple[Company, ...]) -> Iterator[Row]:
    """Three keys a unit; two of them with the tenant, one in the store."""
    number = plan.allotment().get(plan.parts().get(unit.code, unit.code))
    in_use = number is not None and number not in plan.RESERVED
    holder = companies[number] if number is not None and in_use else None
    for n in range(1, 4):
        yield [CODE, f"K-{unit.code}-{n}", "UNIT_KEY", unit.code, "", "", "入户门", *_held(holder if n < 3 else None)]


def _held(company: Company | None) -> Row:
    if company is None:
        return ["", "", "", None]
    contact = company.administrator
    return [contact.name, contact.phone, company.short_name, company.since]


def _equipment() -> Iterator[Row]:
    for unit in plan.units():
        worn = "窗帘" if int(unit.code[-2:]) == 4 else ""
        for name, quantity in EQUIPMENT[unit.use]:
            yield [CODE, unit.code, name, quantity, "WORN" if name == worn else "GOOD", "叶片变形" if name == worn else ""]
