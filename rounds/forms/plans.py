"""Plans: what, where, who and how often; pauses; a round started on demand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, ChoiceField, DateField, ModelChoiceField, RadioSelect, Textarea
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, forms
from core.text import clean_code
from premises import access as premises
from premises.models import Place
from rounds import access, kinds
from rounds.forms.rules import RuleFields, typed
from rounds.models import Checklist, Plan
from staff.models import Department, Territory, User

T = gettext_lazy
MOST_STOPS = 200


class RouteField(CharField):
    """Places in order, one a line, by label code or name. Its value is the places, once `of` has said where."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            required=False,
            max_length=12_000,
            widget=Textarea(attrs={"rows": 6, "data-route": reverse_lazy("premises:place_list")}),
            help_text=T("One place a line, by its label code or its name, in walking order. Empty: the round has no stops."),
            **named,
        )

    @staticmethod
    def places(text: str, territory: Territory) -> list[Place]:
        """Raises ValidationError that names every line that is no place, or several."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_STOPS:
            raise ValidationError(_("A route has at most %(n)d stops.") % {"n": MOST_STOPS})
        rows = list(Place.objects.filter(territory=territory, is_active=True))
        by_code, by_label = {place.code: place for place in rows}, {place.label: place for place in rows}
        found, wrong = [], []
        for line in lines:
            place = by_code.get(clean_code(line.split()[0])[:12]) or by_label.get(line) or _only(rows, line)
            found.append(place) if place else wrong.append(line[:40])
        if wrong:
            raise ValidationError(_("No single place is called: %(lines)s. Give the label code.") % {"lines": "、".join(wrong[:5])})
        return found


def _only(rows: list[Place], text: str) -> Place | None:
    near = [place for place in rows if text in place.label]
    return near[0] if len(near) == 1 else None


def route_lines(places: Any) -> str:
    """Places as the field shows them."""
    return "\n".join(f"{place.code} {place.label}" for place in places)


class PlanForm(RuleFields, forms.ModelForm):
    """A new plan."""

    kind = ChoiceField(label=T("Kind"))
    building = ModelChoiceField(label=T("Building"), queryset=Territory.objects.none(), empty_label=None)
    department = ModelChoiceField(label=T("Department"), queryset=Department.objects.none(), empty_label=None)
    checklist = ModelChoiceField(label=T("Checklist"), queryset=Checklist.objects.none())
    person = forms.PickerField(
        label=T("Person"),
        queryset=User.objects.none(),
        url_name="staff:person_picker",
        required=False,
        help_text=T("empty: whoever of the department is there"),
    )
    route = RouteField(label=T("Route"))

    class Meta:
        model = Plan
        fields = ["name", "building", "department", "rank", "person", "checklist", "starts_on", "ends_on", "note"]
        widgets = {"note": Textarea(attrs={"rows": 2})}

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user, self.rule = user, None
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.slug, kind.label) for kind in kinds.all_kinds() if kind.planned_here]
        self.fields["building"].queryset = access.plan_buildings(user)
        self.fields["department"].queryset = Department.objects.filter(code__in=access.plan_departments(user))
        self.fields["checklist"].queryset = access.checklists(user).filter(is_active=True)
        self.fields["person"].queryset = access.walkers(user)
        if not self.instance.pk:
            self.initial.setdefault("starts_on", clock.today())
            self.initial.setdefault("department", self.fields["department"].queryset.first())

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        building, checklist = filled.get("building"), filled.get("checklist")
        if building and isinstance(filled.get("route"), str):
            filled["places"] = self._places(filled["route"], building)
        if building and checklist and checklist.building_id not in (None, building.pk):
            self.add_error("checklist", _("This checklist is for another building."))
        anchor = self.anchor()
        if anchor:
            self.rule = self.said_rule(anchor)
        return filled

    def anchor(self) -> dt.date | None:
        """The day from which days and weeks are counted."""
        return self.cleaned_data.get("starts_on")

    def _places(self, text: str, building: Territory) -> list[Place]:
        try:
            return RouteField.places(text, building)
        except ValidationError as error:
            self.add_error("route", error)
            return []

    @property
    def told(self) -> dict[str, Any]:
        """What `make_plan` asks."""
        names = ("kind", "name", "building", "department", "rank", "person", "checklist", "starts_on", "ends_on", "note", "places")
        return {**{name: self.cleaned_data[name] for name in names}, "rule": self.rule}


class PlanChangeForm(PlanForm):
    """A plan changed for all its rounds not started, or from a day on."""

    kind = None  # type: ignore[assignment]
    scope = ChoiceField(
        label=T("Which rounds"),
        choices=[("ALL", T("all that are not started")), ("FROM", T("this day's and later ones"))],
        widget=RadioSelect,
        initial="ALL",
    )
    from_on = DateField(label=T("From"), required=False)

    field_order = ["scope", "from_on"]

    class Meta(PlanForm.Meta):
        fields = ["name", "building", "department", "rank", "person", "checklist", "ends_on", "note"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        plan = self.instance
        self.fields["building"].disabled = True
        self.fields["building"].queryset = Territory.objects.filter(pk=plan.building_id)
        self.fields["department"].queryset |= Department.objects.filter(pk=plan.department_id)
        self.fields["checklist"].queryset |= Checklist.objects.filter(pk=plan.checklist_id)
        self.stored = plan.rules.order_by("starts_on").last()
        for name, value in typed(self.stored).items():
            self.initial.setdefault(name, value)
        self.initial.setdefault("route", route_lines(stop.place for stop in plan.route.select_related("place")))

    def anchor(self) -> dt.date | None:
        return self.stored.anchor

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        if filled.get("scope") == "FROM" and not filled.get("from_on"):
            self.add_error("from_on", _("Give the day from which it counts."))
        return filled

    @property
    def changes(self) -> dict[str, Any]:
        """What `change_plan` asks."""
        filled = self.cleaned_data
        names = ("name", "department", "rank", "person", "checklist", "ends_on", "note", "places")
        new = self.rule if self.rule != self.stored.rule else None
        return {**{name: filled[name] for name in names}, "rule": new, "from_on": filled["from_on"] if filled["scope"] == "FROM" else None}


class PreviewForm(RuleFields):
    """A rule that somebody is still typing."""

    starts_on = DateField(required=False)


class PauseForm(forms.Form):
    """From when on nothing is asked, and why."""

    on = DateField(label=T("From"))
    until = DateField(label=T("To"), required=False, help_text=T("empty: until it is resumed"))
    reason = CharField(label=T("Reason"), max_length=200)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["on"].initial = clock.today()


class StartNowForm(forms.Form):
    """A round of a checklist that no plan asks for."""

    name = CharField(label=T("What is looked at"), max_length=80)
    building = ModelChoiceField(label=T("Building"), queryset=Territory.objects.none(), empty_label=None)
    checklist = ModelChoiceField(label=T("Checklist"), queryset=Checklist.objects.none())
    route = RouteField(label=T("Route"))

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["building"].queryset = Territory.objects.filter(pk__in=premises.buildings(user).values("pk"))
        self.fields["checklist"].queryset = access.own_checklists(user)
        if not access.own_checklists(user).exists():
            self.fields["checklist"].help_text = _("Your department has no checklist yet. Its leader makes one.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        building, checklist = filled.get("building"), filled.get("checklist")
        if building and isinstance(filled.get("route"), str):
            try:
                filled["places"] = RouteField.places(filled["route"], building)
            except ValidationError as error:
                self.add_error("route", error)
        if building and checklist and checklist.building_id not in (None, building.pk):
            self.add_error("checklist", _("This checklist is for another building."))
        return filled
