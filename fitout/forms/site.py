"""Breaches, their notice and correction, penalties, works that are stopped, the progress of works."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, DateTimeField, DecimalField, ModelChoiceField, RadioSelect, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import forms
from fitout.models import Breach, BreachKind, Fitout, Penalty
from fitout.services import breaches

T = gettext_lazy


class BreachKindField(ModelChoiceField):
    """Kinds of breaches, each with how long it may take, what it costs, and whether works stop."""

    def label_from_instance(self, obj: Any) -> str:
        said = [ngettext("%(n)d hour", "%(n)d hours", obj.hours_to_correct) % {"n": obj.hours_to_correct}]
        said += [f"¥{obj.penalty:,.2f}"] if obj.penalty else []
        said += [_("serious")] if obj.is_serious else []
        return f"{obj} · {' · '.join(said)}"


class BreachForm(forms.ModelForm):
    """What was found on the site. What is left open follows from the kind."""

    kind = BreachKindField(label=T("Kind of breach"), queryset=BreachKind.objects.filter(is_active=True))
    weight = ChoiceField(
        label=T("How serious"),
        choices=[("KIND", T("as the kind says")), ("SERIOUS", T("serious: works may be stopped")), ("ORDINARY", T("ordinary"))],
        required=False,
        initial="KIND",
        widget=RadioSelect,
    )
    due_at = DateTimeField(label=T("Correct until"), required=False, help_text=T("empty: as the kind says"))
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="fitout.breach")
    with_shots = BooleanField(label=T("Take over the photos of the check"), required=False, initial=True)

    field_order = ("kind", "spot", "description", "photos", "with_shots", "weight", "due_at")

    class Meta:
        model = Breach
        fields = ["kind", "spot", "description"]
        widgets = {"description": Textarea(attrs={"rows": 3})}

    def __init__(self, *arguments: Any, shots: int = 0, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not shots:
            del self.fields["with_shots"]

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        kind: Any = filled.get("kind")
        if kind is not None:
            weight = filled.get("weight")
            self.instance.is_serious = weight == "SERIOUS" or (weight != "ORDINARY" and kind.is_serious)
        self.instance.due_at = filled.get("due_at")
        return filled


class BreachGiveNoticeForm(forms.Form):
    """The correction notice is handed to the contractor's lead, who signs on the screen."""

    wants_record = True
    due_at = DateTimeField(label=T("Correct until"))
    noticed_to = CharField(label=T("Handed to"), max_length=60)
    strokes = forms.SignatureField(
        label=T("Signature"), required=False, help_text=T("Without a signature here, print the notice and have it signed on paper.")
    )

    def __init__(self, *arguments: Any, record: Breach, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        usual, now = record.due_at, timezone.now()
        self.fields["due_at"].initial = usual if usual and usual > now else breaches.deadline(record.kind, now)
        self.fields["noticed_to"].initial = record.fitout.lead


class BreachReportCorrectedForm(forms.Form):
    """How it was corrected, with a photo."""

    correction = CharField(label=T("How it was corrected"), max_length=1000, widget=Textarea(attrs={"rows": 3}))
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, purpose="fitout.breach")


class BreachCorrectAtOnceForm(forms.Form):
    """How it was corrected before our eyes."""

    correction = CharField(label=T("How it was corrected"), max_length=1000, widget=Textarea(attrs={"rows": 3}))
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="fitout.breach")


class BreachFailRecheckForm(forms.Form):
    """What is still wrong, and until when."""

    wants_record = True
    note = CharField(label=T("What is still wrong"), max_length=2000, widget=Textarea(attrs={"rows": 3}))
    due_at = DateTimeField(label=T("Correct until"))
    photos = forms.StashedFileField(label=T("Photos"), multiple=True, required=False, purpose="fitout.breach")

    def __init__(self, *arguments: Any, record: Breach, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["due_at"].initial = breaches.deadline(record.kind, timezone.now())


class PenaltyForm(forms.ModelForm):
    """A penalty of the Fit-out Safety Penalty Rules, to be decided by a head."""

    amount = DecimalField(label=T("Amount (yuan)"), max_digits=12, decimal_places=2, min_value=0.01)

    class Meta:
        model = Penalty
        fields = ["amount", "clause", "reason"]
        widgets = {"reason": Textarea(attrs={"rows": 3})}


class FitoutStopWorkForm(forms.Form):
    """Why the works stop, and for which breach."""

    wants_record = True
    note = CharField(label=T("Reason"), max_length=1000, widget=Textarea(attrs={"rows": 3}))
    breach = ModelChoiceField(label=T("Breach"), queryset=Breach.objects.none(), required=False, empty_label=T("none of those on record"))

    def __init__(self, *arguments: Any, record: Fitout, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows: Any = record.breaches
        field: Any = self.fields["breach"]
        field.queryset = rows.open().order_by("-is_serious", "-pk")
        field.label_from_instance = lambda row: f"{row.number} {row.kind}"
        worst = rows.open().filter(is_serious=True).select_related("kind").order_by("-pk").first()
        if worst is not None:
            field.initial, self.fields["note"].initial = worst, f"{worst.kind}：{worst.description}"[:1000]


class ProgressForm(forms.Form):
    """How far the works are (manual 3.2.4-4.2.A)."""

    progress = CharField(label=T("Progress of the works"), max_length=1000, widget=Textarea(attrs={"rows": 3}))
