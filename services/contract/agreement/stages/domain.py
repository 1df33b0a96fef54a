"""The four stages of making a contract together: coassess, codecide, codesign, codeliver (Elwyn and others).

What each must have, and from where one may go back, are the guards and moves of ``agreement.domain``; here they are only
told stage by stage.
"""

from __future__ import annotations

from enum import StrEnum

from services.contract.agreement.domain import ENTRY, Need, State, hinders, may_move


class Stage(StrEnum):
    """The four, in their order."""

    COASSESS = "coassess"
    CODECIDE = "codecide"
    CODESIGN = "codesign"
    CODELIVER = "codeliver"


class Standing(StrEnum):
    """Where a stage is in the work."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


LEADS_TO: dict[Stage, State] = {
    Stage.COASSESS: State.CODECIDE,
    Stage.CODECIDE: State.CODESIGN,
    Stage.CODESIGN: State.PROPOSED,
    Stage.CODELIVER: State.ACTIVE,
}
"""The state that opens when a stage has what it must."""

WRITTEN_IN: dict[Stage, State] = {
    Stage.COASSESS: State.COASSESS,
    Stage.CODECIDE: State.CODECIDE,
    Stage.CODESIGN: State.CODESIGN,
}
"""The state in which a stage is written. The last is not written: it is said yes to, and done."""

IN: dict[State, Stage] = {
    State.DRAFT: Stage.COASSESS,
    State.COASSESS: Stage.COASSESS,
    State.CODECIDE: Stage.CODECIDE,
    State.CODESIGN: Stage.CODESIGN,
}
"""The stage of each state; from the first yes on it is the last one."""


def stage_in(state: State) -> Stage:
    return IN.get(state, Stage.CODELIVER)


def standing(stage: Stage, state: State) -> Standing:
    """Whether the work is past this stage, in it, or has not come to it."""
    order = list(Stage)
    here, asked = order.index(stage_in(state)), order.index(stage)
    if asked == here:
        return Standing.HERE
    return Standing.DONE if asked < here else Standing.AHEAD


def asks(stage: Stage) -> list[Need]:
    """What this stage must have, without what an earlier one must."""
    order = list(Stage)
    earlier = order[order.index(stage) - 1] if stage is not order[0] else None
    asked_before = ENTRY[LEADS_TO[earlier]] if earlier else frozenset()
    return [need for need in hinders(Need, LEADS_TO[stage]) if need not in asked_before]


def may_go_back(state: State, stage: Stage) -> bool:
    """Whether the work may return from the state to this stage."""
    return stage in WRITTEN_IN and standing(stage, state) is Standing.DONE and may_move(state, WRITTEN_IN[stage])
