"""Everybody who may come to the doors of selfcare and notify, as contract tells of them, and what each is to one patient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.contract.delegates.domain import SCOPES
from shared.events import (
    Absence,
    AbsencesChanged,
    Appointment,
    BlockChanged,
    BreakGlassChanged,
    CoverChanged,
    DelegateChanged,
    Event,
    OpenHours,
    PersonChanged,
    StaffRole,
    StaffRolesChanged,
    UnitChanged,
)
from tests.support.rights.doors import NOBODY, Role
from tests.support.services import NOON

ZONE = "Europe/Stockholm"
LONG_AGO, HOUR, DAY = datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
AWAY = NOON + DAY
"""The contact is away then, and the deputy stands in."""
NAMESPACE = UUID(int=7)
UNIT, OTHER_UNIT, CONTRACT, CONTRACT_ELSEWHERE, OTHERS_CONTRACT, ENDED = (UUID(int=n) for n in range(101, 107))
BLOCKED = UUID(int=108)
"""The unit that the patient keeps out."""
EVERY = tuple(SCOPES)
Make = Callable[..., Role]


def who(name: str) -> UUID:
    """The id of whoever is called this here."""
    return uuid5(NAMESPACE, name)


PATIENT, OTHER, DEAD = who("the patient"), who("another patient"), who("a patient who has died")
CONTACT, DEPUTY = who("the contact"), who("the deputy")
NAMES = {"the patient": "Karin Ek", "another patient": "Ulla Berg", "a patient who has died": "Nils Ask"}
"""The others are called what they are."""
WORK = {
    "the contact": (UNIT, "nurse"),
    "the deputy": (UNIT, "nurse"),
    "who was the contact": (UNIT, "nurse"),
    "a nurse of the unit": (UNIT, "nurse"),
    "a nurse in an emergency": (UNIT, "nurse"),
    "another unit's nurse": (OTHER_UNIT, "nurse"),
    "the contact at another unit": (OTHER_UNIT, "nurse"),
    "another patient's contact": (OTHER_UNIT, "nurse"),
    "a nurse of a blocked unit": (BLOCKED, "nurse"),
    "the unit's admin": (UNIT, "admin"),
    "another unit's admin": (OTHER_UNIT, "admin"),
    "the unit's auditor": (UNIT, "auditor"),
    "another unit's auditor": (OTHER_UNIT, "auditor"),
}
NO_MORE = ("a nurse whose work has ended", "a contact whose work has ended")
GRANTS: dict[str, dict[str, Any]] = {
    "somebody invited": {"state": "invited"},
    "a helper whose time is over": {"ends": NOON - HOUR},
    "a helper whose time has not begun": {"starts": NOON + HOUR},
    "a helper who is paused": {"state": "paused"},
    "a helper who was let go": {"state": "ended"},
    "another patient's helper": {"patient_id": OTHER},
    "a helper of somebody who has died": {"patient_id": DEAD},
}
"""What is special about each grant of every scope. None lets anybody do anything for the patient at noon."""
FORMER = frozenset({"a helper whose time is over", "a helper who is paused", "a helper who was let go"})
OVER = "har tagit slut eller är pausat"
"""What these are told, in Swedish."""


def facts(tried: tuple[str, ...]) -> Iterator[Event]:
    """Everything contract tells, ``tried`` being the scopes that somebody has alone."""
    yield from (unit(UNIT, "Njurmottagningen"), unit(OTHER_UNIT, "Hjärtmottagningen"))
    yield unit(BLOCKED, "Medicinavdelningen")
    for kind, name in everybody(tried):
        yield person(kind, name)
    for name, (at, role) in WORK.items():
        yield work(name, at, role)
    held = (
        ("the contact", None),
        ("who was the contact", NOON - DAY),
        (NO_MORE[1], None),
        ("a nurse of a blocked unit", None),
    )
    yield cover(CONTRACT, PATIENT, *held)
    yield BlockChanged(block_id=UUID(int=902), patient_id=PATIENT, unit_id=BLOCKED, starts=NOON - DAY, ends=None)
    yield cover(CONTRACT_ELSEWHERE, PATIENT, ("the contact at another unit", None), unit_id=OTHER_UNIT)
    yield cover(OTHERS_CONTRACT, OTHER, ("another patient's contact", None), unit_id=OTHER_UNIT)
    yield cover(ENDED, DEAD, ("the contact", None))
    away = Absence(absence_id=UUID(int=901), starts=AWAY - HOUR, ends=AWAY + HOUR, deputy_id=None)
    yield AbsencesChanged(person_id=CONTACT, absences=(away,))
    yield opened(who("a nurse in an emergency"), NOON + HOUR)
    yield from (grant(name, EVERY, **special) for name, special in GRANTS.items())
    yield grant("a helper with every scope", EVERY)
    yield from (grant(f"a helper who may {scope}", (scope,)) for scope in tried)


def everybody(tried: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(kind, name) of each."""
    yield from (("patient", name) for name in ("the patient", "another patient", "a patient who has died"))
    yield from (("staff", name) for name in (*WORK, *NO_MORE))
    yield from (("delegate", name) for name in (*GRANTS, "a helper with every scope"))
    yield from (("delegate", f"a helper who may {scope}") for scope in tried)


