"""What people tell about themselves and their absence."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, DateField, ModelChoiceField, RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import forms
from staff import access
from staff.models import Post, User


class ProfileForm(forms.ModelForm):
    """Name, phone and how the pages look to this person."""

    language = ChoiceField(label=_("Language"), choices=User.Language.choices, widget=RadioSelect)
    theme = ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=RadioSelect)
    single_keys = BooleanField(label=_("Single keys work"), required=False, help_text=_("The keyboard map opens with the question mark."))

    class Meta:
        model = User
        fields = ["name", "phone", "language", "theme", "single_keys"]


class CoverForm(forms.Form):
    """Who stands in for which post, when and why."""

    post = ModelChoiceField(label=_("Post"), queryset=Post.objects.none(), empty_label=None)
    stand_in = forms.PickerField(
        label=_("Stand-in"), queryset=User.objects.none(), url_name="staff:person_picker", search=access.people_named
    )
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("To"), help_text=_("The last day of the absence."))
    reason = CharField(label=_("Reason"), max_length=200)

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices: dict[str, Any] = self.fields
        choices["post"].queryset = access.coverable_posts(user)
        choices["stand_in"].queryset = access.people(user)

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        starts_on, ends_on = filled.get("starts_on"), filled.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day lies before the first. Change the dates."))
        if ends_on and ends_on < timezone.localdate():
            self.add_error("ends_on", _("These days are over. Enter days from today on."))
        return filled
