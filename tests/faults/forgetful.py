"""Roles of a product with a bug: for the proof that a run notices it. ``FORGETS`` in the environment says which."""

from __future__ import annotations

import os

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.bus import handling
from shared.context import Ctx
from shared.events import Event
from shared.policy import Who, policy
from tests.faults import facts, role


@policy("trace", "leave", Who.SERVICE)
def forget(ctx: Ctx, event: Event) -> None:
    """An exception swallowed: every tenth event is marked as handled, and nothing was done."""
    if facts.heard(event, ctx.service).number % 10:
        role.leave_trace(ctx, event)


def without_the_inbox_check() -> None:
    """Two processes that have the same row in hand both handle it: the worker and the relay that stands in for it."""

    def everything(_: Session, batch: list[handling.Taken]) -> set[int]:
        return {row.id for row in batch}

    planted = {"_still_mine": everything, "_later": lambda _: sa.func.clock_timestamp()}
    for name, bug in planted.items():
        setattr(handling, name, bug)


def main(part: role.Part) -> None:
    if os.environ["FORGETS"] == "inbox":
        without_the_inbox_check()
        role.main(part)
    else:
        role.main(part, dict.fromkeys(facts.NUMBERS, forget))
