"""What the forms of a review may say."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from services.contract.agreement.review.domain import SCREENS, choices
from services.contract.agreement.schemas import CHOOSE, LONGEST_MARK
from shared.i18n import _l
from shared.web.forms import Day, at_most

LONGEST_REFERENCE = 200
ANSWER = _l("Choose an answer. You can also save and go on later.")


def _screen(questions: tuple[Any, ...]) -> type[Schema]:
    return Schema.from_dict(
        {q.value: fields.String(validate=validate.OneOf(list(choices(q)), error=CHOOSE)) for q in questions}
    )


ScreenForms = tuple(_screen(questions) for questions in SCREENS)
"""One form for each screen of questions. None must be answered: what is answered is kept, what is left is asked again."""


class HowForm(Schema):
    """How the patient gave the answers that staff write down."""

    how = fields.String(load_default="web", validate=validate.OneOf(["web", "spoken", "paper"], error=CHOOSE))


class KeepForm(Schema):
    """The text that was on the page, by its hash."""

    shown = fields.String(required=True, validate=at_most(LONGEST_MARK))


class DocumentForm(KeepForm):
    """Where the text stands in the record, and since when."""

    on_day = Day(required=True)
    reference = fields.String(load_default="", validate=at_most(LONGEST_REFERENCE))
