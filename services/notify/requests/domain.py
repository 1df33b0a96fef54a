"""A request and its way: how pressing it is, where it stands, and which act may follow which.

new → acknowledged → in_progress → answered → closed
      ↘ waiting_for_patient ↗      the only state in which the clock stands still, and the patient sees that it does
      ↘ handed_over → acknowledged
answered, closed → new             the patient says that no answer came: the old clock, another person

*Escalated* is no state of its own: it is how far the clocks have run (``escalation``), and any open request may be it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Priority(StrEnum):
    """How soon somebody must look, the most pressing first."""

    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


PRESSING = tuple(Priority)


class State(StrEnum):
    """Where a request stands."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_PATIENT = "waiting_for_patient"
    HANDED_OVER = "handed_over"
    ANSWERED = "answered"
    CLOSED = "closed"


OPEN = (State.NEW, State.ACKNOWLEDGED, State.IN_PROGRESS, State.WAITING_FOR_PATIENT, State.HANDED_OVER)


class Act(StrEnum):
    """What can be done with a request, as its history names it."""

    OPEN = "opened"
    JOIN = "joined"
    PRESS = "pressed"
    ACKNOWLEDGE = "acknowledged"
    ANSWER = "answered"
    CALL = "called"
    CALL_TRIED = "call_tried"
    ASK_BACK = "asked_back"
    HAND_OVER = "handed_over"
    WRITE = "wrote"
    CONFIRM = "confirmed"
    REOPEN = "reopened"
    WITHDRAW = "withdrew"
    MOVE = "moved"
    ESCALATE = "escalated"
    SETTLE = "settled"
    END = "ended"
    RESTORE = "restored"


class CloseReason(StrEnum):
    """Why a request is closed. Without an answer only when the patient withdrew it or has died, or when what a rule asked
    somebody to look at has been seen to where it stands."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    DECEASED = "deceased"


class NotPossible(Exception):
    """The act does not follow from where the request stands."""


REOPEN_WITHIN = timedelta(days=14)

_READ = {State.NEW: State.ACKNOWLEDGED, State.HANDED_OVER: State.ACKNOWLEDGED}
_HEARD = {state: state for state in OPEN} | {State.WAITING_FOR_PATIENT: State.IN_PROGRESS}
_ANSWERED = dict.fromkeys(OPEN, State.ANSWERED)
_MOVES: dict[Act, dict[State, State]] = {
    Act.JOIN: _HEARD,
    Act.PRESS: dict.fromkeys(OPEN, State.NEW),
    Act.ACKNOWLEDGE: {state: _READ.get(state, state) for state in OPEN},
    Act.ANSWER: _ANSWERED,
    Act.CALL: _ANSWERED,
    Act.CALL_TRIED: dict.fromkeys(OPEN, State.IN_PROGRESS),
    Act.ASK_BACK: dict.fromkeys(OPEN, State.WAITING_FOR_PATIENT),
    Act.HAND_OVER: dict.fromkeys(OPEN, State.HANDED_OVER),
    Act.WRITE: _HEARD,
    Act.CONFIRM: {State.ANSWERED: State.CLOSED},
    Act.REOPEN: {State.ANSWERED: State.NEW, State.CLOSED: State.NEW},
    Act.WITHDRAW: dict.fromkeys(OPEN, State.CLOSED),
    Act.SETTLE: dict.fromkeys(OPEN, State.CLOSED),
    Act.END: dict.fromkeys((*OPEN, State.ANSWERED), State.CLOSED),
}


def after(state: State, act: Act) -> State:
    """Where the request stands after ``act``. Raises ``NotPossible``."""
    try:
        return _MOVES[act][state]
    except KeyError:
        raise NotPossible(f"{act} does not follow from {state}") from None


def may_reopen(state: State, answered_at: datetime | None, at: datetime, closed: str | None = None) -> bool:
    """Whether the patient may still say that no answer came: after an answer, for ``REOPEN_WITHIN``. What a death has
    ``closed`` nobody opens again for them."""
    if answered_at is None or state not in (State.ANSWERED, State.CLOSED) or closed == CloseReason.DECEASED:
        return False
    return at <= answered_at + REOPEN_WITHIN


def more_pressing(one: Priority, other: Priority) -> bool:
    return PRESSING.index(one) < PRESSING.index(other)
