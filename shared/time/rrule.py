"""The recurrence rules that are allowed: a small, strict subset of RFC 5545's RRULE.

Allowed are FREQ daily to yearly, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, one BYSETPOS, COUNT or UNTIL (in UTC), and WKST.
Whatever else a rule says is refused with a reason a person can act on, instead of being read as something near it: the
engines in use disagree about most of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_COUNT = 5_000
MAX_INTERVAL = 1_000
MAX_LENGTH = 500

_NUMBER = re.compile(r"[+-]?[0-9]{1,5}", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_UNTIL = re.compile(r"[0-9]{8}T[0-9]{6}Z", re.ASCII)


class BadRule(ValueError):
    """A recurrence rule outside the allowed subset; the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Weekday:
    """A weekday (0 is Monday); ``nth`` of its month or year, counted from the end when negative, or every one."""

    day: int
    nth: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A parsed rule. ``until`` is the last instant at which an occurrence may lie; ``week_starts`` 0 is Monday."""

    freq: str
    interval: int = 1
    byday: tuple[Weekday, ...] = ()
    bymonthday: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    bysetpos: int | None = None
    count: int | None = None
    until: datetime | None = None
    week_starts: int = 0


def parse_rule(text: str) -> Rule:
    """The rule written in ``text``, as in ``FREQ=WEEKLY;BYDAY=MO,WE,FR``. Raises ``BadRule``."""
    if len(text) > MAX_LENGTH:
        _refuse(f"a rule longer than {MAX_LENGTH} characters")
    read: dict[str, Any] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if name not in _PARTS or not equals:
            _refuse(f"{part!r} is not one of {', '.join(_PARTS)}")
        field, reader = _PARTS[name]
        if field in read:
            _refuse(f"{name} is written twice")
        read[field] = reader(name, value)
    if "freq" not in read:
        _refuse("FREQ is missing")
    return _fitting(Rule(**read))


def _fitting(rule: Rule) -> Rule:
    """The rule, when its parts belong together. RFC 5545 gives the other combinations no meaning, or one disputed."""
    numbered = [weekday.nth for weekday in rule.byday if weekday.nth is not None]
    most = 5 if rule.freq == "MONTHLY" or rule.bymonth else 53
    objections = {
        "COUNT and UNTIL together": rule.count is not None and rule.until is not None,
        "a numbered BYDAY with FREQ=DAILY or WEEKLY": bool(numbered) and rule.freq in ("DAILY", "WEEKLY"),
        f"a BYDAY number beyond {most}": any(abs(nth) > most for nth in numbered),
        "numbered and plain weekdays in one BYDAY": 0 < len(numbered) < len(rule.byday),
        "BYMONTHDAY with FREQ=WEEKLY": bool(rule.bymonthday) and rule.freq == "WEEKLY",
        "FREQ=YEARLY with BYMONTHDAY but no BYMONTH": (
            rule.freq == "YEARLY" and bool(rule.bymonthday) and not rule.bymonth
        ),
        "BYSETPOS without BYDAY, BYMONTHDAY or BYMONTH": (
            rule.bysetpos is not None and not (rule.byday or rule.bymonthday or rule.bymonth)
        ),
    }
    for objection, applies in objections.items():
        if applies:
            _refuse(objection)
    return rule


def _freq(name: str, value: str) -> str:
    return value if value in FREQUENCIES else _refuse(f"{name} must be one of {', '.join(FREQUENCIES)}, not {value!r}")


def _number(low: int, high: int) -> Callable[[str, str], int]:
    """A reader of one whole number within the bounds; a negative ``low`` counts from the end, and 0 means nothing."""

    def read(name: str, value: str) -> int:
        number = int(value) if _NUMBER.fullmatch(value) else 0
        if number == 0 or not low <= number <= high:
            _refuse(f"{name} must be a whole number from {low} to {high}, not {value!r}")
        return number

    return read


def _numbers(low: int, high: int) -> Callable[[str, str], tuple[int, ...]]:
    read_one = _number(low, high)
    return lambda name, value: tuple(sorted({read_one(name, item) for item in value.split(",")}))


def _weekday(name: str, value: str) -> int:
    return WEEKDAYS.index(value) if value in WEEKDAYS else _refuse(f"{name} must be a weekday as MO, not {value!r}")


def _weekdays(name: str, value: str) -> tuple[Weekday, ...]:
    days = []
    for item in value.split(","):
        found = _WEEKDAY.fullmatch(item)
        if found is None:
            _refuse(f"{name} must hold weekdays as MO or 2MO, not {item!r}")
        nth = None if found[1] is None else _number(-53, 53)(name, found[1])
        days.append(Weekday(day=WEEKDAYS.index(found[2]), nth=nth))
    return tuple(days)


def _until(name: str, value: str) -> datetime:
    if not _UNTIL.fullmatch(value):
        _refuse(f"{name} must be an instant in UTC as 20271231T230000Z, not {value!r}")
    try:
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        _refuse(f"{name} names no real time: {value!r}")


def _refuse(reason: str) -> NoReturn:
    raise BadRule(f"This recurrence is not supported: {reason}.")


_PARTS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "FREQ": ("freq", _freq),
    "INTERVAL": ("interval", _number(1, MAX_INTERVAL)),
    "BYDAY": ("byday", _weekdays),
    "BYMONTHDAY": ("bymonthday", _numbers(-31, 31)),
    "BYMONTH": ("bymonth", _numbers(1, 12)),
    "BYSETPOS": ("bysetpos", _number(-366, 366)),
    "COUNT": ("count", _number(1, MAX_COUNT)),
    "UNTIL": ("until", _until),
    "WKST": ("week_starts", _weekday),
}
