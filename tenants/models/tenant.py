"""Who rents here: the company, its people and its leases."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core import text_search
from core.crypto import EncryptedCharField, mask_identity
from core.models import CleanCharField, CleanTextField, Record, Recorded, phone_validator
from tenants import identifiers


class TenantQuerySet(models.QuerySet["Tenant"]):
    def current(self, on: dt.date) -> TenantQuerySet:
        """Tenants that have not left by this day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on))

    def renting(self, on: dt.date) -> TenantQuerySet:
        """Tenants with a lease in force on this day."""
        return self.filter(pk__in=Lease.objects.in_force(on).values("tenant_id"))


class Tenant(Record):
    """A company (or person) that rents units in one building: the head of its file (manual 3.11)."""

    SERIES: ClassVar[str] = "T"
    HISTORY_HIDDEN = ("legal_representative_id",)

    class CompanyKind(models.TextChoices):
        STATE_OWNED = "STATE_OWNED", _("State-owned")
        PRIVATE = "PRIVATE", _("Private")
        FOREIGN = "FOREIGN", _("Foreign-invested")
        JOINT_VENTURE = "JOINT_VENTURE", _("Joint venture")
        REPRESENTATIVE_OFFICE = "REPRESENTATIVE_OFFICE", _("Representative office")
        INDIVIDUAL = "INDIVIDUAL", _("Individual")
        GOVERNMENT = "GOVERNMENT", _("Government body")
        OTHER = "OTHER", _("Other")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="tenants", verbose_name=_("building"))
    name = CleanCharField(_("company name"), max_length=120)
    name_en = CleanCharField(_("name in English"), max_length=160, blank=True)
    short_name = CleanCharField(_("short name"), max_length=40, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=120, blank=True, editable=False)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[identifiers.validate_credit_code]
    )
    other_identifier = CleanCharField(
        _("other registration number"),
        max_length=60,
        blank=True,
        help_text=_("For foreign bodies and old licences: the kind and the number."),
    )
    company_kind = models.CharField(_("kind of company"), max_length=24, choices=CompanyKind.choices, default=CompanyKind.PRIVATE)
    industry = CleanCharField(_("industry"), max_length=60, blank=True)
    managers = models.PositiveIntegerField(_("managers"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("staff"), null=True, blank=True)
    foreigners = models.PositiveIntegerField(_("of these, foreigners"), null=True, blank=True)
    people_total = models.PositiveIntegerField(_("people in all"), null=True, blank=True)
    registered_address = CleanCharField(_("registered address"), max_length=200, blank=True)
    mailing_address = CleanCharField(_("mailing address"), max_length=200, blank=True)
    phone = models.CharField(_("switchboard"), max_length=40, blank=True, validators=[phone_validator])
    legal_representative = CleanCharField(_("legal representative"), max_length=60, blank=True)
    legal_representative_id = EncryptedCharField(_("identity number of the legal representative"), max_length=40, blank=True)
    is_vip = models.BooleanField(_("VIP"), default=False)
    since = models.DateField(_("tenant since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    note = CleanTextField(_("note"), max_length=2000, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("merged into"))

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("tenant"), _("tenants")
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["building", "name", "id"], name="tenant_by_name"),
            models.Index(fields=["building", "-id"], name="tenant_newest"),
            text_search.index("initials", name="tenant_initials_words"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "credit_code"],
                condition=~Q(credit_code=""),
                name="tenant_credit_code_once",
                violation_error_message=_("A tenant of this building has this unified social credit code already."),
            ),
            models.CheckConstraint(
                condition=Q(people_total=None) | Q(people_total__gte=Coalesce(F("managers"), 0) + Coalesce(F("employees"), 0)),
                name="tenant_people_add_up",
                violation_error_message=_("Managers and staff together are more than the people in all."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(since=None) | Q(left_on__gte=F("since")),
                name="tenant_leaves_after_coming",
                violation_error_message=_("The tenant can't leave before it came."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def masked_legal_representative_id(self) -> str:
        return mask_identity(self.legal_representative_id)


class Contact(Recorded):
    """Somebody at the tenant whom the building calls (manual 3.11.3-6 and -7)."""

    class Kind(models.TextChoices):
        ADMINISTRATIVE_HEAD = "ADMINISTRATIVE_HEAD", _("Office administrator")
        EMERGENCY = "EMERGENCY", _("Emergency contact")
        FINANCE = "FINANCE", _("Finance contact")
        GENERAL = "GENERAL", _("General contact")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="contacts", verbose_name=_("tenant"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.GENERAL)
    name = CleanCharField(_("full name"), max_length=60)
    title = CleanCharField(_("job title"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[phone_validator])
    other_phone = models.CharField(_("other phone"), max_length=40, blank=True, validators=[phone_validator])
    email = models.EmailField(_("e-mail"), blank=True)
    note = CleanCharField(_("note"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name, verbose_name_plural = _("contact"), _("contacts")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["ADMINISTRATIVE_HEAD", "EMERGENCY", "FINANCE", "GENERAL"]), name="contact_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TenantPerson(Recorded):
    """An employee of the tenant who is registered and carries a pass (manual 1.2.2)."""

    HISTORY_HIDDEN = ("identity_number",)

    class IdentityKind(models.TextChoices):
        RESIDENT = "RESIDENT", _("Resident identity card")
        PASSPORT = "PASSPORT", _("Passport")
        TRAVEL_PERMIT = "TRAVEL_PERMIT", _("Hong Kong, Macau or Taiwan travel permit")
        OTHER = "OTHER", _("Other paper")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="people", verbose_name=_("tenant"))
    name = CleanCharField(_("full name"), max_length=60)
    job = CleanCharField(_("job title"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, validators=[phone_validator])
    identity_kind = models.CharField(_("identity paper"), max_length=14, choices=IdentityKind.choices, default=IdentityKind.RESIDENT)
    identity_number = EncryptedCharField(_("identity number"), max_length=40)
    registered_on = models.DateField(_("registered on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    loan = models.OneToOneField(
        "premises.KeyLoan", models.PROTECT, null=True, blank=True, related_name="tenant_person", verbose_name=_("pass")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("registered person"), _("registered people")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_identity_number(self) -> str:
        return mask_identity(self.identity_number)


class DateRange(Func):
    """PostgreSQL's `daterange(from, to, '[]')`."""

    function = "daterange"
    output_field = DateRangeField()


LAST_DAY = Coalesce(F("terminated_on"), F("ends_on"))


class LeaseQuerySet(models.QuerySet["Lease"]):
    def standing(self) -> LeaseQuerySet:
        """Leases that were not voided."""
        return self.filter(void_reason="")

    def in_force(self, on: dt.date) -> LeaseQuerySet:
        """Standing leases that run on this day."""
        return self.standing().filter(Q(terminated_on=None) | Q(terminated_on__gte=on), starts_on__lte=on, ends_on__gte=on)

    def here_or_coming(self, on: dt.date) -> LeaseQuerySet:
        """Standing leases that run on this day, and those still to begin of units that somebody is moving into; the next first."""
        taken = Q(starts_on__lte=on) | ~Q(unit__state="VACANT")
        found = self.standing().annotate(runs_until=LAST_DAY)
        return found.filter(taken, runs_until__gte=on).order_by("starts_on", "pk")

    def overlapping(self, unit_id: int, starts_on: dt.date, ends_on: dt.date) -> LeaseQuerySet:
        """Standing leases of the unit that share a day with this span."""
        found = self.standing().annotate(runs_until=LAST_DAY)
        return found.filter(unit_id=unit_id, starts_on__lte=ends_on, runs_until__gte=starts_on)


class Lease(Recorded):
    """One unit let to one tenant for a time. No two share a day on a unit."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="leases", verbose_name=_("tenant"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, related_name="leases", verbose_name=_("unit"))
    contract_number = CleanCharField(_("contract number"), max_length=60)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    terminated_on = models.DateField(_("terminated early on"), null=True, blank=True)
    rent_free_until = models.DateField(_("rent-free until"), null=True, blank=True)
    area_m2 = models.DecimalField(_("billed area, m²"), max_digits=9, decimal_places=2, null=True, blank=True)
    void_reason = CleanCharField(_("voided because"), max_length=200, blank=True, editable=False)
    note = CleanTextField(_("note"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("lease"), _("leases")
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["unit", "-starts_on"], name="lease_by_unit")]
        constraints = [
            ExclusionConstraint(
                name="lease_no_overlap",
                expressions=[
                    (DateRange(F("starts_on"), LAST_DAY, Value("[]")), RangeOperators.OVERLAPS),
                    ("unit", RangeOperators.EQUAL),
                ],
                condition=Q(void_reason=""),
                violation_error_message=_("Another lease of this unit shares days with this one."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="lease_ends_after_start",
                violation_error_message=_("A lease can't end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(terminated_on=None) | Q(terminated_on__gte=F("starts_on"), terminated_on__lte=F("ends_on")),
                name="lease_terminated_within",
                violation_error_message=_("The early end must lie within the lease."),
            ),
            models.CheckConstraint(
                condition=Q(rent_free_until=None) | Q(rent_free_until__gte=F("starts_on"), rent_free_until__lte=F("ends_on")),
                name="lease_rent_free_within",
                violation_error_message=_("The rent-free period must lie within the lease."),
            ),
            models.CheckConstraint(
                condition=Q(area_m2=None) | Q(area_m2__gt=0),
                name="lease_area_positive",
                violation_error_message=_("The billed area must be more than zero."),
            ),
            models.UniqueConstraint(
                fields=["contract_number", "unit"],
                condition=Q(void_reason=""),
                name="lease_contract_once_a_unit",
                violation_error_message=_("This contract number is used for this unit already."),
            ),
        ]

    def __str__(self) -> str:
        return self.contract_number

    @property
    def last_day(self) -> dt.date:
        """The day the lease really ends, early termination included."""
        return self.terminated_on or self.ends_on

    def is_in_force(self, on: dt.date) -> bool:
        return not self.void_reason and self.starts_on <= on <= self.last_day
