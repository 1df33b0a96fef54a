"""Opens a request, or lets a need join the open one of its kind: one per patient, unit and kind (K4)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from services.notify.requests import store as requests
from services.notify.requests.blocking import store as blocking
from services.notify.requests.blocking.domain import instead
from services.notify.requests.cover import domain as cover
from services.notify.requests.cover.actions import place
from services.notify.requests.cover.store import cover_at, facts_of
from services.notify.requests.domain import Act, Priority, State, after, more_pressing
from services.notify.requests.escalation.actions import set_alarm
from services.notify.requests.opening import store
from services.notify.requests.opening.domain import Need
from services.notify.requests.promise.domain import Promise, opens_as, promise, tightened
from services.notify.requests.resuming.actions import wake
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import bring_up
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.events import ContractAttentionNeeded, SelfcareAttentionNeeded
from shared.policy import Who, policy
from shared.time import calendar_of

NEEDS = UUID("0d2f9c2a-8d3e-4a57-8a6b-52f1c7a9d7e4")
"""A request's id follows from the need that opens it, so that it is the same one when that is told again."""


@policy("request", "open", Who.SERVICE, log="put a need before the named contact")
def on_attention(ctx: Ctx, event: ContractAttentionNeeded | SelfcareAttentionNeeded) -> None:
    """Somebody must look. The same fact told again changes nothing; nothing is opened for the dead."""
    person = ctx.directory.person(ctx.session, event.patient_id)
    if person is not None and person.deceased:
        return
    key = f"{event.dedup_key}|{event.reason_key}|{event.subject}|{event.at.isoformat()}"
    need = Need(
        request_id=uuid5(NEEDS, key),
        patient_id=event.patient_id,
        unit_id=event.unit_id,
        contract_id=event.contract_id,
        kind=event.kind,
        priority=Priority(event.priority),
        reason_key=event.reason_key,
        subject=event.subject,
        key=key,
        at=min(event.at, ctx.now),
        rule_made=True,
        asked_by=event.on_behalf_of,
    )
    bring(ctx, need)


def bring(ctx: Ctx, need: Need) -> ContactRequest | None:
    """Open a request for the need, or let it join; what is meant for a unit that the patient has blocked goes to whoever
    answers them elsewhere. None when this very need is known already, or nobody may be asked.

    Raises ``LookupError`` while nobody has told of the unit: the need is then brought again a little later.
    """
    store.one_at_a_time(ctx.session, need.patient_id)
    if requests.cause_known(ctx.session, need.key):
        return None
    let_in = _not_blocked(ctx, need)
    return _bring(ctx, let_in) if let_in else None


def _bring(ctx: Ctx, need: Need) -> ContactRequest:
    facts = cover_at(ctx, need.patient_id, need.contract_id, need.unit_id) or _unit_alone(ctx, need)
    known = store.open_by_rule(ctx.session, need.patient_id, facts.unit.unit_id, need.kind) if need.rule_made else None
    if known is not None:
        return _join(ctx, known, need, facts)
    return _open(ctx, need, facts)


def _not_blocked(ctx: Ctx, need: Need) -> Need | None:
    covers, blocked = blocking.covers(ctx, need.patient_id)
    if need.unit_id not in blocked:
        return need
    there = instead(covers, blocked)
    return replace(need, contract_id=there.contract_id, unit_id=there.unit.unit_id) if there else None


def _unit_alone(ctx: Ctx, need: Need) -> CoverFacts:
    unit = ctx.directory.unit(ctx.session, need.unit_id)
    if unit is None:
        raise LookupError("the unit is not known yet")
    return cover.unit_alone(need.request_id, need.patient_id, unit, {})


def _open(ctx: Ctx, need: Need, facts: CoverFacts) -> ContactRequest:
    priority = opens_as(need.priority, facts.unit, need.at)
    promised = promise(priority, need.at, calendar_of(facts.unit))
    row = ContactRequest(
        id=need.request_id,
        patient_id=need.patient_id,
        contract_id=need.contract_id if facts.contract_id == need.request_id else facts.contract_id,
        unit_id=facts.unit.unit_id,
        kind=need.kind,
        rule_made=need.rule_made,
        asked_by=need.asked_by,
        asked_priority=need.priority,
        priority=priority,
        reason_key=need.reason_key,
        state=State.NEW,
        opened_at=need.at,
        clock_from=need.at,
        acknowledge_by=promised.acknowledge_by,
        answer_by=promised.answer_by,
        acknowledge_level=0,
        answer_level=0,
    )
    facts = facts_of(ctx, [row]).get(row.id, facts)
    place(row, facts, ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    _keep_cause(ctx, row, need, Act.OPEN)
    set_alarm(row, calendar_of(facts.unit))
    bring_up(ctx, row, facts)
    return row


def _join(ctx: Ctx, row: ContactRequest, need: Need, facts: CoverFacts) -> ContactRequest:
    """The old clock stands, unless the new cause is more pressing: then what was promised sooner does, and it must be
    read again."""
    calendar = calendar_of(facts.unit)
    wake(row, ctx.now, calendar)
    row.state = after(State(row.state), Act.JOIN)
    priority = opens_as(need.priority, facts.unit, need.at)
    if more_pressing(priority, Priority(row.priority)):
        fresh = tightened(Promise(row.acknowledge_by, row.answer_by), promise(priority, need.at, calendar))
        row.acknowledge_by, row.answer_by, row.clock_from = fresh.acknowledge_by, fresh.answer_by, need.at
        row.priority, row.state = priority, after(State(row.state), Act.PRESS)
        row.acknowledged_at = row.acknowledged_by = None
        row.acknowledge_level = row.answer_level = 0
    _keep_cause(ctx, row, need, Act.JOIN)
    set_alarm(row, calendar)
    bring_up(ctx, row, facts_of(ctx, [row]).get(row.id, facts))
    return row


def _keep_cause(ctx: Ctx, row: ContactRequest, need: Need, act: Act) -> None:
    requests.add_cause(
        ctx.session,
        request_id=row.id,
        key=need.key,
        reason_key=need.reason_key,
        subject=need.subject,
        asked_by=need.asked_by,
        at=need.at,
    )
    requests.note(ctx.session, row.id, act, ctx.now, by=need.asked_by, priority=row.priority)
