"""Blocking a unit and letting it in again, as JSON; and which units are blocked, for those who plan the care."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.blocks import actions, store
from services.contract.blocks.pages import READERS, by_block, by_me
from services.contract.blocks.schemas import BlockBody, BlockJson
from services.contract.blocks.tables import Block
from services.contract.delegates.legal.pages import by_patient_here
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("blocks", __name__, "Units whose staff a patient keeps out, from when to when.")
told = Door("told_blocks", __name__, "The same, for who plans the care.", "/patients/<uuid:patient_id>/blocks")
DOORS = [api, told]


def _shown(ctx: Ctx, blocks: list[Block]) -> list[dict[str, Any]]:
    units = ctx.directory.units(ctx.session, {block.unit_id for block in blocks})
    names = ("patient_id", "unit_id", "starts", "ends")
    return [
        {
            **{name: getattr(block, name) for name in names},
            "block_id": block.id,
            "unit_name": units[block.unit_id].name if block.unit_id in units else "",
        }
        for block in blocks
    ]


def _of(ctx: Ctx, block_id: UUID) -> dict[str, Any]:
    block = store.get(ctx.session, block_id)
    if block is None:
        raise NotFound
    return _shown(ctx, [block])[0]


def _listed(ctx: Ctx, page: Page, patient_id: UUID) -> Listed[dict[str, Any]]:
    found = page.cut(store.seen_by(ctx, patient_id), lambda one: [str(one.id)])
    return Listed(_shown(ctx, list(found.items)), found.mark)


BLOCK = Resource(BlockJson, of=_of, hold=lambda ctx, block_id: store.for_change(ctx.session, block_id))


@api.list("", BlockJson)
@policy("block", "list", Who.PATIENT, about=by_me, log="looked at which units are blocked")
def list_blocks(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Every unit one has ever blocked, the newest first."""
    return _listed(ctx, asked["page"], ctx.viewer.person_id or UUID(int=0))


@api.read("/<uuid:block_id>", BLOCK)
@policy("block", "read_own", Who.PATIENT, about=by_block, log="looked at which units are blocked")
def read_block(ctx: Ctx, block_id: UUID) -> None:
    """One block, from when to when."""


@api.create("", BLOCK, BlockBody)
@policy("block", "make", Who.PATIENT, about=by_me, log="blocked a unit")
def make_block(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Keep a unit's staff out from now on. Blocking twice is one block."""
    if ctx.viewer.person_id is None:
        raise NotFound
    return {"block_id": actions.make(ctx, patient_id=ctx.viewer.person_id, **data)}


@api.remove("/<uuid:block_id>", BLOCK)
@policy("block", "lift", Who.PATIENT, about=by_block, log="lifted the block of a unit")
def lift_block(ctx: Ctx, block_id: UUID) -> None:
    """Let them in again. That there was a block, and from when to when, stays readable."""
    actions.lift(ctx, block_id)


@told.list("", BlockJson)
@policy("block", "read", *READERS, about=by_patient_here, log="saw which units you have blocked")
def list_told_blocks(ctx: Ctx, asked: dict[str, Any], patient_id: UUID) -> Listed[dict[str, Any]]:
    """Every unit the patient has ever blocked, the newest first."""
    return _listed(ctx, asked["page"], patient_id)
