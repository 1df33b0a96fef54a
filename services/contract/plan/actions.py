"""The verbs of the plan: take in what records tell, say how far an activity has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.contract.plan import store
from services.contract.plan.domain import (
    ImportedActivity,
    Source,
    State,
    identity,
    may_move,
    merged,
    source,
    visible_after,
)
from services.contract.plan.tables import PlanActivity, PlanChange, PlanSource
from services.contract.units import store as units
from services.contract.units.domain import names_unit
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l

CHANGED: list[Callable[[Ctx, UUID], None]] = []
"""Whoever must know at once that a patient's plan says something else: called with the patient, in the same transaction."""


MOVED_ON = _l("This changed while you read. Load the page again and see what it says now.")


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
        tell(ctx, patient_id)


def keep_earlier_own(ctx: Ctx, unit_id: UUID) -> None:
    """What those who work at a unit wrote in plans before it was called sensitive, or what names it as responsible, is its own
    from now on. What is another sensitive unit's stays that one's."""
    unit = units.get(ctx.session, unit_id)
    if unit is None:
        raise NotFound
    known = unit.name, *unit.names_before
    naming = [words for words in store.responsibles(ctx.session) if names_unit(words, known)]
    store.keep_own(ctx.session, unit_id, naming)


def move(ctx: Ctx, activity_id: UUID, to: State, reason: str = "", *, seen: int | None = None) -> None:
    """Say how far an activity has come. Stopping or declining one needs a reason, because somebody was counting on it.
    ``seen`` is the revision of what was shown; another by now is refused."""
    row = held(ctx, activity_id, seen)
    if not may_move(State(row.state), to):
        raise Refused(_l("This has already gone further. Load the page again to see how far."))
    if to in {State.STOPPED, State.DECLINED} and not reason:
        raise Refused(_l("Write why it stops, so that everybody knows."), field="reason")
    row.state, row.revision = to, row.revision + 1
    note(ctx, row, to, reason)
    tell(ctx, row.patient_id)


def held(ctx: Ctx, activity_id: UUID, seen: int | None) -> PlanActivity:
    """The activity, held for this act, as it was shown."""
    row = store.activity(ctx.session, activity_id, lock=True)
    if row is None:
        raise NotFound
    if seen not in (None, row.revision):
        raise Refused(MOVED_ON)
    return row


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
            "added_at": ctx.now,
            "private": False,
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
        note(ctx, row, now.state)
    row.title, row.party, row.responsible, row.state = now.title, now.party, now.responsible, now.state
    row.visible_to = visible_after(
        row.visible_to,
        sensitive=units.sensitive_among(ctx, {*map(UUID, row.visible_to)}),
        named=units.sensitive_named(ctx.session, row.responsible),
        writers=(),
    )


def note(ctx: Ctx, row: PlanActivity, state: str, reason: str = "", words: dict[str, Any] | None = None) -> None:
    """One line of the activity's history; ``words`` is what an edit replaced."""
    change = {"at": ctx.now, "by": ctx.viewer.person_id, "state": state, "reason": reason, "words": words or {}}
    ctx.session.add(PlanChange(activity_id=row.id, **change))


def tell(ctx: Ctx, patient_id: UUID) -> None:
    """Let whoever depends on the plan know that it says something else."""
    ctx.session.flush()
    for react in CHANGED:
        react(ctx, patient_id)
