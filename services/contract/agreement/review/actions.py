"""The verbs of looking again: answer the seven questions, begin a review, keep what there is, note that it stands in the
record."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.actions import Stale, locked
from services.contract.agreement.domain import State, review_on
from services.contract.agreement.joining.domain import check_joined
from services.contract.agreement.missing.actions import note
from services.contract.agreement.review import store
from services.contract.agreement.review.beginning.actions import begin
from services.contract.agreement.review.domain import (
    Given,
    Outcome,
    Reason,
    choices,
    is_complete,
    noes,
    still_to_answer,
)
from services.contract.agreement.review.domain import Question as Seven
from services.contract.agreement.review.tables import Documented, Review
from services.contract.agreement.tables import Contract, Version
from services.contract.agreement.told.domain import check_been
from services.contract.next_contact.domain import Side
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import ContractActivated
from shared.i18n import _l

How = Literal["web", "spoken", "paper"]


ANSWER_FIRST = _l("Both of you answer the seven questions first.")
NOTHING_IN_FORCE = _l("There is no agreement in force to look at again.")


def answer(ctx: Ctx, contract_id: UUID, side: Side, given: Given, *, how: How = "web") -> bool:
    """Keep these answers with those given before. True once all seven are there: then they count, and a no to any of
    them begins a review. Where nothing is answered nothing is kept."""
    contract = _living(ctx, contract_id)
    kept = {q: a for q, a in given.items() if q in set(Seven) and a in choices(Seven(q))}
    if not kept:
        return False
    row = store.begun(ctx, contract_id, side, _me(ctx), how=how)
    row.answers, row.how = {**row.answers, **kept}, how
    if not is_complete(row.answers):
        return False
    row.done_at = ctx.now
    ctx.session.flush()
    if noes(row.answers):
        begin(ctx, contract, Reason.QUESTION_NO)
    return True


def ask_for_review(ctx: Ctx, contract_id: UUID) -> None:
    """Either side may want to look at it before its day."""
    contract = locked(ctx, contract_id)
    if State(contract.state) is State.UNDER_REVIEW:
        return
    if State(contract.state) is not State.ACTIVE:
        raise Refused(NOTHING_IN_FORCE)
    begin(ctx, contract, Reason.ASKED)


def keep(ctx: Ctx, contract_id: UUID, side: Side, *, shown: str) -> State:
    """One side wants to keep the agreement as it is. When both do, it is in force again with a new day to look at it.

    Raises ``Stale`` when another text is in force than the one shown, ``Refused`` while a side has not answered.
    """
    contract = locked(ctx, contract_id)
    review = store.open_review(ctx.session, contract_id, lock=True)
    active = agreements.in_state(ctx.session, contract_id, "active")
    if review is None or active is None or State(contract.state) is not State.UNDER_REVIEW:
        raise Refused(NOTHING_IN_FORCE)
    if active.content_hash != shown:
        raise Stale
    if still_to_answer(store.told(ctx.session, contract_id), review.opened_at):
        raise Refused(ANSWER_FIRST)
    _note_kept(ctx, review, side)
    if review.kept_by_patient and review.kept_by_care:
        _close(ctx, review, Outcome.KEPT)
        _in_force_again(ctx, contract, active)
    return State(contract.state)


def close_with(ctx: Ctx, contract_id: UUID, outcome: Outcome) -> None:
    """The review is over because something else was agreed, or everything ended."""
    review = store.open_review(ctx.session, contract_id, lock=True)
    if review is not None:
        _close(ctx, review, outcome)


def document(ctx: Ctx, contract_id: UUID, *, shown: str, on_day: date, reference: str) -> None:
    """The text in force, which was shown, stands in the record from this day."""
    contract = locked(ctx, contract_id)
    active = agreements.in_state(ctx.session, contract_id, "active")
    if active is None:
        raise Refused(_l("Only an agreement in force is put in the record."))
    if active.content_hash != shown:
        raise Stale
    check_been(on_day, today_at(ctx, contract.unit_id), field="on_day")
    row = Documented(version_id=active.id, on_day=on_day, reference=reference, by=_me(ctx), at=ctx.now)
    ctx.session.merge(row)
    ctx.session.flush()


def _living(ctx: Ctx, contract_id: UUID) -> Contract:
    contract = locked(ctx, contract_id)
    check_joined(State(contract.state))
    return contract


def _note_kept(ctx: Ctx, review: Review, side: Side) -> None:
    if side is Side.PATIENT:
        review.kept_by_patient, review.kept_by_patient_at = _me(ctx), ctx.now
    else:
        review.kept_by_care, review.kept_by_care_at = _me(ctx), ctx.now


def _close(ctx: Ctx, review: Review, outcome: Outcome) -> None:
    review.closed_at, review.outcome = ctx.now, outcome
    ctx.session.flush()


def _in_force_again(ctx: Ctx, contract: Contract, active: Version) -> None:
    contract.state, contract.review_on = State.ACTIVE, review_on(today_at(ctx, contract.unit_id))
    note(ctx, contract)
    ctx.tell(
        ContractActivated(
            contract_id=contract.id,
            patient_id=contract.patient_id,
            unit_id=contract.unit_id,
            version=active.number,
            review_on=contract.review_on,
        )
    )


def _me(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id
