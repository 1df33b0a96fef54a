"""What is asked for and sent when the log is checked."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.audit.review.domain import LONGEST_NOTE, LONGEST_SEED, SIZE, Reason
from shared.web.api.schemas import Body, Instant
from shared.web.api.schemas import Day as DayOf
from shared.web.forms import Day, at_most


class DrawForm(Schema):
    """Which days, and the luck of the draw."""

    class Meta:
        unknown = EXCLUDE

    first = Day(required=True)
    last = Day(required=True)
    seed = fields.String(required=True, validate=at_most(LONGEST_SEED))


class ReviewForm(DrawForm):
    """The same draw again, and what was found in it."""

    follow_up = fields.List(fields.Integer(), load_default=list)
    note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))


class LogDrawBody(Body):
    """Which days, and the luck of the draw: the same three give the same sample."""

    first = DayOf(required=True)
    last = DayOf(required=True)
    seed = fields.String(required=True, validate=[validate.Length(min=1), at_most(LONGEST_SEED)])


class LogReviewBody(LogDrawBody):
    """A draw that was looked through, and what of it needs a follow-up."""

    follow_up = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=SIZE))
    note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))


class LogSampledJson(Schema):
    """One row of a sample."""

    id = fields.Integer(required=True, strict=True)
    at = Instant(required=True)
    actor = fields.UUID(required=True)
    acted_as = fields.String(required=True)
    patient = fields.UUID(required=True)
    what = fields.String(required=True)
    why = fields.Enum(Reason, by_value=True, required=True)


class LogSampleJson(Schema):
    """What is drawn, the gravest first."""

    rows = fields.List(fields.Nested(LogSampledJson), required=True)


class LogReviewJson(LogReviewBody):
    """A check that was made."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    reviewer = fields.UUID(required=True)
    sample = fields.List(fields.Integer(strict=True), required=True)
