"""The verbs of the agreement: open a contract, accept a proposed named contact, write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from services.contract.agreement import store
from services.contract.agreement.content import domain as text
from services.contract.agreement.content.domain import Content, Part, fingerprint, to_json
from services.contract.agreement.domain import State, after_change, lacking
from services.contract.agreement.joining.domain import check_joined
from services.contract.agreement.missing.actions import note
from services.contract.agreement.tables import Contract, Version
from services.contract.named_contact import actions as named_contacts
from services.contract.named_contact import store as proposals
from services.contract.named_contact.proposing import actions as proposing
from services.contract.next_contact.domain import Side
from services.contract.people.living.actions import living
from services.contract.plan.conflicts.actions import look
from services.contract.units.domain import has_floor
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l

CHANGED = _l("The text changed while you read. Here is the new text. Read it and try again.")
WRITTEN: list[Callable[[Ctx, UUID, Part, str], None]] = []
"""Called in the transaction in which a text is written; filled by ``app``."""


class Stale(Refused):
    """The page was older than the text. Nothing is lost: what was written is shown beside the new text."""

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(CHANGED, field=field)


def open_contract(ctx: Ctx, *, patient_id: UUID, unit_id: UUID, by: UUID | None, state: State = State.COASSESS) -> UUID:
    """The patient's contract, opened at the unit if there was none. Told at once, so that somebody answers from now on.
    Raises ``NotFound`` for an unknown patient or unit, and ``Refused`` for someone who has died."""
    patient, unit = living(ctx, patient_id), ctx.directory.unit(ctx.session, unit_id)
    if patient.kind != "patient" or unit is None:
        raise NotFound
    contract_id, at = uuid4(), ctx.now
    row = {"id": contract_id, "patient_id": patient_id, "unit_id": unit_id, "opened_by": by, "opened_at": at}
    new = insert(Contract).values(state=state, **row).on_conflict_do_nothing().returning(Contract.id)
    if ctx.session.execute(new).scalar() is None:
        there = store.open_of(ctx.session, patient_id)
        if there is None:
            raise Refused(_l("The agreement was closed just now. Try again."))
        return there.id
    named_contacts.begin_cover(ctx, contract_id=contract_id, patient_id=patient_id, unit_id=unit_id)
    contract = locked(ctx, contract_id)
    _begin_version(ctx, contract, 1, store.last_words(ctx.session, patient_id))
    note(ctx, contract)
    look(ctx, patient_id)
    return contract_id


def accept_proposal(ctx: Ctx, proposal_id: UUID, **left: str) -> UUID:
    """Accept a proposed named contact: opens the patient's contract where there is none, and appoints.

    Returns the contract. Of an earlier contact ``left`` is the ``handover_note``, and the ``reason`` the patient reads.
    """
    proposal = proposals.proposal(ctx.session, proposal_id)
    if proposal is None:
        raise NotFound
    contract_id = open_contract(ctx, patient_id=proposal.patient_id, unit_id=proposal.unit_id, by=ctx.viewer.person_id)
    proposing.accept_proposal(ctx, proposal_id, contract_id, **left)
    settle(ctx, contract_id)
    return contract_id


def write_text(ctx: Ctx, contract_id: UUID, side: Side, part: Part, words: str, *, before: str) -> None:
    """Write one of the texts. ``before`` marks what stood there when the writer began: another text since is not lost."""
    draft = _draft_to_write(ctx, contract_id, side, part)
    there = str(draft.own.get(part, ""))
    _check_unchanged(text.mark(there), before, same=there == words)
    draft.own = text.with_text(draft.own, part, words)
    settle(ctx, contract_id)
    for react in WRITTEN:
        react(ctx, contract_id, part, words)


def write_item(ctx: Ctx, contract_id: UUID, side: Side, part: Part, item: dict[str, Any], *, before: str) -> str:
    """Add a commitment or a goal, or write an old one anew: what ``item`` leaves out stays. Returns its id; ``before`` is
    the ``item_mark`` of what was shown: nobody opens to others, unseen, what has been made private since."""
    draft = _draft_to_write(ctx, contract_id, side, part, item.get("by"))
    known = text.item_of(draft.own, part, item["id"]) if item.get("id") else None
    if known and not text.may_write(part, side, known.get("by")):
        raise NotFound
    said = {**(known or {}), **item, "id": known["id"] if known else str(uuid4())}
    kept = {name: value for name, value in said.items() if value}
    if item.get("id"):
        _check_unchanged(text.item_mark(known), before, same=known == kept)
    draft.own = text.with_item(draft.own, part, kept)
    settle(ctx, contract_id)
    return str(kept["id"])


def remove_item(ctx: Ctx, contract_id: UUID, side: Side, part: Part, item_id: str, *, before: str) -> None:
    draft = _draft_to_write(ctx, contract_id, side, part)
    known = text.item_of(draft.own, part, item_id)
    if known is None:
        return
    if not text.may_write(part, side, known.get("by")):
        raise NotFound
    _check_unchanged(text.item_mark(known), before)
    draft.own = text.without_item(draft.own, part, item_id)
    settle(ctx, contract_id)


def begin_new_version(ctx: Ctx, contract_id: UUID) -> None:
    """Take what has changed outside the agreement into a version that both can say yes to. The active one stands."""
    contract = locked(ctx, contract_id)
    draft_of(ctx, contract)
    note(ctx, contract)


def locked(ctx: Ctx, contract_id: UUID) -> Contract:
    """The contract's row, held until the transaction ends: whoever changes or confirms waits for the other."""
    row = store.contract(ctx.session, contract_id, lock=True)
    if row is None:
        raise NotFound
    return row


