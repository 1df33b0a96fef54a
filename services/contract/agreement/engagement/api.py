"""How the patient wants to take part, as JSON: each answer with its date."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.engagement import actions, store
from services.contract.agreement.engagement.domain import Preference
from services.contract.agreement.engagement.schemas import PreferenceBody, PreferenceJson
from services.contract.agreement.engagement.tables import EngagementPreference
from services.contract.agreement.reading.pages import by_contract
from services.contract.next_contact.pages import ALL_READ, side_of
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>/preferences"
api = Door("engagement", __name__, "How the patient wants to take part, with its history.", HERE)


def _patient(ctx: Ctx, contract_id: UUID) -> UUID:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    return contract.patient_id


def _of(ctx: Ctx, contract_id: UUID, preference_id: int) -> EngagementPreference:
    rows = store.page(ctx.session, _patient(ctx, contract_id), 1, before=preference_id + 1)
    if not rows or rows[0].id != preference_id:
        raise NotFound
    return rows[0]


PREFERENCE = Resource(PreferenceJson, of=_of)


@api.list("", PreferenceJson)
@policy("engagement", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw how you want to take part")
def list_preferences(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[EngagementPreference]:
    """The newest, which is in force, first."""
    page: Page = asked["page"]
    after = page.after[0] if page.after else None
    return page.of(store.page(ctx.session, _patient(ctx, contract_id), page.more, before=after), lambda row: [row.id])


@api.read("/<int:preference_id>", PREFERENCE)
@policy("engagement", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw how you want to take part")
def read_preference(ctx: Ctx, contract_id: UUID, preference_id: int) -> None:
    """One answer."""


@api.create("", PREFERENCE, PreferenceBody)
@policy("engagement", "choose", Who.PATIENT, Who.CONTACT, about=by_contract, log="noted how you want to take part")
def choose(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> dict[str, Any]:
    """Answer anew. Another one to decide is written in the agreement too, which both then say yes to again."""
    patient, how = _patient(ctx, contract_id), data.pop("how")
    before = mark(str(agreements.newest(ctx.session, contract_id).own.get(Part.ENGAGEMENT, "")))
    actions.choose(ctx, contract_id, Preference(**data), before=before, writer=side_of(ctx), how=how)
    made = store.latest(ctx.session, patient)
    return {"contract_id": contract_id, "preference_id": made.id if made else 0}
