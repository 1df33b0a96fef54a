"""Opening a patient's pages in an emergency, ending and judging it, as JSON. The number stands in a body, never an address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.break_glass import actions, store
from services.contract.break_glass.domain import overdue
from services.contract.break_glass.pages import by_glass, mine
from services.contract.break_glass.reviewing.store import to_judge
from services.contract.break_glass.schemas import BreakGlassBody, BreakGlassJson, JudgeBody
from services.contract.break_glass.tables import BreakGlass
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page
from shared.web.marks import Mark, read, written

api = Door("break_glass", __name__, "One patient's pages, opened in an emergency with a reason, to read for an hour.")


def _of(ctx: Ctx, glass_id: UUID) -> dict[str, Any]:
    glass = store.get(ctx.session, glass_id)
    if glass is None:
        raise NotFound
    return _shown(ctx, glass)


def _shown(ctx: Ctx, glass: BreakGlass) -> dict[str, Any]:
    """What a log reviewer says of it is for log reviewers."""
    judges = Who.AUDITOR in ctx.whos
    return {
        **{name: getattr(glass, name) for name in SHOWN},
        "glass_id": glass.id,
        "until": glass.ended_at or glass.until,
        "verdict": glass.verdict if judges else None,
        "note": glass.note if judges else "",
        "overdue": judges and overdue(glass.opened_at, glass.verdict, ctx.now),
    }


def _listed(ctx: Ctx, page: Page, rows: list[BreakGlass]) -> Listed[dict[str, Any]]:
    found = page.of(rows, lambda one: [written((one.opened_at, one.id))])
    ctx.saw(one.patient_id for one in found.items)
    return Listed([_shown(ctx, one) for one in found.items], found.mark)


def _after(page: Page) -> Mark | None:
    return read(page.after[0]) if page.after else None


SHOWN = ("person_id", "patient_id", "unit_id", "reason", "opened_at", "past_block")
GLASS = Resource(BreakGlassJson, of=_of, hold=lambda ctx, glass_id: store.for_change(ctx.session, glass_id))


@api.create("", GLASS, BreakGlassBody)
@policy("break-glass session", "open", Who.STAFF, log="opened your pages in an emergency")
def open_glass(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Open one patient's pages. They are told; what was open of somebody else ends."""
    return {"glass_id": actions.open_(ctx, **data)}


@api.create("/past-block", GLASS, BreakGlassBody)
@policy("break-glass session", "open past block", Who.STAFF, log="opened your pages in an emergency, past your block")
def open_glass_past_block(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """The same of a patient who has blocked the unit: only when they can't be asked, and need care that can't wait."""
    return {"glass_id": actions.open_(ctx, **data, past_block=True)}


@api.list("", BreakGlassJson)
@policy("break-glass session", "list", Who.AUDITOR, log="checked who had opened your pages in an emergency")
def list_glasses(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Those that are one's own to judge as a log reviewer, the newest first."""
    page: Page = asked["page"]
    return _listed(ctx, page, to_judge(ctx, _after(page), page.more))


@api.list("/own", BreakGlassJson)
@policy("break-glass session", "read own", Who.PATIENT, about=mine, log="saw who had opened the pages in an emergency")
def list_own_glasses(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Each time somebody opened one's own pages, and why, the newest first."""
    page: Page = asked["page"]
    me = ctx.viewer.person_id or UUID(int=0)
    return _listed(ctx, page, store.of_patient(ctx.session, me, _after(page), page.more))


@api.read("/<uuid:glass_id>", GLASS)
@policy(
    "break-glass session",
    "read",
    Who.STAFF,
    Who.AUDITOR,
    about=by_glass,
    log="saw that your pages were opened in an emergency",
)
def read_glass(ctx: Ctx, glass_id: UUID) -> None:
    """One's own, or one that one judges."""


@api.remove("/<uuid:glass_id>", GLASS)
@policy("break-glass session", "end", Who.STAFF, about=by_glass, log="closed your pages after an emergency")
def end_glass(ctx: Ctx, glass_id: UUID) -> None:
    """Close them before their time."""
    actions.end(ctx, glass_id)


@api.act("/<uuid:glass_id>/verdict", GLASS, JudgeBody)
@policy(
    "break-glass session",
    "review",
    Who.AUDITOR,
    about=by_glass,
    log="judged that your pages were opened in an emergency",
)
def judge_glass(ctx: Ctx, data: dict[str, Any], glass_id: UUID) -> None:
    """Say whether it was right, or what needs a follow-up. The patient sees neither."""
    actions.judge(ctx, glass_id, **data)