def roles(make: Make, tried: tuple[str, ...]) -> dict[str, Role]:
    """What each is to the patient, by their name and, where they come at another time, by when."""
    patient, staff, delegate = frozenset({"patient"}), frozenset({"staff"}), frozenset({"delegate"})
    admin, auditor, every = frozenset({"admin"}), frozenset({"auditor"}), frozenset(EVERY)
    before, nurse = who("who was the contact"), who("a nurse in an emergency")
    contact = frozenset({"contact", "staff"})
    made = {
        "a stranger": make(None),
        "the patient": make(PATIENT, patient, patient),
        "another patient": make(OTHER, NOBODY, patient),
        "a patient who has died": make(DEAD, gone=True),
        "the contact": make(CONTACT, contact, staff, is_a="contact"),
        "the deputy while the contact is there": make(DEPUTY, staff, staff),
        "the deputy": make(DEPUTY, frozenset({"deputy", "staff"}), staff, at=AWAY, is_a="contact"),
        "who was the contact": make(before, frozenset({"contact_before", "staff"}), staff),
        "who was the contact, then": make(before, contact, staff, at=NOON - 2 * DAY, is_a="contact"),
        "who was the contact, later": make(before, staff, staff, at=NOON + 20 * DAY),
        "a nurse of the unit": make(who("a nurse of the unit"), staff, staff),
        "a nurse in an emergency": make(nurse, staff | {"break_glass"}, staff),
        "a nurse after an emergency": make(nurse, staff, staff, at=NOON + 2 * HOUR),
        "a nurse of a blocked unit": make(who("a nurse of a blocked unit"), NOBODY, staff),
        "another unit's nurse": make(who("another unit's nurse"), NOBODY, staff),
        "the contact at another unit": make(who("the contact at another unit"), frozenset({"contact"}), staff),
        "another patient's contact": make(who("another patient's contact"), NOBODY, staff),
        "the unit's admin": make(who("the unit's admin"), admin, admin | staff),
        "another unit's admin": make(who("another unit's admin"), NOBODY, admin | staff),
        "the unit's auditor": make(who("the unit's auditor"), auditor, auditor),
        "another unit's auditor": make(who("another unit's auditor"), NOBODY, auditor),
        "a helper with every scope": make(who("a helper with every scope"), delegate, delegate, every),
        "a helper, before it was over": make(
            who("a helper whose time is over"), delegate, delegate, every, at=NOON - 2 * HOUR
        ),
        "a helper, once it has begun": make(
            who("a helper whose time has not begun"), delegate, delegate, every, at=NOON + 2 * HOUR
        ),
    }
    made |= {name: make(who(name)) for name in NO_MORE}
    made |= {name: make(who(name), NOBODY, delegate) for name in GRANTS}
    made["another patient's helper"] = make(who("another patient's helper"), NOBODY, delegate, every)
    alone = {f"a helper who may {scope}": scope for scope in tried}
    return made | {name: make(who(name), delegate, delegate, frozenset({one})) for name, one in alone.items()}


def unit(unit_id: UUID, name: str, **changes: Any) -> UnitChanged:
    weekdays = tuple(OpenHours(weekday=day, opens=time(7, 30), closes=time(17)) for day in range(5))
    return UnitChanged(
        **{
            "unit_id": unit_id,
            "name": name,
            "zone": ZONE,
            "phone": "010-242 10 10",
            "floor_number": "010-242 10 00",
            "duty_line": None,
            "head_id": None,
            "hours": weekdays,
            "duty_hours": (),
            **changes,
        }
    )


def person(kind: str, name: str, **changes: Any) -> PersonChanged:
    called = NAMES.get(name, name.title())
    known: dict[str, Any] = {"person_id": who(name), "kind": kind, "name": called, "language": "sv", "zone": ZONE}
    died = {"deceased": date(2026, 11, 20)} if name == "a patient who has died" else {}
    return PersonChanged(**known | died | changes)


def work(name: str, unit_id: UUID, role: str) -> StaffRolesChanged:
    return StaffRolesChanged(person_id=who(name), roles=(StaffRole(unit_id=unit_id, role=role),))


def opened(person_id: UUID, until: datetime) -> BreakGlassChanged:
    """The patient's pages, opened with a reason by somebody of the unit."""
    glass: dict[str, Any] = {"glass_id": uuid5(NAMESPACE, f"glass {person_id}"), "reason": "She fell on the stairs."}
    return BreakGlassChanged(person_id=person_id, patient_id=PATIENT, unit_id=UNIT, until=until, **glass)


def cover(contract: UUID, patient: UUID, *held: tuple[str, datetime | None], unit_id: UUID = UNIT) -> CoverChanged:
    """Who is or was appointed, until when; the first is the primary one."""
    appointed = [
        Appointment(person_id=who(name), unit_id=unit_id, primary=not at, deputy_id=DEPUTY, starts=LONG_AGO, ends=ends)
        for at, (name, ends) in enumerate(held)
    ]
    return CoverChanged(contract_id=contract, patient_id=patient, unit_id=unit_id, appointments=tuple(appointed))


def grant(name: str, scopes: tuple[str, ...], **special: Any) -> DelegateChanged:
    usual = {"patient_id": PATIENT, "starts": LONG_AGO, "ends": None, "state": "active"}
    values: dict[str, Any] = usual | special
    return DelegateChanged(
        delegation_id=uuid5(NAMESPACE, f"grant {name}"), delegate_id=who(name), scopes=scopes, **values
    )
