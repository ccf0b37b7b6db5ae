"""Two files of one company made one, so that it can be taken apart again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Recorded
from tenants.models.tenant import Tenant


class TenantMerge(Recorded):
    """Which rows went from one file to another, and which values of the kept file were replaced.

    `moved`: [[model label, field, [ids]], …]; `replaced`: {field: what stood there before}, as text.
    """

    kept = models.ForeignKey(Tenant, models.PROTECT, related_name="merges", verbose_name=_("kept file"))
    joined = models.ForeignKey(Tenant, models.PROTECT, related_name="joins", verbose_name=_("joined file"))
    merged_at = models.DateTimeField(_("merged"))
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("merged by"))
    moved = models.JSONField(default=list)
    replaced = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("taken apart"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken apart by"))

    class Meta:
        ordering = ["-id"]
        verbose_name, verbose_name_plural = _("merge of tenants"), _("merges of tenants")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("joined")), name="merge_of_two"),
            models.UniqueConstraint(fields=["joined"], condition=Q(undone_at=None), name="merged_once"),
        ]
