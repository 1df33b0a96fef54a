"""The verbs of confirming: yes to exactly the text that was shown, a wish to change it, a text not understood."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.actions import Stale, locked, settle
from services.contract.agreement.attention.actions import ask_for_attention
from services.contract.agreement.content.domain import from_json
from services.contract.agreement.domain import Confirmed, State, after_confirming, hinders, lacking, review_on
from services.contract.agreement.joining.domain import check_going, check_joined
from services.contract.agreement.missing.actions import note
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review.domain import Outcome
from services.contract.agreement.tables import Confirmation, Contract, Question, Version
from services.contract.agreement.told.domain import check_been
from services.contract.next_contact import actions as next_contacts
from services.contract.next_contact import store as next_steps
from services.contract.next_contact.domain import Side
from services.contract.next_contact.tables import NextContact
from services.contract.people.living.actions import living
from services.contract.units.domain import has_floor
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import Refused
from shared.events import ContractActivated, RequestAnswered
from shared.i18n import _l
from shared.policy import Who, policy

How = Literal["web", "spoken", "paper"]
Asked = Literal["change", "unclear"]

INCOMPLETE = _l("Something is missing before you can say yes. See the list on the page.")


def confirm(
    ctx: Ctx,
    contract_id: UUID,
    side: Side,
    *,
    shown: str,
    time_shown: datetime | None = None,
    how: How = "web",
    said_on: date | None = None,
) -> State:
    """One side's yes to the content whose hash was ``shown``; when the other side has said yes to the same, the contract
    becomes active. The yes is also a yes to a time the other side suggests, if it is the one that was shown.

    Raises ``Stale`` when the text is another by now, and ``Refused`` with what is missing or for a yes said in days to
    come. Saying yes twice is harmless.
    """
    waiting = next_steps.current(ctx.session, contract_id, lock=True)
    contract = locked(ctx, contract_id)
    living(ctx, contract.patient_id)
    check_joined(State(contract.state))
    _accept_time(ctx, waiting, side, time_shown)
    settle(ctx, contract_id)
    draft = store.in_state(ctx.session, contract_id, "draft")
    if draft is None:
        return _already(ctx, contract, shown)
    if draft.content_hash != shown:
        raise Stale
    _check_complete(ctx, contract, draft)
    _keep(ctx, draft, side, how=how, said_on=_said_on(ctx, contract, said_on))
    given = [one for one in store.confirmations(ctx.session, draft.id) if one.voided_at is None]
    yes = [Confirmed(Side(one.side), one.content_hash) for one in given]
    contract.state = after_confirming(yes, draft.content_hash)
    if contract.state is State.ACTIVE:
        _activate(ctx, contract, draft)
    return State(contract.state)


def ask(ctx: Ctx, contract_id: UUID, side: Side, *, kind: Asked, words: str) -> None:
    """*I want to change something* or *I don't understand this*. It takes nobody's yes away: only another text does.

    What a patient asks opens a request, so that a person answers.
    """
    contract = locked(ctx, contract_id)
    check_going(State(contract.state))
    asker = ctx.viewer.person_id
    if asker is None:
        raise Refused(_l("Sign in first."))
    row = Question(
        contract_id=contract_id, side=side, kind=kind, words=words, asked_by=asker, asked_at=ctx.now, closed_at=None
    )
    ctx.session.add(row)
    if side is Side.PATIENT:
        ask_for_attention(ctx, contract, kind, asker=asker)


@policy("agreement", "handle", Who.SERVICE, log="noted that a question was answered")
def on_request_answered(ctx: Ctx, event: RequestAnswered) -> None:
    """Both sides see on the agreement when they last had an answer, and from whom."""
    contract = store.open_of(ctx.session, event.patient_id)
    if contract is None:
        return
    row = locked(ctx, contract.id)
    if row.last_answer_at is None or row.last_answer_at < event.answered_at:
        row.last_answer_at, row.last_answer_by = event.answered_at, event.answered_by


def _accept_time(ctx: Ctx, waiting: NextContact | None, side: Side, shown: datetime | None) -> None:
    """Say yes to the time the other side suggests, if there is one and it is the one that was shown."""
    if waiting is None or waiting.suggested_local is None or waiting.suggested_by == side:
        return
    if waiting.suggested_local != shown:
        raise Stale
    next_contacts.accept(ctx, waiting.contract_id, side, seen=waiting.suggested_local)


def _already(ctx: Ctx, contract: Contract, shown: str) -> State:
    active = store.in_state(ctx.session, contract.id, "active")
    if active is None or active.content_hash != shown:
        raise Stale
    return State(contract.state)


def _check_complete(ctx: Ctx, contract: Contract, draft: Version) -> None:
    unit = ctx.directory.unit(ctx.session, contract.unit_id)
    needs = lacking(from_json(draft.content), has_floor=unit is not None and has_floor(unit))
    if hinders(needs, State.ACTIVE):
        raise Refused(INCOMPLETE)


def _keep(ctx: Ctx, draft: Version, side: Side, *, how: How, said_on: date) -> None:
    given = store.confirmations(ctx.session, draft.id)
    by = ctx.viewer.person_id
    if by is None or any(one.side == side and one.voided_at is None for one in given):
        return
    row = Confirmation(
        version_id=draft.id,
        side=side,
        content_hash=draft.content_hash,
        by=by,
        how=how,
        said_on=said_on,
        at=ctx.now,
        voided_parts=[],
    )
    ctx.session.add(row)
    ctx.session.flush()


def _activate(ctx: Ctx, contract: Contract, draft: Version) -> None:
    """Both stand by the same text: the version before it is history, and its times are told from now on."""
    before = store.in_state(ctx.session, contract.id, "active")
    if before is not None:
        before.state = "superseded"
        ctx.session.flush()
    draft.state, draft.active_at = "active", ctx.now
    contract.review_on = review_on(today_at(ctx, contract.unit_id))
    reviews.close_with(ctx, contract.id, Outcome.NEW_VERSION)
    for question in store.open_questions(ctx.session, contract.id):
        question.closed_at = ctx.now
    ctx.session.flush()
    ctx.tell(
        ContractActivated(
            contract_id=contract.id,
            patient_id=contract.patient_id,
            unit_id=contract.unit_id,
            version=draft.number,
            review_on=contract.review_on,
        )
    )
    next_contacts.put_in_force(ctx, contract.id)
    note(ctx, contract)


def _said_on(ctx: Ctx, contract: Contract, told: date | None) -> date:
    """The day of a yes: today, or the day that was told of. ``Refused`` for one to come."""
    today = today_at(ctx, contract.unit_id)
    if told is not None:
        check_been(told, today)
    return told or today
