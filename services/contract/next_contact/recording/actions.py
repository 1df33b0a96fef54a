"""The verb of an answer told to staff: it counts as if the patient had given it here, and says who wrote it down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.contract.next_contact import actions
from services.contract.next_contact.domain import Said, Side
from services.contract.next_contact.terms.actions import accept_terms
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.time import to_local


def record(
    ctx: Ctx,
    contract_id: UUID,
    answer: str,
    said: Said,
    *,
    words: str,
    seen: int | None,
    time_shown: datetime | None,
) -> None:
    """The patient's yes to what was suggested, or the wish for another time, as told on a day that has been."""
    row = actions.locked(ctx, contract_id, seen)
    if said.on is not None and said.on > to_local(ctx.now, row.zone).date():
        raise Refused(_l("Choose the day it was said, today at the latest."), field="told_on")
    if answer == "another":
        actions.ask_another(ctx, contract_id, words, said=said)
    elif time_shown is not None:
        actions.accept(ctx, contract_id, Side.PATIENT, seen=time_shown, words=words, said=said)
    else:
        accept_terms(ctx, contract_id, Side.PATIENT, seen=row.revision, words=words, said=said)
