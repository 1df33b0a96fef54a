"""What the forms about consents may say, and how consents are sent and shown as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.delegates.consents.domain import KINDS, LONGEST_PARTY
from services.contract.people.schemas import Line
from shared.i18n import _l
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most

ONE_OF_THE_LIST = _l("Choose one from the list.")


class GiveForm(Schema):
    """What is agreed to, and whom it names."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error=ONE_OF_THE_LIST))
    about = fields.String(load_default="", validate=at_most(LONGEST_PARTY))


class RecordForm(Schema):
    """What the patient said yes to elsewhere: ``what`` is the kind and whom it names, with a space between."""

    what = fields.String(required=True, validate=at_most(60))
    about = fields.String(load_default="", validate=at_most(LONGEST_PARTY))
    how = fields.String(required=True, validate=validate.OneOf(("spoken", "paper"), error=ONE_OF_THE_LIST))


class ConsentBody(Body):
    """What is agreed to. ``about``: the unit's id for ``sms`` and ``share_unit``, a name for ``share_plan``, empty for the
    others."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS, error=ONE_OF_THE_LIST))
    about = Line(required=True, validate=at_most(LONGEST_PARTY))


class ToldConsentBody(ConsentBody):
    """What the patient agreed to elsewhere, and how they said it."""

    how = fields.String(required=True, validate=validate.OneOf(("spoken", "paper"), error=ONE_OF_THE_LIST))


class ConsentJson(Body):
    """One yes. ``wording`` is the version of the words; ``withdrawn_at`` null: it stands."""

    consent_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    about = fields.String(required=True)
    words = fields.String(required=True)
    wording = fields.String(required=True)
    how = fields.String(required=True)
    asked_by = fields.UUID(required=True)
    given_at = Instant(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)
