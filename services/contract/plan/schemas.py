"""What the forms of the plan may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.plan.domain import Party, State
from services.contract.plan.writing.domain import Kind
from shared.i18n import _l
from shared.web.api.schemas import Body, Clock, Day, Instant
from shared.web.forms import ClockTime, at_most

LONGEST_TITLE = 200
LONGEST_WORDS = 1000
CHOOSE = _l("Choose one from the list.")
MINUTES = _l("Write how many minutes, at most a day.")


class ActivityForm(Schema):
    """Something to be done, by whom, and when if that is known."""

    title = fields.String(required=True, validate=at_most(LONGEST_TITLE))
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    kind = fields.Enum(Kind, by_value=True, load_default=Kind.OTHER, error_messages={"unknown": CHOOSE})
    responsible = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    reach = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    goal_id = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    on_date = Day(load_default=None)
    until = Day(load_default=None)
    clock = ClockTime(load_default=None)
    minutes = fields.Integer(load_default=None, validate=validate.Range(1, 24 * 60, error=MINUTES))
    place = fields.String(load_default="", validate=at_most(LONGEST_TITLE))


class AddForm(ActivityForm):
    """The same, and who of the care sees it."""

    seen_by = fields.String(load_default=None, validate=validate.OneOf(["all", "own"], error=CHOOSE))


class EditForm(ActivityForm):
    """The same, and the revision that stood on the page."""

    seen = fields.Integer(required=True, data_key="revision")


class AcceptForm(Schema):
    """The revision that stood on the page."""

    seen = fields.Integer(load_default=None, data_key="revision")


class KeepForm(AcceptForm):
    """Whether the patient keeps it from helpers."""

    private = fields.Boolean(required=True)


class MoveForm(AcceptForm):
    """How far an activity has come."""

    state = fields.String(required=True, validate=validate.OneOf(list(State), error=CHOOSE))
    reason = fields.String(load_default="", validate=at_most(LONGEST_WORDS))


class ActivityBody(Body):
    """Something to be done, by whom, and when if that is known."""

    title = fields.String(
        required=True, validate=validate.Length(1, LONGEST_TITLE, error=_l("Write what is to be done."))
    )
    party = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    responsible = fields.String(required=True, validate=at_most(LONGEST_TITLE))
    on_date = Day(required=True, allow_none=True)
    kind = fields.Enum(Kind, by_value=True, load_default=Kind.OTHER, error_messages={"unknown": CHOOSE})
    reach = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    goal_id = fields.String(load_default="", validate=at_most(LONGEST_TITLE))
    until = Day(load_default=None, allow_none=True)
    clock = Clock(load_default=None, allow_none=True)
    minutes = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 24 * 60, error=MINUTES)
    )
    place = fields.String(load_default="", validate=at_most(LONGEST_TITLE))


class LeadBody(Body):
    """Which principal has the overall responsibility, who there, and how the patient reaches them."""

    principal = fields.Enum(Party, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    name = fields.String(required=True, validate=validate.Length(1, LONGEST_TITLE, error=_l("Write a name.")))
    reach = fields.String(required=True, validate=at_most(LONGEST_TITLE))


class LeadJson(Body):
    """Who has the overall responsibility; all ``null`` while nobody has."""

    principal = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    reach = fields.String(required=True, allow_none=True)
    revision = fields.Integer(required=True, strict=True)


class MoveBody(Body):
    """How far an activity has come; stopping one needs a reason."""

    state = fields.String(required=True, validate=validate.OneOf(list(State), error=CHOOSE))
    reason = fields.String(required=True, validate=at_most(LONGEST_WORDS))


class PrivacyBody(Body):
    """Whether the patient keeps it from helpers."""

    private = fields.Boolean(required=True)


class ActivityJson(Body):
    """Something that somebody does for the patient."""

    activity_id = fields.UUID(required=True)
    title = fields.String(required=True)
    party = fields.String(required=True)
    responsible = fields.String(required=True)
    state = fields.String(required=True)
    on_date = Day(required=True, allow_none=True)
    kind = fields.String(required=True)
    reach = fields.String(required=True)
    goal_id = fields.String(required=True)
    until = Day(required=True, allow_none=True)
    clock = Clock(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True, strict=True)
    place = fields.String(required=True)
    private = fields.Boolean(required=True)
    revision = fields.Integer(required=True, strict=True)
    accepted_at = Instant(required=True, allow_none=True)
    added_by = fields.UUID(required=True, allow_none=True)
    added_at = Instant(required=True)
