"""Writing the access log, in the transaction of what it records: when it can't be written, the act fails and shows nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.audit.tables import access_log
from shared.db import insert_all
from shared.events import BreakGlassChanged
from shared.policy import Policy, Who

NEAREST = (
    Who.PATIENT,
    Who.CONTACT,
    Who.DEPUTY,
    Who.CONTACT_BEFORE,
    Who.BREAK_GLASS,
    Who.DELEGATE,
    Who.STAFF,
    Who.ADMIN,
    Who.AUDITOR,
    Who.SERVICE,
    Who.OPERATOR,
)


def entries(
    declared: Policy,
    whos: frozenset[Who],
    patients: Iterable[UUID],
    *,
    actor_id: UUID | None,
    unit_id: UUID | None,
    session_id: UUID | None,
    glasses: Mapping[UUID, BreakGlassChanged],
    at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The rows for one act: the nearest relation that let the actor in, the words of its policy, and for a patient in
    ``glasses`` the emergency in which it is done, and at which unit. ``at``: the time of a demonstration, whose clock is not
    the database's."""
    acted_as = next((who for who in NEAREST if who in whos & declared.audience), _at_least(whos))
    act: dict[str, Any] = {"resource": declared.resource, "action": declared.action, "what": declared.log}
    act |= {"at": at} if at else {}
    where = {"actor_id": actor_id, "unit_id": unit_id, "session_id": session_id, "glass_id": None}

    def row(patient: UUID) -> dict[str, Any]:
        glass = glasses.get(patient)
        emergency = {"glass_id": glass.glass_id, "unit_id": glass.unit_id} if glass else {}
        return {**act, **where, "patient_id": patient, "actor_as": _towards(patient, acted_as, actor_id), **emergency}

    return [row(patient) for patient in patients]


def _at_least(whos: frozenset[Who]) -> Who:
    """What somebody is who was let in as one of all that are signed in, or as anybody."""
    return next((who for who in NEAREST if who in whos), Who.ANYONE)


def _towards(patient: UUID, acted_as: Who, actor_id: UUID | None) -> str:
    """A patient who reads about somebody else does so as their helper."""
    helps = acted_as is Who.PATIENT and actor_id not in (None, patient)
    return (Who.DELEGATE if helps else acted_as).value


def write(session: Session, rows: list[dict[str, Any]]) -> None:
    insert_all(session, access_log, rows)
