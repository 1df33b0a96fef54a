"""A patient's delegates as staff see them, as JSON; and who acts by law, recorded from a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.contract.delegates import store
from services.contract.delegates.legal import actions
from services.contract.delegates.legal.pages import MAY, by_patient_here
from services.contract.delegates.legal.schemas import HelperJson, LegalBody
from services.contract.delegates.tables import Delegation
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/patients/<uuid:patient_id>/delegations"
api = Door("helpers", __name__, "A patient's delegates as staff see them, and those who act by law.", HERE)


def by_helper(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> Subject | None:
    """The patient's subject, if the grant is theirs."""
    grant = store.get(ctx.session, delegation_id)
    return by_patient_here(ctx, patient_id) if grant and grant.patient_id == patient_id else None


def _shown(ctx: Ctx, grants: Sequence[Delegation]) -> list[dict[str, Any]]:
    people = ctx.directory.people(ctx.session, {who for one in grants for who in (one.patient_id, one.delegate_id)})
    return [
        {
            **{field: getattr(one, field, None) for field in HelperJson().fields},
            "delegation_id": one.id,
            "patient_name": people[one.patient_id].name,
            "delegate_name": people[one.delegate_id].name,
        }
        for one in grants
    ]


def _helper(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> dict[str, Any]:
    grant = store.get(ctx.session, delegation_id)
    if grant is None:
        raise NotFound
    return _shown(ctx, [grant])[0]


def _hold(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> None:
    store.for_change(ctx.session, delegation_id)


HELPER = Resource(HelperJson, of=_helper, hold=_hold)


@api.list("", HelperJson)
@policy("delegation", "read", *MAY, about=by_patient_here, log="saw whom you let help you")
def list_helpers(ctx: Ctx, asked: dict[str, Any], patient_id: UUID) -> Listed[dict[str, Any]]:
    """Whom the patient has let do what, and who acts by law; ended ones left out."""
    page: Page = asked["page"]
    found = page.cut(store.of_patient(ctx.session, patient_id), lambda grant: [str(grant.id)])
    return Listed(_shown(ctx, found.items), found.mark)


@api.create("", HELPER, LegalBody)
@policy("delegation", "record", *MAY, about=by_patient_here, log="wrote down who acts for you by law")
def record(ctx: Ctx, data: dict[str, Any], patient_id: UUID) -> dict[str, UUID]:
    """Staff have seen the document: this person acts for the patient from now on."""
    contact = {"name": data.pop("name"), "email": data.pop("email") or "", "phone": data.pop("phone") or ""}
    return {"patient_id": patient_id, "delegation_id": actions.record(ctx, patient_id, contact=contact, **data)}


@api.read("/<uuid:delegation_id>", HELPER)
@policy("delegation", "read", *MAY, about=by_helper, log="saw whom you let help you")
def read_helper(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> None:
    """One of them."""


@api.remove("/<uuid:delegation_id>", HELPER)
@policy("delegation", "end_legal", *MAY, about=by_helper, log="noted that somebody no longer acts for you by law")
def end(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> None:
    """The document no longer holds. What the patient has granted only the two it is between can end."""
    actions.end(ctx, delegation_id)
