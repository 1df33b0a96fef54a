"""A review as JSON: both sides' answers to the seven questions, what they show, and what is sent."""

from __future__ import annotations

from marshmallow import fields, validate

from services.contract.agreement.review.domain import Answer, Question
from services.contract.agreement.schemas import CHOOSE
from services.contract.next_contact.domain import Side
from shared.web.api.schemas import Body, Day, Instant

HOW = ("web", "spoken", "paper")


class AnswersBody(Body):
    """Answers by question, some or all of the seven. ``side`` whose they are; ``how`` the patient gave those that staff
    write down: spoken or paper."""

    side = fields.Enum(Side, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    how = fields.String(required=True, validate=validate.OneOf(HOW, error=CHOOSE))
    answers = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(Question), error=CHOOSE)),
        values=fields.String(validate=validate.OneOf(list(Answer), error=CHOOSE)),
        required=True,
    )


class KeepBody(Body):
    """The text that was shown, by its hash."""

    shown = fields.String(required=True, validate=validate.Length(max=100))


class GivenJson(Body):
    """One side's latest full answers."""

    answers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    by = fields.UUID(required=True)
    how = fields.String(required=True)
    done_at = Instant(required=True)


class ReviewJson(Body):
    """Where looking again stands. ``state`` of the contract, ``reason`` null while nobody looks again, ``shown`` the hash
    of the text in force, which keeping is bound to. One sees the other side's answers when both have answered; ``begun``
    are one's own that wait for the rest."""

    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    opened_at = Instant(required=True, allow_none=True)
    review_on = Day(required=True, allow_none=True)
    shown = fields.String(required=True, allow_none=True)
    patient = fields.Nested(GivenJson, required=True, allow_none=True)
    care = fields.Nested(GivenJson, required=True, allow_none=True)
    begun = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    answered = fields.List(fields.String(), required=True)
    still_to_answer = fields.List(fields.String(), required=True)
    kept_by = fields.List(fields.String(), required=True)
    differ = fields.List(fields.String(), required=True)
    receipt = fields.Boolean(required=True)
    documented_on = Day(required=True, allow_none=True)
