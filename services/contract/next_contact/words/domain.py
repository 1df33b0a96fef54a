"""What everything about a next contact is called in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.contract.next_contact.domain import Act, How, Kind, Way
from services.contract.next_contact.terms.domain import DayPart, Weekday
from services.contract.next_contact.watching.domain import Alarm
from shared.i18n import Lazy, _l

WAYS: dict[str, Lazy] = {
    Way.VISIT: _l("A visit"),
    Way.PHONE: _l("A phone call"),
    Way.VIDEO: _l("A video call"),
    Way.HOME: _l("A visit at home"),
    Way.MESSAGE: _l("A message"),
}
KINDS: dict[str, Lazy] = {
    Kind.EXACT: _l("A set time"),
    Kind.WINDOW: _l("Within some weeks"),
    Kind.PATIENT_INITIATED: _l("The patient rings when they need it"),
    Kind.ON_EVENT: _l("After something has happened"),
}
OWN_KINDS = KINDS | {Kind.PATIENT_INITIATED: _l("I ring when I need it")}
HINTS: dict[str, Lazy] = {
    Kind.EXACT: _l("You know the day and the time."),
    Kind.WINDOW: _l("You agree on a first and a last day now, and on the time later."),
    Kind.PATIENT_INITIATED: _l("With a safety day: by then the care makes contact anyway."),
    Kind.ON_EVENT: _l("For example after a blood test, with a last day if it has not happened."),
}
LASTS: dict[str, Lazy] = {
    Kind.WINDOW: _l("Last day"),
    Kind.PATIENT_INITIATED: _l("Safety day"),
    Kind.ON_EVENT: _l("Last day, even if it has not happened"),
}
"""What the end of each kind is called."""

STEPS: dict[str, Lazy] = {
    Act.SUGGEST: _l("%(who)s suggested %(when)s."),
    Act.COUNTER: _l("%(who)s asked for another time than %(when)s."),
    Act.AGREE: _l("%(who)s said yes to how you meet next."),
    Act.BOOK: _l("%(who)s said yes to %(when)s."),
    Act.ASK_ANOTHER: _l("%(who)s asked for another time than %(when)s."),
    Act.FULFIL: _l("%(who)s noted that you met %(when)s."),
    Act.CANCEL_BY_PATIENT: _l("%(who)s cancelled %(when)s."),
    Act.CANCEL_BY_CARE: _l("%(who)s cancelled %(when)s."),
    Act.MISS_BY_PATIENT: _l("%(who)s noted that the patient could not come %(when)s."),
    Act.MISS_BY_CARE: _l("%(who)s noted that the care could not come %(when)s."),
    "answered_yes": _l("%(who)s answered yes to %(when)s."),
    "answered_cannot": _l("%(who)s answered: I can't come %(when)s."),
    "answered_another_time": _l("%(who)s answered: another time than %(when)s."),
    "unanswered": _l("The reminder about %(when)s has no answer yet."),
    Alarm.WINDOW_CLOSING: _l("No time is booked and the last day is near. The care has been asked to book one."),
    Alarm.SAFETY_DAY: _l("The safety day is near. The care has been asked to make contact."),
    Alarm.WINDOW_PASSED: _l("The last day has passed without a contact. The care has been asked to ring."),
    Alarm.TIME_PASSED: _l("The time %(when)s has passed. The care has been asked how it went."),
}
"""What the history says of each step."""

TIMELESS: dict[str, Lazy] = {
    Act.SUGGEST: _l("%(who)s suggested how you meet next."),
    Act.COUNTER: _l("%(who)s asked for another way to meet."),
    Act.ASK_ANOTHER: _l("%(who)s asked for another way to meet."),
    Act.FULFIL: _l("%(who)s noted that you have met."),
    Act.CANCEL_BY_PATIENT: _l("%(who)s cancelled the next contact."),
    Act.CANCEL_BY_CARE: _l("%(who)s cancelled the next contact."),
}
"""The same of a step that was about no set time."""

ENDS: dict[str, Lazy] = {
    Act.FULFIL: _l("We met"),
    Act.MISS_BY_PATIENT: _l("The patient could not come"),
    Act.MISS_BY_CARE: _l("We could not come"),
    Act.CANCEL_BY_CARE: _l("We cancel it"),
}
HOWS: dict[str, Lazy] = {
    How.PHONE: _l("By phone"),
    How.PAPER: _l("On paper"),
    How.MEETING: _l("In a meeting"),
}
WEEKDAYS: dict[str, Lazy] = {
    Weekday.MONDAY: _l("Monday"),
    Weekday.TUESDAY: _l("Tuesday"),
    Weekday.WEDNESDAY: _l("Wednesday"),
    Weekday.THURSDAY: _l("Thursday"),
    Weekday.FRIDAY: _l("Friday"),
    Weekday.SATURDAY: _l("Saturday"),
    Weekday.SUNDAY: _l("Sunday"),
}
DAY_PARTS: dict[str, Lazy] = {
    DayPart.MORNING: _l("Morning"),
    DayPart.MIDDAY: _l("Middle of the day"),
    DayPart.AFTERNOON: _l("Afternoon"),
    DayPart.EVENING: _l("Evening"),
}


def words(*, own: bool) -> Mapping[str, Any]:
    """What everything on the pages is called, to the patient (``own``) or to others."""
    return {
        "ways": WAYS,
        "kinds": OWN_KINDS if own else KINDS,
        "lasts": LASTS,
        "steps": STEPS,
        "timeless": STEPS | TIMELESS,
        "ends": ENDS,
        "hows": HOWS,
        "weekdays": WEEKDAYS,
        "day_parts": DAY_PARTS,
    }
