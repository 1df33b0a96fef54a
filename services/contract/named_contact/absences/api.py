"""Absences as JSON: one's own, or an admin's for a colleague."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.named_contact import actions, store
from services.contract.named_contact.domain import away_from, away_until
from services.contract.named_contact.pages import by_absence, by_staff
from services.contract.named_contact.schemas import AbsenceBody, AbsenceJson
from services.contract.people import store as people
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.relations import relations
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("absences", __name__, "When staff are away, who stands in, and what patients read.")


def _absence(ctx: Ctx, absence_id: UUID) -> dict[str, Any]:
    row = store.absence(ctx.session, absence_id)
    if row is None:
        raise NotFound
    return _shown(row)


def _shown(row: Any) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in AbsenceJson().fields}, "absence_id": row.id}


ABSENCE = Resource(AbsenceJson, of=_absence, hold=lambda ctx, absence_id: store.absence(ctx.session, absence_id))


@api.list("", AbsenceJson)
@policy("absence", "list", Who.STAFF, Who.ADMIN)
def list_absences(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Present and coming absences: one's own, and for an admin those of the units' staff."""
    page: Page = asked["page"]
    shown = {person.id for person in people.staff_at(ctx.session, run_by(ctx.viewer.roles))}
    rows = store.absences(ctx.session, shown | ({ctx.viewer.person_id} if ctx.viewer.person_id else set()), ctx.now)
    found = page.cut(rows, lambda row: [str(row.id)])
    return Listed([_shown(row) for row in found.items], found.mark)


@api.read("/<uuid:absence_id>", ABSENCE)
@policy("absence", "read", Who.STAFF, Who.ADMIN, about=by_absence)
def read_absence(ctx: Ctx, absence_id: UUID) -> None:
    """One absence."""


@api.create("", ABSENCE, AbsenceBody)
@policy("absence", "set", Who.STAFF, Who.ADMIN)
def set_absence(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Somebody is away; what is open becomes their deputy's."""
    person_id = data["person_id"]
    person, subject = people.get(ctx.session, person_id), by_staff(ctx, person_id)
    if person is None or subject is None or not relations(ctx, subject) & {Who.STAFF, Who.ADMIN}:
        raise NotFound
    absence_id = actions.set_absence(
        ctx,
        person_id=person_id,
        starts=away_from(data["first"], person.zone, ctx.now),
        ends=away_until(data["last"], person.zone) if data["last"] else None,
        deputy_id=data["deputy_id"],
        note=data["note"],
    )
    return {"absence_id": absence_id}


@api.remove("/<uuid:absence_id>", ABSENCE)
@policy("absence", "end", Who.STAFF, Who.ADMIN, about=by_absence)
def end_absence(ctx: Ctx, absence_id: UUID) -> None:
    """They are back, or will not be away."""
    actions.end_absence(ctx, absence_id)
