"""What a person fills in about messages to them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.notify.delivery.preference.domain import DETAILS, MINIMAL
from shared.i18n import LANGUAGES, _l
from shared.web.forms import ClockTime

CHOOSE = _l("Choose one of the answers.")
OWN_LANGUAGE = "own"


class WishesForm(Schema):
    """Quiet hours by the wall clock (equal times: none), language, and how much a message may say."""

    quiet_from = ClockTime(required=True)
    quiet_to = ClockTime(required=True)
    language = fields.String(required=True, validate=validate.OneOf([OWN_LANGUAGE, *LANGUAGES], error=CHOOSE))
    detail = fields.String(load_default=MINIMAL, validate=validate.OneOf(DETAILS, error=CHOOSE))
