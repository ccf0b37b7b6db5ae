"""A sheet, its next version, and what engineering says of it."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, ModelChoiceField, RadioSelect, Textarea
from django.utils.translation import gettext_lazy

from core import forms
from fitout.models import Discipline, Drawing, DrawingComment, DrawingVersion

T = gettext_lazy


class DrawingForm(forms.ModelForm):
    """A sheet with its first version (manual 3.2.4-1.2)."""

    discipline = ModelChoiceField(label=T("Discipline"), queryset=Discipline.objects.none())
    file = forms.StashedFileField(label=T("Drawing (PDF or picture)"), purpose="fitout.drawing")

    class Meta:
        model = Drawing
        fields = ["discipline", "sheet", "title"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["discipline"].queryset = Discipline.objects.filter(is_active=True)


class RevisionForm(forms.Form):
    """The next version of a sheet."""

    file = forms.StashedFileField(label=T("Revised drawing (PDF or picture)"), purpose="fitout.drawing")


class ReviewForm(forms.Form):
    """Engineering's comment and verdict on one version; either may be left for later (manual 3.2.4-2)."""

    text = CharField(label=T("Comment"), max_length=2000, required=False, widget=Textarea(attrs={"rows": 4}))
    basis = CharField(
        label=T("By which rule"), max_length=160, required=False, help_text=T("code or clause, for example GB 50016-2014 5.5.17")
    )
    is_binding = BooleanField(label=T("Must be rectified"), required=False, initial=True)
    verdict = ChoiceField(
        label=T("Verdict"),
        choices=[("", T("Not decided yet")), *DrawingVersion.Verdict.choices],
        required=False,
        widget=RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        if not filled.get("text") and not filled.get("verdict"):
            self.add_error("verdict", T("Write a comment, decide, or both."))
        return filled

    def said(self) -> DrawingComment | None:
        """The comment that was typed, if any."""
        filled = self.cleaned_data
        if not filled["text"]:
            return None
        return DrawingComment(text=filled["text"], basis=filled["basis"], is_binding=filled["is_binding"])
