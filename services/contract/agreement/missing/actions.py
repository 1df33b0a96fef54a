"""Keeps what a contract lacks, so that lists of thousands need to read none."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa

from services.contract.agreement import store
from services.contract.agreement.content.domain import Part, from_json
from services.contract.agreement.domain import Need, State, lacking
from services.contract.agreement.missing.domain import PART_ONE, Missing, from_when, review_from
from services.contract.agreement.missing.tables import Lack
from services.contract.agreement.review import store as reviews
from services.contract.agreement.tables import Contract
from services.contract.next_contact.watching.store import step_over
from shared.context import Ctx
from shared.db import insert_all


def note(ctx: Ctx, contract: Contract) -> None:
    """Work out anew what the contract lacks. Whoever changes its words, its state, its next contact or its day of review
    calls this, under the lock of its row."""
    ctx.session.flush()
    ctx.session.execute(sa.delete(Lack).where(Lack.contract_id == contract.id))
    if State(contract.state) is State.ENDED:
        return
    content = from_json(store.newest(ctx.session, contract.id).content)
    contract.needs_contact = not content.text(Part.CONTACT_NOT_NEEDED)
    needs = lacking(content, has_floor=True)
    begun = reviews.open_review(ctx.session, contract.id)
    found = from_when(
        needs,
        opened_at=contract.opened_at,
        step_over=step_over(ctx.session, contract.id) or contract.opened_at,
        review=review_from(contract.review_on, begun.opened_at if begun else None),
    )
    same = {"contract_id": contract.id, "unit_id": contract.unit_id}
    if State(contract.state) is State.DRAFT:
        found = {Missing.JOINING: contract.opened_at}
    rows = [{**same, "what": what, "since": at, "needs": _of(what, needs)} for what, at in found.items()]
    insert_all(ctx.session, cast(sa.Table, Lack.__table__), rows)


def _of(what: Missing, needs: list[Need]) -> list[str]:
    return [need.value for need in needs if need in PART_ONE] if what is Missing.AGREEMENT else []
