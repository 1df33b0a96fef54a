"""Checks of the log as JSON, for who checks it at the unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.audit.review import actions, store
from shared.audit.review.pages import by_unit
from shared.audit.review.schemas import LogDrawBody, LogReviewBody, LogReviewJson, LogSampleJson
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page
from shared.web.marks import read, written

api = Door("log_reviews", __name__, "Checks of who has looked at a unit.", "/units/<uuid:unit_id>/log-reviews")


def _of(ctx: Ctx, unit_id: UUID, review_id: UUID) -> dict[str, Any]:
    found = store.review(ctx.session, unit_id, review_id)
    if found is None:
        raise NotFound
    return _shown(found)


def _shown(row: Any) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("id", "at", "seed", "sample", "follow_up", "note")}
    return {**same, "first": row.first_day, "last": row.last_day, "reviewer": row.reviewer_id}


REVIEW = Resource(LogReviewJson, of=_of)


@api.list("", LogReviewJson)
@policy("access log review", "list", Who.AUDITOR, about=by_unit)
def list_log_reviews(ctx: Ctx, asked: dict[str, Any], unit_id: UUID) -> Listed[dict[str, Any]]:
    """The newest first."""
    page: Page = asked["page"]
    rows = store.reviews(ctx.session, [unit_id], read(page.after[0]) if page.after else None, page.more)
    return page.of([_shown(row) for row in rows], lambda row: [written((row["at"], row["id"]))])


@api.read("/<uuid:review_id>", REVIEW)
@policy("access log review", "read", Who.AUDITOR, about=by_unit)
def read_log_review(ctx: Ctx, unit_id: UUID, review_id: UUID) -> None:
    """One check."""


@api.ask("/samples", LogSampleJson, LogDrawBody)
@policy("access log", "check", Who.AUDITOR, about=by_unit, log="checked who has looked")
def draw_sample(ctx: Ctx, data: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """What the draw gives: always the same. Each patient in it will see that their log was checked."""
    found = actions.sample(ctx, unit_id, **data)
    return {
        "rows": [
            {
                "id": row.act.id,
                "at": row.act.at,
                "actor": row.act.actor_id,
                "acted_as": row.act.actor_as,
                "patient": row.patient_id,
                "what": row.act.what,
                "why": reason,
            }
            for reason, row in found
        ]
    }


@api.create("", REVIEW, LogReviewBody)
@policy("access log", "review", Who.AUDITOR, about=by_unit, log="documented a check of who has looked")
def document_log_review(ctx: Ctx, data: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Document that a sample was looked through, and what needs a follow-up."""
    return {"unit_id": unit_id, "review_id": actions.document(ctx, unit_id, **data)}
