"""Not a byte of another building: words of its complaints and repairs are looked for wherever something could show (reliability.md E2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.flow import COMPLAINT_FLOW
from core import kinds
from core.models import Notice
from tests.complaints.factories import a_compensation, a_complaint, a_measure
from tests.conftest import Cast, a_unit
from tests.repairs.factories import a_public_order, an_area, an_order
from tests.tenants.factories import a_tenant
from tests.test_once_is_once import reaching

CANARY = "金丝雀"
PHONE = "13777777777"


@pytest.fixture
def nest(cast: Cast, neighbour: Any) -> list[Any]:
    """Records of the neighbour's building with the canary in every field that somebody types into."""
    from staff.models import PostTerritory, User

    reaching(cast, neighbour)
    tenant = a_tenant(cast, neighbour, name=f"{CANARY}公司", short_name=f"{CANARY}简称", code="")
    unit = a_unit(neighbour, "JSQ-9")
    told = {"tenant": tenant, "unit": unit, "name": f"{CANARY}先生", "phone": PHONE, "content": f"{CANARY}投诉"}
    complaint = a_complaint(cast, neighbour, kind="MISCONDUCT", against=f"{CANARY}员工", witnesses=f"{CANARY}证人", **told)
    area = an_area(neighbour, f"{CANARY}大堂")
    rows = [
        complaint,
        a_measure(cast, neighbour, text=f"{CANARY}措施", owner=cast.outsider),
        a_compensation(cast, neighbour, complaint=complaint),
        an_order(cast, neighbour, spot=f"{CANARY}角落", **told),
        a_public_order(cast, neighbour, area=area, spot=f"{CANARY}柱子"),
    ]
    COMPLAINT_FLOW.take(complaint, "report_serious", by=cast.service_clerk, at=timezone.now(), note=f"{CANARY}原因")
    PostTerritory.objects.filter(territory_id=neighbour.pk).exclude(post__user=cast.outsider).delete()
    # What they heard while they helped to make it was theirs to hear.
    Notice.objects.exclude(recipient=cast.outsider).delete()
    cast.people.update({key: User.objects.get(pk=person.pk) for key, person in cast.people.items()})
    return rows


def places(rows: list[Any]) -> Iterator[str]:
    """Addresses that show lists, words, figures, exports, papers, files and the records themselves."""
    lists = ("complaints:complaint_list", "complaints:measure_list", "complaints:compensation_list", "repairs:work_order_list",
             "repairs:booking_list", "repairs:paid_list")  # fmt: skip
    for name in lists:
        for query in ("", f"?q={CANARY}", f"?q={PHONE}", "?export=csv", f"?q={CANARY}&export=csv", "?fresh=1&seen=0"):
            yield reverse(name) + query
    for name in ("complaints:statistics", "repairs:figures", "frontdesk:waiting", "frontdesk:approvals", "frontdesk:due", "core:notices"):
        yield reverse(name)
    yield reverse("repairs:register_print")
    for name in ("complaints:complaint_new", "repairs:work_order_new"):
        for row in rows:
            yield f"{reverse(name)}?work_order={row.pk}&complaint={row.pk}&tenant={row.pk}&unit={row.pk}&phone={PHONE}"
    yield f"{reverse('repairs:similar')}?unit=JSQ-9"
    yield f"{reverse('core:search')}?q={CANARY}"
    yield f"{reverse('tenants:tenant_picker')}?q={CANARY}"
    yield f"{reverse('premises:unit_picker')}?q=JSQ"
    yield f"{reverse('frontdesk:call')}?phone={PHONE}"
    for row in rows:
        kind = kinds.of(row)
        yield kind.url(row)
        yield from (kind.print_url(row, form) for form in ("record", "review", "slip", "work_order"))
        yield reverse("core:by_number", args=[row.number])


def text_of(answer: Any) -> str:
    """What an answer says, the words inside a PDF too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"%PDF"):
        from io import BytesIO

        import pikepdf

        with pikepdf.open(BytesIO(body)) as pdf:
            return str([page.obj for page in pdf.pages]) + str(pdf.docinfo)
    if "json" in answer.headers.get("Content-Type", ""):
        return json.dumps(answer.json(), ensure_ascii=False)
    return str(body.decode("utf8", "replace"))


# Whole words of the records: a page may say back what was typed into its search, and never these.
WORDS = tuple(f"{CANARY}{rest}" for rest in ("先生", "公司", "简称", "投诉", "员工", "证人", "措施", "角落", "柱子", "大堂", "原因"))


def shown(client: Client, rows: list[Any]) -> list[str]:
    """Where a word, the phone, the unit or a number of the records is said to somebody who did not say it."""
    words = [*WORDS, PHONE, "JSQ-9", *(row.number for row in rows)]
    return [
        address
        for address in places(rows)
        if any(word in text for text in [text_of(client.get(address))] for word in words if word not in address)
    ]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", ["service_head", "engineer", "cashier"])
def test_nothing_of_the_neighbours_complaints_and_repairs_is_said_here(who: str, cast: Cast, nest: list[Any], as_user: Any) -> None:
    assert shown(as_user(getattr(cast, who)), nest) == []


@pytest.mark.timeout(120)
def test_the_neighbour_meets_the_canary_nearly_everywhere(cast: Cast, nest: list[Any], as_user: Any) -> None:
    """The control of E2: whoever may see it finds it in lists, searches, exports, pickers and on the records."""
    found = shown(as_user(cast.outsider), nest)
    assert len(found) > 20 and any("export=csv" in address for address in found) and any("/pick/" in address for address in found)
