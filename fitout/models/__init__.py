"""Nouns of fit-outs: contractors, applications, drawings, permits, passes, hot work, site checks, inspections."""

from fitout.models.contractors import Contractor, Standing
from fitout.models.drawings import Drawing, DrawingComment, DrawingVersion
from fitout.models.fire import HOT_OPEN, ExtinguisherHire, HotWorkPermit
from fitout.models.fitout import BEFORE_SITE, ENDED, OPEN_SITE, Fitout, FitoutBill, FitoutQuerySet, Permit
from fitout.models.height import HEIGHT_OPEN, HeightPermit
from fitout.models.inspections import ConcealedWorks, Damage, InspectionPhoto, Remark
from fitout.models.papers import HandbookCopy, MaterialLine
from fitout.models.rules import (
    BreachKind,
    ConcealedItem,
    Discipline,
    FeeRule,
    FireRule,
    FitoutTerms,
    QualificationGrade,
    QuietHours,
    SpotCheck,
    Trade,
)
from fitout.models.site import (
    Breach,
    BreachAlarm,
    BreachPhoto,
    BreachQuerySet,
    BreachStep,
    Expiring,
    ExpiryReminder,
    Penalty,
    SiteCheck,
    SitePlan,
    SiteRule,
    Stoppage,
)
from fitout.models.workers import SiteEntry, SiteEntryQuerySet, WorkerPass

__all__ = [
    "BEFORE_SITE",
    "ENDED",
    "HEIGHT_OPEN",
    "HOT_OPEN",
    "OPEN_SITE",
    "Breach",
    "BreachAlarm",
    "BreachKind",
    "BreachPhoto",
    "BreachQuerySet",
    "BreachStep",
    "ConcealedItem",
    "ConcealedWorks",
    "Contractor",
    "Damage",
    "Discipline",
    "Drawing",
    "DrawingComment",
    "DrawingVersion",
    "Expiring",
    "ExpiryReminder",
    "ExtinguisherHire",
    "FeeRule",
    "FireRule",
    "Fitout",
    "FitoutBill",
    "FitoutQuerySet",
    "FitoutTerms",
    "HandbookCopy",
    "HeightPermit",
    "HotWorkPermit",
    "InspectionPhoto",
    "MaterialLine",
    "Penalty",
    "Permit",
    "QualificationGrade",
    "QuietHours",
    "Remark",
    "SiteCheck",
    "SiteEntry",
    "SiteEntryQuerySet",
    "SitePlan",
    "SiteRule",
    "SpotCheck",
    "Standing",
    "Stoppage",
    "Trade",
    "WorkerPass",
]
