"""Papers between tenant and management office, circulars, and breaches of the rules (manual 3.11.3-8, -9; 3.11.4)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, CleanTextField, Record, Recorded
from tenants.models.tenant import Tenant


class Correspondence(Record):
    """A letter, instruction, report or notice between one tenant and the management office."""

    SERIES: ClassVar[str] = "LT"

    class State(models.TextChoices):
        REGISTERED = "REGISTERED", _("Registered")
        FORWARDED = "FORWARDED", _("Forwarded")
        ANSWERED = "ANSWERED", _("Answered")
        DELIVERED = "DELIVERED", _("Delivered")
        CLOSED = "CLOSED", _("Closed")

    STATE_TONES: ClassVar[dict[str, str]] = {
        "REGISTERED": "I",
        "FORWARDED": "W",
        "ANSWERED": "S",
        "DELIVERED": "S",
        "CLOSED": "N",
    }

    class Direction(models.TextChoices):
        IN = "IN", _("From the tenant")
        OUT = "OUT", _("To the tenant")

    class Kind(models.TextChoices):
        LETTER = "LETTER", _("Letter")
        INSTRUCTION = "INSTRUCTION", _("Instruction")
        REPORT = "REPORT", _("Report")
        NOTICE = "NOTICE", _("Notice")
        CIRCULAR = "CIRCULAR", _("Circular")

    class Method(models.TextChoices):
        BY_HAND = "BY_HAND", _("By hand")
        POST = "POST", _("By post")
        EMAIL = "EMAIL", _("By e-mail")
        BOARD = "BOARD", _("Posted on the notice board")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="correspondence", verbose_name=_("tenant"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.REGISTERED, editable=False)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices, default=Direction.IN)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.LETTER)
    sender = CleanCharField(_("sender"), max_length=80)
    recipient = CleanCharField(_("recipient"), max_length=80)
    subject = CleanCharField(_("subject"), max_length=160)
    body = CleanTextField(_("text"), max_length=10000, blank=True)
    dated_on = models.DateField(_("date of the paper"))
    registered_on = models.DateField(_("registered on"), editable=False)
    reply_due_on = models.DateField(_("reply needed by"), null=True, blank=True)
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("answers"))
    department = models.CharField(_("forwarded to"), max_length=30, blank=True, editable=False, help_text=_("department code"))
    answer = CleanTextField(_("answer"), max_length=4000, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    method = models.CharField(_("delivered"), max_length=8, choices=Method.choices, blank=True, editable=False)
    received_by = CleanCharField(_("received by"), max_length=60, blank=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("correspondence"), _("correspondence")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"], name="letter_by_tenant")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["REGISTERED", "FORWARDED", "ANSWERED", "DELIVERED", "CLOSED"]), name="letter_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="FORWARDED") | ~Q(department=""), name="letter_forwarded_somewhere"),
        ]


class Circular(Record):
    """A text that goes to many tenants, with the record of who got it: rules of the house, notices (manual 1.1)."""

    SERIES: ClassVar[str] = "CC"

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        ISSUED = "ISSUED", _("Published")
        CLOSED = "CLOSED", _("Closed")
        CANCELLED = "CANCELLED", _("Cancelled")

    STATE_TONES: ClassVar[dict[str, str]] = {"DRAFT": "N", "ISSUED": "A", "CLOSED": "S", "CANCELLED": "N"}

    class Kind(models.TextChoices):
        PUBLIC_RULES = "PUBLIC_RULES", _("Public rules")
        PUBLIC_PROPERTY = "PUBLIC_PROPERTY", _("Care of public property")
        TENANT_RIGHTS = "TENANT_RIGHTS", _("Tenants' rights")
        NEIGHBOURS = "NEIGHBOURS", _("Good neighbours")
        FIRE_SAFETY = "FIRE_SAFETY", _("Fire safety")
        SERVICE_NOTICE = "SERVICE_NOTICE", _("Service notice")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    kind = models.CharField(_("subject matter"), max_length=16, choices=Kind.choices, default=Kind.PUBLIC_RULES)
    title = CleanCharField(_("title"), max_length=120)
    body = CleanTextField(_("text"), max_length=10000)
    floor = models.ForeignKey("premises.Floor", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only this floor"))
    issued_on = models.DateField(_("issued on"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("circular"), _("circulars")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["DRAFT", "ISSUED", "CLOSED", "CANCELLED"]), name="circular_state_known"),
        ]


class CircularDelivery(Recorded):
    """One tenant's copy of a circular: when it was handed over, how, and who took it."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="deliveries", verbose_name=_("circular"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="circular_deliveries", verbose_name=_("tenant"))
    method = models.CharField(_("delivered"), max_length=8, choices=Correspondence.Method.choices, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    received_by = CleanCharField(_("received by"), max_length=60, blank=True)
    explained = models.BooleanField(_("explained in person"), default=False)
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("delivery of a circular"), _("deliveries of circulars")
        ordering = ["circular_id", "tenant__name"]
        constraints = [models.UniqueConstraint(fields=["circular", "tenant"], name="circular_delivered_once")]

    def __str__(self) -> str:
        return f"{self.circular} · {self.tenant}"


class Breach(Record):
    """A tenant broke a rule of the building: what, where, what was done about it."""

    SERIES: ClassVar[str] = "WZ"

    class State(models.TextChoices):
        OPEN = "OPEN", _("To be dealt with")
        WARNED = "WARNED", _("Warned")
        CLOSED = "CLOSED", _("Closed")

    STATE_TONES: ClassVar[dict[str, str]] = {"OPEN": "D", "WARNED": "Y", "CLOSED": "N"}

    class Kind(models.TextChoices):
        FIRE_SAFETY = "FIRE_SAFETY", _("Fire safety")
        BLOCKED_PASSAGE = "BLOCKED_PASSAGE", _("Blocked passage")
        NOISE = "NOISE", _("Noise")
        WASTE = "WASTE", _("Waste and hygiene")
        PUBLIC_PROPERTY = "PUBLIC_PROPERTY", _("Damage to public property")
        UNAPPROVED_WORKS = "UNAPPROVED_WORKS", _("Works without permission")
        PARKING = "PARKING", _("Parking")
        SMOKING = "SMOKING", _("Smoking")
        OTHER = "OTHER", _("Other")

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="breaches", verbose_name=_("tenant"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False)
    kind = models.CharField(_("kind"), max_length=18, choices=Kind.choices)
    happened_at = models.DateTimeField(_("when"))
    place = CleanCharField(_("where"), max_length=120)
    description = CleanTextField(_("what happened"), max_length=4000)
    rule = CleanCharField(_("rule broken"), max_length=160, blank=True)
    mend_by = models.DateField(_("to be put right by"), null=True, blank=True)
    measure = CleanTextField(_("what was done"), max_length=4000, blank=True, editable=False)
    warned_at = models.DateTimeField(_("warned"), null=True, editable=False)
    warned_person = CleanCharField(_("person warned"), max_length=60, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("breach"), _("breaches")
        ordering = ["-id"]
        indexes = [models.Index(fields=["tenant", "-id"], name="breach_by_tenant")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["OPEN", "WARNED", "CLOSED"]), name="breach_state_known"),
        ]
