"""The verbs of the plan: take in what records tell, add an activity, say how far one has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.people.living.actions import living
from services.contract.plan import store
from services.contract.plan.domain import (
    ImportedActivity,
    Party,
    Source,
    State,
    identity,
    may_move,
    merged,
    source,
)
from services.contract.plan.tables import PlanActivity, PlanChange, PlanSource
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l

CHANGED: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that a patient's plan says something else: called with the patient, in the same transaction."""


def merge_activities(ctx: Ctx, patient_id: UUID, activities: Iterable[ImportedActivity]) -> None:
    """Take in what care records say. Same-coded activities become one, and every record that told of it is kept.

    Only news counts: what a record already said changes nothing, so a second import changes nothing, and a state set by
    hand stands until a record says something new.
    """
    told = [(identity(one), key, source(one)) for one in activities for key in one.source_keys]
    if not told:
        return
    rows = _activities_for(ctx, patient_id, {name: said for name, _key, said in told})
    touched = set()
    for name, key, said in told:
        if _keep(ctx, rows[name], key, said):
            touched.add(name)
    ctx.session.flush()
    for name in sorted(touched):
        _recompute(ctx, rows[name])
    if touched:
        _tell(ctx, patient_id)


def add(ctx: Ctx, patient_id: UUID, *, title: str, party: Party, responsible: str, on_date: date | None) -> UUID:
    """An activity written by hand, by the patient or by the care."""
    living(ctx, patient_id)
    row = PlanActivity(
        patient_id=patient_id,
        identity="",
        title=title,
        party=party,
        responsible=responsible,
        state=State.AGREED,
        on_date=on_date,
        visible_to=[],
        added_by=ctx.viewer.person_id,
        added_at=ctx.now,
    )
    ctx.session.add(row)
    ctx.session.flush()
    row.identity = f"hand|{row.id}"
    _note(ctx, row, State.AGREED)
    _tell(ctx, patient_id)
    return row.id


def move(ctx: Ctx, activity_id: UUID, to: State, reason: str = "") -> None:
    """Say how far an activity has come. Stopping one needs a reason, because somebody was counting on it."""
    row = store.activity(ctx.session, activity_id, lock=True)
    if row is None:
        raise NotFound
    if not may_move(State(row.state), to):
        raise Refused(_l("This has already gone further. Load the page again to see how far."))
    if to is State.STOPPED and not reason:
        raise Refused(_l("Write why it stops, so that everybody knows."), field="reason")
    row.state = to
    _note(ctx, row, to, reason)


def _activities_for(ctx: Ctx, patient_id: UUID, wanted: dict[str, Source]) -> dict[str, PlanActivity]:
    """The rows of these identities, made where there was none, also when two imports meet."""
    values: list[dict[str, Any]] = [
        {
            "patient_id": patient_id,
            "identity": name,
            "title": said.title,
            "party": said.party.value,
            "responsible": said.responsible,
            "state": said.state.value,
            "visible_to": [],
            "added_at": ctx.now,
        }
        for name, said in sorted(wanted.items())
    ]
    ctx.session.execute(insert(PlanActivity).values(values).on_conflict_do_nothing())
    return store.by_identity(ctx.session, patient_id, wanted)


def _keep(ctx: Ctx, row: PlanActivity, key: str, said: Source) -> bool:
    """Keep what one record says; True when it is news."""
    known = ctx.session.get(PlanSource, (row.patient_id, key))
    if known is None:
        known = PlanSource(patient_id=row.patient_id, key=key)
        ctx.session.add(known)
    news = (row.id, said.title, said.party.value, said.responsible, said.state.value)
    if (known.activity_id, known.title, known.party, known.responsible, known.state) == news:
        return False
    known.activity_id, known.title, known.party, known.responsible, known.state = news
    return True


def _recompute(ctx: Ctx, row: PlanActivity) -> None:
    now = merged(store.sources(ctx.session, row.id))
    if row.state != now.state or not store.history(ctx.session, row.id):
        _note(ctx, row, now.state)
    row.title, row.party, row.responsible, row.state = now.title, now.party, now.responsible, now.state


def _note(ctx: Ctx, row: PlanActivity, state: State, reason: str = "") -> None:
    change = PlanChange(activity_id=row.id, at=ctx.now, by=ctx.viewer.person_id, state=state, reason=reason)
    ctx.session.add(change)


def _tell(ctx: Ctx, patient_id: UUID) -> None:
    ctx.session.flush()
    for react in CHANGED:
        react(ctx, patient_id)
