"""Opening one patient's pages in an emergency, ending it, and judging afterwards whether it was right."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import structlog

from services.contract.break_glass import store
from services.contract.break_glass.domain import check_block, check_verdict, checked_reason, unit_for
from services.contract.break_glass.tables import BreakGlass
from services.contract.people import store as people
from services.contract.people.identity.domain import known_as
from services.contract.people.tables import Person
from services.contract.units import store as units
from services.contract.units.domain import HOME_ZONE
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Subject, Who, policy, policy_of
from shared.relations import part_in
from shared.time import to_local

log = structlog.get_logger()


def open_(ctx: Ctx, *, identity: str, reason: str, unit_id: UUID | None = None, past_block: bool = False) -> UUID:
    """The pages of the patient with exactly this number stand open to the viewer from now on, to read. What they had open of
    somebody else ends. The patient is told. ``past_block``: though they have blocked the unit, of which the viewer was told.
    Raises ``Refused`` with the field."""
    me = people.for_change(ctx.session, ctx.viewer.person_id) if ctx.viewer.person_id else None
    if me is None:
        raise NotFound
    unit, words = unit_for(ctx.viewer.roles, unit_id), checked_reason(reason)
    patient = _patient(ctx, me.id, identity)
    blocked = unit in ctx.directory.blocked(ctx.session, [patient.id]).get(patient.id, ())
    check_block(blocked=blocked, past_block=past_block)
    if standing := store.open_of(ctx.session, me.id, ctx.now):
        _end(ctx, standing)
    glass = BreakGlass(
        id=uuid4(),
        person_id=me.id,
        patient_id=patient.id,
        unit_id=unit,
        reason=words,
        opened_at=ctx.now,
        until=ctx.now + _lasts(ctx, unit),
        past_block=blocked,
        note="",
    )
    ctx.session.add(glass)
    ctx.session.flush()
    ctx.tell(store.facts(glass))
    ctx.subject, ctx.glasses[patient.id] = Subject(patient_id=patient.id, unit_id=unit), store.facts(glass)
    ctx.saw([patient.id])
    return glass.id


def end(ctx: Ctx, glass_id: UUID) -> None:
    """Whoever opened them closes them again. What has ended by itself has ended."""
    glass = store.for_change(ctx.session, glass_id)
    if glass is None or glass.person_id != ctx.viewer.person_id:
        raise NotFound
    if glass.ended_at is None and glass.until > ctx.now:
        _end(ctx, glass)


@policy("break-glass session", "end", Who.STAFF, log="closed your pages after an emergency")
def end_signed_out(ctx: Ctx, person_id: UUID) -> None:
    """Whoever is signed out everywhere has nobody's pages open any more; the patient's log tells it as of any other end."""
    if glass := store.open_of(ctx.session, person_id, ctx.now):
        _end(ctx, glass)
        _log_end(ctx, glass)


def end_everybodys(ctx: Ctx) -> None:
    """Close everybody's: a database that was brought back no longer knows what has been closed since."""
    for glass in store.open_ones(ctx.session, ctx.now):
        _end(ctx, glass)
        _log_end(ctx, glass)


def judge(ctx: Ctx, glass_id: UUID, *, verdict: str, note: str) -> None:
    """What a log reviewer of the unit says of it; a later word takes the place of an earlier one. Raises ``Refused``."""
    glass = store.for_change(ctx.session, glass_id)
    if glass is None:
        raise NotFound
    check_verdict(verdict, note, own=glass.person_id == ctx.viewer.person_id)
    glass.verdict, glass.note = verdict, note.strip()
    glass.judged_at, glass.judged_by = ctx.now, ctx.viewer.person_id


def _patient(ctx: Ctx, me: UUID, identity: str) -> Person:
    """The patient with this number: the dead too. Whoever has a part in all of the care needs no emergency; a part in one
    agreement shows nothing of another."""
    key = known_as(identity, to_local(ctx.now, HOME_ZONE).date())
    patient = people.by_identity(ctx.session, "patient", key) if key else None
    if patient is None:
        log.warning("nobody has the number written in an emergency", session=str(ctx.viewer.session_id))
        raise Refused(_l("No patient has this number here. Check it once more."), field="identity")
    covers = ctx.directory.covers(ctx.session, patient.id)
    if covers and all(part_in(ctx, facts, me) for facts in covers):
        raise Refused(
            _l("You have a part in this patient's care. You find them among your agreements."), field="identity"
        )
    return patient


def _lasts(ctx: Ctx, unit_id: UUID) -> timedelta:
    """As long as the unit has said."""
    unit = units.get(ctx.session, unit_id)
    if unit is None:
        raise NotFound
    return timedelta(minutes=unit.break_glass_minutes)


def _log_end(ctx: Ctx, glass: BreakGlass) -> None:
    """In the words of the end by hand, whatever the act is in which it ends."""
    subject = Subject(patient_id=glass.patient_id, unit_id=glass.unit_id)
    emergency = {glass.patient_id: store.facts(glass)}
    replace(ctx, policy=policy_of(end_signed_out), subject=subject, glasses=emergency, seen=set()).saw(
        [glass.patient_id]
    )


def _end(ctx: Ctx, glass: BreakGlass) -> None:
    glass.ended_at = ctx.now
    ctx.session.flush()
    ctx.tell(store.facts(glass))
