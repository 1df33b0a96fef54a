"""What an event is: its published name, who reads it, its JSON and back."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

SERVICES = ("contract", "selfcare", "notify")
ALL: tuple[str, ...] = ("*",)
BOTH_OTHERS = {"selfcare": ALL, "notify": ALL}

PLAIN = frozenset({str, int, bool, type(None)})
"""What JSON holds as it is."""

EVENTS: dict[str, type[Event]] = {}
"""Every published event class by its type name."""


class Event:
    """Base of all facts. Subclasses are frozen keyword-only dataclasses."""

    type: ClassVar[str]
    aggregate: ClassVar[str]
    readers: ClassVar[dict[str, tuple[str, ...]]]

    def __init_subclass__(
        cls, *, type: str = "", aggregate: str = "", readers: dict[str, tuple[str, ...]] | None = None
    ) -> None:
        if type:
            cls.type, cls.aggregate, cls.readers = f"se.samkontrakt.{type}", aggregate, readers or {}
            EVENTS[cls.type] = cls

    @property
    def aggregate_id(self) -> str:
        return str(getattr(self, self.aggregate))

    def data_for(self, reader: str) -> dict[str, Any]:
        """The JSON-ready fields that ``reader`` may have."""
        fields = self.readers[reader]
        data = {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}  # type: ignore[arg-type]
        return data if fields == ALL else {name: data[name] for name in fields}


def from_data(type_name: str, data: dict[str, Any]) -> Event:
    """Rebuild an event from its JSON fields; unknown fields are ignored, so a newer producer can be read.

    Raises ``KeyError`` for an unknown type and ``TypeError`` or ``ValueError`` for fields that do not fit.
    """
    return typing.cast(Event, _build(EVENTS[type_name], data))


def _plain(value: Any) -> Any:
    if type(value) in PLAIN:
        return value
    if isinstance(value, UUID):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def _build(cls: type[Any], data: dict[str, Any]) -> Any:
    readers = _readers(cls)  # type: ignore[arg-type]
    return cls(**{name: readers[name](raw) for name, raw in data.items() if name in readers})


@functools.cache
def _readers(cls: type[Any]) -> dict[str, Callable[[Any], Any]]:
    """How each field is read back from JSON, worked out once per class."""
    hints = typing.get_type_hints(cls)
    return {f.name: _reader(hints[f.name]) for f in dataclasses.fields(cls)}


def _reader(hint: Any) -> Callable[[Any], Any]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        inner = _reader(next(a for a in args if a is not type(None)))
        return lambda raw: None if raw is None else inner(raw)
    if origin is tuple:
        item = _reader(args[0])
        return lambda raw: tuple(item(one) for one in raw)
    if dataclasses.is_dataclass(hint):
        return functools.partial(_build, typing.cast(type[Any], hint))
    if hint in (datetime, date, time):
        return typing.cast(Callable[[Any], Any], hint.fromisoformat)
    return UUID if hint is UUID else functools.partial(_itself, hint)


def _itself(kind: type, raw: Any) -> Any:
    if not isinstance(raw, kind) or (kind is int and isinstance(raw, bool)):
        raise ValueError(f"{raw!r} is not {kind.__name__}")
    return raw
