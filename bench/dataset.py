"""A big data set in a database of its own: ten towers, 5,000 units, 20,000 tenants with leases and contacts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from core import search
from premises.models import Building, Floor, Place, Unit
from premises.models.buildings import PLACE_ALPHABET
from staff.models import Department, Post, PostTerritory, User
from tenants.models import Contact, Lease, Tenant

TOWERS, FLOORS, UNITS_A_FLOOR, TENANTS_A_TOWER = 10, 42, 12, 2000
TODAY = date(2026, 11, 23)
SURNAMES = "华信北辰金桥锐德蓝图恒通瑞丰鼎盛宏远嘉禾中科天成博雅远洋联创德邦明润启航"
TRADES = ["科技", "贸易", "咨询", "传媒", "投资", "律师事务所", "设计", "物流", "教育", "医疗器械"]


def load(*, is_searched: bool = True) -> User:
    """Fills the database and returns somebody of customer service with posts in every tower. Without the palette's index if so told."""
    with transaction.atomic():
        towers = [tower(number) for number in range(TOWERS)]
        user = clerk(towers)
        for number, building in enumerate(towers):
            fill(number, building)
    if is_searched:
        make_searchable()
    return user


def make_searchable() -> None:
    """The rows of the palette."""
    with transaction.atomic():
        for tenant in Tenant.objects.iterator(chunk_size=2000):
            search.index(tenant)
        for unit in Unit.objects.select_related("floor").iterator(chunk_size=2000):
            search.index(unit)


def tower(number: int) -> Building:
    return Building.objects.create(
        code=f"T{number}", name=f"云汇中心 {number} 座", address="北京市朝阳区", management_company="云汇物业", phone="010-8888 8888"
    )


def clerk(towers: list[Building]) -> User:
    user = User.objects.create(username="clerk", name="陈静")
    department = Department.objects.get(code="CUSTOMER_SERVICE")
    post = Post.objects.create(user=user, department=department, rank="HEAD", starts_on=date(2020, 1, 1))
    PostTerritory.objects.bulk_create([PostTerritory(post=post, territory_id=building.pk) for building in towers])
    return user


def fill(number: int, building: Building) -> None:
    units = make_units(number, building)
    tenants = make_tenants(number, building)
    Lease.objects.bulk_create([lease for position, unit in enumerate(units) for lease in leases(unit, position, tenants)])
    contacts = [contact(tenant, position, kind) for position, tenant in enumerate(tenants) for kind in ("GENERAL", "EMERGENCY")]
    Contact.objects.bulk_create(contacts, batch_size=2000)


def make_units(number: int, building: Building) -> list[Unit]:
    floors = Floor.objects.bulk_create([Floor(building=building, level=level, name=f"{level}F") for level in range(1, FLOORS + 1)])
    made = [(floor, place) for floor in floors for place in range(1, UNITS_A_FLOOR + 1)][:500]
    places = Place.objects.bulk_create(
        [Place(territory=building, code=place_code(number * 1000 + n), label=f"{floor.level}{p:02d}") for n, (floor, p) in enumerate(made)]
    )
    return Unit.objects.bulk_create(
        [
            Unit(building=building, floor=floor, place=place, code=f"{floor.level}{p:02d}", area_m2=Decimal(80 + p * 10))
            for (floor, p), place in zip(made, places, strict=True)
        ]
    )


def place_code(number: int) -> str:
    letters = []
    for _ in range(6):
        number, rest = divmod(number, len(PLACE_ALPHABET))
        letters.append(PLACE_ALPHABET[rest])
    return "".join(letters)


def make_tenants(number: int, building: Building) -> list[Tenant]:
    return Tenant.objects.bulk_create([tenant(number, building, position) for position in range(TENANTS_A_TOWER)], batch_size=1000)


def tenant(number: int, building: Building, position: int) -> Tenant:
    start = (number * 7 + position * 3) % (len(SURNAMES) - 2)
    brand = SURNAMES[start : start + 2] + chr(0x4E00 + (number * TENANTS_A_TOWER + position) % 5000)
    return Tenant(
        building=building,
        number=f"T-20200101-{number * TENANTS_A_TOWER + position + 1:05d}",
        name=f"北京{brand}{TRADES[position % 10]}有限公司",
        short_name=f"{brand}{TRADES[position % 10]}",
        company_kind="PRIVATE",
        since=TODAY - timedelta(days=position % 2000 + 1),
    )


def leases(unit: Unit, position: int, tenants: list[Tenant]) -> list[Lease]:
    """Three past leases and, for nine units in ten, one that runs."""
    history: list[Any] = [(TODAY - timedelta(days=years * 365), 364) for years in (5, 4, 3)]
    running = [(TODAY - timedelta(days=300), 1000)] if position % 10 else []
    people = islice((tenants[(position + turn * 500) % len(tenants)] for turn in range(4)), 4)
    return [
        Lease(tenant=one, unit=unit, contract_number=f"L-{unit.pk}-{turn}", starts_on=start, ends_on=start + timedelta(days=days))
        for turn, (one, (start, days)) in enumerate(zip(people, history + running, strict=False))
    ]


def contact(tenant: Tenant, position: int, kind: str) -> Contact:
    return Contact(tenant=tenant, kind=kind, name="刘女士", phone=f"138{(tenant.pk * 7919 + position) % 10**8:08d}")
