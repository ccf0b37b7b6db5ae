"""A checklist and its items as one form."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalField,
    Form,
    HiddenInput,
    IntegerField,
    ModelChoiceField,
    formset_factory,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.versions import digest
from rounds import access
from rounds.models import Checklist, ChecklistItem
from rounds.services import ItemDraft
from staff.models import Department, Territory

T = gettext_lazy
FAILS = "!"


class ItemForm(Form):
    """One item. Options are typed with commas; one that is a finding begins with an exclamation mark."""

    pk = IntegerField(widget=HiddenInput, required=False, max_value=2**31 - 1)
    text = CharField(label=T("What to look at"), max_length=200, required=False)
    kind = ChoiceField(label=T("Kind of answer"), choices=ChecklistItem.Kind.choices, initial="PASS_FAIL")
    low = DecimalField(label=T("At least"), max_digits=12, decimal_places=3, required=False)
    high = DecimalField(label=T("At most"), max_digits=12, decimal_places=3, required=False)
    measure = CharField(label=T("Unit of measure"), max_length=20, required=False)
    options = CharField(label=T("Options"), max_length=400, required=False)
    photo = ChoiceField(label=T("Photo"), choices=ChecklistItem.PhotoNeed.choices, initial="ON_FAIL")
    is_required = BooleanField(label=T("Must be answered"), required=False, initial=True)
    help = CharField(label=T("Help"), max_length=300, required=False)
    gone = BooleanField(label=T("Take it away"), required=False)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not self.is_wanted:
            return filled
        number = filled.get("kind") == ChecklistItem.Kind.NUMBER
        if not number and (filled.get("low") is not None or filled.get("high") is not None):
            self.add_error("low", _("Only a number has limits."))
        if number and filled.get("low") is not None and filled.get("high") is not None and filled["low"] > filled["high"]:
            self.add_error("high", _("The lower limit is above the upper one."))
        if filled.get("kind") == ChecklistItem.Kind.CHOICE and len(self._options()[0]) < 2:
            self.add_error("options", _("Give at least two options to choose from."))
        return filled

    @property
    def is_wanted(self) -> bool:
        return bool(self.cleaned_data.get("text")) and not self.cleaned_data.get("gone")

    def _options(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        words = [word.strip() for word in re.split(r"[,，、;；\n]+", self.cleaned_data.get("options", "")) if word.strip()]
        plain = [word.lstrip(FAILS + "！").strip()[:60] for word in words]
        failing = [word for word, typed in zip(plain, words, strict=True) if typed[0] in FAILS + "！"]
        return tuple(dict.fromkeys(word for word in plain if word)), tuple(dict.fromkeys(word for word in failing if word))

    @property
    def draft(self) -> ItemDraft:
        filled = self.cleaned_data
        names = ("text", "kind", "low", "high", "measure", "photo", "is_required", "help", "pk")
        options, failing = self._options() if filled["kind"] == ChecklistItem.Kind.CHOICE else ((), ())
        return ItemDraft(**{name: filled[name] for name in names}, options=options, failing=failing)


ItemForms = formset_factory(ItemForm, extra=4, max_num=150, absolute_max=200)


def typed_item(item: ChecklistItem) -> dict[str, Any]:
    """An item as its line shows it."""
    options = [f"{FAILS}{option}" if option in item.failing else option for option in item.options]
    names = ("pk", "text", "kind", "low", "high", "measure", "photo", "is_required", "help")
    return {**{name: getattr(item, name) for name in names}, "options": ", ".join(options)}


class ChecklistForm(forms.Form):
    """Name and owner of a checklist, and its items; carries what it said when it was opened."""

    name = CharField(label=T("Checklist"), max_length=80)
    department = ModelChoiceField(label=T("Department"), queryset=Department.objects.none(), empty_label=None)
    building = ModelChoiceField(label=T("Building"), queryset=Territory.objects.none(), required=False, empty_label=T("All buildings"))
    is_active = BooleanField(label=T("In use"), required=False, initial=True)

    def __init__(self, *arguments: Any, user: Any, checklist: Checklist | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.instance = checklist
        self.fields["department"].queryset = Department.objects.filter(code__in=access.plan_departments(user))
        self.fields["department"].initial = self.fields["department"].queryset.first()
        self.fields["building"].queryset = access.plan_buildings(user)
        asked = list(checklist.items.current().order_by("position", "pk")) if checklist else []
        self.lines = ItemForms(self.data if self.is_bound else None, initial=[typed_item(item) for item in asked], prefix="items")
        if checklist:
            self.fields["version"] = CharField(widget=HiddenInput, required=False, max_length=64, initial=reading_of(checklist))
            for name in ("department", "building"):
                self.fields[name].disabled = True
                self.fields[name].queryset |= self.fields[name].queryset.model.objects.filter(pk=getattr(checklist, f"{name}_id"))
            self.initial = {name: getattr(checklist, name) for name in ("name", "department", "building", "is_active")}

    def is_valid(self) -> bool:
        both = [super().is_valid(), self.lines.is_valid()]
        self._sum_up()
        return all(both) and self._has_items()

    def _sum_up(self) -> None:
        """What is wrong with the lines stands in the summary of the form as well."""
        for error in self.lines.non_form_errors():
            self.add_error(None, error)
        for number, line in enumerate(self.lines, 1):
            for name, errors in line.errors.items():
                self.add_error(None, f"{number}. {line.fields[name].label if name in line.fields else ''}: {' '.join(map(str, errors))}")

    def _has_items(self) -> bool:
        if self.drafts:
            return True
        self.add_error(None, ValidationError(_("A checklist has at least one item.")))
        return False

    @property
    def drafts(self) -> list[ItemDraft]:
        """The items that are to be asked, in order."""
        return [line.draft for line in self.lines if line.is_wanted]


def reading_of(checklist: Checklist) -> str:
    """What a checklist says, as its form carries it."""
    return digest([checklist.name, checklist.is_active, checklist.version])
