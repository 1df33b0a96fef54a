"""Writes the history of a next contact, and tells selfcare its times and notify the patient's wishes."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.contract.next_contact import store
from services.contract.next_contact.domain import ON_THE_WEB, Said, Side, needs_a_call
from services.contract.next_contact.tables import NextContact, NextContactStep
from shared.context import Ctx
from shared.events import (
    ContractAttentionNeeded,
    ContractAttentionSettled,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
)

SUBJECT = "next_contact"
SOON = timedelta(hours=48)
"""A time that falls this near is asked about as ``soon``."""


def note(
    ctx: Ctx,
    row: NextContact,
    act: str,
    side: Side,
    *,
    by: UUID | None,
    local: datetime | None,
    words: str = "",
    said: Said = ON_THE_WEB,
) -> None:
    """One line of the history."""
    step = {"at": ctx.now, "by": by, "side": side, "act": act, "local": local, "words": words}
    ctx.session.add(NextContactStep(next_contact_id=row.id, how=said.how, said_on=said.on, **step))


def note_heard(ctx: Ctx, row: NextContact, act: str, at: datetime, *, by: UUID | None) -> None:
    """One line of the history, of what the patient did elsewhere, as of when they did."""
    step = {"at": at, "by": by, "side": Side.PATIENT, "act": act, "local": row.starts_local, "words": ""}
    ctx.session.add(NextContactStep(next_contact_id=row.id, **step))


def tell_time(ctx: Ctx, row: NextContact) -> None:
    """The time both stand by, once the contract is active: new, or in place of the one told before."""
    if not row.in_force or row.starts_local is None:
        return
    event = NextContactMoved if row.told else NextContactAgreed
    row.told = True
    ctx.tell(
        event(
            next_contact_id=row.id,
            contract_id=row.contract_id,
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            version=row.version,
            starts_local=row.starts_local,
            zone=row.zone,
            way=row.way,
        )
    )


def tell_cancelled(ctx: Ctx, row: NextContact) -> None:
    """What was told will not be kept; nobody hears of a cancelled time that was never told."""
    if row.told:
        row.version += 1
        ctx.tell(
            NextContactCancelled(
                next_contact_id=row.id, contract_id=row.contract_id, patient_id=row.patient_id, version=row.version
            )
        )


def ask_care(ctx: Ctx, row: NextContact, reason: str) -> None:
    """Put the patient's wish in front of a person."""
    starts = store.times(row).agreed
    near = starts is not None and starts - ctx.now <= SOON
    often = needs_a_call(row.rounds)
    ctx.tell(attention(ctx, row, "call" if often else reason, "soon" if near or often else "routine"))


def tell_seen_to(ctx: Ctx, row: NextContact) -> None:
    """What somebody was asked to look at here has been: a time both have said yes to, or another one to answer."""
    ctx.tell(
        ContractAttentionSettled(
            patient_id=row.patient_id,
            kind=SUBJECT,
            subject=f"{SUBJECT}:{row.id}",
            by=ctx.viewer.person_id,
            at=ctx.now,
        )
    )


def attention(ctx: Ctx, row: NextContact, reason: str, priority: str) -> ContractAttentionNeeded:
    """That somebody must look at this next contact, and why."""
    return ContractAttentionNeeded(
        patient_id=row.patient_id,
        contract_id=row.contract_id,
        unit_id=row.unit_id,
        kind=SUBJECT,
        priority=priority,
        reason_key=f"{SUBJECT}.{reason}",
        subject=f"{SUBJECT}:{row.id}",
        dedup_key=f"{SUBJECT}:{row.patient_id}",
        at=ctx.now,
    )
