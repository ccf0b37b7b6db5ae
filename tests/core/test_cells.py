"""The quick ways of writing a table's cells and a select's options write what the libraries would."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.template.base import render_value_in_context
from django.template.context import Context
from django.template.loader import get_template
from django.utils import translation

from core import cells
from core.templatetags.ui import options
from repairs.models import WorkOrder
from repairs.tables import WorkOrderTable
from tests.conftest import Cast, a_unit
from tests.repairs.factories import an_order

OPTION = "django/forms/widgets/select_option.html"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_cell_is_what_the_table_says(cast: Cast, tower: Any, language: str) -> None:
    an_order(cast, tower, content="<b>" + "漏" * 80, unit=a_unit(tower, "1801B"), is_public=True)
    an_order(cast, tower, spot="茶水间")
    with translation.override(language):
        table = WorkOrderTable(list(WorkOrder.objects.order_by("pk")))
        for row, written in cells.rows(table):
            shown = [render_value_in_context(row.get_cell(column.name), Context()) for column in table.columns]
            assert written.count("<td ") == len(shown)
            for text in shown:
                assert f">{text}</td>" in written


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_select_has_the_options_that_django_writes(language: str) -> None:
    choices = [("", "—"), ("a", 'A & "B"'), ("Group <1>", [(1, "one"), (2, translation.gettext_lazy("Any"))])]
    widget = forms.SelectMultiple(choices=choices)
    with translation.override(language):
        groups = widget.optgroups("field", ["a", "2"])
        plain = [get_template(OPTION).render({"widget": option}).strip() for _name, found, _place in groups for option in found]
        written = options(groups)
    assert all(option in written for option in plain)
    assert written.count("<option") == len(plain)
    assert '<optgroup label="Group &lt;1&gt;">' in written
