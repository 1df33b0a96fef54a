"""Reads the report: the rows that are asked for, with the names of people and units, each asked for once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.audit.looked import store
from shared.audit.looked.domain import Act, Looked, in_words
from shared.context import Ctx


def told(ctx: Ctx, acts: Iterable[Act]) -> list[Looked]:
    """The rows in words, in their order."""
    rows = list(acts)
    people = ctx.directory.people(ctx.session, {row.actor_id for row in rows if row.actor_id})
    units = ctx.directory.units(ctx.session, {row.unit_id for row in rows if row.unit_id})
    roles = store.roles_of(ctx.session, people.keys())
    glasses = ctx.directory.glasses(ctx.session, {row.glass_id for row in rows if row.glass_id})
    anywhere: dict[UUID, set[str]] = {}
    for (person, _unit), held in roles.items():
        anywhere.setdefault(person, set()).update(held)

    def one(row: Act) -> Looked:
        person = people.get(row.actor_id) if row.actor_id else None
        unit = units.get(row.unit_id) if row.unit_id else None
        here = roles.get((person.person_id, row.unit_id)) if person and row.unit_id else None
        held = here or (anywhere.get(person.person_id, set()) if person else set())
        glass = glasses.get(row.glass_id) if row.glass_id else None
        name, where = person.name if person else None, unit.name if unit else None
        return in_words(row, name, held, where, glass.reason if glass else "")

    return [one(row) for row in rows]
