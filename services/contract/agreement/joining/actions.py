"""The verbs of joining: the patient answers, or somebody of the care writes down what the patient answered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.contract.agreement.actions import locked
from services.contract.agreement.domain import State
from services.contract.agreement.ending import actions as ending
from services.contract.agreement.joining import store
from services.contract.agreement.joining.domain import SAID_NO, Told, after_answer, told
from services.contract.agreement.joining.tables import Joining
from services.contract.agreement.missing.actions import note
from services.contract.agreement.tables import Contract
from services.contract.agreement.told.domain import WEB
from services.contract.next_contact import store as next_steps
from services.contract.next_contact.domain import Side
from services.contract.people.living.actions import living
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def answer(ctx: Ctx, contract_id: UUID, *, willing: bool) -> State:
    """The patient, or somebody who may say yes for them, answers on the page. A no ends the contract, and asks nothing
    more of anybody. The same answer twice is harmless.

    Raises ``Refused`` where another answer stands already, and for someone who has died.
    """
    return _answer(ctx, contract_id, willing, None)


def note_told(ctx: Ctx, contract_id: UUID, *, willing: bool, how: str | None, said_on: date | None) -> State:
    """Somebody of the care writes down the patient's answer, with how and when it was given. Also ``Refused`` without
    those."""
    contract = locked_first(ctx, contract_id)
    return _answer(ctx, contract_id, willing, told(how, said_on, today_at(ctx, contract.unit_id)))


def keep(ctx: Ctx, contract_id: UUID, *, willing: bool, how: str, said_on: date) -> None:
    by = ctx.viewer.person_id
    if by is None:
        raise NotFound
    row = {"contract_id": contract_id, "willing": willing, "how": how, "said_on": said_on, "by": by, "at": ctx.now}
    ctx.session.add(Joining(**row))
    ctx.session.flush()


def locked_first(ctx: Ctx, contract_id: UUID) -> Contract:
    """The contract's row, after that of its next contact: the order in which ending takes them."""
    next_steps.current(ctx.session, contract_id, lock=True)
    return locked(ctx, contract_id)


def _answer(ctx: Ctx, contract_id: UUID, willing: bool, heard: Told | None) -> State:
    contract = locked_first(ctx, contract_id)
    before = store.answer(ctx.session, contract_id)
    if before is not None and before.willing == willing:
        return State(contract.state)
    if State(contract.state) is not State.DRAFT:
        raise Refused(_l("This has been answered already."))
    living(ctx, contract.patient_id)
    how, said_on = (heard.how, heard.said_on) if heard else (WEB, today_at(ctx, contract.unit_id))
    keep(ctx, contract_id, willing=willing, how=how, said_on=said_on)
    to = after_answer(willing=willing)
    if to is State.ENDED:
        ending.end(ctx, contract_id, Side.PATIENT, SAID_NO)
    else:
        contract.state = to
        note(ctx, contract)
    return to
