"""Opening an agreement with a named contact from the first instant."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.actions import open_contract, settle
from services.contract.named_contact import actions as named_contacts
from services.contract.people import actions as people_actions
from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l


def open_with_contact(ctx: Ctx, *, patient_id: UUID, unit_id: UUID, person_id: UUID) -> UUID:
    """The patient's new agreement at the unit, with this member of its staff as named contact. Returns the contract.

    Raises ``Refused`` for somebody who has died, who has an agreement already, or for staff from elsewhere."""
    people.for_change(ctx.session, patient_id)
    if store.open_of(ctx.session, patient_id) is not None:
        raise Refused(_l("There is an agreement already."))
    if person_id not in {person.id for person in people.staff_at(ctx.session, [unit_id])}:
        raise Refused(_l("Choose somebody who works here."), field="contact")
    people_actions.know_at(ctx, patient_id, unit_id)
    contract_id = open_contract(ctx, patient_id=patient_id, unit_id=unit_id, by=ctx.viewer.person_id)
    named_contacts.appoint(
        ctx, contract_id=contract_id, patient_id=patient_id, person_id=person_id, unit_id=unit_id, primary=True
    )
    settle(ctx, contract_id)
    return contract_id
