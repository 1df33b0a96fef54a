"""Patients per contact as JSON."""

from __future__ import annotations

from marshmallow import fields

from shared.web.api.schemas import Body


class LoadJson(Body):
    """How many patients somebody is primary contact for at a unit, beside what the unit thinks is enough."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    patients = fields.Integer(required=True, strict=True)
    limit = fields.Integer(required=True, strict=True)
    over = fields.Boolean(required=True)
