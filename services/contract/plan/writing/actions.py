"""The verbs of writing in a plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any
from uuid import UUID

from services.contract.people.living.actions import living
from services.contract.plan.actions import held, note, tell
from services.contract.plan.conflicts.domain import ACCEPT_WITHIN
from services.contract.plan.domain import ACCEPTING, Party, State, visible_after
from services.contract.plan.tables import PlanActivity
from services.contract.plan.writing.domain import Draft, wrong
from services.contract.units import store as units
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.relations import at_work

ACCEPTED = "accepted"
"""What the history calls that somebody took an activity on."""


def add(ctx: Ctx, patient_id: UUID, *, only_ours: bool | None = None, **said: Any) -> UUID:
    """An activity written by hand, by the patient or by the care; ``said`` is a ``Draft``'s. ``only_ours`` keeps it from
    other units; None leaves that to the unit: what a psychiatric one writes is its own until somebody says otherwise
    (K21)."""
    living(ctx, patient_id)
    draft = Draft(**said)
    _check(draft)
    row = PlanActivity(
        patient_id=patient_id,
        identity="",
        state=State.AGREED,
        visible_to=_visible_to(ctx, draft.responsible, only_ours),
        added_by=ctx.viewer.person_id,
        added_at=ctx.now,
        **asdict(draft),
    )
    _ask_to_accept(ctx, row)
    ctx.session.add(row)
    ctx.session.flush()
    row.identity = f"hand|{row.id}"
    note(ctx, row, State.AGREED)
    tell(ctx, patient_id)
    return row.id


def edit(ctx: Ctx, activity_id: UUID, draft: Draft, *, seen: int) -> None:
    """Let the activity say this, if it still is as it was shown (``seen`` is its revision). What it said before stays in
    its history; somebody else who becomes responsible must take it on anew."""
    row = held(ctx, activity_id, seen)
    living(ctx, row.patient_id)
    _check(draft)
    fresh = asdict(draft)
    before = {name: getattr(row, name) for name, value in fresh.items() if getattr(row, name) != value}
    if not before:
        return
    for name in before:
        setattr(row, name, fresh[name])
    row.visible_to = visible_after(
        row.visible_to,
        sensitive=units.own_alone(ctx, row.visible_to),
        named=units.sensitive_named(ctx.session, row.responsible),
        writers=map(str, _units(ctx)),
    )
    row.revision += 1
    if before.keys() & {"party", "responsible"}:
        _ask_to_accept(ctx, row)
    note(ctx, row, row.state, words={name: str(value or "") for name, value in before.items()})
    tell(ctx, row.patient_id)


def keep(ctx: Ctx, activity_id: UUID, private: bool, *, seen: int | None = None) -> None:
    """Let the patient keep an activity from those who help, or show it to them again. The care sees it all the same."""
    row = held(ctx, activity_id, seen)
    if row.private != private:
        row.private, row.revision = private, row.revision + 1


def accept(ctx: Ctx, activity_id: UUID, *, seen: int | None = None) -> None:
    """Whoever is responsible takes it on; saying so twice is harmless."""
    row = held(ctx, activity_id, seen)
    if row.party == Party.NOBODY:
        raise Refused(_l("Say first who is responsible."), field="party")
    if row.accepted_at is not None:
        return
    row.accepted_at, row.accepted_by, row.accept_by, row.revision = (
        ctx.now,
        ctx.viewer.person_id,
        None,
        row.revision + 1,
    )
    note(ctx, row, ACCEPTED)
    tell(ctx, row.patient_id)


def _check(draft: Draft) -> None:
    for field, text in wrong(draft):
        raise Refused(text, field=field)


def _ask_to_accept(ctx: Ctx, row: PlanActivity) -> None:
    """Staff who write what they do themselves, and name nobody else, have taken it on; others have 14 days to."""
    own = row.party == Party.REGION_UNIT and not row.responsible and bool(_units(ctx))
    needed = row.party in ACCEPTING and not own
    row.accepted_at, row.accepted_by = (ctx.now, ctx.viewer.person_id) if own else (None, None)
    row.asked_at, row.accept_by = (ctx.now, ctx.now + ACCEPT_WITHIN) if needed else (None, None)


def _visible_to(ctx: Ctx, responsible: str, only_ours: bool | None) -> list[str]:
    """What a sensitive unit writes or is responsible for is its own, and whoever writes it sees it too: only the patient
    shares it. What is written at a unit whose name tells too much is its own until it says otherwise (K21)."""
    mine = _units(ctx)
    theirs = units.sensitive_named(ctx.session, responsible)
    if theirs:
        return sorted({*theirs, *map(str, mine)})
    if alone := units.own_alone(ctx):
        return alone
    if only_ours is None:
        found = ctx.directory.units(ctx.session, mine).values() if mine else []
        return sorted(str(unit.unit_id) for unit in found if unit.neutral)
    return sorted(map(str, mine)) if only_ours else []


def _units(ctx: Ctx) -> Collection[UUID]:
    return at_work(ctx.viewer.roles)
