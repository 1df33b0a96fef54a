"""Opening an agreement for a patient, as JSON: who has none, and who is to answer for them. Never what it says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement.api import STATUS
from services.contract.agreement.joining.store import said_no
from services.contract.agreement.opening import actions, store
from services.contract.agreement.opening.schemas import MissingJson, OpeningBody
from services.contract.people.pages import by_person
from services.contract.people.tables import Person
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.api.door import Door
from shared.web.api.paging import Listed, Page

api = Door("opening", __name__, "Patients without an agreement, and opening one for them.", "/people")


@api.list("/without-agreement", MissingJson)
@policy("agreement", "list_missing", Who.ADMIN, log="saw that you have no agreement")
def list_missing(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """The living patients whom one's units know and nobody has an agreement with, by name."""
    page: Page = asked["page"]
    after = UUID(page.after[0]) if page.after else None
    rows = store.without_agreement_after(ctx.session, run_by(ctx.viewer.roles), after, page.more)
    found: Listed[Person] = page.of(rows, lambda person: [str(person.id)])
    ctx.saw(person.id for person in found.items)
    no = said_no(ctx.session, [person.id for person in found.items])
    shown = [{"person_id": one.id, "name": one.name, "said_no_on": no.get(one.id)} for one in found.items]
    return Listed(shown, found.mark)


@api.create("/<uuid:person_id>/contracts", STATUS, OpeningBody)
@policy("agreement", "open_for", Who.ADMIN, about=by_person, log="opened an agreement for you and chose your contact")
def open_for(ctx: Ctx, data: dict[str, Any], person_id: UUID) -> dict[str, UUID]:
    """The patient's new agreement, with a named contact from the first instant. Until the patient has said yes to working
    this way it is a draft that nobody writes in."""
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    if data["unit_id"] not in run_by(ctx.viewer.roles):
        raise Refused(_l("Choose one from the list."), field="unit_id")
    unit_id, contact = data["unit_id"], data["contact"]
    answer = actions.told_at(ctx, unit_id, data["how"], data["said_on"])
    opened = actions.open_with_contact(ctx, patient_id=person_id, unit_id=unit_id, person_id=contact, answer=answer)
    return {"contract_id": opened}
