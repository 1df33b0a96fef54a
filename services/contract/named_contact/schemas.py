"""What the forms about absence and cover may say, and how both are sent and shown as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.contract.named_contact.changing.domain import LONGEST_REASON
from services.contract.named_contact.domain import LONGEST_HANDOVER, LONGEST_NOTE
from shared.i18n import _l
from shared.web.api.schemas import Body, Day, Instant
from shared.web.forms import at_most

REASON = {"description": "Why the contact changes, in words the patient reads. Empty where no primary contact goes."}
ASKED_FOR = {"description": "Whether the patient asked for this person; null: not noted."}
UNMET = {"description": "Why the person the patient asked for could not be appointed; the patient reads it."}


class AbsenceForm(Schema):
    """From one day to another, or until further notice. ``act`` is to look at it first or to save it."""

    first = Day(required=True)
    last = Day(load_default=None)
    open_ended = fields.Boolean(load_default=False)
    deputy_id = fields.UUID(load_default=None)
    note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))
    act = fields.String(load_default="look", validate=validate.OneOf(("look", "save")))

    @validates_schema
    def _ends_somehow(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if (data.get("last") is None) != bool(data.get("open_ended")):
            raise ValidationError({"last": [_l("Choose a last day, or until further notice.")]})


class MendForm(Schema):
    """Who answers: standing in for the contact, or taking over with what they need to know. ``seen`` is the appointment
    that stood on the page."""

    seen = fields.String(load_default=None, validate=at_most(100))
    person_id = fields.UUID(required=True)
    act = fields.String(required=True, validate=validate.OneOf(("stand_in", "take_over")))
    handover_note = fields.String(load_default="", validate=at_most(LONGEST_HANDOVER))
    reason = fields.String(load_default="", validate=at_most(LONGEST_REASON))
    asked_for = fields.Boolean(load_default=None)
    wish_unmet = fields.String(load_default="", validate=at_most(LONGEST_REASON))


class AbsenceBody(Body):
    """From one day to another on the person's own calendar; ``last`` null is until further notice."""

    person_id = fields.UUID(required=True)
    first = Day(required=True)
    last = Day(required=True, allow_none=True)
    deputy_id = fields.UUID(required=True, allow_none=True)
    note = fields.String(required=True, validate=at_most(LONGEST_NOTE), metadata={"description": "Patients read it."})


class AbsenceJson(Body):
    """When somebody is away."""

    absence_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    starts = Instant(required=True)
    ends = Instant(required=True, allow_none=True)
    deputy_id = fields.UUID(required=True, allow_none=True)
    note = fields.String(required=True)


class AppointmentJson(Body):
    """Somebody's appointment as contact. The hand-over note is for the next contact alone and not shown here."""

    appointment_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    primary = fields.Boolean(required=True)
    deputy_id = fields.UUID(required=True, allow_none=True)
    starts = Instant(required=True)
    ends = Instant(required=True, allow_none=True)
    asked_for = fields.Boolean(required=True, allow_none=True, metadata=ASKED_FOR)
    wish_unmet = fields.String(required=True, metadata=UNMET)


class NewContactJson(Body):
    """A change of contact that the patient is told of, for 14 days: who, from when, and why."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    since = Instant(required=True)
    reason = fields.String(required=True)


class AheadJson(Body):
    """A change of contact told beforehand: from ``starts`` on this person instead of ``before``. ``was``: the instant told
    first, where it was moved; ``why``: the words for that, or for calling it off, which is told for 14 days."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    before = fields.String(required=True, metadata={"description": "The name of the contact until then."})
    starts = Instant(required=True)
    was = Instant(required=True, allow_none=True)
    reason = fields.String(required=True)
    why = fields.String(required=True)
    called_off = fields.Boolean(required=True)


class CoverJson(Body):
    """Whom a contract leads to."""

    contract_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    ended_at = Instant(required=True, allow_none=True)
    appointments = fields.List(fields.Nested(AppointmentJson), required=True)
    new_contact = fields.Nested(NewContactJson, required=True, allow_none=True)
    ahead = fields.Nested(AheadJson, required=True, allow_none=True)


class AnswerJson(Body):
    """Who can be reached at the instant ``at``: ``kind`` is named_contact, deputy, duty_line, head or floor."""

    contract_id = fields.UUID(required=True)
    at = Instant(required=True)
    kind = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    deputy_for = fields.UUID(required=True, allow_none=True)
    until = Instant(required=True, allow_none=True)


class AppointBody(Body):
    """Whom to appoint. A primary contact takes over from the one before, who leaves a note."""

    person_id = fields.UUID(required=True)
    primary = fields.Boolean(required=True)
    deputy_id = fields.UUID(required=True, allow_none=True)
    handover_note = fields.String(required=True, validate=at_most(LONGEST_HANDOVER))
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=REASON)
    asked_for = fields.Boolean(required=True, allow_none=True, metadata=ASKED_FOR)
    wish_unmet = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=UNMET)


class DeputyBody(Body):
    """Who stands in; ``null``: nobody in particular."""

    deputy_id = fields.UUID(required=True, allow_none=True)


class HandOverBody(Body):
    """What the next contact needs to know, and who it is where nobody else is appointed."""

    handover_note = fields.String(required=True, validate=at_most(LONGEST_HANDOVER))
    reason = fields.String(required=True, validate=at_most(LONGEST_REASON), metadata=REASON)
    successor_id = fields.UUID(required=True, allow_none=True)


class UncoveredJson(Body):
    """A contract that leads to no named person for a while. ``why``: nobody, left, away. Status only, no contents."""

    contract_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    starts = Instant(required=True)
    ends = Instant(required=True, allow_none=True)
    why = fields.String(required=True)
    meanwhile = fields.String(required=True, metadata={"description": "Who answers: head, duty_line or floor."})
    stand_in_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Who could stand in."})
