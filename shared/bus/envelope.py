"""CloudEvents 1.0 JSON, as the feed speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.bus.outbox import Stored

MEDIA_TYPE = "application/cloudevents-batch+json"
SEALED = "application/vnd.samkontrakt.sealed"
LONGEST_DATA = 256_000
_TYPE = re.compile(r"se\.samkontrakt\.[a-z_]+\.[a-z_]+\.[a-z_]+\.v[0-9]+")
_NAME = re.compile(r"[a-z0-9]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_OURS = frozenset(
    ("specversion", "id", "source", "type", "subject", "time", "sequence", "datacontenttype", "data"),
)


class Malformed(Exception):
    """Why an envelope can't be taken, in plain words."""


@dataclass(frozen=True)
class Envelope:
    """One received event, its data still sealed."""

    seq: int
    event_id: UUID
    type: str
    aggregate: str
    data: str


def write(producer: str, event: Stored) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": str(event.event_id),
        "source": f"/{producer}",
        "type": event.type,
        "subject": event.aggregate,
        "time": event.recorded_at.isoformat(),
        "sequence": f"{event.seq:020d}",
        "datacontenttype": SEALED,
        "data": event.data,
    }


def parse(producer: str, raw: object) -> Envelope:
    """Read one CloudEvent from ``producer``. Raises ``Malformed`` with the attribute at fault."""
    if not isinstance(raw, Mapping):
        raise Malformed("the event is not a JSON object that has each key once")
    expect = {"specversion": "1.0", "source": f"/{producer}", "datacontenttype": SEALED}
    for name, value in expect.items():
        if raw.get(name) != value:
            raise Malformed(f"{name} is not {value}")
    kind, data = _text(raw, "type", 200), _text(raw, "data", LONGEST_DATA)
    if not _TYPE.fullmatch(kind) or kind.split(".")[2] != producer:
        raise Malformed(f"type is not one of {producer}'s")
    event_id = identity(raw)
    if event_id is None:
        raise Malformed("id is not a UUID")
    _check_time(_text(raw, "time", 40))
    _check_extensions(raw)
    return Envelope(sequence(raw), event_id, kind, _text(raw, "subject", 200), data)


def sequence(raw: object) -> int:
    """The event's place in its stream. Raises ``Malformed`` when it names none."""
    digits = _text(raw if isinstance(raw, Mapping) else {}, "sequence", 20)
    if not digits.isascii() or not digits.isdigit():
        raise Malformed("sequence is not a number")
    return int(digits)


def identity(raw: object) -> UUID | None:
    """The event's own id; None when it has none that can be read."""
    value = raw.get("id") if isinstance(raw, Mapping) else None
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def _check_time(text: str) -> None:
    try:
        real = _TIME.fullmatch(text) and datetime.fromisoformat(text)
    except ValueError:
        real = None
    if not real:
        raise Malformed("time is not a time of RFC 3339")


def _check_extensions(raw: Mapping[str, Any]) -> None:
    """What this reader does not know is passed over, if it is what CloudEvents allows; null is an attribute left out."""
    for name in raw.keys() - _OURS:
        if name == "data_base64" or not _NAME.fullmatch(name):
            raise Malformed("an attribute has a name that none may have")
        value = raw[name]
        small = isinstance(value, int) and -(2**31) <= value < 2**31
        if value is not None and not small and not (isinstance(value, str) and value.isprintable()):
            raise Malformed("an attribute has a value that none may have")


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise Malformed(f"{name} is missing, empty or too long")
    if not value.isprintable():
        raise Malformed(f"{name} holds control characters")
    return value
