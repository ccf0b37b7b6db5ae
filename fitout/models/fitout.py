"""A fit-out from the application to the refunded deposit, its bills and its permit."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import CleanCharField, CleanTextField, Record, Recorded, phone_validator
from fitout.models.contractors import Contractor
from fitout.models.rules import FeeRule, FireRule

OPEN_SITE = ["ON_SITE", "STOPPED", "TO_INSPECT", "RECTIFYING"]
ENDED = ["ACCEPTED", "REFUNDED", "WITHDRAWN"]
BEFORE_SITE = ["DRAFT", "RECEIVED", "DRAWING_REVIEW", "REWORK_NEEDED", "AWAITING_FEES", "AWAITING_FIRE", "TO_ISSUE", "PERMITTED"]
STATES = [*BEFORE_SITE, *OPEN_SITE, "TO_APPROVE", *ENDED]


class FitoutQuerySet(models.QuerySet["Fitout"]):
    def going_on(self) -> FitoutQuerySet:
        """Those that are not accepted or withdrawn yet."""
        return self.exclude(state__in=ENDED)

    def on_site(self) -> FitoutQuerySet:
        """Those whose site is open."""
        return self.filter(state__in=OPEN_SITE)

    def overdue(self, at: dt.datetime) -> FitoutQuerySet:
        """Past the time limit of whose turn it is."""
        return self.going_on().filter(due_at__lt=at)


class Fitout(Record):
    """A tenant's fit-out by one contractor (manual 3.2). `due_at` is the limit of whoever's turn it is."""

    SERIES: ClassVar[str] = "ZX"

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        RECEIVED = "RECEIVED", pgettext_lazy("fit-out", "Received")
        DRAWING_REVIEW = "DRAWING_REVIEW", _("Drawing review")
        REWORK_NEEDED = "REWORK_NEEDED", _("Rework needed")
        AWAITING_FEES = "AWAITING_FEES", _("Awaiting fees")
        AWAITING_FIRE = "AWAITING_FIRE", _("Awaiting fire review")
        TO_ISSUE = "TO_ISSUE", pgettext_lazy("permit", "To issue")
        PERMITTED = "PERMITTED", _("Permit issued")
        ON_SITE = "ON_SITE", _("On site")
        STOPPED = "STOPPED", pgettext_lazy("fit-out", "Stopped")
        TO_INSPECT = "TO_INSPECT", _("To inspect")
        RECTIFYING = "RECTIFYING", _("Rectifying")
        TO_APPROVE = "TO_APPROVE", _("Awaiting the property manager")
        ACCEPTED = "ACCEPTED", pgettext_lazy("fit-out", "Accepted")
        REFUNDED = "REFUNDED", _("Deposit refunded")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "DRAFT": "N",
        "RECEIVED": "I",
        "DRAWING_REVIEW": "A",
        "REWORK_NEEDED": "D",
        "AWAITING_FEES": "W",
        "AWAITING_FIRE": "W",
        "TO_ISSUE": "A",
        "PERMITTED": "I",
        "ON_SITE": "A",
        "STOPPED": "D",
        "TO_INSPECT": "W",
        "RECTIFYING": "Y",
        "TO_APPROVE": "W",
        "ACCEPTED": "S",
        "REFUNDED": "S",
        "WITHDRAWN": "N",
    }

    class Basis(models.TextChoices):
        CONTRACT = "CONTRACT", _("Fit-out contract")
        AUTHORISATION = "AUTHORISATION", _("Fit-out Letter of Authorisation")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey("tenants.Tenant", models.PROTECT, related_name="fitouts", verbose_name=_("tenant"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, related_name="fitouts", verbose_name=_("unit"))
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="fitouts", verbose_name=_("contractor"))
    basis = models.CharField(_("commissioned by"), max_length=14, choices=Basis.choices, default=Basis.CONTRACT)
    lead = CleanCharField(_("contractor's person in charge"), max_length=60)
    lead_phone = CleanCharField(_("phone of the person in charge"), max_length=30, validators=[phone_validator])
    fire_lead = CleanCharField(_("person responsible for fire safety"), max_length=60, blank=True)
    tenant_contact = CleanCharField(_("tenant's contact"), max_length=60, blank=True)
    tenant_phone = CleanCharField(_("phone of the tenant's contact"), max_length=30, blank=True, validators=[phone_validator])
    scope = CleanTextField(_("works"), max_length=4000)
    area_m2 = models.DecimalField(_("floor area (m²)"), max_digits=9, decimal_places=2)
    touches_structure = models.BooleanField(_("touches the structure"), default=False)
    touches_fire_system = models.BooleanField(_("touches the fire systems"), default=False)
    starts_on = models.DateField(_("planned start"))
    ends_on = models.DateField(_("planned end"))

    state = models.CharField(_("status"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False)
    applied_on = models.DateField(_("applied on"), editable=False)
    due_at = models.DateTimeField(_("time limit"), null=True, editable=False)

    # Drawings: how often they were handed to engineering, and who collected the comments.
    review_round = models.PositiveSmallIntegerField(_("round of drawing review"), default=0, editable=False)
    comments_collected_at = models.DateTimeField(_("comments collected"), null=True, editable=False)
    comments_collected_by = CleanCharField(_("comments collected by"), max_length=60, blank=True, editable=False)

    # Money, insurance, handbook.
    deposit = models.ForeignKey("billing.Deposit", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("deposit"))
    agreed_deposit = models.DecimalField(_("agreed deposit (yuan)"), max_digits=12, decimal_places=2, null=True, editable=False)
    agreed_deposit_reason = CleanCharField(_("why another deposit was agreed"), max_length=300, blank=True, editable=False)
    agreed_deposit_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("deposit agreed by")
    )
    insurer = CleanCharField(_("insurer"), max_length=120, blank=True, editable=False)
    policy_number = CleanCharField(_("policy number"), max_length=60, blank=True, editable=False)
    insured_amount = models.DecimalField(_("insured for (yuan)"), max_digits=14, decimal_places=2, null=True, editable=False)
    insured_until = models.DateField(_("insured until"), null=True, editable=False)
    handbook_given_at = models.DateTimeField(_("handbook and penalty rules issued"), null=True, editable=False)
    handbook_given_to = CleanCharField(_("issued to"), max_length=60, blank=True, editable=False)
    handbook_given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("explained by")
    )

    # Fire review by security.
    fire_route = models.CharField(_("statutory fire route"), max_length=8, choices=FireRule.Route.choices, blank=True, editable=False)
    fire_receipt_number = CleanCharField(_("number of the fire receipt"), max_length=60, blank=True, editable=False)
    fire_receipt_on = models.DateField(_("date of the fire receipt"), null=True, editable=False)
    fire_reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("fire safety reviewed by")
    )
    fire_reviewed_at = models.DateTimeField(_("fire safety reviewed"), null=True, editable=False)

    # Before the works begin.
    door_set_posted_at = models.DateTimeField(_("door set posted"), null=True, editable=False)
    door_set_posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("door set seen by")
    )
    protection_passed = models.BooleanField(_("protection passed"), null=True, editable=False)
    protection_checked_at = models.DateTimeField(_("protection inspected"), null=True, editable=False)
    protection_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("protection inspected by")
    )
    protection_note = CleanTextField(_("what is lacking in the protection"), max_length=1000, blank=True, editable=False)
    own_extinguishers = models.PositiveSmallIntegerField(_("contractor's own extinguishers, checked"), default=0, editable=False)
    started_at = models.DateTimeField(_("works began"), null=True, editable=False)

    # Completion.
    completion_applied_at = models.DateTimeField(_("completion applied for"), null=True, editable=False)
    completion_applicant = CleanCharField(_("completion applied for by"), max_length=60, blank=True, editable=False)
    inspection_at = models.DateTimeField(_("joint inspection"), null=True, editable=False)
    completion_round = models.PositiveSmallIntegerField(_("round of the completion inspection"), default=0, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("accepted by")
    )

    objects = FitoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("fit-out"), _("fit-outs")
        indexes = [
            models.Index(fields=["building", "-id"], name="fitout_by_building"),
            models.Index(fields=["tenant", "-id"], name="fitout_by_tenant"),
            models.Index(fields=["contractor", "-id"], name="fitout_by_contractor"),
            models.Index(fields=["building", "state"], name="fitout_board"),
            models.Index(fields=["due_at"], name="fitout_due", condition=~Q(state__in=ENDED)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="fitout_state_known"),
            models.CheckConstraint(condition=~Q(lead="") & ~Q(scope="") & Q(area_m2__gt=0), name="fitout_fully_told"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="fitout_days_in_order",
                violation_error_message=_("The works end after they begin."),
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(state__in=ENDED),
                name="fitout_one_open_a_unit",
                violation_error_message=_("This unit has a fit-out under way already."),
            ),
            models.CheckConstraint(condition=Q(insured_amount=None) | Q(insured_amount__gt=0), name="fitout_insured_for_something"),
            models.CheckConstraint(
                condition=Q(agreed_deposit=None) | Q(agreed_deposit__gt=0, agreed_deposit_by__isnull=False) & ~Q(agreed_deposit_reason=""),
                name="fitout_deposit_agreed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(protection_passed=None) | Q(protection_checked_at__isnull=False, protection_checked_by__isnull=False),
                name="fitout_protection_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*OPEN_SITE, "TO_APPROVE", "ACCEPTED", "REFUNDED"])
                | Q(started_at__isnull=False, protection_passed=True, door_set_posted_at__isnull=False),
                name="fitout_began_protected",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ACCEPTED", "REFUNDED"]) | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="fitout_accepted_by_somebody",
            ),
        ]

    @property
    def is_open_site(self) -> bool:
        return self.state in OPEN_SITE

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


class FitoutBill(Recorded):
    """A payment notice that a fit-out caused: its fees, its passes, hired extinguishers, damage."""

    class Purpose(models.TextChoices):
        FEES = "FEES", _("Fees of the fit-out")
        PASSES = "PASSES", _("Worker passes")
        EXTINGUISHERS = "EXTINGUISHERS", _("Extinguisher rental")
        DAMAGE = "DAMAGE", _("Damage beyond the deposit")

    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="bills", verbose_name=_("fit-out"))
    bill = models.OneToOneField("billing.Bill", models.PROTECT, related_name="+", verbose_name=_("payment notice"))
    purpose = models.CharField(_("what for"), max_length=14, choices=Purpose.choices)
    payer = models.CharField(_("payer"), max_length=12, choices=FeeRule.Payer.choices, default=FeeRule.Payer.CONTRACTOR)

    class Meta:
        ordering = ["id"]
        verbose_name, verbose_name_plural = _("bill of a fit-out"), _("bills of fit-outs")

    def __str__(self) -> str:
        return str(self.bill)


class Permit(Record):
    """The Fit-out Permit on the door: issued once, when all three heads have signed (manual 3.2.4-3.2)."""

    SERIES: ClassVar[str] = "XK"

    class State(models.TextChoices):
        VALID = "VALID", _("Valid")
        EXPIRED = "EXPIRED", _("Expired")
        REVOKED = "REVOKED", _("Revoked")
        RETURNED = "RETURNED", pgettext_lazy("permit", "Returned")

    STATE_TONES: ClassVar[dict[str, str]] = {"VALID": "S", "EXPIRED": "D", "REVOKED": "D", "RETURNED": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    fitout = models.ForeignKey(Fitout, models.PROTECT, related_name="permits", verbose_name=_("fit-out"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.VALID, editable=False)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("fit-out permit"), _("fit-out permits")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["VALID", "EXPIRED", "REVOKED", "RETURNED"]), name="permit_state_known"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="permit_days_in_order"),
            models.UniqueConstraint(fields=["fitout"], condition=Q(state="VALID"), name="permit_one_valid_a_fitout"),
        ]
        indexes = [models.Index(fields=["valid_until"], condition=Q(state="VALID"), name="permit_running")]
