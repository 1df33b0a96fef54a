"""The verbs of staff. Whoever comes second finds what the first has done: one result, and it says whose."""

from __future__ import annotations

from uuid import UUID

from services.notify.delivery import actions as delivery
from services.notify.delivery.message.domain import NEW_ANSWER
from services.notify.requests import store as requests
from services.notify.requests.cover.actions import place
from services.notify.requests.cover.domain import beyond, handed_to
from services.notify.requests.cover.store import facts_of
from services.notify.requests.domain import Act, NotPossible, State, after
from services.notify.requests.escalation.actions import set_alarm
from services.notify.requests.resuming.actions import wake
from services.notify.requests.tables import ContactRequest, RequestMessage
from services.notify.requests.telling.actions import CLINICAL, bring_up, tell_patient
from shared.context import Ctx
from shared.cover import CoverFacts, responsible
from shared.errors import NotFound, Refused
from shared.events import RequestAnswered
from shared.i18n import _, _l, clock
from shared.time import calendar_of, zone_of


def acknowledge(ctx: Ctx, request_id: UUID) -> bool:
    """The viewer has read it. False when somebody had before: their name and time stand."""
    row, facts = _begin(ctx, request_id, Act.ACKNOWLEDGE)
    first = row.acknowledged_at is None
    if first or row.unread_at is not None:
        _read(ctx, row, Act.ACKNOWLEDGE)
        set_alarm(row, calendar_of(facts.unit))
    return first


def answer(ctx: Ctx, request_id: UUID, text: str) -> None:
    """The viewer answers in words, which the patient is told to come and read."""
    row, _facts = _begin(ctx, request_id, Act.ANSWER)
    _settle(ctx, row, Act.ANSWER, text)


def note_call(ctx: Ctx, request_id: UUID, text: str, *, reached: bool) -> None:
    """The viewer rang. A call that reached somebody is an answer; one that did not shows the patient that it was tried."""
    act = Act.CALL if reached else Act.CALL_TRIED
    row, facts = _begin(ctx, request_id, act)
    if reached:
        _settle(ctx, row, act, text)
        return
    wake(row, ctx.now, calendar_of(facts.unit))
    say(ctx, row, "call_tried", text)
    _read(ctx, row, act)
    set_alarm(row, calendar_of(facts.unit))


def ask_back(ctx: Ctx, request_id: UUID, text: str) -> None:
    """Ask the patient something. The clock stands still until they write, and they see that it does."""
    row, facts = _begin(ctx, request_id, Act.ASK_BACK)
    row.waiting_since = row.waiting_since or ctx.now
    set_alarm(row, calendar_of(facts.unit))
    say(ctx, row, "question", text)
    _read(ctx, row, Act.ASK_BACK)
    tell_patient(ctx, row, NEW_ANSWER)


def hand_over(ctx: Ctx, request_id: UUID, to: UUID, note: str) -> None:
    """Give the request to a colleague who is there, with a note that only staff read. The clocks go on."""
    row, facts = _begin(ctx, request_id, Act.HAND_OVER)
    chosen = {role.role for role in ctx.directory.roles(ctx.session, to) if role.unit_id == row.unit_id}
    known = beyond(facts, ctx.directory.absences(ctx.session, [to]))
    if not chosen & set(CLINICAL) or responsible(handed_to(known, to, ctx.now), ctx.now).person_id != to:
        raise Refused(_l("Choose somebody at the unit who is there now."), field="to")
    wake(row, ctx.now, calendar_of(facts.unit))
    row.handed_to_id, row.handed_at, row.passed_over_id = to, ctx.now, None
    say(ctx, row, "handover", note)
    _read(ctx, row, Act.HAND_OVER, to=str(to))
    taken = facts_of(ctx, [row])[row.id]
    place(row, taken, ctx.now)
    set_alarm(row, calendar_of(facts.unit))
    bring_up(ctx, row, taken)


def say(ctx: Ctx, row: ContactRequest, kind: str, text: str) -> None:
    """Keep what the viewer said."""
    author = ctx.viewer.person_id
    if author is None:
        raise NotFound
    ctx.session.add(RequestMessage(request_id=row.id, kind=kind, author_id=author, text=text, at=ctx.now))


def _begin(ctx: Ctx, request_id: UUID, act: Act) -> tuple[ContactRequest, CoverFacts]:
    """The request, held, and moved to where the act leads. Raises ``Refused`` where it no longer can."""
    row = requests.locked(ctx.session, request_id)
    if row is None or ctx.viewer.person_id is None:
        raise NotFound
    facts = facts_of(ctx, [row])[row.id]
    try:
        row.state = after(State(row.state), act)
    except NotPossible:
        raise Refused(_too_late(ctx, row)) from None
    return row, facts


def _read(ctx: Ctx, row: ContactRequest, act: Act, **detail: str) -> None:
    """Whoever does something with a request has read it; nobody else need be told of it any more."""
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = ctx.now, ctx.viewer.person_id
    row.unread_at = None
    requests.note(ctx.session, row.id, act, ctx.now, by=ctx.viewer.person_id, **detail)
    delivery.call_off(ctx, row.id, "cancelled")


def _settle(ctx: Ctx, row: ContactRequest, act: Act, text: str) -> None:
    viewer = ctx.viewer.person_id
    if viewer is None:
        raise NotFound
    say(ctx, row, "answer" if act == Act.ANSWER else "call", text)
    row.answered_at, row.answered_by = ctx.now, viewer
    row.waiting_since = row.escalate_at = row.tell_at = None
    _read(ctx, row, act)
    tell_patient(ctx, row, NEW_ANSWER)
    ctx.tell(
        RequestAnswered(
            request_id=row.id,
            patient_id=row.patient_id,
            contract_id=row.contract_id,
            answered_by=viewer,
            answered_at=ctx.now,
        )
    )


def _too_late(ctx: Ctx, row: ContactRequest) -> str:
    """Why nothing can be done with it now, and whose work that is."""
    if row.answered_at is None or row.answered_by is None:
        return _("This question is closed.")
    person, unit = ctx.directory.person(ctx.session, row.answered_by), ctx.directory.unit(ctx.session, row.unit_id)
    at = clock(row.answered_at, zone=zone_of(unit.zone if unit else "UTC"))
    name = person.name if person else ""
    return _("%(name)s has answered already, at %(clock)s. Read the answer before you do more.", name=name, clock=at)
