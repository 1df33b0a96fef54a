"""What may be asked and is shown of contracts by what they lack."""

from __future__ import annotations

from marshmallow import fields, validate

from services.contract.agreement.missing.domain import Missing
from services.contract.agreement.schemas import CHOOSE, ContractJson
from shared.web.api.schemas import Instant, PageQuery


class MissingQuery(PageQuery):
    """Only those that lack this; without it all."""

    missing = fields.String(load_default=None, validate=validate.OneOf(list(Missing), error=CHOOSE))


class OverviewJson(ContractJson):
    """A contract as an admin sees it. ``missing``: contact, joining, next_step, review, agreement, plan; ``lacks`` what is not
    written of the agreement; ``since`` when what was asked for began to be missing, without a filter when it was opened."""

    missing = fields.List(fields.String(), required=True)
    lacks = fields.List(fields.String(), required=True)
    yes = fields.List(fields.String(), required=True, metadata={"description": "The sides: patient, care."})
    since = Instant(required=True)
    next_at = Instant(required=True, allow_none=True)
    contact_id = fields.UUID(required=True, allow_none=True)
