"""What the form of an admin's first page may say."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.contract.named_contact.changing.domain import LONGEST_REASON
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most

LONGEST_NOTE = 2000


class AcceptForm(Schema):
    """What the earlier contact hands over, where there was one, and why the patient gets another."""

    handover_note = fields.String(load_default="", validate=at_most(LONGEST_NOTE))
    reason = fields.String(load_default="", validate=at_most(LONGEST_REASON))


class DecisionBody(Body):
    """What the earlier contact hands over, and why there is another now; both empty where there was none."""

    handover_note = fields.String(required=True, validate=at_most(LONGEST_NOTE))
    reason = fields.String(
        required=True, validate=at_most(LONGEST_REASON), metadata={"description": "Patients read it."}
    )


class ProposalJson(Body):
    """Somebody a record names as a patient's contact: an admin decides. ``state``: open, accepted, declined, replaced."""

    proposal_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    state = fields.String(required=True)
    proposed_at = Instant(required=True)
