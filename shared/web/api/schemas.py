"""What every body and every answer of the JSON door is built on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from shared.i18n import _l
from shared.web import forms
from shared.web.forms import EARLIEST, LATEST

WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST = 200
"""The longest page."""
USUAL = 50

WRONG = {
    bool: _l("Send true or false."),
    int: _l("Send a whole number, without quotes."),
    float: _l("Send a number, without quotes."),
    list: _l("Send a list."),
    dict: _l("Send an object."),
    str: _l("Send a text, in quotes."),
}
KINDS: tuple[tuple[type[fields.Field[Any]], type], ...] = (
    (fields.Boolean, bool),
    (fields.Integer, int),
    (fields.Float, float),
    (fields.List, list),
    (fields.Dict, dict),
    (fields.String, str),
    (fields.UUID, str),
    (fields.Date, str),
    (fields.Time, str),
    (fields.DateTime, str),
    (fields.Enum, str),
)
"""Which JSON type a field is sent as; others judge for themselves."""


class Body(Schema):
    """A body: nothing unknown, and each field as the JSON type it is (``5`` is not ``"5"``, ``true`` is not ``1``)."""

    class Meta:
        unknown = RAISE

    @pre_load
    def only_its_type(self, data: Any, **_more: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        keys = {field.data_key or name: field for name, field in self.load_fields.items()}
        found = {key: wrong for key, field in keys.items() if key in data and (wrong := _wrong(field, data[key]))}
        if found:
            raise ValidationError(found)
        return data


class Clock(fields.String):
    """A time of day on the wall: ``07:30``."""

    def __init__(self, **more: Any) -> None:
        wrong = _l("Write a time, for example 09:00.")
        super().__init__(validate=validate.Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z", error=wrong), **more)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> Any:
        text = super().deserialize(value, attr, data, **more)
        return time.fromisoformat(text) if isinstance(text, str) else text

    def _serialize(self, value: Any, *_where: Any, **_more: Any) -> str | None:
        return None if value is None else value.isoformat("minutes")


class Wall(fields.String):
    """A day and a time as they stand on the patient's own clock, without offset: ``2026-11-27T09:00``."""

    def __init__(self, **more: Any) -> None:
        pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]\Z"
        super().__init__(validate=validate.Regexp(pattern, error=_l("Write a date and a time.")), **more)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **more: Any) -> Any:
        text = super().deserialize(value, attr, data, **more)
        if not isinstance(text, str):
            return text
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = datetime.min  # noqa: DTZ901 - a wall time, and no day that can be meant
        if not EARLIEST <= at.date() <= LATEST:
            raise ValidationError(_l("Write a date and a time."))
        return at

    def _serialize(self, value: Any, *_where: Any, **_more: Any) -> str | None:
        return None if value is None else value.isoformat(timespec="minutes")


class Day(forms.Day):
    """A day of the calendar: ``2026-11-27`` and nothing shorter."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> date:
        if not isinstance(value, str) or not WRITTEN.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **more)


class Instant(fields.AwareDateTime):
    """An instant, only ever shown: what is sent is a day or a time on somebody's wall."""


class PageQuery(Schema):
    """Which part of a list."""

    limit = fields.Integer(
        load_default=USUAL,
        validate=validate.Range(1, MOST, error=_l("Ask for {min} to {max}.")),
        metadata={"description": "How many to give at most."},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=1000, error=_l("The cursor is not one of ours.")),
        metadata={"description": "Where to go on: the cursor of the page before. Opaque; only for the same list."},
    )


class PageBody(Body):
    """Which part of what a search finds."""

    limit = fields.Integer(
        strict=True, load_default=USUAL, validate=validate.Range(1, MOST, error=_l("Ask for {min} to {max}."))
    )
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class ErrorJson(Schema):
    """One thing that is wrong."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer (RFC 6901) to the field; empty: the whole."}
    )
    detail = fields.String(required=True)


class ProblemJson(Schema):
    """RFC 9457. ``current`` and ``sent`` come with 412: what is there now, and what was asked for."""

    type = fields.String(required=True, metadata={"description": "urn:samkontrakt:problem:<kind>"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "A sentence in Swedish or English."})
    errors = fields.List(fields.Nested(ErrorJson), required=True)
    current = fields.Dict()
    sent = fields.Dict(allow_none=True)


@cache
def page_of(shown: type[Schema]) -> type[Schema]:
    """The schema of one page of these."""
    members: dict[str, fields.Field[Any]] = {
        "items": fields.List(fields.Nested(shown), required=True),
        "cursor": fields.String(
            required=True, allow_none=True, metadata={"description": "For the next page; null: the end."}
        ),
        "next": fields.String(
            required=True,
            allow_none=True,
            metadata={"description": "The address of the next page, where it can be asked for by GET."},
        ),
    }
    return Schema.from_dict(members, name=f"{shown.__name__.removesuffix('Json')}Page")


def _wrong(field: fields.Field[Any], value: Any) -> Any:
    """What is wrong with the JSON type of a value: nothing, a list of messages, or those of a list's items."""
    kind = next((json_type for of, json_type in KINDS if isinstance(field, of)), None)
    if kind is None or value is None:
        return None
    allowed = (int, float) if kind is float else kind
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        return [WRONG[kind]]
    if isinstance(field, fields.List) and isinstance(value, list):
        items: dict[int, Any] = {
            number: wrong for number, one in enumerate(value) if (wrong := _wrong(field.inner, one))
        }
        return items or None
    return None