def draft_of(ctx: Ctx, contract: Contract) -> Version:
    """The version being worked on. While one is active, a new one that begins with its words."""
    check_joined(State(contract.state))
    draft = store.in_state(ctx.session, contract.id, "draft")
    if draft is not None:
        return draft
    newest = store.newest(ctx.session, contract.id)
    draft = _begin_version(ctx, contract, newest.number + 1, newest.own)
    _restage(ctx, contract, text.from_json(draft.content))
    return draft


def settle(ctx: Ctx, contract_id: UUID) -> None:
    """Let the version being worked on say what its parts say now. A changed text voids what was confirmed, in the name
    of whoever acts, and answers what was asked about it."""
    contract = locked(ctx, contract_id)
    if draft := store.in_state(ctx.session, contract_id, "draft"):
        _settle(ctx, contract, draft)
    note(ctx, contract)


def _settle(ctx: Ctx, contract: Contract, draft: Version) -> None:
    ctx.session.flush()
    content = store.whole(ctx.session, contract, draft.own, ctx.now)
    parts = text.changed_parts(text.from_json(draft.content), content)
    if not parts:
        return
    for given in store.confirmations(ctx.session, draft.id):
        if given.voided_at is None:
            given.voided_at, given.voided_by, given.voided_parts = ctx.now, ctx.viewer.person_id, list(parts)
    for question in store.open_questions(ctx.session, contract.id):
        question.closed_at = ctx.now
    draft.content, draft.content_hash = to_json(content), fingerprint(content)
    _restage(ctx, contract, content)


def settle_for_patient(ctx: Ctx, patient_id: UUID) -> None:
    """The patient's plan says something else: so does the contract that takes it in."""
    contract = store.open_of(ctx.session, patient_id)
    if contract is not None:
        settle(ctx, contract.id)


def _draft_to_write(ctx: Ctx, contract_id: UUID, side: Side, part: Part, by: str | None = None) -> Version:
    contract = locked(ctx, contract_id)
    if not text.may_write(part, side, by):
        raise NotFound
    living(ctx, contract.patient_id)
    return draft_of(ctx, contract)


def _restage(ctx: Ctx, contract: Contract, content: Content) -> None:
    unit = ctx.directory.unit(ctx.session, contract.unit_id)
    needs = lacking(content, has_floor=unit is not None and has_floor(unit))
    contract.state = after_change(State(contract.state), needs)


def _check_unchanged(there: str, before: str, *, same: bool = False) -> None:
    if there != before and not same:
        raise Stale(field="words")


def _begin_version(ctx: Ctx, contract: Contract, number: int, own: dict[str, Any]) -> Version:
    content: Content = store.whole(ctx.session, contract, own, ctx.now)
    version = Version(contract_id=contract.id, number=number, state="draft", own=own, made_at=ctx.now)
    version.content, version.content_hash = to_json(content), fingerprint(content)
    ctx.session.add(version)
    ctx.session.flush()
    return version
