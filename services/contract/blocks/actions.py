"""A patient keeps a unit's staff out, in one touch and without a reason, and lets them in again."""

from __future__ import annotations

from uuid import UUID, uuid4

from services.contract.blocks import store
from services.contract.blocks.domain import check_may_block, leads_to
from services.contract.blocks.tables import Block
from services.contract.named_contact import store as named_contacts
from services.contract.named_contact.uncovered.actions import note_gaps
from services.contract.people import store as people
from services.contract.people.living.actions import living
from services.contract.units import store as units
from shared.context import Ctx
from shared.errors import NotFound
from shared.events import BlockChanged
from shared.register.blocks import shut_out


def make(ctx: Ctx, *, patient_id: UUID, unit_id: UUID) -> UUID:
    """From now on nobody who works at the unit, and nowhere else, is let in to this patient. Blocking twice is one block.

    Raises ``NotFound`` for an unknown patient or unit, ``Refused`` while the patient would have nobody to turn to."""
    patient = people.for_change(ctx.session, patient_id)
    if patient is None or patient.kind != "patient" or units.get(ctx.session, unit_id) is None:
        raise NotFound
    living(ctx, patient_id)
    if known := store.standing(ctx.session, patient_id, unit_id):
        return known.id
    _check(ctx, patient_id, unit_id)
    block = Block(id=uuid4(), patient_id=patient_id, unit_id=unit_id, starts=ctx.now, ends=None)
    ctx.session.add(block)
    _told(ctx, block)
    return block.id


def make_again(ctx: Ctx, known: BlockChanged) -> bool:
    """A block that others still honour, and a database that was brought back no longer knows: it holds as it did. That there is
    always somebody to turn to is seen to by whoever reads the list of patients whom nobody answers for."""
    there = store.get(ctx.session, known.block_id) or store.standing(ctx.session, known.patient_id, known.unit_id)
    patient = people.for_change(ctx.session, known.patient_id)
    if there or patient is None or units.get(ctx.session, known.unit_id) is None:
        return False
    where = {"patient_id": known.patient_id, "unit_id": known.unit_id}
    block = Block(id=known.block_id, starts=known.starts, ends=None, **where)
    ctx.session.add(block)
    _told(ctx, block)
    return True


def lift(ctx: Ctx, block_id: UUID) -> None:
    """From now on the unit's staff are to this patient what they were. Lifting twice is harmless."""
    block = store.for_change(ctx.session, block_id)
    if block is None:
        raise NotFound
    if block.ends is None:
        block.ends = ctx.now
        _told(ctx, block)


def _check(ctx: Ctx, patient_id: UUID, unit_id: UUID) -> None:
    """Held until the transaction ends, so that nobody from there is appointed meanwhile."""
    kept = named_contacts.covers(ctx.session, ctx.directory.contracts_of(ctx.session, patient_id))
    going_on = {one.contract_id for one in kept if one.ended_at is None}
    covers = [one for one in ctx.directory.covers(ctx.session, patient_id) if one.contract_id in going_on]
    blocked = ctx.directory.blocked(ctx.session, [patient_id]).get(patient_id, frozenset()) | {unit_id}
    out = shut_out(ctx.session, {patient_id: blocked}, leads_to(covers, ctx.now))
    check_may_block(unit_id, covers, ctx.now, out[patient_id])


def _told(ctx: Ctx, block: Block) -> None:
    """To the others, and to the list of whom nobody answers for: a deputy to come may be kept out."""
    ctx.session.flush()
    ctx.tell(store.facts(block))
    note_gaps(ctx, ctx.directory.contracts_of(ctx.session, block.patient_id))
