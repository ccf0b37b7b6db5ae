"""The stacking plan: every unit in its place, within its budget, and nothing of other buildings."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core import panels
from frontdesk import stacking
from premises.models import Floor, Unit
from tenants.models import Lease
from tests.conftest import a_unit
from tests.frontdesk.lives import a_tenant

URL = "/frontdesk/stacking-plan/"


def let(unit: Unit, tenant: Any, *, days: int = 100) -> Lease:
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=days)}
    return Lease.objects.create(tenant=tenant, unit=unit, contract_number=f"HT-{unit.code}", **dates)


def a_tower_of(building: Any, floors: int, units: int) -> None:
    made = Floor.objects.bulk_create(Floor(building=building, level=level, name=f"{level}F") for level in range(1, floors + 1))
    Unit.objects.bulk_create(
        Unit(building=building, floor=floor, code=f"{floor.level:02}{number:02}", area_m2=Decimal(80 + number * 7))
        for floor in made
        for number in range(1, units + 1)
    )


def test_floors_stand_top_down_and_basements_below(cast: Any, tower: Any) -> None:
    for level, code in ((2, "201"), (-1, "B101"), (18, "1801")):
        a_unit(tower, code, level=level)
    assert [row.floor.level for row in stacking.plan(tower, cast.frontdesk).rows] == [18, 2, -1]


def test_width_follows_area_and_fills_the_row(cast: Any, tower: Any) -> None:
    for code, area in (("1801", "300"), ("1802", "100"), ("1803", "80")):
        a_unit(tower, code, area=area)
    spans = [cell.span for cell in stacking.plan(tower, cast.frontdesk).cells]
    assert spans == [30, 10, 8] and sum(spans) == stacking.COLUMNS


@pytest.mark.parametrize("count", [1, 7, 12, 48, 60])
def test_any_number_of_units_fills_the_row(cast: Any, tower: Any, count: int) -> None:
    for number in range(count):
        a_unit(tower, f"18{number:02}", area=str(50 + number * 13))
    assert sum(cell.span for cell in stacking.plan(tower, cast.frontdesk).cells) == max(stacking.COLUMNS, count)


def test_a_small_unit_keeps_room_for_its_code(cast: Any, tower: Any) -> None:
    for number, area in enumerate(("900", "20", "20", "20", "20", "20", "20", "20")):
        a_unit(tower, f"18{number:02}", area=area)
    spans = [cell.span for cell in stacking.plan(tower, cast.frontdesk).cells]
    assert spans == [20, 4, 4, 4, 4, 4, 4, 4]


def test_merged_units_are_one_cell_with_their_area_together(cast: Any, tower: Any) -> None:
    whole, part = a_unit(tower, "1801", area="100"), a_unit(tower, "1802", area="50")
    Unit.objects.filter(pk=part.pk).update(merged_into=whole)
    [cell] = stacking.plan(tower, cast.frontdesk).cells
    assert (cell.title, cell.area_m2) == ("1801–1802", Decimal("150.00"))


def test_a_let_unit_carries_its_tenants_short_name(cast: Any, tower: Any, as_user: Any) -> None:
    let(a_unit(tower, "1801"), a_tenant(tower))
    assert "华信科技" in as_user(cast.frontdesk).get(URL).content.decode()


def test_a_lease_that_is_over_names_nobody(cast: Any, tower: Any) -> None:
    let(a_unit(tower, "1801"), a_tenant(tower), days=-1)
    assert stacking.plan(tower, cast.frontdesk).cells[0].name == ""


def test_who_is_about_to_move_in_is_named_before_the_lease_begins(cast: Any, tower: Any) -> None:
    unit, today = a_unit(tower, "1801"), timezone.localdate()
    dates = {"starts_on": today + timedelta(days=9), "ends_on": today + timedelta(days=400)}
    Lease.objects.create(tenant=a_tenant(tower), unit=unit, contract_number="HT-1801", **dates)
    assert [cell.name for cell in stacking.plan(tower, cast.frontdesk).cells] == [""]
    Unit.objects.filter(pk=unit.pk).update(state="RESERVED")
    assert [bool(cell.name) for cell in stacking.plan(tower, cast.frontdesk).cells] == [True]


def test_the_legend_counts_what_the_plan_shows(cast: Any, tower: Any, as_user: Any) -> None:
    for code in ("1801", "1802", "1803"):
        a_unit(tower, code)
    Unit.objects.filter(code="1803").update(state="OCCUPIED")
    counts = {entry.key: entry.count for entry in stacking.plan(tower, cast.frontdesk).states}
    assert counts["VACANT"] == 2 and counts["OCCUPIED"] == 1 and sum(counts.values()) == 3
    text = as_user(cast.frontdesk).get(f"{URL}?only=OCCUPIED").content.decode()
    assert text.count("is-dim") == 2


def test_a_state_is_told_by_code_and_not_by_colour_alone(cast: Any, tower: Any, as_user: Any) -> None:
    a_unit(tower, "1801")
    Unit.objects.update(state="FIT_OUT")
    text = as_user(cast.frontdesk).get(URL).content.decode()
    assert '<span class="stacking-mark">FO</span>' in text and "cell-fit-out" in text


def test_another_app_adds_its_marks(cast: Any, tower: Any, monkeypatch: Any) -> None:
    unit = a_unit(tower, "1801")
    monkeypatch.setitem(panels._contributions, "unit.flags", [lambda ids, user: {unit.pk: [panels.Flag("arrears", "$", "Arrears")]}])
    plan = stacking.plan(tower, cast.frontdesk)
    assert plan.cells[0].flag_keys == "arrears" and [(each.mark, each.count) for each in plan.flags] == [("$", 1)]


def test_the_table_and_the_areas_tell_the_same(cast: Any, tower: Any, as_user: Any) -> None:
    for code in ("1801", "1802"):
        a_unit(tower, code, area="100.00")
    client = as_user(cast.frontdesk)
    table = client.get(f"{URL}?view=table").content.decode()
    assert table.count('<th scope="row">') == 2
    assert "200.00" in client.get(f"{URL}?view=areas").content.decode()
    assert client.get(f"{URL}?view=else").status_code == 404


def test_a_stranger_sees_another_building_only(cast: Any, tower: Any, neighbour: Any, as_user: Any) -> None:
    mine, theirs = a_unit(tower, "1801"), a_unit(neighbour, "0909", level=9)
    text = as_user(cast.outsider).get(f"{URL}?building={tower.pk}").content.decode()
    assert "1801" not in text and "0909" in text
    client = as_user(cast.outsider)
    assert client.get(f"{URL}units/{mine.pk}/").status_code == 404
    assert client.get(f"{URL}units/{theirs.pk}/").status_code == 200


def test_the_side_panel_is_a_fragment_for_the_script_and_a_page_without_it(cast: Any, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1801")
    let(unit, a_tenant(tower))
    client, url = as_user(cast.frontdesk), f"{URL}units/{unit.pk}/"
    piece = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece and "华信科技有限公司" in piece
    assert "<html" in client.get(url).content.decode()


def test_four_hundred_and_eighty_cells_cost_six_queries_and_sixty_kilobytes(
    cast: Any, tower: Any, as_user: Any, django_assert_max_num_queries: Any
) -> None:
    a_tower_of(tower, 40, 12)
    client = as_user(cast.frontdesk)
    client.get(URL)
    with django_assert_max_num_queries(6):
        answer = client.get(URL)
    assert len(re.findall("data-cell", answer.content.decode())) == 480
    assert len(gzip.compress(answer.content)) <= 60 * 1024
