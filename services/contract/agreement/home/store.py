"""What the first pages show: a patient's next step, a helper's patients, an admin's contracts without their contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.domain import Need, State
from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import Missing
from services.contract.agreement.missing.tables import Lack
from services.contract.agreement.store import Yes
from services.contract.agreement.tables import Contract
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.tables import NextContact
from shared.context import Ctx
from shared.cover import CoverFacts, appointed, contact_answers

TO_ANSWER = frozenset({"see_contract", "confirm_contract"})
"""What a delegate needs to be let do to answer for the patient."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """A contract as an admin sees it: how far it is, what it lacks, when the next time is. Never what it says."""

    contract: Contract
    missing: list[Missing]
    needs: list[Need]
    yes: frozenset[Side]
    next_at: datetime | None
    contact_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Helped:
    """A patient somebody helps, and what they may see of them."""

    patient_id: UUID
    contract_id: UUID | None
    scopes: frozenset[str]
    line: tuple[str, str] | None
    """Whose number is answered right now, and the number."""
    asked: bool
    """Whether they may answer, for the patient, if to work this way."""


def statuses(ctx: Ctx, contract_ids: Sequence[UUID]) -> list[Status]:
    """These contracts in their order, by as many statements as for one."""
    contracts, yes = store.by_id(ctx.session, contract_ids), store.standing_yes(ctx.session, contract_ids)
    lacks, steps = missing.lacks(ctx, contract_ids), next_contacts.current_of(ctx.session, contract_ids)
    covers = ctx.directory.covers_of(ctx.session, contract_ids)
    return [
        _status(ctx, contracts[key], lacks[key], facts=covers[key], yes=yes.get(key), step=steps.get(key))
        for key in contract_ids
        if key in covers
    ]


def helped_by(ctx: Ctx, delegate_id: UUID) -> list[Helped]:
    patients = ctx.directory.patients_of_delegate(ctx.session, delegate_id, ctx.now)
    contracts = {contract.patient_id: contract for contract in store.of_patients(ctx.session, patients)}
    return [_helped(ctx, delegate_id, patient, contracts.get(patient)) for patient in patients]


def _helped(ctx: Ctx, delegate_id: UUID, patient_id: UUID, contract: Contract | None) -> Helped:
    scopes = ctx.directory.scopes(ctx.session, delegate_id, patient_id, ctx.now)
    return Helped(
        patient_id=patient_id,
        contract_id=contract.id if contract else None,
        scopes=scopes,
        line=next_contacts.line(ctx, contract.id) if contract else None,
        asked=contract is not None and State(contract.state) is State.DRAFT and scopes >= TO_ANSWER,
    )


def _status(
    ctx: Ctx, contract: Contract, lacks: list[Lack], *, facts: CoverFacts, yes: Yes | None, step: NextContact | None
) -> Status:
    answer = contact_answers(facts, ctx.now)
    kinds = {Missing(one.what) for one in lacks}
    if answer is None and contract.needs_contact:
        kinds.add(Missing.CONTACT)
    return Status(
        contract=contract,
        missing=[kind for kind in Missing if kind in kinds],
        needs=[Need(need) for one in lacks for need in one.needs],
        yes=yes.sides if yes is not None and yes.stands(appointed(facts, ctx.now)) else frozenset(),
        next_at=next_contacts.times(step).agreed if step else None,
        contact_id=answer.person_id if answer else None,
    )
