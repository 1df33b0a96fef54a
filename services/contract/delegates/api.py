"""What patients let others do, as JSON: invite, say yes, end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.contract.delegates import actions, store
from services.contract.delegates.pages import by_me, by_own_invitation, invite_by_name
from services.contract.delegates.schemas import DelegationJson, InviteBody
from services.contract.delegates.tables import Delegation
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("delegations", __name__, "Whom a patient lets do what, from when to when.")


def by_party(ctx: Ctx, delegation_id: UUID) -> Subject | None:
    """For the two it is between."""
    grant = store.get(ctx.session, delegation_id)
    if grant is None or ctx.viewer.person_id not in (grant.patient_id, grant.delegate_id):
        return None
    return Subject(patient_id=grant.patient_id)


def _shown(ctx: Ctx, grants: Sequence[Delegation]) -> list[dict[str, Any]]:
    people = ctx.directory.people(ctx.session, {who for one in grants for who in (one.patient_id, one.delegate_id)})
    return [
        {
            **{field: getattr(one, field, None) for field in DelegationJson().fields},
            "delegation_id": one.id,
            "patient_name": people[one.patient_id].name,
            "delegate_name": people[one.delegate_id].name,
        }
        for one in grants
    ]


def _grant(ctx: Ctx, delegation_id: UUID) -> dict[str, Any]:
    grant = store.get(ctx.session, delegation_id)
    if grant is None:
        raise NotFound
    return _shown(ctx, [grant])[0]


GRANT = Resource(
    DelegationJson, of=_grant, hold=lambda ctx, delegation_id: store.for_change(ctx.session, delegation_id)
)


@api.list("", DelegationJson)
@policy("delegation", "list", Who.PATIENT, Who.DELEGATE, log="saw that you have invited them")
def list_delegations(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """What one has let others do, and what one has been let do, ended ones left out."""
    page: Page = asked["page"]
    me = ctx.viewer.person_id
    rows = [*store.of_patient(ctx.session, me), *store.of_delegate(ctx.session, me)] if me else []
    found = page.cut(rows, lambda grant: [str(grant.id)])
    ctx.saw(grant.patient_id for grant in found.items)
    return Listed(_shown(ctx, found.items), found.mark)


@api.read("/<uuid:delegation_id>", GRANT)
@policy("delegation", "read as party", Who.SIGNED_IN, about=by_party, log="saw what you let somebody do")
def read_delegation(ctx: Ctx, delegation_id: UUID) -> None:
    """One grant, for the two it is between."""


@api.create("", GRANT, InviteBody)
@policy("delegation", "invite", Who.PATIENT, about=by_me, log="invited somebody")
def invite(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Invite somebody. Nothing holds before they have said yes."""
    contact = {"email": data["email"] or "", "phone": data["phone"] or ""}
    return {"delegation_id": invite_by_name(ctx, {**data, **contact})}


@api.act("/<uuid:delegation_id>/acceptance", GRANT)
@policy("delegation", "accept", Who.SIGNED_IN, about=by_own_invitation, log="said yes to your invitation")
def accept(ctx: Ctx, delegation_id: UUID) -> None:
    """Say yes to what one was invited to."""
    actions.accept(ctx, delegation_id)


@api.act("/<uuid:delegation_id>/renewal", GRANT)
@policy("delegation", "renew", Who.PATIENT, about=by_party, log="let somebody go on helping you")
def renew(ctx: Ctx, delegation_id: UUID) -> None:
    """Say again that it is to hold: twelve months from now."""
    actions.renew(ctx, delegation_id)


@api.remove("/<uuid:delegation_id>", GRANT)
@policy("delegation", "end as party", Who.SIGNED_IN, about=by_party, log="ended what you let somebody do")
def end(ctx: Ctx, delegation_id: UUID) -> None:
    """End it, from either side, at once and without a reason."""
    actions.revoke(ctx, delegation_id)
