"""Three years of money for the big data set: a bill a month, a receipt a quarter, one tenant in twenty in arrears."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from django.db import connections

from bench.dataset import place_code
from billing.models import ChargeKind, Price
from premises.models import Building, Floor, Place, Unit
from staff.models import Department, Post, PostTerritory, User
from tenants.models import Lease, Tenant

TABLES = ("account", "entry", "posting", "charge", "allocation", "bill", "receipt")
STATEMENTS = (Path(__file__).parent / "money.sql").read_text(encoding="utf8").split(";\n")


def cashier() -> User:
    """Somebody of finance with posts in every tower."""
    user = User.objects.create(username="cashier", name="王磊")
    post = Post.objects.create(user=user, department=Department.objects.get(code="FINANCE"), rank="HEAD", starts_on=dt.date(2020, 1, 1))
    PostTerritory.objects.bulk_create([PostTerritory(post=post, territory_id=pk) for pk in Building.objects.values_list("pk", flat=True)])
    return user


def load(buildings: list[Building], user: User) -> int:
    """Writes the years of these buildings past the triggers, which would take hours; the caller recounts. How many charges."""
    kind = ChargeKind.objects.get(code="MANAGEMENT_FEE").pk
    with connections["migrator"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER")
        places = [building.pk for building in buildings]
        cursor.execute("CREATE TEMPORARY TABLE pool AS SELECT * FROM tenants_tenant WHERE building_id = ANY(%s)", [places])
        for statement in filter(str.strip, STATEMENTS):
            cursor.execute(statement, {"kind": kind, "cashier": user.pk})
        cursor.execute("DROP TABLE pool")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM billing_charge")
        return int(cursor.fetchone()[0])


def a_full_tower(leases: int) -> Building:
    """One building with so many tenants, each with a unit, a lease and a price to be billed by."""
    building = Building.objects.create(
        code="BIG", name="云汇中心大厦", address="北京市朝阳区", management_company="云汇物业", phone="010-8888 8888"
    )
    floor = Floor.objects.create(building=building, level=1, name="1F")
    places = Place.objects.bulk_create([Place(territory=building, code=place_code(900_000 + n), label=f"{n:05d}") for n in range(leases)])
    rows = [
        Unit(building=building, floor=floor, place=place, code=f"{n:05d}", area_m2=Decimal("87.35") + n % 40)
        for n, place in enumerate(places)
    ]
    units = Unit.objects.bulk_create(rows, batch_size=1000)
    numbered = enumerate(f"云汇租户 {n} 号有限公司" for n in range(leases))
    people = [Tenant(building=building, number=f"T-20200102-{n:05d}", name=name, since=dt.date(2020, 1, 1)) for n, name in numbered]
    pairs = zip(Tenant.objects.bulk_create(people, batch_size=1000), units, strict=True)
    span = {"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2027, 12, 31)}
    contracts = [Lease(tenant=one, unit=unit, contract_number=f"BIG-{unit.code}", **span) for one, unit in pairs]
    Lease.objects.bulk_create(contracts, batch_size=1000)
    fee = ChargeKind.objects.get(code="MANAGEMENT_FEE")
    Price.objects.create(building=building, kind=fee, unit_price=Decimal("28.50"), starts_on=dt.date(2026, 1, 1))
    return building
