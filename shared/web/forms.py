"""What a form said: read by a marshmallow schema, with errors in the reader's own words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any, cast

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import Lazy, _l

Errors = dict[str, list[str]]
FORM_TOKEN, FORM_OWNER, FROM_DRAFT = OWN = ("form_token", "form_owner", "form_draft")
"""What the frame puts into every form, and into one that is sent again: never an answer."""
EARLIEST, LATEST = date(1850, 1, 1), date(2199, 12, 31)

FRIENDLY = {
    "Missing data for required field.": _l("Fill in an answer here."),
    "Field may not be null.": _l("Fill in an answer here."),
    "Not a valid string.": _l("Write with letters and numbers."),
    "Not a valid integer.": _l("Write a whole number, for example 3."),
    "Not a valid number.": _l("Write a number, for example 72,5."),
    "Not a valid date.": _l("Write a date, for example 2026-11-24."),
    "Not a valid time.": _l("Write a time, for example 09:00."),
    "Not a valid datetime.": _l("Write a date and a time."),
    "Not a valid email address.": _l("Write an e-mail address, for example name@example.org."),
    "Not a valid UUID.": _l("Choose one from the list."),
    "Not a valid boolean.": _l("Choose yes or no."),
}


class DecimalComma(fields.Decimal):
    """A number as people write it: 72,5 or 72.5."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        plain = "".join(value.replace(",", ".").split()) if isinstance(value, str) else value
        return super()._deserialize(plain, attr, data, **kwargs)


class Day(fields.Date):
    """A day in a calendar that somebody alive keeps: what is counted from a day centuries away is counted wrong."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if "W" in str(value) or not EARLIEST <= day <= LATEST:  # 2026-W48-2 is a day to Python, to nobody else here
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return day


class ClockTime(fields.Time):
    """A time as the clock on the wall shows it: one that brings an offset of its own is meant for another clock."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        clock = super()._deserialize(value, attr, data, **kwargs)
        if clock.tzinfo is not None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return clock


def said_in(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Everything a form says, in its order, without what the frame put there."""
    return [(name, text) for name, text in form.items(multi=True) if name not in OWN]


def at_most(characters: int) -> validate.Length:
    """The validator of a text's length, in the reader's words."""
    return validate.Length(max=characters, error=_l("Write at most {max} characters."))


def read_form(schema: Schema) -> tuple[dict[str, Any], Errors]:
    """What was filled in and what is wrong, field by field: ``(data, {})`` or ``({}, errors)``.

    Signs that nobody writes (control characters) are left out. Space around an answer and unanswered fields count as
    nothing, so ``required`` means answered. Fields the schema doesn't know are left aside: a form carries its own CSRF
    token, and a button may have a name.
    """
    try:
        return schema.load(_answers(schema), unknown=EXCLUDE), {}
    except ValidationError as error:
        return {}, in_words(error.messages)


def tried(ctx: Ctx, act: Callable[[], object]) -> Errors:
    """Do the act. What a rule says no to comes back as an error at its field (or at the page), and nothing is kept."""
    try:
        with ctx.session.begin_nested():
            act()
    except Refused as no:
        return {no.field or "main": [cast(str, no.text)]}
    return {}


def _answers(schema: Schema) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        given = [answer for value in request.form.getlist(key) if (answer := legible(value).strip())]
        if given:
            answers[key] = given if isinstance(field, fields.List) else given[0]
    return answers


def legible(value: str) -> str:
    """What a person wrote: the database can't hold a NUL, and a screen reader or a mail's head makes nothing of the rest."""
    return "".join(sign for sign in value if sign in "\n\r\t" or unicodedata.category(sign) != "Cc")


def in_words(messages: Any) -> Errors:
    """What a schema says is wrong, in the reader's words."""
    return {field: [FRIENDLY.get(text, Lazy(text)) for text in _flat(found)] for field, found in messages.items()}


def _flat(found: Any) -> list[str]:
    """Messages of a field; those of a list's items or a nested schema, level by level, as one list."""
    if isinstance(found, dict):
        return [text for inner in found.values() for text in _flat(inner)]
    return list(found) if isinstance(found, list) else [found]
