"""What has happened to a request and what comes next, in sentences for whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.notify.requests.domain import OPEN, Act, State
from services.notify.requests.escalation.domain import LATE_FROM
from shared.i18n import Lazy, _, _l


class Happened(Protocol):
    """One thing that happened: a row of the request's history."""

    act: str
    at: datetime
    actor_id: UUID | None
    detail: dict[str, Any]


class Standing(Protocol):
    """Where the request stands: the row itself."""

    state: str
    acknowledged_at: datetime | None
    acknowledge_by: datetime
    answer_by: datetime


@dataclass(frozen=True)
class Step:
    """One line of the way. What has not happened yet is not ``done``, and ``at`` is until when it is promised."""

    text: str
    at: datetime | None
    done: bool


BOTH: dict[str, Lazy] = {
    Act.JOIN: _l("Something more was added"),
    Act.ACKNOWLEDGE: _l("Read by %(who)s"),
    Act.ANSWER: _l("Answered by %(who)s"),
    Act.CALL_TRIED: _l("%(who)s rang. No one answered."),
    Act.HAND_OVER: _l("%(who)s handed it over to %(to)s"),
    Act.WRITE: _l("%(who)s wrote more"),
    Act.CONFIRM: _l("There was an answer. Closed."),
    Act.REOPEN: _l("No answer had come. It was opened again."),
    Act.WITHDRAW: _l("No answer is needed any more. Closed."),
    Act.MOVE: _l("%(to)s answers now"),
    Act.ESCALATE: _l("We are late. More people have been told."),
    Act.SETTLE: _l("It has been seen to. Closed."),
    Act.END: _l("Closed"),
    Act.RESTORE: _l("Opened again"),
}
TO_PATIENT = BOTH | {
    Act.OPEN: _l("We have it"),
    Act.CALL: _l("%(who)s rang and talked with you"),
    Act.ASK_BACK: _l("%(who)s asked you something. The clock stands still until you write."),
}
TO_STAFF = BOTH | {
    Act.OPEN: _l("Opened"),
    Act.CALL: _l("%(who)s rang and talked with the patient"),
    Act.ASK_BACK: _l("%(who)s asked the patient something. The clock stands still."),
}


def steps(
    row: Standing, history: Sequence[Happened], names: Mapping[UUID, str], texts: Mapping[str, Lazy], at: datetime
) -> list[Step]:
    """Everything that has happened by ``at``, oldest first, and then what is promised or should have been kept."""
    return [*_past(history, names, texts), *_promised(row, at)]


def people_in(history: Sequence[Happened]) -> set[UUID]:
    """Everybody whom the history names."""
    handed = (UUID(happened.detail["to"]) for happened in history if happened.detail.get("to"))
    return {happened.actor_id for happened in history if happened.actor_id} | set(handed)


def _past(history: Sequence[Happened], names: Mapping[UUID, str], texts: Mapping[str, Lazy]) -> Iterator[Step]:
    late = False
    for happened in history:
        if happened.act == Act.ESCALATE and (late or happened.detail["level"] < LATE_FROM):
            continue
        late = late or happened.act == Act.ESCALATE
        to = happened.detail.get("to")
        who = names.get(happened.actor_id, "") if happened.actor_id else ""
        values = {"who": who, "to": names.get(UUID(to), "") if to else _("The whole unit")}
        yield Step(_(texts[happened.act], **values), happened.at, done=True)


def _promised(row: Standing, at: datetime) -> Iterator[Step]:
    if row.state == State.WAITING_FOR_PATIENT:
        yield Step(_("Waits for an answer from the patient"), None, done=False)
        return
    if row.state not in OPEN:
        return
    if row.acknowledged_at is None:
        late = row.acknowledge_by < at
        yield Step(_("Should have been read before") if late else _("Is read before"), row.acknowledge_by, done=False)
    late = row.answer_by < at
    yield Step(_("Should have been answered before") if late else _("Is answered before"), row.answer_by, done=False)
