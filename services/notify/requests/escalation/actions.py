"""Takes the steps of the clocks. A step puts the request before more people; it never takes it from anybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.notify.delivery.message.domain import LATE
from services.notify.requests import store as requests
from services.notify.requests.cover.domain import without
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import OPEN, Act, Priority, State
from services.notify.requests.escalation import store
from services.notify.requests.escalation.domain import DEPUTY, DUTY, HEAD, NUDGE, Clock, clock_of
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import MINDS_THE_LINE, bring_up, tell_later, tell_patient, tell_people
from services.notify.requests.telling.store import watch
from shared.context import Ctx
from shared.cover import CoverFacts, responsible
from shared.policy import Who, policy, policy_of
from shared.service import Service
from shared.time import WorkingCalendar, calendar_of

READ, ANSWER = "acknowledge", "answer"


def set_alarm(row: ContactRequest, calendar: WorkingCalendar) -> None:
    """Write when the next step of either clock is due; never while the clock stands still or has ended."""
    running = row.state in OPEN and row.state != State.WAITING_FOR_PATIENT
    steps = [clock.next_after(level_of(row, name)) for name, clock in clocks(row, calendar).items()]
    row.escalate_at = min(steps) if running else None


def clocks(row: ContactRequest, calendar: WorkingCalendar) -> dict[str, Clock]:
    """The clocks that run: until it is read that of reading, until it is answered that of answering. Once the second
    has come to its last level the first need not be told of again."""
    priority = Priority(row.priority)
    running = {ANSWER: clock_of(priority, row.clock_from, row.answer_by, calendar)}
    if row.acknowledged_at is None and not row.acknowledge_level >= HEAD <= row.answer_level:
        running[READ] = clock_of(priority, row.clock_from, row.acknowledge_by, calendar)
    return running


def level_of(row: ContactRequest, clock: str) -> int:
    return row.acknowledge_level if clock == READ else row.answer_level


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when a clock has come to its next step."""
    return store.late_since(session, now)


@policy("request", "escalate", Who.SERVICE, log="put a late request before more people")
def run(service: Service) -> int:
    """Take every step that is due. Returns how many requests were escalated."""
    total = 0
    while True:
        with service.act(declared=policy_of(run)) as ctx:
            rows = store.late(ctx.session, ctx.now)
            facts = facts_of(ctx, rows)
            for row in rows:
                if row.id in facts:
                    _escalate(ctx, row, facts[row.id])
            ctx.saw({row.patient_id for row in rows})
        total += len(rows)
        if len(rows) < store.MOST:
            return total


def _escalate(ctx: Ctx, row: ContactRequest, facts: CoverFacts) -> None:
    calendar = calendar_of(facts.unit)
    taken = {name: clock.reached(level_of(row, name), ctx.now) for name, clock in clocks(row, calendar).items()}
    fresh = [
        level
        for name, levels in taken.items()
        for level in levels
        if requests.note(ctx.session, row.id, Act.ESCALATE, ctx.now, once=_once(row, name, level), level=level)
    ]
    row.acknowledge_level = max([row.acknowledge_level, *taken.get(READ, [])])
    row.answer_level = max([row.answer_level, *taken.get(ANSWER, [])])
    set_alarm(row, calendar)
    if fresh:
        _put_before(ctx, row, facts, fresh)


def _once(row: ContactRequest, clock: str, level: int) -> str:
    return f"{row.priority}:{clock}:{level}"


def _put_before(ctx: Ctx, row: ContactRequest, facts: CoverFacts, levels: list[int]) -> None:
    """Whoever has it is reminded; those whom the levels reach get it too, and are told."""
    if NUDGE in levels or DEPUTY in levels:
        bring_up(ctx, row, facts)
    if HEAD in levels:
        tell_patient(ctx, row, LATE)
    people = {person for level in levels for person in _people(ctx, row, facts, level)} - {row.responsible_id}
    watch(ctx.session, row.id, people, max(levels), ctx.now)
    if row.priority == Priority.URGENT:
        tell_people(ctx, row, people, wake=True)
    else:
        tell_later(row, ctx.now, calendar_of(facts.unit))


def _people(ctx: Ctx, row: ContactRequest, facts: CoverFacts, level: int) -> list[UUID]:
    head = [facts.unit.head_id] if facts.unit.head_id else []
    if level <= NUDGE:
        return []
    if level == DEPUTY:
        stands_in = responsible(without(facts, [row.responsible_id]), ctx.now).person_id
        return [stands_in] if stands_in else []
    if level == DUTY:
        return ctx.directory.staff_of(ctx.session, row.unit_id, MINDS_THE_LINE) or head
    return head + (ctx.directory.staff_of(ctx.session, row.unit_id, ("admin",)) if level == HEAD else [])
