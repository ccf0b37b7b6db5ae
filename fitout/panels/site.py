"""Site checks, breaches, penalties and stoppages: on the fit-out's page, on the round that is walked, on the contractor's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import kinds, notices, panels
from core.search import SearchWords
from fitout import access
from fitout.flow import BREACH_FLOW, FITOUT_FLOW, PENALTY_FLOW
from fitout.models import OPEN_SITE, Breach, Contractor, Fitout, Penalty, SiteCheck, SitePlan, Stoppage
from fitout.services import drawings, site_board, site_checks
from fitout.services.site import KIND
from fitout.services.standing import standing
from rounds import kinds as rounds

T = gettext_lazy
SHOWN = 8
# Days of checks that the fit-out's page shows.
LAST_DAYS = dt.timedelta(days=6)

notices.name_topic("overdue.breach", T("Breaches past their deadline"))


def breach_words(breach: Breach) -> SearchWords:
    fitout = breach.fitout
    title, words = f"{fitout.unit.code} {breach.kind.name_zh}", [fitout.contractor.name, fitout.unit.code, breach.spot]
    rank = 4 if breach.is_open else 0
    return SearchWords(
        title=title, subtitle=breach.description[:60], number=breach.number, words=[word for word in words if word], rank=rank
    )


def penalty_words(penalty: Penalty) -> SearchWords:
    contractor = penalty.breach.fitout.contractor.name
    title = f"{contractor} {penalty.breach.kind.name_zh}"
    return SearchWords(title=title, subtitle=f"{penalty.amount:.2f}", number=penalty.number, words=[contractor])


def penalty_summary(penalty: Penalty) -> list[tuple[Any, Any]]:
    breach = penalty.breach
    return [
        (_("Contractor"), breach.fitout.contractor),
        (_("Breach"), f"{breach} {breach.kind}"),
        (_("What was found"), breach.description),
        (_("Clause of the penalty rules"), penalty.clause),
        (_("Amount (yuan)"), penalty.amount),
        (_("Held of the fit-out deposit (yuan)"), access.held(breach.fitout)),
        (_("Reason"), penalty.reason),
    ]


kinds.register(
    Breach, rows=access.breaches, title=T("Fit-out breach"), icon="alert-triangle", url="fitout:breach_detail", flow=BREACH_FLOW,
    search=breach_words,
)  # fmt: skip
kinds.register(
    Penalty, rows=access.penalties, title=T("Fit-out penalty"), icon="gavel", url="fitout:penalty_detail", flow=PENALTY_FLOW,
    search=penalty_words, summary=penalty_summary,
)  # fmt: skip
kinds.register(
    SiteCheck, rows=access.site_checks, title=pgettext_lazy("fit-out", "Site check"), icon="clipboard-check",
    url="fitout:site_check_detail", territory=lambda check: check.fitout.building_id,
)  # fmt: skip
kinds.register(
    Stoppage, rows=access.stoppages, title=T("Stopped works"), icon="hand-stop", url="fitout:stoppage_detail",
    territory=lambda stoppage: stoppage.fitout.building_id,
)  # fmt: skip


def fitout_of(round: Any) -> Fitout | None:
    """The fit-out that a round is about."""
    row = SitePlan.objects.filter(plan=round.plan_id).select_related("fitout__unit").first() if round.plan_id else None
    return row.fitout if row else None


def subject(round: Any) -> tuple[str, str] | None:
    fitout = fitout_of(round)
    return (f"{fitout} {fitout.unit}", reverse("fitout:fitout_detail", args=[fitout.pk])) if fitout else None


def breach_from(answer: Any) -> str:
    """Where a breach is recorded with what this answer found."""
    fitout = fitout_of(answer.stop.round)
    return f"{reverse('fitout:breach_new', args=[fitout.pk])}?answer={answer.pk}" if fitout else ""


def may_record_from(user: Any, answer: Any) -> bool:
    fitout = fitout_of(answer.stop.round)
    return fitout is not None and fitout.is_open_site and access.may_inspect(user, fitout)


rounds.register(
    rounds.RoundKind(
        KIND,
        pgettext_lazy("fit-out", "Site check"),
        follow_ups=(rounds.FollowUp("breach", T("Record a breach"), breach_from, may=may_record_from, icon="alert-triangle"),),
        sees=access.may_read_register,
        subject=subject,
    )
)


def site_checks_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    """The last days by department; away before the works begin."""
    if fitout.started_at is None:
        return None
    now = timezone.now()
    hours = access.quiet_hours(fitout.building_id)
    told = fitout.checks.filter(department__code=site_checks.TELLS_PROGRESS).order_by("-checked_at")
    latest = told.first()
    asks = latest is not None and not latest.progress and access.may_manage(request.user, fitout)
    context = {
        "board": site_board.of_site(fitout, timezone.localdate(now) - LAST_DAYS, timezone.localdate(now)),
        "quiet": hours,
        "is_quiet": access.is_quiet(fitout.building_id, now, hours),
        "progress": latest if latest and latest.progress else told.exclude(progress="").first(),
        "untold": latest if asks else None,
        "list_url": f"{reverse('fitout:site_check_list')}?fitout={fitout.pk}",
    }
    return "fitout/site_checks_panel.html", context


def breaches_panel(request: Any, fitout: Fitout) -> tuple[str, dict[str, Any]] | None:
    """What was found, fined and stopped; away before the works begin."""
    if fitout.started_at is None:
        return None
    breaches = list(fitout.breaches.select_related("kind").order_by("-pk")[: SHOWN + 1])
    penalties = Penalty.objects.filter(breach__fitout=fitout).select_related("breach__kind")
    stop = FITOUT_FLOW.steps["stop_work"]
    may_stop = fitout.state in stop.sources and stop.is_for(request.user, fitout)
    may_record = fitout.state in OPEN_SITE and access.may_inspect(request.user, fitout)
    context = {
        "breaches": breaches[:SHOWN],
        "more": len(breaches) > SHOWN,
        "penalties": list(penalties.order_by("-pk")[:SHOWN]),
        "stoppages": list(fitout.stoppages.all()[:SHOWN]),
        "new_url": reverse("fitout:breach_new", args=[fitout.pk]) if may_record else "",
        "stop_url": reverse("fitout:fitout_step", args=[fitout.pk, "stop_work"]) if may_stop else "",
        "list_url": f"{reverse('fitout:breach_list')}?fitout={fitout.pk}",
    }
    return "fitout/breaches_panel.html", context


def standing_panel(request: Any, contractor: Contractor) -> tuple[str, dict[str, Any]]:
    """How the contractor has worked in the last twelve months."""
    breaches_url = f"{reverse('fitout:breach_list')}?contractor={contractor.pk}"
    return "fitout/standing_panel.html", {"standing": standing(contractor, timezone.now()), "breaches_url": breaches_url}


def round_panel(request: Any, round: Any) -> tuple[str, dict[str, Any]] | None:
    """What the walker of a site compares with: approved drawings and quiet hours."""
    fitout = fitout_of(round) if round.kind == KIND else None
    if fitout is None or not access.fitouts(request.user).filter(pk=fitout.pk).exists():
        return None
    hours = access.quiet_hours(fitout.building_id)
    may_record = fitout.is_open_site and access.may_inspect(request.user, fitout)
    context = {
        "drawings": drawings.approved(fitout),
        "quiet": hours,
        "is_quiet": access.is_quiet(fitout.building_id, timezone.now(), hours),
        "check": SiteCheck.objects.filter(round=round).first(),
        "breach_url": reverse("fitout:breach_new", args=[fitout.pk]) if may_record else "",
    }
    return "fitout/round_panel.html", context


panels.register("fitout", "site-checks", T("Site checks"), site_checks_panel, order=45)
panels.register("fitout", "breaches", T("Breaches and penalties"), breaches_panel, order=50)
panels.register("contractor", "standing", T("Standing of the last twelve months"), standing_panel, order=20)
panels.register("round", "fitout.site", T("The site"), round_panel, order=20, may=access.may_read_register)
