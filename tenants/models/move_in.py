"""A company moves in: notice, appointment, papers, handover of the unit (manual 3.1.4)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.crypto import EncryptedCharField
from core.models import CleanCharField, CleanTextField, Record, Recorded, StoredFile, phone_validator
from premises.models import EquipmentItem
from tenants.models.handbook import HandbookText
from tenants.models.tenant import Lease, Tenant


class MoveInState(models.TextChoices):
    NOTIFIED = "NOTIFIED", _("Notified")
    PAPERS_MISSING = "PAPERS_MISSING", _("Papers missing")
    BOOKED = "BOOKED", _("Booked")
    IN_HANDOVER = "IN_HANDOVER", _("In handover")
    TO_SIGN = "TO_SIGN", _("To sign")
    DEFECTS_OPEN = "DEFECTS_OPEN", _("Defects open")
    MOVED_IN = "MOVED_IN", _("Moved in")
    CANCELLED = "CANCELLED", _("Cancelled")


class MoveIn(Record):
    """One company taking over its units, from the leasing department's notice to occupation."""

    SERIES: ClassVar[str] = "RZ"
    HISTORY_HIDDEN = ("agent_identity",)
    State = MoveInState
    STATE_TONES: ClassVar[dict[str, str]] = {
        "NOTIFIED": "I",
        "PAPERS_MISSING": "Y",
        "BOOKED": "I",
        "IN_HANDOVER": "A",
        "TO_SIGN": "W",
        "DEFECTS_OPEN": "Y",
        "MOVED_IN": "S",
        "CANCELLED": "N",
    }

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="move_ins", verbose_name=_("tenant"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.NOTIFIED, editable=False)
    takeover_at = models.DateTimeField(_("takeover time"))
    place = CleanCharField(_("place"), max_length=160)
    addressee = CleanCharField(_("addressee"), max_length=80)
    addressee_phone = models.CharField(_("addressee's phone"), max_length=40, blank=True, validators=[phone_validator])
    addressee_email = models.EmailField(_("addressee's e-mail"), blank=True)
    slip_note = CleanTextField(_("remarks for customer service"), max_length=1000, blank=True)
    wants_parking = models.BooleanField(_("wants a parking space"), default=False)
    parking_space = models.ForeignKey(
        "premises.ParkingSpace", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parking space")
    )
    letter_sent_at = models.DateTimeField(_("letter sent"), null=True, editable=False)

    by_agent = models.BooleanField(_("an agent comes for the principal"), default=False)
    visitor_name = CleanCharField(_("visitor"), max_length=80, blank=True)
    visitor_phone = models.CharField(_("visitor's phone"), max_length=40, blank=True, validators=[phone_validator])
    agent_identity = EncryptedCharField(_("visitor's identity number"), max_length=40, blank=True)
    visitor_checked_at = models.DateTimeField(_("identity checked"), null=True, editable=False)
    visitor_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("identity checked by")
    )

    forms_filed_at = models.DateTimeField(_("registration forms filed"), null=True, editable=False)
    equipment_checked_at = models.DateTimeField(_("equipment checked"), null=True, editable=False)
    briefed_at = models.DateTimeField(_("briefing held"), null=True, editable=False)
    briefed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("briefed by")
    )
    briefed_people = CleanCharField(_("who was briefed"), max_length=200, blank=True, editable=False)
    briefing_declined = CleanCharField(_("no briefing because"), max_length=200, blank=True, editable=False)
    cards_wanted = models.PositiveSmallIntegerField(_("customer cards wanted"), default=0, editable=False)
    moved_in_at = models.DateTimeField(_("moved in"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("move-in"), _("move-ins")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["building", "-id"], name="move_in_newest"),
            models.Index(fields=["state", "takeover_at"], name="move_in_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MoveInState.values), name="move_in_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["IN_HANDOVER", "TO_SIGN", "DEFECTS_OPEN", "MOVED_IN"]) | Q(visitor_checked_at__isnull=False),
                name="move_in_visitor_checked",
            ),
            models.CheckConstraint(condition=~Q(state="MOVED_IN") | Q(moved_in_at__isnull=False), name="move_in_has_date"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state not in {MoveInState.MOVED_IN, MoveInState.CANCELLED}


class MoveInUnit(Recorded):
    """A unit that is handed over, with the lease it is let by."""

    move_in = models.ForeignKey(MoveIn, models.CASCADE, related_name="units", verbose_name=_("move-in"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, related_name="move_ins", verbose_name=_("unit"))
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="move_ins", verbose_name=_("lease"))

    class Meta:
        verbose_name, verbose_name_plural = _("unit handed over"), _("units handed over")
        ordering = ["unit__code", "id"]
        constraints = [models.UniqueConstraint(fields=["move_in", "unit"], name="move_in_unit_once")]

    def __str__(self) -> str:
        return str(self.unit)


class HandbookIssue(Recorded):
    """A handbook given to the tenant, in the version of that day (manual 3.1.4-2.3)."""

    move_in = models.ForeignKey(MoveIn, models.CASCADE, related_name="handbooks", verbose_name=_("move-in"))
    text = models.ForeignKey(HandbookText, models.PROTECT, related_name="issues", verbose_name=_("handbook"))
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by"))

    class Meta:
        verbose_name, verbose_name_plural = _("handbook issue"), _("handbook issues")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["move_in", "text"], name="handbook_issued_once")]

    def __str__(self) -> str:
        return str(self.text)


