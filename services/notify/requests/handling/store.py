"""Who among staff may open a request, and to whom it can be handed over."""

from __future__ import annotations

from uuid import UUID

from services.notify.requests import store as requests
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import CLINICAL
from shared.context import Ctx
from shared.policy import Subject
from shared.register.store import Person
from shared.relations import blocked_by


def subject(ctx: Ctx, request_id: UUID) -> Subject | None:
    """The request as a subject, if the viewer has to do with it: theirs to answer, put before them, a patient they are
    contact or deputy of, or nobody's in person at their unit. Everybody else finds nothing here, and nobody does at a unit that
    the patient has blocked.

    Its unit is the viewer's own where they answer for another unit: that is where they act.
    """
    row = requests.by_id(ctx.session, request_id)
    units = _towards(ctx, row) if row else set()
    if row is None or not units or not _concerned(ctx, row, units):
        return None
    unit_id = row.unit_id if row.unit_id in units else min(units)
    return Subject(patient_id=row.patient_id, unit_id=unit_id, contract_id=row.contract_id)


def clinical_units(ctx: Ctx) -> set[UUID]:
    """The units at which the viewer takes part in care. An admin as such does not."""
    return {role.unit_id for role in ctx.viewer.roles if role.role in CLINICAL}


def _towards(ctx: Ctx, row: ContactRequest) -> set[UUID]:
    """The units from which the viewer may meet the request's patient."""
    return clinical_units(ctx) - blocked_by(ctx, row.patient_id)


def colleagues(ctx: Ctx, row: ContactRequest) -> list[Person]:
    """Those at the unit who can take over, by name."""
    people = ctx.directory.people(ctx.session, ctx.directory.staff_of(ctx.session, row.unit_id, CLINICAL))
    others = [
        person for person in people.values() if person.person_id not in (ctx.viewer.person_id, row.responsible_id)
    ]
    return sorted(others, key=lambda person: person.name)


def _concerned(ctx: Ctx, row: ContactRequest, units: set[UUID]) -> bool:
    viewer = ctx.viewer.person_id
    if viewer is None:
        return False
    if row.responsible_id == viewer or (row.responsible_id is None and row.unit_id in units):
        return True
    return requests.watches(ctx.session, row.id, viewer) or _cares_for(ctx, row, viewer)


def _cares_for(ctx: Ctx, row: ContactRequest, viewer: UUID) -> bool:
    """Contact or deputy of the contract at the very unit that is asked: another unit's request is not theirs."""
    covers = ctx.directory.covers(ctx.session, row.patient_id, row.contract_id) if row.contract_id else []
    here = [facts for facts in covers if facts.unit.unit_id == row.unit_id]
    return any(ctx.directory.part_in(facts, viewer, ctx.now) for facts in here)
