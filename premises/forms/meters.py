"""Forms of meters and their readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BooleanField, CharField, ChoiceField, DateField, DecimalField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, forms
from core.pickers import CodePicker
from premises import access, services
from premises.forms.buildings import InBuilding
from premises.models import Meter, MeterReading, PublicArea, Unit

T = gettext_lazy
Kind = MeterReading.Kind
READABLE = (Kind.ROUTINE, Kind.BASELINE, Kind.FINAL, Kind.REPLACED, Kind.ROLLED_OVER)


def not_ahead(day: date) -> None:
    if day > clock.today():
        raise ValidationError(_("This day has not come yet."))


def value_field(label: Any, **named: Any) -> DecimalField:
    return DecimalField(label=label, max_digits=12, decimal_places=3, min_value=Decimal(0), **named)


class MeterForm(InBuilding):
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    area = CodePicker(
        label=T("Public area"), queryset=PublicArea.objects.none(), url_name="premises:public_area_picker", code="name", required=False
    )

    class Meta:
        model = Meter
        fields = ["building", "number", "kind", "unit", "area", "multiplier", "digits", "position", "installed_on"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["unit"].queryset = access.units(self.user)
        self.fields["area"].queryset = access.public_areas(self.user)

    def clean(self) -> dict[str, Any]:
        filled = super().clean()
        if bool(filled.get("unit")) == bool(filled.get("area")) and not self.errors:
            self.add_error("unit", _("Name either a unit or a public area."))
        return filled


class ReadingForm(forms.Form):
    """One reading. A doubtful one comes back once, to be read again or confirmed."""

    read_on = DateField(label=T("Read on"), validators=[not_ahead])
    value = value_field(T("This reading"))
    kind = ChoiceField(label=T("Kind"), choices=[(kind.value, kind.label) for kind in READABLE], initial=Kind.ROUTINE)
    is_estimated = BooleanField(label=T("Estimated"), required=False)
    photo = forms.StashedFileField(label=T("Photo"), required=False, purpose="meter")
    confirmed = BooleanField(label=T("Read again: the usage is right"), required=False)


class ReplaceMeterForm(forms.Form):
    """The old meter's last reading and the new meter's first."""

    on = DateField(label=T("Replaced on"), validators=[not_ahead])
    final_value = value_field(T("Final reading of the old meter"))
    number = CharField(label=T("Number of the new meter"), max_length=30)
    first_value = value_field(T("Base reading of the new meter"), initial=0)
    multiplier = DecimalField(
        label=T("Multiplier"), max_digits=8, decimal_places=3, min_value=Decimal("0.001"), required=False, help_text=T("empty: as before")
    )


class RouteForm(forms.Form):
    """Readings along a walk: a value a meter, empty where it was not read."""

    read_on = DateField(label=T("Read on"), validators=[not_ahead])

    def __init__(self, *arguments: Any, meters: Iterable[Meter], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.meters = list(meters)
        for meter in self.meters:
            self.fields[f"value_{meter.pk}"] = value_field(meter.number, required=False)
            self.fields[f"replaced_{meter.pk}"] = BooleanField(label=T("Meter replaced"), required=False)
            self.fields[f"confirmed_{meter.pk}"] = BooleanField(label=T("Read again: the usage is right"), required=False)

    def lines(self) -> list[dict[str, Any]]:
        """Each meter with its fields, for the template."""
        return [
            {
                "meter": meter,
                "value": self[f"value_{meter.pk}"],
                "replaced": self[f"replaced_{meter.pk}"],
                "confirmed": self[f"confirmed_{meter.pk}"],
                "is_wrong": f"value_{meter.pk}" in self.errors,
            }
            for meter in self.meters
        ]

    def readings(self) -> list[tuple[Meter, Decimal, dict[str, bool]]]:
        """What was typed: meter, value, and whether it was replaced or confirmed."""
        found = []
        for meter in self.meters:
            value = self.cleaned_data.get(f"value_{meter.pk}")
            if value is not None:
                flags = {name: bool(self.cleaned_data.get(f"{name}_{meter.pk}")) for name in ("replaced", "confirmed")}
                found.append((meter, value, flags))
        return found

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        day = filled.get("read_on")
        readings = self.readings()
        if day and not readings and not self.errors:
            raise ValidationError(_("Enter at least one reading."))
        if day:
            self._judge(readings, day)
        return filled

    def _judge(self, readings: list[tuple[Meter, Decimal, dict[str, bool]]], day: date) -> None:
        """Names each reading that can't be true, or looks wrong and isn't confirmed yet."""
        for meter, value, flags in readings:
            kind = Kind.REPLACED if flags["replaced"] else Kind.ROUTINE
            try:
                services.judge_reading(meter, value, on=day, kind=kind, confirmed=flags["confirmed"])
            except services.ReadingRefused as refusal:
                self.add_error(f"value_{meter.pk}", refusal.message)
