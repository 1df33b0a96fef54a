"""What the forms of the next contact may say, and how it is sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.next_contact.domain import MOST_MINUTES, Way
from shared.i18n import _l
from shared.web.api.schemas import Body, Day, Instant, Wall
from shared.web.forms import ClockTime, at_most

LONGEST = 1000
CHOOSE = _l("Choose one from the list.")
LENGTH = validate.Range(5, MOST_MINUTES, error=_l("Write 5 to 480 minutes."))


class Seen(Schema):
    """The revision of what stood on the page."""

    seen_revision = fields.Integer(load_default=None, data_key="revision", attribute="seen")


class SuggestForm(Seen):
    """A day and a time as they stand on the patient's own clock, and how to meet."""

    day = Day(required=True)
    clock = ClockTime(required=True)
    way = fields.Enum(Way, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    minutes = fields.Integer(load_default=None, validate=LENGTH)


class AcceptForm(Schema):
    """The suggested time that was on the page."""

    seen = fields.NaiveDateTime(required=True)


class AnotherForm(Seen):
    """Why, or when instead, if the patient wants to say."""

    words = fields.String(load_default="", validate=at_most(LONGEST))


class SuggestBody(Body):
    """A time on the patient's own clock, how to meet, and how long (``null``: as before, at first 30 minutes)."""

    local = Wall(required=True)
    way = fields.Enum(Way, by_value=True, required=True, error_messages={"unknown": CHOOSE})
    minutes = fields.Integer(load_default=None, allow_none=True, strict=True, validate=LENGTH)


class AcceptBody(Body):
    """The suggested time that was shown."""

    seen = Wall(required=True)


class WordsBody(Body):
    """Why, or when instead, if the patient wants to say."""

    words = fields.String(required=True, validate=at_most(LONGEST))


class NextContactJson(Body):
    """A contract's next contact. Without one, ``state`` and all that follows from it is ``null``. ``local`` is the time
    both stand by, ``suggested`` one that waits for an answer from the side that ``suggested_by`` is not, and
    ``waiting_terms`` another way to meet that does."""

    contract_id = fields.UUID(required=True)
    state = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    way = fields.String(required=True, allow_none=True)
    zone = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True, strict=True)
    local = Wall(required=True, allow_none=True)
    starts = Instant(required=True, allow_none=True)
    minutes = fields.Integer(required=True, allow_none=True, strict=True)
    suggested_minutes = fields.Integer(required=True, allow_none=True, strict=True)
    suggested = Wall(required=True, allow_none=True)
    suggested_by = fields.String(required=True, allow_none=True)
    earliest = Day(required=True, allow_none=True)
    latest = Day(required=True, allow_none=True)
    weekdays = fields.List(fields.String(), required=True, allow_none=True)
    day_parts = fields.List(fields.String(), required=True, allow_none=True)
    event = fields.String(required=True, allow_none=True)
    agreed_at = Instant(required=True, allow_none=True)
    waiting_terms = fields.Dict(required=True, allow_none=True)


class StepJson(Body):
    """Something that was done with a next contact."""

    at = Instant(required=True)
    by = fields.UUID(required=True, allow_none=True)
    side = fields.String(required=True)
    act = fields.String(required=True)
    local = Wall(required=True, allow_none=True)
    words = fields.String(required=True)
    how = fields.String(required=True)
    said_on = Day(required=True, allow_none=True)
