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
        raise Malformed("the event is not a JSON object")
    expect = {"specversion": "1.0", "source": f"/{producer}", "datacontenttype": SEALED}
    for name, value in expect.items():
        if raw.get(name) != value:
            raise Malformed(f"{name} is not {value}")
    kind, data = _text(raw, "type", 200), _text(raw, "data", LONGEST_DATA)
    if not _TYPE.fullmatch(kind) or kind.split(".")[2] != producer:
        raise Malformed(f"type is not one of {producer}'s")
    try:
        event_id = UUID(_text(raw, "id", 36))
        datetime.fromisoformat(_text(raw, "time", 40))
    except ValueError as error:
        raise Malformed(f"id or time: {error}") from None
    return Envelope(sequence(raw), event_id, kind, _text(raw, "subject", 200), data)


def sequence(raw: Mapping[str, Any]) -> int:
    digits = _text(raw, "sequence", 20)
    if not digits.isascii() or not digits.isdigit():
        raise Malformed("sequence is not a number")
    return int(digits)


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise Malformed(f"{name} is missing, empty or too long")
    if not value.isprintable():
        raise Malformed(f"{name} holds control characters")
    return value
