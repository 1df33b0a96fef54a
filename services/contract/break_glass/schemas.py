"""What is written when the glass is broken and when it is judged, and how both are shown as JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from services.contract.break_glass.domain import LONGEST_IDENTITY, LONGEST_NOTE, LONGEST_REASON, Verdict
from shared.i18n import _l
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most

CHOOSE = _l("Say whether it was right.")


class OpenForm(Schema):
    """Whose pages, by the whole number, and why."""

    class Meta:
        unknown = EXCLUDE

    identity = fields.String(required=True, validate=at_most(LONGEST_IDENTITY))
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON))
    unit_id = fields.UUID(load_default=None)


class BreakGlassBody(Body):
    """The same; ``unit_id`` may be null for somebody who works at one unit."""

    identity = fields.String(required=True, validate=at_most(LONGEST_IDENTITY))
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON))
    unit_id = fields.UUID(required=True, allow_none=True)


class JudgeForm(Schema):
    """What a log reviewer says."""

    class Meta:
        unknown = EXCLUDE

    verdict = fields.String(
        required=True, validate=validate.OneOf([*Verdict], error=CHOOSE), error_messages={"required": CHOOSE}
    )
    note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))


class JudgeBody(Body):
    """The same."""

    verdict = fields.String(required=True, validate=validate.OneOf([one.value for one in Verdict], error=CHOOSE))
    note = fields.String(required=True, validate=at_most(LONGEST_NOTE))


class BreakGlassJson(Schema):
    """One time. ``until`` is when it ends or ended; ``past_block``: though the patient had blocked the unit. For log reviewers
    alone: ``verdict``, null until one has judged it, their ``note``, and whether that is ``overdue``."""

    glass_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    reason = fields.String(required=True)
    opened_at = Instant(required=True)
    until = Instant(required=True)
    past_block = fields.Boolean(required=True)
    verdict = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    overdue = fields.Boolean(required=True)
