"""Keys and cards: where each is, who holds it, and whether the count agrees."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, CleanTextField, Recorded, phone_validator
from premises.models.buildings import Building, CodeField, PublicArea, Unit, is_state
from premises.models.equipment import ParkingSpace


class KeyState(models.TextChoices):
    IN_STORE = "IN_STORE", _("In store")
    OUT = "OUT", _("Out")
    LOST = "LOST", _("Lost")
    RETIRED = "RETIRED", _("Retired")


class KeyQuerySet(models.QuerySet["Key"]):
    def with_holder(self) -> KeyQuerySet:
        """Adds `holder_name` and `due_at` of the loan that is open; None in the store."""
        loan = KeyLoan.objects.open().filter(key=OuterRef("pk"))
        return self.annotate(holder_name=Subquery(loan.values("holder_name")[:1]), due_at=Subquery(loan.values("due_at")[:1]))

    def overdue(self, at: datetime) -> KeyQuerySet:
        """Keys that are out past their time."""
        return self.filter(state=KeyState.OUT, pk__in=KeyLoan.objects.overdue(at).values("key"))


class Key(Recorded):
    """One key or card: each copy is a row with a number of its own."""

    class Kind(models.TextChoices):
        UNIT_KEY = "UNIT_KEY", _("Unit key")
        ACCESS_CARD = "ACCESS_CARD", _("Access card")
        CUSTOMER_CARD = "CUSTOMER_CARD", _("Customer card")
        PARKING_LOCK_KEY = "PARKING_LOCK_KEY", _("Parking lock key")
        PARKING_CARD = "PARKING_CARD", _("Parking card")
        AREA_KEY = "AREA_KEY", _("Key of a public area")

    State = KeyState
    STATE_TONES: ClassVar[dict[str, str]] = {"IN_STORE": "S", "OUT": "I", "LOST": "D", "RETIRED": "N"}

    building = models.ForeignKey(Building, models.PROTECT, related_name="keys", verbose_name=_("building"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("unit"))
    parking_space = models.ForeignKey(
        ParkingSpace, models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("parking space")
    )
    area = models.ForeignKey(PublicArea, models.PROTECT, null=True, blank=True, related_name="keys", verbose_name=_("public area"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = CodeField(_("key number"), max_length=30)
    label = CleanCharField(_("opens"), max_length=80, blank=True, help_text=_("for example: main door, plant room"))
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.IN_STORE, editable=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        ordering = ["building_id", "number", "id"]
        verbose_name, verbose_name_plural = _("key or card"), _("keys and cards")
        constraints = [
            is_state(KeyState, "key_state_in_list"),
            models.UniqueConstraint(fields=["building", "number"], name="key_number_once"),
            models.CheckConstraint(
                condition=Q(unit=None, parking_space=None) | Q(unit=None, area=None) | Q(parking_space=None, area=None),
                name="key_opens_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def opens(self) -> str:
        """What it opens, for people: unit, parking space or area, and the label."""
        thing = self.unit or self.parking_space or self.area
        return " · ".join(str(part) for part in (thing, self.label) if part)


class KeyLoanQuerySet(models.QuerySet["KeyLoan"]):
    def open(self) -> KeyLoanQuerySet:
        """Loans of keys that are still out."""
        return self.filter(returned_at=None, lost_at=None)

    def overdue(self, at: datetime) -> KeyLoanQuerySet:
        """Open loans past the time agreed; a loan without one is for as long as the tenancy lasts."""
        return self.open().filter(due_at__lt=at)


class KeyLoan(Recorded):
    """A key in somebody's hands, from issue to return or loss. The database allows one open loan a key."""

    key = models.ForeignKey(Key, models.PROTECT, related_name="loans", verbose_name=_("key or card"))
    holder_name = CleanCharField(_("holder"), max_length=80)
    holder_phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[phone_validator])
    holder_company = CleanCharField(_("company"), max_length=120, blank=True)
    purpose = CleanCharField(_("purpose"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("issued"))
    # Empty for a key that was out before this book began.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    returned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("returned to")
    )
    lost_at = models.DateTimeField(_("reported lost"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = KeyLoanQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name, verbose_name_plural = _("key loan"), _("key loans")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(returned_at=None, lost_at=None), name="key_loan_one_open"),
            models.CheckConstraint(condition=~Q(holder_name=""), name="key_loan_has_holder"),
            models.CheckConstraint(condition=Q(due_at=None) | Q(due_at__gt=F("issued_at")), name="key_loan_due_later"),
            models.CheckConstraint(condition=Q(returned_at=None) | Q(returned_at__gte=F("issued_at")), name="key_loan_return_later"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(returned_at=None, lost_at=None), name="key_loan_due")]

    def __str__(self) -> str:
        return f"{self.key} · {self.holder_name}"

    @property
    def building(self) -> Building:
        return self.key.building

    @property
    def building_id(self) -> int:
        return self.key.building_id

    @property
    def is_open(self) -> bool:
        return self.returned_at is None and self.lost_at is None

    def is_overdue(self, at: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < at


class KeyCount(Recorded):
    """A count of the keys in the store against the book. What differs is listed, nothing is changed by it."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="key_counts", verbose_name=_("building"))
    kind = models.CharField(_("kind"), max_length=20, choices=Key.Kind.choices, blank=True, help_text=_("empty: all kinds"))
    counted_at = models.DateTimeField(_("counted"))
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("counted by"))
    expected = models.PositiveIntegerField(_("in the book"))
    found = models.PositiveIntegerField(_("found"))
    note = CleanTextField(_("Note"), blank=True, max_length=1000)

    class Meta:
        ordering = ["-counted_at", "-id"]
        verbose_name, verbose_name_plural = _("key count"), _("key counts")

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d} {self.found}/{self.expected}"


class KeyDifference(Recorded):
    """A key that was not where the book says."""

    class What(models.TextChoices):
        MISSING = "MISSING", _("In the book, not found")
        UNEXPECTED = "UNEXPECTED", _("Found, though the book says otherwise")
        UNKNOWN = "UNKNOWN", _("Found, not in the book")

    WHAT_TONES: ClassVar[dict[str, str]] = {"MISSING": "D", "UNEXPECTED": "Y", "UNKNOWN": "Y"}

    count = models.ForeignKey(KeyCount, models.PROTECT, related_name="differences")
    key = models.ForeignKey(Key, models.PROTECT, null=True, related_name="differences", verbose_name=_("key or card"))
    number = CodeField(_("key number"), max_length=30)
    what = models.CharField(_("difference"), max_length=10, choices=What.choices)

    class Meta:
        ordering = ["count_id", "what", "number", "id"]
        verbose_name, verbose_name_plural = _("difference"), _("differences")
        constraints = [models.UniqueConstraint(fields=["count", "number"], name="key_difference_once")]

    def __str__(self) -> str:
        return self.number
