"""The papers of an application: what licence and certificate say is entered with them, and the materials with their certificates."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.forms import CharField, DateField, ModelChoiceField, RadioSelect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import forms
from core.paper_pages import CHECKED, HERE, PaperForm
from fitout.models import Contractor, MaterialLine, QualificationGrade

T = gettext_lazy


class ContractorPaperForm(PaperForm):
    """A paper of the contractor; what it says is kept in the register, so that nobody types it twice."""

    KEPT: ClassVar[tuple[str, ...]] = ()
    UNTIL: ClassVar[str] = ""
    NEEDED: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *arguments: Any, contractor: Contractor, initial: dict[str, Any], **named: Any) -> None:
        known = {name: getattr(contractor, name) for name in self.KEPT}
        super().__init__(*arguments, initial={**known, **initial}, **named)
        self.order_fields(["action", *self.KEPT, "file", "reason", "until"])

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        if filled.get("action") in HERE | CHECKED:
            self._check(filled)
        return filled

    def _check(self, filled: dict[str, Any]) -> None:
        for name in self.NEEDED:
            if not filled.get(name) and name not in self.errors:
                self.add_error(name, _("Enter what the paper says."))
        until: dt.date | None = filled.get(self.UNTIL)
        if filled["action"] in CHECKED and until and until < timezone.localdate():
            text = _("It ran out on %(day)s. Ask for the renewed one, or only take it in.") % {"day": until}
            self.add_error(self.UNTIL, text)

    @property
    def kept(self) -> dict[str, Any]:
        """What goes into the register; nothing when another paper is accepted in its place."""
        if self.cleaned_data["action"] not in HERE | CHECKED:
            return {}
        return {name: self.cleaned_data[name] for name in self.KEPT}


class QualificationPaperForm(ContractorPaperForm):
    """The copy of the qualification certificate: grade 2 or above (manual 3.2.1-1)."""

    KEPT = ("grade", "qualification_number", "qualification_until")
    NEEDED = ("grade", "qualification_number", "qualification_until")
    UNTIL = "qualification_until"

    grade = ModelChoiceField(label=T("Qualification grade"), queryset=QualificationGrade.objects.none(), required=False)
    qualification_number = CharField(label=T("Number of the qualification certificate"), max_length=60, required=False)
    qualification_until = DateField(label=T("Qualification valid until"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["grade"].queryset = QualificationGrade.objects.filter(is_active=True)


class LicencePaperForm(ContractorPaperForm):
    """The copy of the business licence (manual 3.2.1-1)."""

    KEPT = ("credit_code", "licence_until")
    UNTIL = "licence_until"

    credit_code = CharField(label=T("Credit code"), max_length=18, required=False)
    licence_until = DateField(label=T("Business licence valid until"), required=False, help_text=T("empty: without limit"))


PAPER_FORMS: dict[str, type[ContractorPaperForm]] = {"qualification": QualificationPaperForm, "licence": LicencePaperForm}


class MaterialForm(forms.ModelForm):
    """A line of the Construction Materials List (manual 3.2.4-1.1)."""

    certificate = forms.StashedFileField(label=T("Certificate of conformity"), required=False, purpose="fitout.material")

    class Meta:
        model = MaterialLine
        fields = ["name", "specification", "maker", "used_for", "rating", "certificate_number"]
        widgets = {"rating": RadioSelect}
