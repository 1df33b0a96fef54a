"""Moves open requests to whoever is responsible now, with their clocks running."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.notify.requests import store as requests
from services.notify.requests.cover import store
from services.notify.requests.cover.domain import stands_with
from services.notify.requests.domain import Act, State
from services.notify.requests.tables import ContactRequest
from services.notify.requests.telling.actions import bring_up
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.events import AbsencesChanged, CoverChanged, PersonChanged, StaffRolesChanged, UnitChanged
from shared.policy import Who, policy, policy_of
from shared.service import Service


def place(row: ContactRequest, facts: CoverFacts, at: datetime) -> bool:
    """Write in the row who is responsible at ``at``. True when that is another person than before."""
    answer, before = stands_with(facts, row.id, at), row.responsible_id
    row.responsible_id, row.responsible_number = answer.person_id, answer.number
    row.responsible_kind = "handed_over" if answer.person_id == row.handed_to_id is not None else answer.kind
    row.responsible_until = answer.until
    return before != answer.person_id


def reassign(ctx: Ctx, rows: Sequence[ContactRequest]) -> int:
    """Work out anew who is responsible for each of these; whoever gets one is told. Returns how many moved."""
    facts = store.facts_of(ctx, rows)
    moved = [row for row in rows if row.id in facts and place(row, facts[row.id], ctx.now)]
    for row in moved:
        to = str(row.responsible_id) if row.responsible_id else None
        requests.note(ctx.session, row.id, Act.MOVE, ctx.now, to=to, kind=row.responsible_kind)
        if row.state != State.WAITING_FOR_PATIENT:
            bring_up(ctx, row, facts[row.id])
    ctx.saw({row.patient_id for row in moved})
    return len(moved)


@policy("request", "move", Who.SERVICE, log="moved a request to whoever answers now")
def on_cover_changed(ctx: Ctx, event: CoverChanged) -> None:
    reassign(ctx, store.of_contracts(ctx.session, [event.contract_id]))


@policy("request", "move", Who.SERVICE, log="moved a request to whoever answers now")
def on_person_at_work_changed(ctx: Ctx, event: AbsencesChanged | StaffRolesChanged | PersonChanged) -> None:
    """Somebody comes, goes, dies or changes roles: what may lead to them is looked at anew."""
    contracts = ctx.directory.contracts_touched_by(ctx.session, event.person_id)
    reassign(ctx, store.touched_by(ctx.session, event.person_id, contracts))


@policy("request", "move", Who.SERVICE, log="moved a request to whoever answers now")
def on_unit_changed(ctx: Ctx, event: UnitChanged) -> None:
    """Another head, other hours or another number. What has been promised stands."""
    reassign(ctx, store.of_unit(ctx.session, event.unit_id))


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when an absence or appointment has begun or ended under an open request."""
    return store.to_move_since(session, now)


@policy("request", "move", Who.SERVICE, log="moved a request to whoever answers now")
def run(service: Service) -> int:
    """Look again at every request whose responsible person may have changed by the clock. Returns how many were."""
    total = 0
    while True:
        with service.act(declared=policy_of(run)) as ctx:
            rows = store.to_move(ctx.session, ctx.now)
            reassign(ctx, rows)
        total += len(rows)
        if len(rows) < store.MOST:
            return total
