"""What may change for somebody at selfcare's and notify's doors, as contract tells of it, and what they are from then on."""

from __future__ import annotations

from datetime import date

from shared.events import Event, StaffRolesChanged
from tests.support.rights import people
from tests.support.rights.doors import NOBODY, Role
from tests.support.rights.people import CONTACT, CONTRACT, DAY, EVERY, HOUR, PATIENT, Make, who
from tests.support.services import NOON

HELPER, NURSE, OPENER = "a helper with every scope", "a nurse of the unit", "a nurse in an emergency"
NAMES = (
    "died",
    "their patient died",
    "paused",
    "over",
    "not begun",
    "works no more",
    "handed over",
    "ended",
    "ended long ago",
    "left",
    "an emergency",
    "an emergency over",
)


def change(name: str, make: Make) -> tuple[str, Event, Role]:
    """Whom the change is about, by the name of their role; the fact; and their role after it."""
    delegate, staff = frozenset({"delegate"}), frozenset({"staff"})
    before, lets_no_more = frozenset({"contact_before", "staff"}), make(who(HELPER), NOBODY, delegate)
    died = people.person("patient", "the patient", deceased=date(2026, 11, 24))
    changes: dict[str, tuple[str, Event, Role]] = {
        "died": ("the patient", died, make(PATIENT, gone=True)),
        "their patient died": (HELPER, died, lets_no_more),
        "paused": (HELPER, people.grant(HELPER, EVERY, state="paused"), lets_no_more),
        "over": (HELPER, people.grant(HELPER, EVERY, ends=NOON), lets_no_more),
        "not begun": (HELPER, people.grant(HELPER, EVERY, starts=NOON + DAY), lets_no_more),
        "works no more": ("the contact", StaffRolesChanged(person_id=CONTACT, roles=()), make(CONTACT)),
        "handed over": (
            "the contact",
            people.cover(CONTRACT, PATIENT, ("the deputy", None), ("the contact", NOON)),
            make(CONTACT, before, staff),
        ),
        "ended": (
            "the contact",
            people.cover(CONTRACT, PATIENT, ("the contact", NOON)),
            make(CONTACT, before, staff, is_a="contact"),
        ),
        "ended long ago": (
            "the contact",
            people.cover(CONTRACT, PATIENT, ("the contact", NOON - 20 * DAY)),
            make(CONTACT, staff, staff, is_a="contact"),
        ),
        "left": (NURSE, StaffRolesChanged(person_id=who(NURSE), roles=()), make(who(NURSE))),
        "an emergency": (
            NURSE,
            people.opened(who(NURSE), NOON + HOUR),
            make(who(NURSE), staff | {"break_glass"}, staff),
        ),
        "an emergency over": (OPENER, people.opened(who(OPENER), NOON), make(who(OPENER), staff, staff)),
    }
    return changes[name]
