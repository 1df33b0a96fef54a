"""Who is signed in, as JSON."""

from __future__ import annotations

from marshmallow import fields

from services.contract.people.schemas import RoleJson
from shared.web.api.schemas import Body


class SessionJson(Body):
    """Whose session it is. ``form_token`` goes into ``X-Form-Token`` with everything but GET."""

    person_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    language = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleJson), required=True)
    form_token = fields.String(required=True)
