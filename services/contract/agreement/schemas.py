"""What the forms of the agreement may say, and what is sent and shown of it as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from services.contract.agreement.content.domain import COMMITTED, ENGAGEMENTS
from shared.i18n import _l
from shared.web.api.schemas import Body, Day, Instant, Wall
from shared.web.forms import at_most

LONGEST_TEXT = 4000
LONGEST_ITEM = 500
LONGEST_OFTEN = 80
LONGEST_MARK = 100
"""Of what stands for a text that was shown."""
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
    before = fields.String(load_default="", validate=at_most(LONGEST_MARK))


class EngagementForm(Schema):
    """How the patient wants to take part."""

    words = fields.String(required=True, validate=validate.OneOf(ENGAGEMENTS, error=CHOOSE))
    before = fields.String(load_default="", validate=at_most(LONGEST_MARK))


class ItemForm(Schema):
    """A commitment or a goal. Left empty, one that stood there is taken away. ``private``: no delegate sees it;
    ``own_unit``: only the writer's own unit does."""

    words = Words(load_default="", validate=at_most(LONGEST_ITEM))
    by = fields.String(load_default=None, validate=validate.OneOf(COMMITTED, error=CHOOSE))
    often = fields.String(load_default="", validate=at_most(LONGEST_OFTEN))
    until = Day(load_default=None)
    by_day = Day(load_default=None)
    private = fields.Boolean(load_default=False)
    own_unit = fields.Boolean(load_default=False)
    before = fields.String(load_default="", validate=at_most(LONGEST_MARK))


class ConfirmForm(Schema):
    """The text that was on the page, by its hash, and the time that was suggested there."""

    shown = fields.String(required=True, validate=at_most(LONGEST_MARK))
    time_shown = fields.NaiveDateTime(load_default=None)


class ToldForm(ConfirmForm):
    """A yes that the patient gave in another way than on this page."""

    how = fields.String(required=True, validate=validate.OneOf(["spoken", "paper"], error=CHOOSE))
    said_on = Day(required=True)


class AskForm(Schema):
    """A wish to change something, or something not understood; words are welcome and never needed."""

    kind = fields.String(required=True, validate=validate.OneOf(["change", "unclear"], error=CHOOSE))
    words = Words(load_default="", validate=at_most(LONGEST_ITEM))


class OpenBody(Body):
    """Where the patient's agreement belongs."""

    unit_id = fields.UUID(required=True)


class ContractJson(Body):
    """A contract as everybody with a part in it sees it: how far it is, never what it says."""

    contract_id = fields.UUID(required=True)
    patient_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    state = fields.String(required=True)
    opened_at = Instant(required=True)
    review_on = Day(required=True, allow_none=True)


class ContractStatusJson(ContractJson):
    """The same, with what it lacks and who has said yes to what it says now."""

    lacks = fields.List(fields.String(), required=True)
    yes = fields.List(fields.String(), required=True, metadata={"description": "The sides: patient, care."})


class TextBody(Body):
    """One of the longer texts as it is to be; of engagement: i_decide, together or you_decide."""

    words = Words(required=True, validate=at_most(LONGEST_TEXT))


class TextJson(TextBody):
    """One of the longer texts."""

    part = fields.String(required=True)


class ItemBase(Body):
    """What a commitment (``by``: whose) and a goal (``by`` is null) have in common. ``private``: no delegate sees it;
    ``visible_to``: the units whose staff do, none is all."""

    text = Words(required=True, validate=validate.Length(1, LONGEST_ITEM, error=_l("Write at most {max} characters.")))
    by = fields.String(required=True, allow_none=True, validate=validate.OneOf(COMMITTED, error=CHOOSE))
    often = fields.String(load_default=None, allow_none=True, validate=at_most(LONGEST_OFTEN))
    private = fields.Boolean(load_default=False)
    visible_to = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class ItemBody(ItemBase):
    """A commitment or a goal as it is to be."""

    until = Day(load_default=None, allow_none=True)
    by_day = Day(load_default=None, allow_none=True)


class ItemJson(ItemBase):
    """A commitment or a goal."""

    id = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    until = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    by_day = fields.String(required=True, allow_none=True, metadata={"format": "date"})


class ConfirmBody(Body):
    """A yes to exactly what was shown, by its hash; also to the time suggested there, if one was."""

    shown = fields.String(required=True, validate=at_most(LONGEST_MARK))
    time_shown = Wall(required=True, allow_none=True)


class ToldYesBody(ConfirmBody):
    """A yes that the patient gave in another way, written down by the contact."""

    how = fields.String(required=True, validate=validate.OneOf(["spoken", "paper"], error=CHOOSE))
    said_on = Day(required=True)


class AskBody(Body):
    """A wish to change something, or something not understood."""

    kind = fields.String(required=True, validate=validate.OneOf(["change", "unclear"], error=CHOOSE))
    words = Words(required=True, validate=at_most(LONGEST_ITEM))
