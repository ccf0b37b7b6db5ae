"""Sixty made-up companies with valid registration codes, their people and their leases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from premises.sample import plan

# brand, what it does, legal form, kind, industry
COMPANIES = """
华信|科技|有限公司|PRIVATE|软件
北辰远|投资管理|有限公司|PRIVATE|投资
蓝图创想|建筑设计|有限公司|PRIVATE|建筑设计
锐德|咨询|有限公司|FOREIGN|管理咨询
金桥汇通|商业保理|有限公司|STATE_OWNED|金融
恒远嘉业|国际贸易|有限公司|PRIVATE|贸易
嘉禾明道|文化传媒|有限公司|PRIVATE|传媒
明德至正|律师事务所||OTHER|法律服务
博雅启文|教育科技|有限公司|PRIVATE|教育
启航智联|信息技术|股份有限公司|PRIVATE|软件
云帆数据|科技|有限公司|PRIVATE|数据服务
天润绿能|能源科技|有限公司|STATE_OWNED|新能源
中泽安信|会计师事务所|（特殊普通合伙）|OTHER|会计审计
德润康|医疗科技|有限公司|JOINT_VENTURE|医疗器械
思远汇智|人力资源服务|有限公司|PRIVATE|人力资源
鼎新同创|私募基金管理|有限公司|PRIVATE|投资
凯睿格|保险经纪|有限公司|FOREIGN|保险
亿航通达|供应链管理|有限公司|PRIVATE|物流
瑞景天成|房地产经纪|有限公司|PRIVATE|房地产
诚和信达|知识产权代理|有限公司|PRIVATE|知识产权
柏林施密特机械公司|北京代表处||REPRESENTATIVE_OFFICE|机械
丰泽园田|食品|有限公司|PRIVATE|食品
弘毅书阁|图书发行|有限公司|PRIVATE|出版
星河互动|网络技术|有限公司|PRIVATE|游戏
万象新维|广告|有限公司|PRIVATE|广告
和光同程|旅行社|有限公司|PRIVATE|旅游
众诚恒业|工程咨询|有限公司|STATE_OWNED|工程咨询
易购优选|电子商务|有限公司|PRIVATE|电子商务
晨曦之光|公益基金会||OTHER|公益
盛世华章|展览展示|有限公司|PRIVATE|会展
安达信恒|安防技术|有限公司|PRIVATE|安防
润泽生物|医药科技|有限公司|JOINT_VENTURE|医药
北方联合|环境工程|有限公司|STATE_OWNED|环保
海纳川流|融资租赁|有限公司|JOINT_VENTURE|金融
立方体|室内设计|有限公司|PRIVATE|设计
致远同行|企业管理|有限公司|PRIVATE|管理咨询
灵犀语音|人工智能科技|有限公司|PRIVATE|人工智能
沃德精仪|仪器仪表|有限公司|FOREIGN|仪器
青禾时代|影视制作|有限公司|PRIVATE|影视
优谱光电|科技|有限公司|PRIVATE|光电
京韵坊|工艺美术|有限公司|PRIVATE|工艺品
飞驰远洋|国际货运代理|有限公司|PRIVATE|货运
同仁惠民|健康管理|有限公司|PRIVATE|健康
泰和永昌|典当|有限公司|PRIVATE|典当
宏图伟业|招标代理|有限公司|PRIVATE|招标
九州通汇|支付技术|有限公司|PRIVATE|支付
智慧云仓|物联网科技|有限公司|PRIVATE|物联网
朗朗英语|培训学校|有限公司|PRIVATE|培训
时代先锋|公关顾问|有限公司|PRIVATE|公关
正阳门|文物鉴定|有限公司|STATE_OWNED|文化
晓风咖啡|餐饮管理|有限公司|PRIVATE|餐饮
悦来鲜|餐饮管理|有限公司|PRIVATE|餐饮
便利一家|商贸|有限公司|PRIVATE|零售
康安大药房|医药|有限公司|PRIVATE|药店
银丰商业银行|建国路支行||STATE_OWNED|银行
花语时光|园艺|有限公司|PRIVATE|花店
快印通|图文设计|有限公司|PRIVATE|图文
净美|洗衣服务|有限公司|PRIVATE|洗衣
老城根|面馆|有限公司|INDIVIDUAL|餐饮
新街口|打印耗材|经营部|INDIVIDUAL|零售
""".strip()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚桂英华玉兰萍红鹏飞宇晨浩然子涵雨桐思远建国志强晓燕海燕文博"
TITLES = {"ADMINISTRATIVE_HEAD": "行政主管", "EMERGENCY": "安全负责人", "FINANCE": "财务经理", "GENERAL": "行政专员"}
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Contact:
    kind: str
    name: str
    title: str
    phone: str
    email: str


@dataclass
class Company:
    name: str
    short_name: str
    credit_code: str
    other_identifier: str
    kind: str
    industry: str
    managers: int
    employees: int
    phone: str
    legal_representative: str
    since: date
    is_vip: bool
    units: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def administrator(self) -> Contact:
        return self.contacts[0]


def check_digit(body: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015)."""
    total = sum(CODE_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return CODE_ALPHABET[(31 - total % 31) % 31]


def _organisation_digit(body: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997), part of the credit code."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(character, 36) * weight for character, weight in zip(body, weights, strict=True))
    return "0123456789X0"[(11 - total % 11) % 11]


def credit_code(chance: random.Random, kind: str) -> str:
    authority = {"OTHER": "31", "INDIVIDUAL": "92", "GOVERNMENT": "11"}.get(kind, "91")
    while True:
        organisation = "MA" + "".join(chance.choice("0123456789") for _n in range(6))
        digit = _organisation_digit(organisation)
        if digit != "X":
            break
    body = f"{authority}110105{organisation}{digit}"
    return body + check_digit(body)


def person(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


def mobile(chance: random.Random) -> str:
    return f"{chance.choice(('138', '139', '136', '186', '158'))} {chance.randrange(1000, 9999)} {chance.randrange(1000, 9999)}"


@cache
def tenants() -> tuple[Company, ...]:
    """The sixty companies with their units; the same every time."""
    chance = random.Random(20261123)  # noqa: S311 - made-up data, not secrets
    companies = [_company(line.split("|"), chance) for line in COMPANIES.splitlines()]
    plan.allot(companies)
    return tuple(companies)


def _company(parts: list[str], chance: random.Random) -> Company:
    brand, trade, form, kind, industry = parts
    foreign_office = kind == "REPRESENTATIVE_OFFICE"
    domain = f"c{chance.randrange(1000, 9999)}.example"
    since = date(chance.randrange(2019, 2026), chance.randrange(1, 13), 1)
    company = Company(
        name=f"{brand}{trade}" if foreign_office else f"北京{brand}{trade}{form}",
        short_name=brand[:6],
        credit_code="" if foreign_office else credit_code(chance, kind),
        other_identifier="外国企业常驻代表机构登记证 110000450012345" if foreign_office else "",
        kind=kind,
        industry=industry,
        managers=chance.randrange(1, 6),
        employees=chance.randrange(4, 120),
        phone=f"010-8588 {chance.randrange(1000, 9999)}",
        legal_representative=person(chance),
        since=since,
        is_vip=chance.random() < 0.15,
    )
    kinds = ["ADMINISTRATIVE_HEAD", "EMERGENCY", "FINANCE", *(["GENERAL"] if chance.random() < 0.4 else [])]
    company.contacts = [Contact(each, person(chance), TITLES[each], mobile(chance), f"{each[:3].lower()}@{domain}") for each in kinds]
    return company


def _tenant_rows(companies: tuple[Company, ...]) -> Iterator[list[Any]]:
    for each in companies:
        address = f"北京市朝阳区建国路 88 号云汇中心 A 座 {each.units[0]}"
        yield [
            plan.CODE,
            each.name,
            "",
            each.short_name,
            each.credit_code,
            each.other_identifier,
            each.kind,
            each.industry,
            each.managers,
            each.employees,
            each.managers + each.employees,
            address,
            address,
            each.phone,
            each.legal_representative,
            "是" if each.is_vip else "否",
            each.since,
            "",
        ]


def _contact_rows(companies: tuple[Company, ...]) -> Iterator[list[Any]]:
    for each in companies:
        for contact in each.contacts:
            yield [plan.CODE, each.name, contact.kind, contact.name, contact.title, contact.phone, "", contact.email, ""]


def _lease_rows(companies: tuple[Company, ...]) -> Iterator[list[Any]]:
    chance = random.Random(88)  # noqa: S311 - made-up data, not secrets
    areas = {unit.code: unit.area for unit in plan.units()}
    for number, each in enumerate(companies, start=1):
        starts, ends = _term(each, chance)
        contract = f"YH-{starts.year}-{number:04d}"
        if number % 6 == 0:
            yield from _earlier(each, starts, number, areas)
        for unit in each.units:
            area = areas[unit] + sum(areas[part] for part in plan.MERGED.get(unit, ()))
            free = starts + timedelta(days=45) if plan.state_of(unit) in {"FIT_OUT", "RESERVED"} else None
            signed = starts - timedelta(days=30)
            yield [plan.CODE, each.name, unit, contract, signed, starts, ends, None, free, area, ""]


def _earlier(company: Company, starts: date, number: int, areas: dict[str, Any]) -> Iterator[list[Any]]:
    """The lease before the present one, on its first unit, ended early for the renewal."""
    begun, unit = date(starts.year - 3, starts.month, 1), company.units[0]
    stopped = starts - timedelta(days=1)
    contract, note = f"YH-{begun.year}-{number:04d}", "续租，原合同提前终止"
    signed, ends = begun - timedelta(days=20), stopped + timedelta(days=60)
    yield [plan.CODE, company.name, unit, contract, signed, begun, ends, stopped, None, areas[unit], note]


def _term(company: Company, chance: random.Random) -> tuple[date, date]:
    """A term of two, three or five years that holds on the day of the sample; a reserved unit's begins soon."""
    if plan.state_of(company.units[0]) == "RESERVED":
        return date(2026, 12, 15), date(2029, 12, 14)
    years = chance.choice((2, 3, 3, 5))
    starts = company.since
    while date(starts.year + years, starts.month, 1) <= TODAY + timedelta(days=20):
        starts = date(starts.year + years, starts.month, 1)
    return starts, date(starts.year + years, starts.month, 1) - timedelta(days=1)


TENANT_HEADINGS = (
    "楼栋 * 客户名称 * 英文名称 简称 * 统一社会信用代码 其他登记号 企业性质 * 行业 管理人员数 员工人数 总人数 "
    "注册地址 通讯地址 总机 法定代表人 重要客户 入驻日期 * 备注"
)
CONTACT_HEADINGS = "楼栋 * 客户 * 类别 * 姓名 * 职务 电话 * 其他电话 电子邮箱 备注"
LEASE_HEADINGS = "楼栋 * 客户 * 单元 * 合同编号 * 签订日期 起租日 * 到期日 * 提前终止日 免租期至 计租面积（m²） 备注"


def _headings(text: str) -> list[str]:
    return [heading.replace("~", " ") for heading in text.replace(" *", "~*").split()]


def sheets(companies: tuple[Company, ...]) -> list[tuple[str, list[str], list[list[Any]]]]:
    """The sheets of the tenants workbook."""
    return [
        ("客户", _headings(TENANT_HEADINGS), list(_tenant_rows(companies))),
        ("联系人", _headings(CONTACT_HEADINGS), list(_contact_rows(companies))),
        ("租约", _headings(LEASE_HEADINGS), list(_lease_rows(companies))),
    ]