class EquipmentCheck(Recorded):
    """A line of the Unit Equipment Checklist as found on the walk-through (manual 3.1.4-3.3)."""

    move_in = models.ForeignKey(MoveIn, models.CASCADE, related_name="equipment", verbose_name=_("move-in"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    name = CleanCharField(_("name"), max_length=80)
    quantity = models.PositiveIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])
    condition = models.CharField(
        _("condition"), max_length=8, choices=EquipmentItem.Condition.choices, default=EquipmentItem.Condition.GOOD
    )
    remark = CleanCharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("equipment check"), _("equipment checks")
        ordering = ["unit_id", "id"]
        constraints = [models.UniqueConstraint(fields=["move_in", "unit", "name"], name="equipment_check_once")]

    def __str__(self) -> str:
        return self.name


class Baseline(Recorded):
    """A meter's reading at takeover, confirmed by three parties (manual 3.1.4-3.2)."""

    move_in = models.ForeignKey(MoveIn, models.CASCADE, related_name="baselines", verbose_name=_("move-in"))
    reading = models.OneToOneField("premises.MeterReading", models.PROTECT, related_name="baseline", verbose_name=_("reading"))

    class Meta:
        verbose_name, verbose_name_plural = _("baseline"), _("baselines")
        ordering = ["reading__meter__number", "id"]


class KeyReceipt(Recorded):
    """A key or card that the tenant received at takeover (manual 3.1.4-3.3)."""

    move_in = models.ForeignKey(MoveIn, models.CASCADE, related_name="keys", verbose_name=_("move-in"))
    loan = models.OneToOneField("premises.KeyLoan", models.PROTECT, related_name="key_receipt", verbose_name=_("key loan"))

    class Meta:
        verbose_name, verbose_name_plural = _("key receipt"), _("key receipts")
        ordering = ["loan__key__number", "id"]


class DefectState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("defect", "Open")
    HANDED_OVER = "HANDED_OVER", _("Handed to engineering")
    MENDED = "MENDED", _("Mended")
    ACCEPTED = "ACCEPTED", _("Accepted by the tenant")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Defect(Record):
    """Something found wrong at the walk-through, followed by engineering until the tenant accepts it (manual 3.1.4-3.4)."""

    SERIES: ClassVar[str] = "YL"
    State = DefectState
    STATE_TONES: ClassVar[dict[str, str]] = {"OPEN": "Y", "HANDED_OVER": "A", "MENDED": "W", "ACCEPTED": "S", "WITHDRAWN": "N"}

    building = models.ForeignKey("premises.Building", models.PROTECT, related_name="+", verbose_name=_("building"))
    move_in = models.ForeignKey(MoveIn, models.PROTECT, related_name="defects", verbose_name=_("move-in"))
    unit = models.ForeignKey("premises.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False)
    place = CleanCharField(_("where in the unit"), max_length=80)
    description = CleanTextField(_("what is wrong"), max_length=1000)
    due_on = models.DateField(_("to be mended by"))
    handed_over_at = models.DateTimeField(_("handed to engineering"), null=True, editable=False)
    mended_at = models.DateTimeField(_("mended"), null=True, editable=False)
    mended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("mended by")
    )
    mended_note = CleanCharField(_("what was done"), max_length=400, blank=True, editable=False)
    mended_photo = models.ForeignKey(StoredFile, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("photo after"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("defect"), _("defects")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_on"], name="defect_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DefectState.values), name="defect_state_known"),
            models.CheckConstraint(condition=~Q(state="ACCEPTED") | Q(accepted_at__isnull=False), name="defect_accepted_has_time"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state not in {DefectState.ACCEPTED, DefectState.WITHDRAWN}


class DefectPhoto(Recorded):
    """A photo of what is wrong, taken before the defect goes to engineering."""

    defect = models.ForeignKey(Defect, models.CASCADE, related_name="photos", verbose_name=_("defect"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("photo"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("photo of a defect"), _("photos of defects")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file.name


class AgreementText(Recorded):
    """One version of an agreement that management signs with a tenant (manual 3.1.4-2.5). A signed version never changes."""

    class Kind(models.TextChoices):
        FIRE_SAFETY = "FIRE_SAFETY", _("Fire Safety Responsibility Undertaking")
        COVENANT = "COVENANT", _("Management Covenant")
        PARKING = "PARKING", _("Car Park Lease Contract")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    edition = models.PositiveSmallIntegerField(_("version"))
    clauses = models.JSONField(
        _("clauses in Chinese"), help_text=_("A list of paragraphs; {tenant}, {units}, {building}, {company} and {parking} are filled in.")
    )
    clauses_en = models.JSONField(_("clauses in English"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name, verbose_name_plural = _("agreement text"), _("agreement texts")
        ordering = ["kind", "-edition"]
        constraints = [models.UniqueConstraint(fields=["kind", "edition"], name="agreement_edition_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.edition}"
