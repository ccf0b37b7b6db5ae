"""What a building sets for its fit-outs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from core import forms
from fitout.models import FitoutTerms

T = gettext_lazy


class FitoutTermsForm(forms.ModelForm):
    """Time limits, sums, hot work, extinguishers and reminders of one building."""

    class Meta:
        model = FitoutTerms
        fields = [
            "review_days", "pay_days", "insured_least", "concealed_notice_hours", "refund_wait_days", "remind_days", "hot_from",
            "hot_until", "hot_most_hours", "hot_lead_days", "hot_watch_minutes", "hot_clear_m", "hot_extinguishers", "extinguisher_m2",
            "extinguishers_least",
        ]  # fmt: skip

    def clean_remind_days(self) -> list[int]:
        days: list[int] = self.cleaned_data["remind_days"]
        if not days or not all(1 <= day <= 365 for day in days):
            raise ValidationError(T("Give days from 1 to 365, for example 30,7,1."))
        return sorted(set(days), reverse=True)
