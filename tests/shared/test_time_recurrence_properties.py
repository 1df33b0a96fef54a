"""Recurrence for any rule of the subset: an independent engine beside ours, and windows that fit together."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from dateutil.rrule import rrulestr
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from shared.time import BadRule, Rule, occurrences, parse_rule, to_instant
from shared.time.rrule import WEEKDAYS
from tests.shared.material import wall

STOCKHOLM = "Europe/Stockholm"


def some(low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high).filter(bool), min_size=1, max_size=3, unique=True)


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(draw(st.integers(1, 15))), "WKST": draw(st.sampled_from(WEEKDAYS))}
    numbers = {"BYMONTH": some(1, 12), "BYMONTHDAY": some(-31, 31), "BYSETPOS": some(-5, 5).map(lambda n: n[:1])}
    for part, values in numbers.items():
        if draw(st.booleans()):
            parts[part] = ",".join(map(str, draw(values)))
    if draw(st.booleans()):
        numbered = freq in ("MONTHLY", "YEARLY") and draw(st.booleans())
        nth = st.sampled_from(["1", "2", "-1", "5"] if numbered else [""])
        days = st.builds("{}{}".format, nth, st.sampled_from(WEEKDAYS))
        parts["BYDAY"] = ",".join(draw(st.lists(days, min_size=1, max_size=3)))
    if draw(st.booleans()):
        parts["COUNT"] = str(draw(st.integers(1, 40)))
    return ";".join(f"{key}={value}" for key, value in parts.items())


LONG = timedelta(days=365 * 6)


def parsed(text: str) -> Rule:
    try:
        return parse_rule(text)
    except BadRule:
        reject()


STARTS = st.datetimes(wall("1990-01-01"), wall("2080-01-01")).map(lambda at: at.replace(microsecond=0))


@given(rules(), STARTS, st.integers(0, 2000), st.integers(1, 900))
def test_another_engine_finds_the_same_local_times(text: str, start: datetime, later: int, days: int) -> None:
    """In UTC and omitting missing days, what is left is RFC 5545 alone: python-dateutil is the other engine."""
    rule = parsed(text)
    begin = start + timedelta(days=later)
    window = (to_instant(begin, "UTC"), to_instant(begin + timedelta(days=days), "UTC"))
    ours = [o.local for o in occurrences(rule, start, "UTC", window, omit_missing_days=True)]
    # The other engine begins the first week's set at the start, where RFC 5545 takes the whole week.
    assume(rule.freq != "WEEKLY" or rule.bysetpos is None)
    # The other engine searches thousands of years for what never comes.
    assume(occurrences(rule, start, "UTC", (to_instant(start, "UTC"), window[1] + LONG), omit_missing_days=True))
    theirs = takewhile(lambda local: local < begin + timedelta(days=days), rrulestr(text, dtstart=start))
    assert ours == [local for local in theirs if local >= begin]


@given(rules(), STARTS, st.sampled_from([STOCKHOLM, "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"]))
def test_P27_windows_side_by_side_hold_each_occurrence_once(text: str, start: datetime, zone: str) -> None:
    """What a planner does day after day: no occurrence is lost between two windows, none comes in both."""
    rule = parsed(text)
    begin = to_instant(start, zone)
    edges = [begin + timedelta(days=90 * n, hours=n) for n in range(6)]
    whole = occurrences(rule, start, zone, (edges[0], edges[-1]))
    parts = [o for window in pairwise(edges) for o in occurrences(rule, start, zone, window)]
    assert list(whole) == parts
    assert len({o.local for o in whole}) == len(whole)
