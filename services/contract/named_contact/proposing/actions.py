"""Proposing a named contact from a record, and deciding about it."""

from __future__ import annotations

from uuid import UUID

from services.contract.named_contact import store
from services.contract.named_contact.actions import appoint
from services.contract.named_contact.tables import ContactProposal
from services.contract.people import actions as people_actions
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def propose(ctx: Ctx, *, patient_id: UUID, person_id: UUID, unit_id: UUID, source: str) -> UUID:
    """A record names this person as the patient's contact: an admin decides. The same proposal again changes nothing;
    another person for the same patient and unit takes the place of one nobody has decided."""
    store.add_proposal(ctx.session, patient_id, person_id, unit_id, ctx.now)
    proposals = store.proposals_for(ctx.session, patient_id, unit_id)
    mine = next(one for one in proposals if one.person_id == person_id)
    if mine.state == "replaced":
        for other in proposals:
            other.state = "replaced" if other.state == "open" else other.state
        mine.state, mine.source, mine.proposed_at = "open", source, ctx.now
        people_actions.know_at(ctx, patient_id, unit_id)
    ctx.session.flush()
    return mine.id


def accept_proposal(
    ctx: Ctx, proposal_id: UUID, contract_id: UUID, *, handover_note: str = "", reason: str = ""
) -> UUID:
    """Appoint the proposed person for this contract of the patient; an earlier contact hands over with a note,
    and the patient reads the ``reason``. Returns the appointment."""
    row = _decided(ctx, proposal_id, "accepted")
    _check_unit(ctx, row.unit_id, contract_id)
    return appoint(
        ctx,
        contract_id=contract_id,
        patient_id=row.patient_id,
        person_id=row.person_id,
        unit_id=row.unit_id,
        handover_note=handover_note,
        reason=reason,
    )


def decline_proposal(ctx: Ctx, proposal_id: UUID) -> None:
    _decided(ctx, proposal_id, "declined")


def _check_unit(ctx: Ctx, unit_id: UUID, contract_id: UUID) -> None:
    """Who answers in an agreement is for the admin of its unit to choose. An operator, who is nobody, may for all."""
    whose = store.whose(ctx.session, contract_id)
    if ctx.viewer.person_id and whose and whose[1] not in {unit_id, *run_by(ctx.viewer.roles)}:
        raise Refused(_l("The patient has an agreement at another unit. Its admin chooses the contact there."))


def _decided(ctx: Ctx, proposal_id: UUID, state: str) -> ContactProposal:
    row = store.proposal(ctx.session, proposal_id)
    if row is None or row.state == "replaced":
        raise NotFound
    if row.state != "open":
        raise Refused(_l("Somebody has decided this already."))
    row.state, row.decided_at = state, ctx.now
    ctx.session.flush()
    return row
