"""Opening an agreement with a named contact from the first instant."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.actions import open_contract, settle
from services.contract.agreement.joining import actions as joining
from services.contract.agreement.joining.domain import Told, opens_in, told
from services.contract.named_contact import actions as named_contacts
from services.contract.people import actions as people_actions
from services.contract.people import store as people
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l


def open_with_contact(ctx: Ctx, *, patient_id: UUID, unit_id: UUID, person_id: UUID, answer: Told | None) -> UUID:
    """The patient's new agreement at the unit, with this member of its staff as named contact. Returns the contract.
    ``answer`` is how the patient said yes to working this way; None when nobody has asked: then it waits for that.

    Raises ``Refused`` for somebody who has died, who has an agreement already, or for staff from elsewhere."""
    people.for_change(ctx.session, patient_id)
    if store.open_of(ctx.session, patient_id) is not None:
        raise Refused(_l("There is an agreement already."))
    if person_id not in {person.id for person in people.staff_at(ctx.session, [unit_id])}:
        raise Refused(_l("Choose somebody who works here."), field="contact")
    people_actions.know_at(ctx, patient_id, unit_id)
    state, by = opens_in(answer), ctx.viewer.person_id
    contract_id = open_contract(ctx, patient_id=patient_id, unit_id=unit_id, by=by, state=state)
    if answer is not None:
        joining.keep(ctx, contract_id, willing=True, how=answer.how, said_on=answer.said_on)
    named_contacts.appoint(
        ctx, contract_id=contract_id, patient_id=patient_id, person_id=person_id, unit_id=unit_id, primary=True
    )
    settle(ctx, contract_id)
    return contract_id


def told_at(ctx: Ctx, unit_id: UUID, how: str | None, said_on: date | None) -> Told | None:
    """The yes as it was told at this unit; None when nobody has asked. ``Refused`` for half of it, or a day to come."""
    return told(how, said_on, today_at(ctx, unit_id)) if how or said_on else None
