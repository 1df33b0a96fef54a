"""How R4's words for a status are looked for among ours, and which ids can be any of ours."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.contract.exchange.outgoing.meeting.domain import status
from services.contract.exchange.outgoing.promise.domain import STATUS
from services.contract.next_contact.domain import State

VERSIONS = {told: [state for state in STATUS if STATUS[state] == told] for told in set(STATUS.values())}
"""The states of a version by the status of its care plan."""


def _states(told: str, *, timed: bool) -> list[State]:
    return [state for state in State if status(state, timed=timed) == told]


MEETINGS = {
    told: (_states(told, timed=True), _states(told, timed=False))
    for told in sorted({status(state, timed=timed) for state in State for timed in (True, False)})
}
"""For each status of an appointment our states, with a time and without one."""


def uuids(ids: Iterable[str]) -> list[UUID]:
    """Those that may be ids here; of the others there is nothing to find."""
    found = []
    for one in ids:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
