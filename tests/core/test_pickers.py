"""A picker takes words as words: digits that somebody types are never the key of a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from core import forms
from core.text import is_key
from tenants import access
from tenants.models import Tenant
from tests.conftest import Cast
from tests.tenants.factories import a_lease, a_tenant


def the_field(cast: Cast) -> forms.PickerField:
    return forms.PickerField(queryset=access.tenants(cast.service_clerk), url_name="tenants:tenant_picker", search=access.tenants_like)


def test_typed_digits_are_words_and_never_a_key(cast: Cast, tower: Any) -> None:
    other = a_tenant(cast, tower, name="北京另一家有限公司", code="", pk=987654)
    # The unit of one tenant reads like the key of another.
    tenant = a_lease(cast, tower, code=str(other.pk)).tenant
    field = the_field(cast)
    assert field.clean(str(other.pk)) == tenant
    assert field.clean(f"={other.pk}") == other


@pytest.mark.parametrize("typed", ["=²", "=", "=0", "=-1", "=" + "9" * 400, "²", "٣"])
def test_a_key_that_is_none_is_refused_in_words(cast: Cast, tower: Any, typed: str) -> None:
    a_tenant(cast, tower)
    with pytest.raises(forms.ValidationError):
        the_field(cast).clean(typed)


def test_the_picker_of_a_form_gives_values_that_the_form_understands(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    [found] = as_user(cast.service_clerk).get(reverse("tenants:tenant_picker"), {"q": "华信"}).json()["results"]
    assert the_field(cast).clean(found["value"]) == tenant
    assert the_field(cast).prepare_value(tenant.pk) == found["value"]


def test_a_link_that_names_a_tenant_fills_it_in(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    for name in ("tenants:move_in_new", "tenants:correspondence_new", "tenants:breach_new"):
        client = as_user(cast.leasing if name == "tenants:move_in_new" else cast.guard if "breach" in name else cast.service_clerk)
        page = client.get(reverse(name), {"tenant": tenant.pk}).content.decode()
        assert f'data-picker-text="{tenant}"' in page, name


@pytest.mark.parametrize("text", ["²", "٣", "", "-1", "9" * 19, "9" * 5000, "1.0"])
def test_what_looks_like_a_number_need_not_be_a_key(text: str) -> None:
    assert not is_key(text)
    assert is_key("1203")


@pytest.mark.parametrize("value", ["²", "9" * 5000])
def test_addresses_with_odd_numbers_are_answered(cast: Cast, tower: Any, as_user: Any, value: str) -> None:
    client = as_user(cast.service_clerk)
    for url in ("/tenants/tenants/?size=", "/tenants/correspondence/new/?tenant=", "/tenants/directory-orders/new/?line="):
        assert client.get(url + value).status_code == 200
    assert as_user(cast.finance_head).get(reverse("billing:price_new"), {"kind": value}).status_code == 200
    assert Tenant.objects.count() == 0
