"""The verb of preparing: write what one wants from the next meeting."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement.actions import CHANGED
from services.contract.agreement.meeting import store
from services.contract.agreement.meeting.tables import Preparation
from services.contract.agreement.told.domain import how_told
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.errors import NotFound, Refused


def prepare(
    ctx: Ctx, contract_id: UUID, writer: Side, *, seen: int, how: str | None = None, **texts: str
) -> Preparation:
    """Let this be what the patient wants from the contract's next contact: questions, who comes with, what they expect.

    ``seen`` is the version that was on the page, 0 for none: ``Refused`` when another has been written since, so that
    nobody's words are lost. ``NotFound`` while there is no next contact.
    """
    row, by = next_contacts.current(ctx.session, contract_id, lock=True), ctx.viewer.person_id
    if row is None or by is None:
        raise NotFound
    told = how_told(whose=Side.PATIENT, writer=writer, how=how)
    known = store.of(ctx.session, row.id)
    if (known.version if known else 0) != seen:
        raise Refused(CHANGED, field="questions")
    if known is None:
        known = Preparation(next_contact_id=row.id, contract_id=contract_id, version=0)
        ctx.session.add(known)
    known.questions, known.comes_with, known.expects = (texts[name] for name in ("questions", "comes_with", "expects"))
    known.version, known.how, known.changed_by, known.changed_at = seen + 1, told, by, ctx.now
    ctx.session.flush()
    return known
