"""Time as patients and care live it: one clock, wall time, quiet hours, working hours and recurrence."""

from shared.time.calendar import WorkingCalendar, calendar_of, duty_calendar_of
from shared.time.clock import Clock, FixedClock, parse_shift
from shared.time.quiet import ADVANCE_MARGIN, DEFAULT_QUIET, PURPOSE_LEAD, is_quiet, quiet_shift
from shared.time.recurrence import Occurrence, TooMuch, occurrences
from shared.time.rrule import BadRule, Rule, Weekday, parse_rule
from shared.time.wall import to_instant, to_local, zone_of

__all__ = [
    "ADVANCE_MARGIN",
    "DEFAULT_QUIET",
    "PURPOSE_LEAD",
    "BadRule",
    "Clock",
    "FixedClock",
    "Occurrence",
    "Rule",
    "TooMuch",
    "Weekday",
    "WorkingCalendar",
    "calendar_of",
    "duty_calendar_of",
    "is_quiet",
    "occurrences",
    "parse_rule",
    "parse_shift",
    "quiet_shift",
    "to_instant",
    "to_local",
    "zone_of",
]
