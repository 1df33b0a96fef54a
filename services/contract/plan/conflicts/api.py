"""What can't go together in a plan, and when the patient can't come, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.next_contact.pages import ALL_READ, CARE
from services.contract.plan import store as plans
from services.contract.plan.conflicts import actions, store
from services.contract.plan.conflicts.schemas import FindingJson, NotThenBody, NotThenJson
from services.contract.plan.conflicts.tables import NotThen
from services.contract.plan.pages import ALL, by_contract, next_shown, patient_of, shown_to
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/plan"
api = Door("plan_conflicts", __name__, "What can't go together, and when the patient can't come.", HERE)
BOTH = (Who.PATIENT, *CARE)
READERS = (Who.PATIENT, *ALL_READ)


def by_not_then(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> Subject | None:
    """The contract's subject, if the patient still can't come then."""
    subject, row = by_contract(ctx, contract_id), ctx.session.get(NotThen, not_then_id)
    return subject if subject and row and row.patient_id == subject.patient_id and row.removed_at is None else None


def _shown(row: NotThen) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in NotThenJson().fields}, "not_then_id": row.id}


def _not_then(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> dict[str, Any]:
    row = ctx.session.get(NotThen, not_then_id)
    if row is None or row.removed_at is not None:
        raise NotFound
    return _shown(row)


def _hold(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> None:
    store.one_at_a_time(ctx.session, patient_of(ctx))


NOT_THEN = Resource(NotThenJson, of=_not_then, hold=_hold)


@api.list("/conflicts", FindingJson)
@policy("plan", "read", *ALL, about=by_contract, log="read the plan")
def list_conflicts(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[dict[str, Any]]:
    """What was found first comes first. Nothing is changed by it: the named contact has been told."""
    page: Page = asked["page"]
    seen = {str(row.id) for row in plans.activities(ctx.session, patient_of(ctx)) if shown_to(ctx, row)}
    seen |= {*next_shown(ctx, contract_id)}
    found = page.cut(store.standing(ctx.session, patient_of(ctx)), lambda one: [one.key])
    shown = [
        {
            "rule": one.rule,
            "about": [name if name in seen else None for name in one.about],
            "found_at": one.found_at,
        }
        for one in found.items
    ]
    return Listed(shown, found.mark)


@api.list("/not-then", NotThenJson)
@policy("plan", "read not then", *READERS, about=by_contract, log="saw when you can't come")
def list_not_then(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[dict[str, Any]]:
    """When the patient can't come."""
    page: Page = asked["page"]
    found = page.cut(store.not_then(ctx.session, patient_of(ctx)), lambda row: [str(row.id)])
    return Listed([_shown(row) for row in found.items], found.mark)


@api.create("/not-then", NOT_THEN, NotThenBody)
@policy("plan", "say not then", *BOTH, about=by_contract, log="noted when the patient can't come")
def say_not_then(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, UUID]:
    """Keep a time when the patient can't come."""
    return {"contract_id": contract_id, "not_then_id": actions.say_not_then(ctx, patient_of(ctx), **data)}


@api.read("/not-then/<uuid:not_then_id>", NOT_THEN)
@policy("plan", "read not then", *READERS, about=by_not_then, log="saw when you can't come")
def read_not_then(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> None:
    """One of these times."""


@api.remove("/not-then/<uuid:not_then_id>", NOT_THEN)
@policy("plan", "take back not then", *BOTH, about=by_not_then, log="noted when the patient can come")
def take_back(ctx: Ctx, contract_id: UUID, not_then_id: UUID) -> None:
    """The patient can come then, after all."""
    actions.take_back_not_then(ctx, patient_of(ctx), not_then_id)
