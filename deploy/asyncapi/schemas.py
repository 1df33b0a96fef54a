"""The JSON Schema of an event's fields, from its class."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from shared.events import ALL, Event

Schema = dict[str, Any]
PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    UUID: {"type": "string", "format": "uuid"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d+)?)?$"},
    datetime: {"type": "string", "format": "date-time"},
}
WALL_TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$",
    "description": "A time on the wall, in the zone that stands beside it.",
}


def of_event(event: type[Event], reader: str) -> Schema:
    """The fields of ``event`` that ``reader`` gets. All are always there; more may come."""
    told = event.readers[reader]
    names = [f.name for f in dataclasses.fields(event)]  # type: ignore[arg-type]
    return _object(event, names if told == ALL else list(told))


def parts(events: list[type[Event]]) -> dict[str, Schema]:
    """The schemas of what events are made of, by name."""
    found = {part.__name__: part for event in events for part in _parts(event)}
    return {name: _object(part, [f.name for f in dataclasses.fields(part)]) for name, part in sorted(found.items())}


def _object(cls: type[Any], names: list[str]) -> Schema:
    hints = typing.get_type_hints(cls)
    fields = {name: WALL_TIME if name.endswith("_local") else _value(hints[name]) for name in names}
    return {"type": "object", "description": _words(cls), "properties": fields, "required": names}


def _value(hint: Any) -> Schema:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_value(arg) for arg in args if arg is not types.NoneType] + [{"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _value(args[0])}
    if dataclasses.is_dataclass(hint):
        return {"$ref": f"#/components/schemas/{typing.cast(type[Any], hint).__name__}"}
    return dict(PLAIN[hint])


def _parts(cls: Any) -> set[type[Any]]:
    """The dataclasses that stand in the fields of ``cls``, however deep."""
    inside = {arg for hint in typing.get_type_hints(cls).values() for arg in (hint, *typing.get_args(hint))}
    found = {arg for arg in inside if isinstance(arg, type) and dataclasses.is_dataclass(arg)}
    return found | {deeper for part in found for deeper in _parts(part)}


def _words(cls: type[Any]) -> str:
    return " ".join((cls.__doc__ or "").split())
