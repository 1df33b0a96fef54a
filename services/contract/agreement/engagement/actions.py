"""The verbs of taking part: answer the three questions, and remember what the agreement itself was told."""

from __future__ import annotations

import dataclasses
from uuid import UUID

from services.contract.agreement import actions as agreements
from services.contract.agreement import store as contracts
from services.contract.agreement.content.domain import Part
from services.contract.agreement.domain import State
from services.contract.agreement.engagement import store
from services.contract.agreement.engagement.domain import Preference
from services.contract.agreement.engagement.tables import EngagementPreference
from services.contract.agreement.joining.domain import check_joined
from services.contract.agreement.tables import Contract
from services.contract.agreement.told.domain import WEB, how_told
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound
from shared.events import EngagementPreferenceChanged


def choose(
    ctx: Ctx, contract_id: UUID, wish: Preference, *, before: str, writer: Side = Side.PATIENT, how: str | None = None
) -> None:
    """Let this be how the patient takes part from now. Who decides is written in the agreement in the same transaction.

    ``before`` is as in ``write_text``. The same answers again are an answer too: dated, they say that nothing has
    shifted. The contact may write down what the patient told, and then says ``how``.
    """
    told = how_told(whose=Side.PATIENT, writer=writer, how=how)
    contract = agreements.locked(ctx, contract_id)
    check_joined(State(contract.state))
    if contracts.newest(ctx.session, contract_id).own.get(Part.ENGAGEMENT) != wish.decides:
        agreements.write_text(ctx, contract_id, Side.PATIENT, Part.ENGAGEMENT, wish.decides, before=before)
    _remember(ctx, contract, wish, told)


def remember_text(ctx: Ctx, contract_id: UUID, part: Part, words: str) -> None:
    """Who decides was written in the agreement, through whichever door: the history has it too."""
    if part is not Part.ENGAGEMENT:
        return
    contract = agreements.locked(ctx, contract_id)
    known = store.latest(ctx.session, contract.patient_id)
    wish = Preference(decides=words, doing=known.doing if known else None, knowing=known.knowing if known else None)
    _remember(ctx, contract, wish, WEB)


def _remember(ctx: Ctx, contract: Contract, wish: Preference, how: str) -> None:
    """One row for one act, also when the act passes here twice."""
    by = ctx.viewer.person_id
    if by is None:
        raise NotFound
    row = store.latest(ctx.session, contract.patient_id)
    before = Preference(decides=row.decides, doing=row.doing, knowing=row.knowing) if row else None
    if row is None or (row.at, row.by) != (ctx.now, by):
        row = EngagementPreference(patient_id=contract.patient_id, by=by, at=ctx.now)
        ctx.session.add(row)
    row.decides, row.doing, row.knowing, row.how = wish.decides, wish.doing, wish.knowing, how
    ctx.session.flush()
    if wish != before:
        ctx.tell(EngagementPreferenceChanged(patient_id=contract.patient_id, **dataclasses.asdict(wish)))
