"""The questions asked about blocks."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.contract.blocks.domain import MOST_SHOWN
from services.contract.blocks.tables import Block
from services.contract.units.store import hidden_from
from shared.context import Ctx
from shared.events import BlockChanged


def get(session: Session, block_id: UUID) -> Block | None:
    return session.get(Block, block_id)


def for_change(session: Session, block_id: UUID) -> Block | None:
    """The same, locked until the transaction ends."""
    return session.scalars(sa.select(Block).where(Block.id == block_id).with_for_update()).one_or_none()


def standing(session: Session, patient_id: UUID, unit_id: UUID) -> Block | None:
    mine = Block.patient_id == patient_id, Block.unit_id == unit_id, Block.ends.is_(None)
    return session.scalars(sa.select(Block).where(*mine)).one_or_none()


def of_patient(session: Session, patient_id: UUID) -> list[Block]:
    """Every block the patient has ever made, the newest first."""
    query = sa.select(Block).where(Block.patient_id == patient_id)
    return list(session.scalars(query.order_by(Block.starts.desc(), Block.id).limit(MOST_SHOWN)))


def seen_by(ctx: Ctx, patient_id: UUID) -> list[Block]:
    """The same as the viewer may know it: staff read nothing of a sensitive unit where they don't work (B10)."""
    rows = of_patient(ctx.session, patient_id)
    hidden = set() if ctx.viewer.person_id == patient_id else hidden_from(ctx, {one.unit_id for one in rows})
    return [one for one in rows if one.unit_id not in hidden]


def facts(block: Block) -> BlockChanged:
    return BlockChanged(
        block_id=block.id, patient_id=block.patient_id, unit_id=block.unit_id, starts=block.starts, ends=block.ends
    )
