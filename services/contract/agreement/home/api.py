"""Proposed named contacts as JSON, for the admins who decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement import actions
from services.contract.agreement.home.pages import by_proposal
from services.contract.agreement.home.schemas import DecisionBody, ProposalJson
from services.contract.named_contact import store as named_contacts
from services.contract.named_contact.proposing import actions as proposing
from services.contract.named_contact.tables import ContactProposal
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web import marks
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("proposals", __name__, "Named contacts that records propose.")


def _shown(row: ContactProposal) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in ProposalJson().fields}, "proposal_id": row.id}


def _proposal(ctx: Ctx, proposal_id: UUID) -> dict[str, Any]:
    row = named_contacts.proposal(ctx.session, proposal_id)
    if row is None:
        raise NotFound
    return _shown(row)


PROPOSAL = Resource(
    ProposalJson, of=_proposal, hold=lambda ctx, proposal_id: named_contacts.proposal(ctx.session, proposal_id)
)


@api.list("", ProposalJson)
@policy("named_contact", "list_proposals", Who.ADMIN, log="saw who was proposed as your named contact")
def list_proposals(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Those that wait for a decision, the oldest first."""
    page: Page = asked["page"]
    after = marks.read(page.after[0]) if page.after else None
    rows = named_contacts.open_proposals(ctx.session, run_by(ctx.viewer.roles), after, page.more)
    found = page.of(rows, lambda row: [marks.written((row.proposed_at, row.id))])
    ctx.saw(row.patient_id for row in found.items)
    return Listed([_shown(row) for row in found.items], found.mark)


@api.read("/<uuid:proposal_id>", PROPOSAL)
@policy(
    "named_contact", "read_proposal", Who.ADMIN, about=by_proposal, log="saw who was proposed as your named contact"
)
def read_proposal(ctx: Ctx, proposal_id: UUID) -> None:
    """One proposal."""


@api.act("/<uuid:proposal_id>/acceptance", PROPOSAL, DecisionBody)
@policy("named_contact", "accept", Who.ADMIN, about=by_proposal, log="accepted a proposed named contact")
def accept(ctx: Ctx, data: dict[str, Any], proposal_id: UUID) -> None:
    """Appoint the proposed person; opens the patient's agreement where there is none."""
    actions.accept_proposal(ctx, proposal_id, **data)


@api.act("/<uuid:proposal_id>/decline", PROPOSAL)
@policy("named_contact", "decline", Who.ADMIN, about=by_proposal, log="declined a proposed named contact")
def decline(ctx: Ctx, proposal_id: UUID) -> None:
    """Somebody else is to be the contact."""
    proposing.decline_proposal(ctx, proposal_id)
