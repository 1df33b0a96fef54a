"""The session as JSON: a program that has the cookie finds here the token that its changes carry."""

from __future__ import annotations

from typing import Any

from services.contract.signin.devices.api import api as devices_api
from services.contract.signin.schemas import SessionJson
from shared.context import Ctx
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource

api = Door("session", __name__, "Who is signed in.")
DOORS = [api, devices_api]


def _session(ctx: Ctx) -> dict[str, Any]:
    viewer = ctx.viewer
    return {
        "person_id": viewer.person_id,
        "kind": viewer.kind,
        "language": viewer.language,
        "roles": sorted(viewer.roles, key=lambda role: (role.unit_id, role.role)),
        "form_token": ctx.form_token,
    }


SESSION = Resource(SessionJson, of=_session)


@api.read("", SESSION)
@policy("session", "read", Who.SIGNED_IN)
def read_session(ctx: Ctx) -> None:
    """Whose session this is, and its token."""
