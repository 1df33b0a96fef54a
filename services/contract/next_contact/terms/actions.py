"""The verbs about how to meet: suggest it, say yes to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.contract.next_contact.actions import (
    MOVED_ON,
    changed,
    check_other,
    check_time,
    do,
    locked,
    open_row,
    put_forward,
)
from services.contract.next_contact.domain import ON_THE_WEB, Act, Kind, Said, Side
from services.contract.next_contact.telling.actions import tell_cancelled
from services.contract.next_contact.terms.domain import Terms, to_json, wrong
from services.contract.next_contact.terms.store import put_terms, waiting_terms
from services.contract.people.living.actions import living
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.time import to_local

WHEN = _l("Write a day and a time.")


def propose(
    ctx: Ctx,
    contract_id: UUID,
    side: Side,
    terms: Terms,
    *,
    local: datetime | None = None,
    seen: int | None = None,
    said: Said = ON_THE_WEB,
) -> UUID:
    """Suggest how to meet next; ``local`` is the time, for a set time only. What was agreed before stands until the other
    side says yes; the first terms of all are told in the contract at once, as suggested."""
    row = open_row(ctx, contract_id, terms.way, seen=seen)
    for field, text in wrong(terms, to_local(ctx.now, row.zone).date()):
        raise Refused(text, field=field)
    if terms.kind is Kind.EXACT:
        if local is None:
            raise Refused(WHEN, field="day")
        check_time(ctx, row, local)
    if row.agreed_at is None:
        put_terms(row, terms)
    row.waiting_terms, row.suggested_minutes = to_json(terms), terms.minutes
    put_forward(ctx, row, side, local if terms.kind is Kind.EXACT else None, said=said)
    return row.id


def accept_terms(
    ctx: Ctx, contract_id: UUID, side: Side, *, seen: int, words: str = "", said: Said = ON_THE_WEB
) -> None:
    """Say yes to the terms that were shown (``seen`` is their revision). A time that stood before is void with it."""
    row = locked(ctx, contract_id, seen)
    living(ctx, row.patient_id)
    terms = waiting_terms(row)
    if terms is None or row.suggested_local is not None:
        raise Refused(MOVED_ON)
    check_other(row, side)
    for _field, text in wrong(terms, to_local(ctx.now, row.zone).date()):
        raise Refused(text)
    do(ctx, row, Act.AGREE, side, local=None, words=words, said=said)
    put_terms(row, terms)
    tell_cancelled(ctx, row)
    row.told, row.agreed_at, row.starts_local, row.suggested_by, row.rounds = False, ctx.now, None, None, 0
    changed(ctx, row)
