"""Closes a dead patient's requests and tells each named contact once (K17); takes both back when it was an error."""

from __future__ import annotations

from services.notify.delivery import actions as delivery
from services.notify.requests import store as requests
from services.notify.requests.cover.actions import place
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import OPEN, Act, CloseReason, State, after
from services.notify.requests.ending import store
from services.notify.requests.escalation.actions import set_alarm
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import bring_up
from services.notify.requests.telling.domain import next_digest
from services.notify.requests.telling.store import add_notice
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.events import PersonChanged
from shared.policy import Who, policy
from shared.time import calendar_of

DECEASED = "deceased"


@policy("request", "end", Who.SERVICE, log="closed the requests of somebody who has died")
def on_person_changed(ctx: Ctx, event: PersonChanged) -> None:
    """A registered death, or one that is taken back. Every other change to a person leaves requests alone."""
    if event.deceased:
        _close(ctx, event)
    else:
        _restore(ctx, event)


def _close(ctx: Ctx, event: PersonChanged) -> None:
    for row in store.unclosed(ctx.session, event.person_id):
        row.state_before_death, row.state = row.state, after(State(row.state), Act.END)
        row.closed_at, row.closed_reason = ctx.now, CloseReason.DECEASED
        row.escalate_at = row.tell_at = None
        requests.note(ctx.session, row.id, Act.END, ctx.now)
        delivery.call_off(ctx, row.id, DECEASED)
        ctx.saw([row.patient_id])
    for facts in ctx.directory.covers(ctx.session, event.person_id):
        _tell_contacts(ctx, facts)


def _tell_contacts(ctx: Ctx, facts: CoverFacts) -> None:
    """Each named contact has it in their worklist, and is told with the next digest."""
    for person in {a.person_id for a in facts.appointments if a.starts <= ctx.now and (not a.ends or a.ends > ctx.now)}:
        add_notice(
            ctx.session,
            person_id=person,
            patient_id=facts.patient_id,
            unit_id=facts.unit.unit_id,
            reason_key=DECEASED,
            at=ctx.now,
            tell_at=next_digest(ctx.now, calendar_of(facts.unit)),
        )


def _restore(ctx: Ctx, event: PersonChanged) -> None:
    """What a wrong death closed is open again, with the clocks that were promised."""
    store.take_back_notices(ctx.session, event.person_id, DECEASED)
    rows = store.closed_by_death(ctx.session, event.person_id)
    facts = facts_of(ctx, rows) if rows else {}
    for row in rows:
        _reopen(row)
        requests.note(ctx.session, row.id, Act.RESTORE, ctx.now)
        if row.id in facts and row.state in OPEN:
            place(row, facts[row.id], ctx.now)
            set_alarm(row, calendar_of(facts[row.id].unit))
            bring_up(ctx, row, facts[row.id])
        ctx.saw([row.patient_id])


def _reopen(row: ContactRequest) -> None:
    row.state, row.state_before_death = row.state_before_death or State.NEW, None
    row.closed_at = row.closed_reason = None
