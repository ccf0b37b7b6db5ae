"""Rules, windows and days as people say them, in the language of the page; and as people type them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from rounds.recurrence import Repeats, Rule, Window

WINDOW = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–~～至到]\s*(\d{1,2})[:：](\d{2})")
SEASON = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
DAY_MINUTES = 24 * 60


def in_words(rule: Rule) -> str:
    """A whole rule: `every working day, 08:00–10:00, from 15 November to 15 March`."""
    if rule.repeats == Repeats.ON_DEMAND:
        return _("on demand")
    parts = [_days(rule), "、".join(window_in_words(window) for window in sorted(rule.windows))]
    if rule.season:
        (begin, end) = rule.season
        parts.append(_("from %(begin)s to %(end)s each year") % {"begin": _month_day(begin), "end": _month_day(end)})
    return _(", ").join(part for part in parts if part)


def _days(rule: Rule) -> str:
    words = {Repeats.DAYS: _every_days, Repeats.WEEKS: _on_weekdays, Repeats.MONTH_DAYS: _on_month_days, Repeats.SPREAD: _spread}
    return words[rule.repeats](rule)


def _every_days(rule: Rule) -> str:
    if rule.every == 1:
        return _("every working day") if rule.working_days_only else _("every day")
    said = _("every %(n)d days") % {"n": rule.every}
    return _("%(rule)s, on working days only") % {"rule": said} if rule.working_days_only else said


def _on_weekdays(rule: Rule) -> str:
    names = _("/").join(weekday(number) for number in sorted(rule.weekdays))
    said = _("every %(days)s") % {"days": names}
    if rule.every > 1:
        said = _("every %(n)d weeks on %(days)s") % {"n": rule.every, "days": names}
    return _("%(rule)s, on working days only") % {"rule": said} if rule.working_days_only else said


def _on_month_days(rule: Rule) -> str:
    days = _(", ").join(pgettext("day of the month", "the %(day)s") % {"day": day} for day in sorted(set(rule.month_days)))
    said = _("every month on %(days)s") % {"days": days}
    return _("%(rule)s or the next working day") % {"rule": said} if rule.working_days_only else said


def _spread(rule: Rule) -> str:
    said = ngettext("%(n)d time a month, spread out", "%(n)d times a month, spread out", rule.times) % {"n": rule.times}
    return _("%(rule)s over the working days") % {"rule": said} if rule.working_days_only else said


def weekday(number: int) -> str:
    """The name of a weekday, 1 for Monday."""
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return names[number - 1]


def _month_day(day: tuple[int, int]) -> str:
    return pgettext("month and day", "%(month)02d-%(day)02d") % {"month": day[0], "day": day[1]}


def window_in_words(window: Window) -> str:
    """`08:00–10:00`; one that ends on another day says so."""
    begin = window.starts.hour * 60 + window.starts.minute
    days, end = divmod(begin + window.minutes, DAY_MINUTES)
    if end == 0 and days:
        days, end = days - 1, DAY_MINUTES
    until = f"{end // 60:02d}:{end % 60:02d}"
    if days:
        until = ngettext("%(time)s the next day", "%(time)s %(n)d days later", days) % {"time": until, "n": days}
    return f"{window.starts:%H:%M}–{until}"


def typed_windows(windows: Iterable[Window]) -> str:
    """Windows as they are typed, one a line."""
    lines = []
    for window in sorted(windows):
        end = (window.starts.hour * 60 + window.starts.minute + window.minutes) % DAY_MINUTES
        lines.append(f"{window.starts:%H:%M}-{end // 60:02d}:{end % 60:02d}")
    return "\n".join(lines)


def windows_of(text: str) -> tuple[Window, ...]:
    """Windows that somebody typed: `08:00-10:00`, several on lines or after commas. One that ends before it begins ends the next day.

    Raises ValueError with the part that can't be read.
    """
    found = []
    for part in re.split(r"[\n,，;；、]+", text):
        if not part.strip():
            continue
        match = WINDOW.fullmatch(part.strip())
        if match is None:
            raise ValueError(part.strip())
        found.append(_window(part.strip(), *map(int, match.groups())))
    return tuple(found)


def _window(text: str, begin_hour: int, begin_minute: int, end_hour: int, end_minute: int) -> Window:
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin >= DAY_MINUTES or end > DAY_MINUTES or begin_minute > 59 or end_minute > 59:
        raise ValueError(text)
    return Window(dt.time(begin_hour, begin_minute), end - begin if end > begin else end - begin + DAY_MINUTES)


def season_day(text: str) -> tuple[int, int]:
    """A day of the year that somebody typed: `11-15`, `11月15日`. Raises ValueError."""
    match = SEASON.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    month, day = map(int, match.groups())
    dt.date(2024, month, day)
    return month, day
