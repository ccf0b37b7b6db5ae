"""How times, deadlines and phone numbers read in a list or a chip (ux.md 4.2, 4.6)."""

import datetime as dt
import json
import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
MOBILE = re.compile(r"1\d{10}")
LANDLINE = re.compile(r"(0\d{2,3})-?(\d{7,8})(?:\D+(\d{1,6}))?")

SCRIPT_WORDS = {
    "submitting": gettext_lazy("Submitting…"),
    "draft_saved": gettext_lazy("Draft saved"),
    "draft_failed": gettext_lazy("The draft could not be saved. It is kept in this browser."),
    "leave_page": gettext_lazy("What you typed is not saved yet."),
    "uploading": gettext_lazy("Uploading…"),
    "upload_failed": gettext_lazy("The upload failed. Try again."),
    "uploaded": gettext_lazy("Uploaded"),
    "remove": gettext_lazy("Remove"),
    "retry": gettext_lazy("Try again"),
    "close": gettext_lazy("Close"),
    "undo": gettext_lazy("Undo"),
    "copied": gettext_lazy("Copied"),
    "no_way_there": gettext_lazy("This can’t be moved there."),
    "network_lost": gettext_lazy("The network is gone. Nothing you typed is lost."),
    "request_failed": gettext_lazy("The server did not answer as expected. Try again."),
    "offline": gettext_lazy("Offline"),
    "online": gettext_lazy("Online"),
    "unsaved_restored": gettext_lazy("What you typed here before was put back."),
    "no_results": gettext_lazy("Nothing matches"),
    "loading": gettext_lazy("Searching…"),
    "results": gettext_lazy("%(n)s results"),
    "selected": gettext_lazy("%(n)s selected"),
    "recent": gettext_lazy("Recent"),
    "signed": gettext_lazy("Signed on screen"),
    "sign_first": gettext_lazy("Sign in the box first"),
    "is_here": gettext_lazy("%(names)s is here too"),
    "is_editing": gettext_lazy("%(names)s is editing"),
    "hours_left": gettext_lazy("%(h)s h %(m)s min left"),
    "minutes_left": gettext_lazy("%(m)s min left"),
    "days_left": gettext_lazy("%(d)s d left"),
    "hours_late": gettext_lazy("%(h)s h %(m)s min late"),
    "minutes_late": gettext_lazy("%(m)s min late"),
    "days_late": gettext_lazy("%(d)s d late"),
    "session_ends": gettext_lazy("You will be signed out in 5 minutes."),
    "stay": gettext_lazy("Stay signed in"),
    "kept": gettext_lazy("Kept"),
    "sign_out_waits": gettext_lazy("Not signed out: %(n)s of what you recorded on this device is not uploaded yet. Upload it first."),
    "to_upload": gettext_lazy("Show what is waiting"),
    "any": gettext_lazy("Any"),
    "lines_dimmed": gettext_lazy("%(n)s units shown"),
}
SIGNOFF_STATES = {
    "WAITING": (gettext_lazy("To sign"), "W"),
    "AGREED": (gettext_lazy("Approved"), "S"),
    "WITH_COMMENTS": (gettext_lazy("With comments"), "Y"),
    "RETURNED": (gettext_lazy("Returned"), "D"),
    "TO_COUNTERSIGN": (gettext_lazy("Countersign due"), "Y"),
    "OUTDATED": (gettext_lazy("Outdated"), "N"),
}


@dataclass(frozen=True)
class DeadlineWords:
    text: str
    tone: str
    icon: str
    running: bool = True


def for_scripts() -> dict[str, str]:
    """Every word the scripts say, in the person's language; `date_chips` is JSON: [[label, days from today], …]."""
    chips = [[_("Today"), 0], [_("Tomorrow"), 1], [_("+3 days"), 3]]
    return {name: str(word) for name, word in SCRIPT_WORDS.items()} | {"date_chips": json.dumps(chips)}


def deadline(due_at: dt.datetime, *, now: dt.datetime, state: str = "", started_at: dt.datetime | None = None) -> DeadlineWords:
    """What the deadline chip says at `now`. `state`: "" running, "PAUSED" the clock stands, "MET" done in time."""
    if state == "PAUSED":
        return DeadlineWords(_("clock paused"), "W", "player-pause", running=False)
    if state == "MET":
        return DeadlineWords(_("met"), "S", "circle-check", running=False)
    left = due_at - now
    if left < dt.timedelta(0):
        return DeadlineWords(_span(-left, "late"), "D", "alarm")
    return DeadlineWords(_span(left, "left"), _running_tone(left, due_at, started_at), "clock")


def _running_tone(left: dt.timedelta, due_at: dt.datetime, started_at: dt.datetime | None) -> str:
    nearly_over = started_at is not None and left < (due_at - started_at) / 5
    if left <= 2 * HOUR or nearly_over:
        return "Y"
    return "I" if left <= DAY else "N"


def _span(length: dt.timedelta, side: str) -> str:
    minutes = int(length.total_seconds() // 60)
    hours, days = divmod(minutes, 60), minutes // 1440
    if days >= 2:
        return str(SCRIPT_WORDS[f"days_{side}"] % {"d": days})
    if minutes >= 60:
        return str(SCRIPT_WORDS[f"hours_{side}"] % {"h": hours[0], "m": hours[1]})
    return str(SCRIPT_WORDS[f"minutes_{side}"] % {"m": minutes})


def relative_day(moment: dt.datetime | dt.date, *, now: dt.datetime) -> str:
    """Today 14:30, yesterday 09:05, 11-21 14:30, 2024-11-21; days alone carry no clock time."""
    local = timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment
    today = timezone.localtime(now).date()
    if local.year != today.year:
        return local.strftime("%Y-%m-%d")
    day = local.date() if isinstance(local, dt.datetime) else local
    name = _day_names().get((day - today).days, local.strftime("%m-%d"))
    return f"{name} {local:%H:%M}" if isinstance(local, dt.datetime) else name


def _day_names() -> dict[int, str]:
    return {0: _("today"), -1: _("yesterday"), 1: _("tomorrow")}


def absolute(moment: dt.datetime | dt.date) -> str:
    if isinstance(moment, dt.datetime):
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
    return moment.strftime("%Y-%m-%d")


def dialled(number: str) -> str:
    """Only what a telephone can dial; an extension follows a comma (a pause)."""
    landline = LANDLINE.fullmatch(number.strip())
    if landline and landline[3]:
        return f"{landline[1]}{landline[2]},{landline[3]}"
    return re.sub(r"[^\d+]", "", number)


def spaced_phone(number: str) -> str:
    digits = re.sub(r"[\s-]", "", number)
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    landline = LANDLINE.fullmatch(number.strip())
    if landline is None:
        return number
    half = len(landline[2]) // 2
    spoken = f"{landline[1]}-{landline[2][:half]} {landline[2][half:]}"
    return _("%(number)s ext. %(extension)s") % {"number": spoken, "extension": landline[3]} if landline[3] else spoken


def masked_phone(number: str) -> str:
    """The last four digits and, of a mobile number, the first three."""
    digits = re.sub(r"\D", "", number)
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]}****{digits[7:]}"
    return f"****{digits[-4:]}" if len(digits) >= 7 else "****"
