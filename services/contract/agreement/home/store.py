"""What the first pages show: a patient's next step, a helper's patients, an admin's contracts without their contents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.domain import Need, State
from services.contract.agreement.reading.store import Reading, read
from services.contract.agreement.tables import Contract
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from shared.context import Ctx
from shared.cover import responsible

SHOWN = 50
COVERED = ("named_contact", "deputy")
ORDER = list(State)


@dataclass(frozen=True, kw_only=True)
class Status:
    """A contract as an admin sees it: how far it is, what it lacks, when the next time is. Never what it says."""

    contract: Contract
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


def statuses(ctx: Ctx, unit_ids: Collection[UUID], page: int) -> tuple[list[Status], bool]:
    """One page of the units' contracts, and whether there are more: first those nobody answers for, then those that
    have come least far. What each lacks is worked out for the page alone."""
    contracts = store.of_units(ctx.session, unit_ids)
    contacts = _contacts(ctx, contracts)
    contracts.sort(
        key=lambda contract: (contract.id in contacts, ORDER.index(State(contract.state)), contract.opened_at)
    )
    first = (page - 1) * SHOWN
    shown = [reading for contract in contracts[first : first + SHOWN] if (reading := read(ctx, contract.id))]
    return [_status(reading, contacts.get(reading.contract.id)) for reading in shown], len(contracts) > first + SHOWN


def helped_by(ctx: Ctx, delegate_id: UUID) -> list[Helped]:
    patients = ctx.directory.patients_of_delegate(ctx.session, delegate_id, ctx.now)
    contracts = {contract.patient_id: contract.id for contract in store.of_patients(ctx.session, patients)}
    return [
        Helped(
            patient_id=patient,
            contract_id=contracts.get(patient),
            scopes=ctx.directory.scopes(ctx.session, delegate_id, patient, ctx.now),
            line=next_contacts.line(ctx, contracts[patient]) if patient in contracts else None,
        )
        for patient in patients
    ]


def _contacts(ctx: Ctx, contracts: Collection[Contract]) -> dict[UUID, UUID]:
    """The contact or deputy who answers for each contract at this instant; none where nobody better than a line does."""
    covers = ctx.directory.covers_of(ctx.session, [contract.id for contract in contracts])
    answers = {contract_id: responsible(facts, ctx.now) for contract_id, facts in covers.items()}
    return {one: a.person_id for one, a in answers.items() if a.kind in COVERED and a.person_id is not None}


def _status(reading: Reading, contact_id: UUID | None) -> Status:
    row = reading.next_contact
    return Status(
        contract=reading.contract,
        needs=reading.needs,
        yes=frozenset(reading.yes),
        next_at=next_contacts.times(row).agreed if row else None,
        contact_id=contact_id,
    )
