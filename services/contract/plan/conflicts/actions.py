"""The verbs about what can't go together: look, tell the named contact, keep the patient's own "not these times"."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.contract.next_contact import store as next_contacts
from services.contract.people.living.actions import living
from services.contract.plan.conflicts import store
from services.contract.plan.conflicts.domain import Finding, is_seen_to, no_lead, not_accepted, overlaps, unavailable
from services.contract.plan.conflicts.tables import NotThen
from services.contract.plan.domain import PRINCIPALS
from services.contract.plan.lead.store import lead_of
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import BookingsChanged, ContractAttentionNeeded, ContractAttentionSettled
from shared.i18n import _l
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service
from shared.time import to_local

KIND = "plan"
MOST = 200
"""Activities claimed in one round."""


def look(ctx: Ctx, patient_id: UUID) -> None:
    """Look for what can't go together, and tell the named contact of each such thing once, and when nothing of it stands
    any more. Nothing is changed.

    While there is no contract nobody can be told, so nothing is kept as told: it is looked for when one is opened. Of the
    dead nothing is told.
    """
    patient, contracts = (
        ctx.directory.person(ctx.session, patient_id),
        ctx.directory.contracts_of(ctx.session, patient_id),
    )
    if patient is None or patient.deceased or not contracts:
        return
    store.one_at_a_time(ctx.session, patient_id)
    rows = store.open_activities(ctx.session, patient_id)
    spans = store.spans(ctx, patient_id, rows, patient.zone)
    days = {to_local(at, patient.zone).date() for one in spans for at in (one.starts, one.ends)}
    principals = {row.party for row in rows if row.party in PRINCIPALS}
    found = [
        *overlaps(spans),
        *unavailable(spans, store.taken(ctx.session, patient_id, days, patient.zone)),
        *not_accepted(store.duties(rows), ctx.now),
        *no_lead(principals, lead=lead_of(ctx.session, patient_id) is not None),
    ]
    gone = store.forget(ctx.session, patient_id, found)
    _tell(ctx, patient_id, contracts[0], store.keep(ctx, patient_id, found))
    if gone and not found and all(is_seen_to(about, spans, ctx.now) for about in gone):
        _tell_seen_to(ctx, patient_id, contracts[0])


def look_for_contract(ctx: Ctx, contract_id: UUID) -> None:
    """The contract's next contact says something else."""
    facts = ctx.directory.covers_of(ctx.session, [contract_id]).get(contract_id)
    if facts is not None:
        look(ctx, facts.patient_id)


@policy("plan", "handle", Who.SERVICE, log="compared the plan with other times")
def on_bookings_changed(ctx: Ctx, event: BookingsChanged) -> None:
    """The patient's dialysis sessions and stays are these now."""
    store.keep_bookings(ctx.session, event.patient_id, event.times)
    look(ctx, event.patient_id)


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when something waits that nobody has taken on in time."""
    return store.waiting_since(session, now)


@policy("plan", "watch", Who.SERVICE, log="looked for what nobody has taken on in the plan")
def look_at_due(service: Service) -> int:
    """Look at the plans in which nobody has taken something on in time. Returns how many."""
    with service.act(ITSELF, policy_of(look_at_due)) as ctx:
        patients = store.claim_unaccepted(ctx.session, ctx.now, MOST)
        for patient_id in sorted(patients):
            look(ctx, patient_id)
        ctx.saw(patients)
        return len(patients)


def say_not_then(ctx: Ctx, patient_id: UUID, **when: object) -> UUID:
    """Keep a time when the patient can't come."""
    living(ctx, patient_id)
    row = NotThen(patient_id=patient_id, said_by=ctx.viewer.person_id, **when)
    if row.weekday is None and row.starts_on is None:
        raise Refused(_l("Choose a weekday or a first day."), field="weekday")
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        raise Refused(_l("The last day comes before the first one."), field="ends_on")
    if (row.opens is None) != (row.closes is None) or (row.opens and row.closes and row.closes <= row.opens):
        raise Refused(_l("Write both times, the later one last, or none for the whole day."), field="closes")
    ctx.session.add(row)
    ctx.session.flush()
    look(ctx, patient_id)
    return row.id


def take_back_not_then(ctx: Ctx, patient_id: UUID, not_then_id: UUID) -> None:
    """The patient can come then, after all."""
    row = ctx.session.get(NotThen, not_then_id, with_for_update=True)
    if row is None or row.patient_id != patient_id:
        raise NotFound
    row.removed_at = row.removed_at or ctx.now
    ctx.session.flush()
    look(ctx, patient_id)


def _tell(ctx: Ctx, patient_id: UUID, contract_id: UUID, fresh: list[Finding]) -> None:
    facts = next_contacts.subject(ctx, contract_id, "see_plan") if fresh else None
    if facts is None or facts.unit_id is None:
        return
    for finding in fresh:
        ctx.tell(
            ContractAttentionNeeded(
                patient_id=patient_id,
                contract_id=contract_id,
                unit_id=facts.unit_id,
                kind=KIND,
                priority="routine",
                reason_key=f"plan.{finding.rule}",
                subject=f"{KIND}:{contract_id}",
                dedup_key=f"plan:{patient_id}:{finding.key}",
                at=ctx.now,
            )
        )


def _tell_seen_to(ctx: Ctx, patient_id: UUID, contract_id: UUID) -> None:
    ctx.tell(
        ContractAttentionSettled(
            patient_id=patient_id,
            kind=KIND,
            subject=f"{KIND}:{contract_id}",
            by=ctx.viewer.person_id,
            at=ctx.now,
        )
    )
