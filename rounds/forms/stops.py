"""What is found at one stop, as one form: a field or two for each item."""

from __future__ import annotations

from typing import Any

from django.forms import CharField, ChoiceField, DecimalField, RadioSelect, Textarea
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.text import clean_code
from rounds.models import Answer, ChecklistItem, RoundStop
from rounds.services import Given

T = gettext_lazy
NOT_APPLICABLE = Answer.Result.NOT_APPLICABLE.value


class StopForm(forms.Form):
    """The items of a stop. A code proves that somebody stood there; without it the entry says so."""

    code = CharField(label=T("Label code"), max_length=12, required=False, help_text=T("six characters under the QR code on the label"))
    note = CharField(label=T("Note"), max_length=2000, required=False, widget=Textarea(attrs={"rows": 2}))
    photos = forms.StashedFileField(label=T("Photos"), required=False, multiple=True, purpose="round")

    def __init__(self, *arguments: Any, stop: RoundStop, items: list[ChecklistItem], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.stop, self.items = stop, items
        if stop.place_id is None:
            del self.fields["code"]
        given = {answer.item_id: answer for answer in stop.answers.all()}
        for item in items:
            self._ask(item, given.get(item.pk))
        self.initial.setdefault("note", stop.note)
        self.order_fields(["code", *(name for name in self.fields if name not in {"code", "note", "photos"}), "note", "photos"])

    def _ask(self, item: ChecklistItem, answer: Answer | None) -> None:
        for name, field in _fields_of(item).items():
            key = f"{name}_{item.pk}"
            self.fields[key] = field
            if answer:
                self.initial[key] = _told(item, answer, name)

    @property
    def rows(self) -> list[tuple[ChecklistItem, list[Any]]]:
        """Each item with its fields, for the page."""
        return [(item, [self[f"{name}_{item.pk}"] for name in _fields_of(item)]) for item in self.items]

    def clean_code(self) -> str:
        code = clean_code(self.cleaned_data["code"])
        place = self.stop.place
        if code and place and code != place.code:
            self.add_error("code", _("This is the label of another place. You are asked for %(place)s.") % {"place": place})
        return code

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        for item in self.items:
            given = self._given(item)
            if given is None and item.is_required and f"result_{item.pk}" not in self.errors and f"number_{item.pk}" not in self.errors:
                self.add_error(_first(item), _("Answer this, or say that it does not apply."))
            elif given is not None and _fails(item, given) and not given.note:
                self.add_error(f"said_{item.pk}", _("Say what is wrong."))
        return filled

    def _given(self, item: ChecklistItem) -> Given | None:
        """The answer to an item; None where nothing was chosen."""
        filled = self.cleaned_data
        result, number = filled.get(f"result_{item.pk}") or "", filled.get(f"number_{item.pk}")
        note, shown = filled.get(f"said_{item.pk}") or "", tuple(filled.get(f"shown_{item.pk}") or ())
        if item.kind == ChecklistItem.Kind.CHOICE and result and result != NOT_APPLICABLE:
            return Given(choice=result, note=note, photos=shown)
        if item.kind == ChecklistItem.Kind.NUMBER and number is not None and result != NOT_APPLICABLE:
            return Given(number=number, note=note, photos=shown)
        if item.kind == ChecklistItem.Kind.PHOTO and shown and not result:
            return Given(note=note, photos=shown)
        usable = result == NOT_APPLICABLE or item.kind in (ChecklistItem.Kind.PASS_FAIL, ChecklistItem.Kind.PHOTO)
        return Given(result=result, note=note, photos=shown) if result and usable else None

    @property
    def answers(self) -> dict[int, Given]:
        """What `record_stop` asks."""
        given = {item.pk: self._given(item) for item in self.items}
        return {pk: answer for pk, answer in given.items() if answer is not None}


def _first(item: ChecklistItem) -> str:
    return f"number_{item.pk}" if item.kind == ChecklistItem.Kind.NUMBER else f"result_{item.pk}"


def _fails(item: ChecklistItem, given: Given) -> bool:
    if item.kind == ChecklistItem.Kind.NUMBER and given.number is not None:
        return (item.low is not None and given.number < item.low) or (item.high is not None and given.number > item.high)
    return given.choice in item.failing if given.choice else given.result == Answer.Result.FAIL


def _fields_of(item: ChecklistItem) -> dict[str, Any]:
    """The fields of an item: the answer, what there is to say of it, and photos."""
    fields: dict[str, Any] = {}
    if item.kind == ChecklistItem.Kind.NUMBER:
        fields["number"] = DecimalField(label=item.text, max_digits=12, decimal_places=3, required=False, help_text=item.limits)
        fields["result"] = ChoiceField(
            label=_("Does it apply?"), required=False, choices=[("", _("yes")), (NOT_APPLICABLE, _("does not apply"))]
        )
    else:
        fields["result"] = ChoiceField(label=item.text, required=False, choices=_choices(item), widget=RadioSelect, help_text=item.help)
    fields["said"] = CharField(label=_("What is wrong"), max_length=1000, required=False)
    if item.photo != ChecklistItem.PhotoNeed.NEVER or item.kind == ChecklistItem.Kind.PHOTO:
        fields["shown"] = forms.StashedFileField(label=_("Photos"), required=False, multiple=True, purpose="round")
    return fields


def _choices(item: ChecklistItem) -> list[tuple[str, Any]]:
    if item.kind == ChecklistItem.Kind.CHOICE:
        return [*((option, option) for option in item.options), (NOT_APPLICABLE, Answer.Result.NOT_APPLICABLE.label)]
    return list(Answer.Result.choices)


def _told(item: ChecklistItem, answer: Answer, name: str) -> Any:
    if name == "result" and item.kind == ChecklistItem.Kind.CHOICE:
        return answer.choice or answer.result
    if name == "result" and item.kind == ChecklistItem.Kind.NUMBER:
        return answer.result if answer.result == NOT_APPLICABLE else ""
    return {"result": answer.result, "number": answer.number, "said": answer.note}.get(name)
