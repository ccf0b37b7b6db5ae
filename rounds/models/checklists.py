"""Checklists: what is looked at. A list is changed by new versions of it; a round keeps the version it was started with."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, Recorded


class Checklist(Recorded):
    """What a department looks at, in one building or in all of them. `version` counts the changes of its items."""

    name = CleanCharField(_("name"), max_length=80)
    department = models.ForeignKey("staff.Department", models.PROTECT, related_name="+", verbose_name=_("department"))
    building = models.ForeignKey(
        "staff.Territory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
        help_text=_("empty: for all buildings"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name, verbose_name_plural = _("checklist"), _("checklists")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="checklist_named"),
            models.UniqueConstraint(
                fields=["department", "building", "name"],
                nulls_distinct=False,
                name="checklist_name_once",
                violation_error_message=_("This department has a checklist of that name here."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemQuerySet(models.QuerySet["ChecklistItem"]):
    def at(self, version: int) -> ItemQuerySet:
        """The items of a version of their list."""
        return self.filter(Q(until=None) | Q(until__gt=version), since__lte=version)

    def current(self) -> ItemQuerySet:
        """The items of the newest version."""
        return self.filter(until=None)


class ChecklistItem(Recorded):
    """One thing to look at. It is never edited: a change retires it (`until`) and adds another, so what was answered stays asked.

    A number passes from `low` to `high`, both included and either may be open. A choice that is among `failing` is a finding.
    """

    class Kind(models.TextChoices):
        PASS_FAIL = "PASS_FAIL", _("in order or not")
        NUMBER = "NUMBER", _("a number")
        CHOICE = "CHOICE", _("one of several")
        PHOTO = "PHOTO", _("a photo")

    class PhotoNeed(models.TextChoices):
        NEVER = "NEVER", _("not asked")
        ON_FAIL = "ON_FAIL", _("with a finding")
        ALWAYS = "ALWAYS", _("always")

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="items", verbose_name=_("checklist"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = CleanCharField(_("what to look at"), max_length=200)
    kind = models.CharField(_("answer"), max_length=10, choices=Kind.choices, default=Kind.PASS_FAIL)
    low = models.DecimalField(_("at least"), max_digits=12, decimal_places=3, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=12, decimal_places=3, null=True, blank=True)
    measure = CleanCharField(_("unit of measure"), max_length=20, blank=True)
    options = ArrayField(models.CharField(max_length=60), verbose_name=_("options"), default=list, blank=True)
    failing = ArrayField(models.CharField(max_length=60), verbose_name=_("options that are findings"), default=list, blank=True)
    photo = models.CharField(_("photo"), max_length=8, choices=PhotoNeed.choices, default=PhotoNeed.ON_FAIL)
    is_required = models.BooleanField(_("must be answered"), default=True)
    help = CleanCharField(_("help"), max_length=300, blank=True)
    since = models.PositiveIntegerField(default=1, editable=False)
    until = models.PositiveIntegerField(null=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["checklist_id", "position", "id"]
        verbose_name, verbose_name_plural = _("checklist item"), _("checklist items")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="checklist_item_told"),
            models.CheckConstraint(condition=Q(kind__in=["PASS_FAIL", "NUMBER", "CHOICE", "PHOTO"]), name="checklist_item_kind_known"),
            models.CheckConstraint(condition=Q(photo__in=["NEVER", "ON_FAIL", "ALWAYS"]), name="checklist_item_photo_known"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="checklist_item_versions_in_order"),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="checklist_item_limits_in_order",
                violation_error_message=_("The lower limit is above the upper one."),
            ),
            models.CheckConstraint(condition=Q(kind="NUMBER") | Q(low=None, high=None), name="checklist_item_limits_of_a_number"),
            models.CheckConstraint(
                condition=~Q(kind="CHOICE") | Q(options__len__gte=2),
                name="checklist_item_has_options",
                violation_error_message=_("Give at least two options to choose from."),
            ),
            models.CheckConstraint(
                condition=Q(failing__contained_by=F("options")),
                name="checklist_item_failing_are_options",
                violation_error_message=_("Only an option can be a finding."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def limits(self) -> str:
        """The limits of a number in signs: `20–26 ℃`, `≤ 5 kPa`; empty where there are none."""
        low, high = (_plain(value) for value in (self.low, self.high))
        span = f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
        return f"{span} {self.measure}".strip() if span else self.measure


def _plain(value: object) -> str:
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
