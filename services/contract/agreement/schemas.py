"""What the forms of the agreement may say."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from services.contract.agreement.content.domain import COMMITTED, ENGAGEMENTS
from shared.i18n import _l
from shared.web.forms import Day, at_most

LONGEST_TEXT = 4000
LONGEST_ITEM = 500
CHOOSE = _l("Choose one from the list.")


class Words(fields.String):
    """A longer text. Browsers send its lines apart in another way than they show them; it is kept as it is shown."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).replace("\r\n", "\n")


class OpenForm(Schema):
    """Where the patient's agreement belongs."""

    unit_id = fields.UUID(required=True)


class TextForm(Schema):
    """One of the longer texts, and the mark of what stood there before."""

    words = Words(load_default="", validate=at_most(LONGEST_TEXT))
    before = fields.String(load_default="")


class EngagementForm(Schema):
    """How the patient wants to take part."""

    words = fields.String(required=True, validate=validate.OneOf(ENGAGEMENTS, error=CHOOSE))
    before = fields.String(load_default="")


class ItemForm(Schema):
    """A commitment or a goal. Left empty, one that stood there is taken away."""

    words = Words(load_default="", validate=at_most(LONGEST_ITEM))
    by = fields.String(load_default=None, validate=validate.OneOf(COMMITTED, error=CHOOSE))
    before = fields.String(load_default="")


class ConfirmForm(Schema):
    """The text that was on the page, by its hash, and the time that was suggested there."""

    shown = fields.String(required=True)
    time_shown = fields.NaiveDateTime(load_default=None)


class ToldForm(ConfirmForm):
    """A yes that the patient gave in another way than on this page."""

    how = fields.String(required=True, validate=validate.OneOf(["spoken", "paper"], error=CHOOSE))
    said_on = Day(required=True)


class AskForm(Schema):
    """A wish to change something, or something not understood; words are welcome and never needed."""

    kind = fields.String(required=True, validate=validate.OneOf(["change", "unclear"], error=CHOOSE))
    words = Words(load_default="", validate=at_most(LONGEST_ITEM))
