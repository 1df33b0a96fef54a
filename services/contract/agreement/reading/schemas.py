"""A whole agreement, its versions and what differs between them, as JSON."""

from __future__ import annotations

from marshmallow import fields

from services.contract.agreement.schemas import ContractStatusJson, ItemJson
from shared.web.api.schemas import Body, Day, Instant, Wall


class ActivityOfJson(Body):
    """An activity of the plan, as a version takes it: what, and who is responsible."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    party = fields.String(required=True)
    responsible = fields.String(required=True)


class ContentJson(Body):
    """What a version says."""

    what_matters = fields.String(required=True)
    circumstances = fields.String(required=True)
    options = fields.String(required=True)
    watch_for = fields.String(required=True)
    engagement = fields.String(required=True)
    commitments = fields.List(fields.Nested(ItemJson), required=True)
    goals = fields.List(fields.Nested(ItemJson), required=True)
    next_step = fields.Dict(required=True, allow_none=True)
    plan = fields.List(fields.Nested(ActivityOfJson), required=True)
    plan_not_needed = fields.String(required=True)
    contact_not_needed = fields.String(required=True)
    named_contact = fields.UUID(required=True, allow_none=True)


class DifferenceJson(Body):
    """One change: ``before`` null is new, ``after`` null is gone. The values are those of the part."""

    part = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class YesJson(Body):
    """A yes that counts."""

    side = fields.String(required=True)
    by = fields.UUID(required=True)
    how = fields.String(required=True)
    said_on = Day(required=True)
    at = Instant(required=True)


class LapsedJson(Body):
    """A yes that no longer counts, and who changed which parts since; ``changed_by`` null: from outside."""

    side = fields.String(required=True)
    given_by = fields.UUID(required=True)
    changed_by = fields.UUID(required=True, allow_none=True)
    parts = fields.List(fields.String(), required=True)
    at = Instant(required=True, allow_none=True)


class QuestionJson(Body):
    """Something that was asked and waits."""

    id = fields.UUID(required=True)
    side = fields.String(required=True)
    kind = fields.String(required=True)
    words = fields.String(required=True)
    asked_by = fields.UUID(required=True)
    asked_at = Instant(required=True)


class AgreementJson(ContractStatusJson):
    """The whole as it stands now. ``shown`` is the hash that a yes is bound to, ``time_shown`` the suggested time that
    the yes is also to, ``news`` what differs from the version in force."""

    version = fields.Integer(required=True, strict=True)
    in_force = fields.Boolean(required=True)
    shown = fields.String(required=True)
    time_shown = Wall(required=True, allow_none=True)
    content = fields.Nested(ContentJson, required=True)
    confirmations = fields.List(fields.Nested(YesJson), required=True)
    lapsed = fields.List(fields.Nested(LapsedJson), required=True)
    questions = fields.List(fields.Nested(QuestionJson), required=True)
    news = fields.List(fields.Nested(DifferenceJson), required=True)


class VersionJson(Body):
    """A version: active, or one that was."""

    number = fields.Integer(required=True, strict=True)
    state = fields.String(required=True)
    made_at = Instant(required=True)
    active_at = Instant(required=True, allow_none=True)


class WholeVersionJson(VersionJson):
    """A version with what it says."""

    content = fields.Nested(ContentJson, required=True)
