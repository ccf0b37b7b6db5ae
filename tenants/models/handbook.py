"""Texts a tenant gets: handbooks by version, and what is explained about the building (manual 1.1)."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import CleanCharField, CleanTextField, Recorded


class HandbookQuerySet(models.QuerySet["HandbookText"]):
    def in_force(self, kind: str, on: dt.date) -> HandbookText | None:
        """The newest version of a handbook that is valid on this day."""
        return self.filter(kind=kind, valid_from__lte=on).order_by("-valid_from", "-edition").first()


class HandbookText(Recorded):
    """One version of a handbook. A printed version never changes: a new text is a new version."""

    class Kind(models.TextChoices):
        OCCUPANT = "OCCUPANT", _("Occupant Handbook")
        BUILDING_USE = "BUILDING_USE", _("Building Use Manual")
        QUALITY_WARRANTY = "QUALITY_WARRANTY", _("Building Quality Warranty")
        FIT_OUT = "FIT_OUT", _("Fit-out Handbook")
        FIT_OUT_PENALTIES = "FIT_OUT_PENALTIES", _("Fit-out Safety Penalty Rules")
        FIT_OUT_QUESTIONS = "FIT_OUT_QUESTIONS", _("Fit-out Questions and Answers")

    kind = models.CharField(_("kind"), max_length=18, choices=Kind.choices)
    edition = models.PositiveSmallIntegerField(_("version"))
    title = CleanCharField(_("title in Chinese"), max_length=80)
    title_en = CleanCharField(_("title in English"), max_length=120)
    sections = models.JSONField(
        _("sections"), help_text=_('A list of {"heading", "heading_en", "body", "body_en"}; bodies are lists of paragraphs.')
    )
    valid_from = models.DateField(_("valid from"))

    objects = HandbookQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("handbook"), _("handbooks")
        ordering = ["kind", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "edition"], name="handbook_edition_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["OCCUPANT", "BUILDING_USE", "QUALITY_WARRANTY", "FIT_OUT", "FIT_OUT_PENALTIES", "FIT_OUT_QUESTIONS"]),
                name="handbook_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.edition}"


class FacilityBriefing(Recorded):
    """What a new tenant is told about one facility; the row without a building is the text every building starts from."""

    class Topic(models.TextChoices):
        ENERGY = "ENERGY", _("Energy allocation and supply")
        UTILITY_CHARGES = "UTILITY_CHARGES", _("Water and electricity charges")
        LIFTS = "LIFTS", _("Lifts and escalators")
        AIR_CONDITIONING = "AIR_CONDITIONING", _("Air-conditioning and its hours")
        OVERTIME = "OVERTIME", _("Overtime air-conditioning charge")
        FACILITIES = "FACILITIES", _("Basic facilities")

    building = models.ForeignKey("premises.Building", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("building"))
    topic = models.CharField(_("topic"), max_length=18, choices=Topic.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = CleanTextField(_("text in Chinese"), max_length=4000)
    text_en = CleanTextField(_("text in English"), max_length=4000, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("facility briefing"), _("facility briefings")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["building", "topic"], name="briefing_topic_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return str(self.get_topic_display())
