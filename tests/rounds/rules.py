"""Rules of every kind, for Hypothesis: month ends, leap days, seasons over New Year, days off and shifted working days."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import strategies as st

from rounds.recurrence import Repeats, Rule, Window

# The years for which the product's own calendar is installed, with a leap day and every shifted working day among them.
FIRST, LAST = date(2023, 12, 1), date(2026, 12, 31)
days = st.dates(FIRST, LAST)
windows = st.lists(
    st.builds(Window, st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59])), st.integers(1, 1500)),
    min_size=1,
    max_size=4,
    unique_by=lambda window: window.starts,
).map(tuple)
ends = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day)) | st.sampled_from([(2, 29), (12, 31), (1, 1)])
month_days = st.lists(st.integers(1, 31) | st.sampled_from([29, 30, 31]), min_size=1, max_size=4).map(tuple)
rules = st.builds(
    Rule,
    repeats=st.sampled_from([each for each in Repeats if each != Repeats.ON_DEMAND]),
    windows=windows,
    anchor=days,
    every=st.integers(1, 9) | st.integers(1, 60),
    weekdays=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple),
    month_days=month_days,
    times=st.integers(1, 31),
    season=st.none() | st.tuples(ends, ends),
    working_days_only=st.booleans(),
)
spans = st.tuples(days, st.integers(0, 120)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
# Days off and shifted working days beyond those of the product's calendar.
calendars = st.dictionaries(days, st.booleans(), max_size=30)
