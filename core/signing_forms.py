"""What oral consent and its countersignature ask."""

from __future__ import annotations

from typing import Any

from django import forms as base
from django.utils.translation import gettext_lazy as _

from core import forms
from core.models import SignOff


class OralConsentForm(forms.Form):
    """Whose consent, when, until when it is countersigned, and why it could not be signed."""

    of: Any = base.ModelChoiceField(label=_("Consent of"), queryset=None)
    given_at = base.DateTimeField(label=_("Given at"))
    due_on = base.DateField(label=_("To be countersigned by"))
    note = base.CharField(label=_("Reason why it could not be signed at once"), max_length=2000, widget=base.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, people: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choice: Any = self.fields["of"]
        choice.queryset = people


class CountersignForm(forms.Form):
    """The answer of whoever consented orally."""

    verdict = base.ChoiceField(
        label=_("Answer"),
        choices=[(SignOff.Verdict.AGREED, _("I consented: countersign")), (SignOff.Verdict.RETURNED, _("I object"))],
        widget=base.RadioSelect,
    )
    note = base.CharField(
        label=_("Opinion"),
        max_length=2000,
        required=False,
        help_text=_("An objection needs its reason."),
        widget=base.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


class SignForm(forms.Form):
    """A signature on the screen, by account, on paper, or a name before a witness."""

    name = base.CharField(label=_("Name"), max_length=80)
    method = base.ChoiceField(label=_("How"), choices=(), widget=base.RadioSelect)
    strokes = forms.SignatureField(label=_("Signature"), required=False)
    witness = base.CharField(label=_("Witness"), max_length=80, required=False)
    scan = forms.StashedFileField(label=_("Scan of the signed paper"), required=False, purpose="signing.scan")

    def __init__(self, *arguments: Any, is_ours: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        ways = SignOff.Method
        offered = (ways.SCREEN, ways.ACCOUNT) if is_ours else (ways.SCREEN, ways.WITNESSED, ways.PAPER)
        self.fields["method"].choices = [(each.value, each.label) for each in offered]  # type: ignore[attr-defined]
        self.fields["method"].initial = SignOff.Method.SCREEN
        if is_ours:
            del self.fields["witness"], self.fields["scan"]
