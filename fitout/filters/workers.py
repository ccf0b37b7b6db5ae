"""Filters of worker passes, of entries to sites, and of permits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, DateFromToRangeFilter, ModelChoiceFilter, MultipleChoiceFilter

from core import lists
from fitout.models import HEIGHT_OPEN, HOT_OPEN, HeightPermit, HotWorkPermit, SiteEntry, Trade, WorkerPass

SOON = dt.timedelta(days=7)


class WorkerPassFilter(lists.FilterSet):
    state = MultipleChoiceFilter(label=_("Status"), choices=WorkerPass.State.choices)
    trade = ModelChoiceFilter(label=_("Trade"), queryset=Trade.objects.all())
    to_do = ChoiceFilter(
        label=_("To do"),
        choices=[
            ("bill", _("Not billed")),
            ("certificate", _("Certificate has run out")),
            ("soon", _("Runs out within a week")),
            ("back", _("Fit-out is over, not given back")),
            ("on_site", _("On site now")),
        ],
        method="by_to_do",
    )
    valid_until = DateFromToRangeFilter(label=_("Valid until"))

    class Meta:
        model = WorkerPass
        fields = ("state", "trade", "to_do", "valid_until")

    def by_to_do(self, rows: Any, name: str, value: str) -> QuerySet[WorkerPass]:
        today, state = timezone.localdate(), WorkerPass.State
        over = ["TO_INSPECT", "TO_APPROVE", "ACCEPTED", "REFUNDED", "WITHDRAWN"]
        wanted = {
            "bill": Q(state=state.APPLIED) & (Q(bill=None) | Q(bill__state="VOID")),
            "certificate": Q(state=state.VALID, trade__needs_certificate=True, certificate_until__lt=today),
            "soon": Q(state=state.VALID, valid_until__lte=today + SOON),
            "back": Q(state__in=WorkerPass.HELD, fitout__state__in=over),
            "on_site": Q(pk__in=SiteEntry.objects.open().values("worker_pass")),
        }
        return rows.filter(wanted[value])  # type: ignore[no-any-return]


class EntryFilter(lists.FilterSet):
    entered_at = DateFromToRangeFilter(label=_("Entered"))
    inside = BooleanFilter(label=_("On site now"), field_name="left_at", lookup_expr="isnull")
    overnight = BooleanFilter(label=_("Left open overnight"), method="by_night")

    class Meta:
        model = SiteEntry
        fields = ("entered_at", "inside", "overnight")

    def by_night(self, rows: Any, name: str, value: bool) -> QuerySet[SiteEntry]:
        today = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time()))
        late = Q(left_at=None, entered_at__lt=today) | Q(left_at__date__gt=F("entered_at__date"))
        return rows.filter(late) if value else rows.exclude(late)  # type: ignore[no-any-return]


class _PermitFilter(lists.FilterSet):
    when = ChoiceFilter(label=_("When"), choices=[("open", _("Under way")), ("today", _("Today"))], method="by_when")
    starts_at = DateFromToRangeFilter(label=_("From"))

    def by_when(self, rows: Any, name: str, value: str) -> Any:
        going_on = HOT_OPEN if rows.model is HotWorkPermit else HEIGHT_OPEN
        return rows.filter(state__in=going_on) if value == "open" else rows.filter(starts_at__date=timezone.localdate())


class HotWorkFilter(_PermitFilter):
    state = MultipleChoiceFilter(label=_("Status"), choices=HotWorkPermit.State.choices)

    class Meta:
        model = HotWorkPermit
        fields = ("state", "when", "starts_at")


class HeightPermitFilter(_PermitFilter):
    state = MultipleChoiceFilter(label=_("Status"), choices=HeightPermit.State.choices)

    class Meta:
        model = HeightPermit
        fields = ("state", "when", "starts_at")
