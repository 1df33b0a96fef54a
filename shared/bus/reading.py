"""What the feed gave, as rows of the inbox: each in its place, and what can't be read is kept there, quarantined."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from shared.bus import envelope

NAMESPACE = UUID("3f0c7b5e-6f0e-4a55-9d0c-0f6a3c1d2b77")
UNREADABLE = "unreadable"
LONGEST_KEPT = 16_000
"""Characters kept of what can't be read: enough to see what it was."""


def rows(stream: str, generation: int, after: int, batch: list[Any]) -> list[dict[str, Any]]:
    """The rows that follow number ``after``, as far as the batch goes on without a gap.

    What does not say which number it is has its number from where it stands, if something behind it stands right.
    """
    certain = max((place for place, raw in enumerate(batch) if _number(raw) == after + 1 + place), default=-1)
    producer = stream.split(".", maxsplit=1)[0]
    return [
        {"stream": stream, "generation": generation, "seq": after + 1 + place, **_row(producer, after + 1 + place, raw)}
        for place, raw in enumerate(batch[: certain + 1])
    ]


def never_came(stream: str, generation: int, number: int, raw: Any) -> dict[str, Any]:
    """The row that keeps the place of an event which the producer does not give, however often it is asked."""
    place = {"stream": stream, "generation": generation, "seq": number}
    return place | quarantined(number, raw, f"number {number} never came")


def quarantined(number: int, raw: Any, problem: str) -> dict[str, Any]:
    """A row that is handled by nobody. Its id is made from what it holds: read again, it is the same row."""
    kept = _shown(raw)
    return {
        "event_id": uuid5(NAMESPACE, f"{number} {problem} {kept}"),
        "type": UNREADABLE,
        "aggregate": UNREADABLE,
        "data": kept,
        "state": "quarantined",
        "problem": problem,
    }


def _row(producer: str, number: int, raw: Any) -> dict[str, Any]:
    try:
        event = envelope.parse(producer, raw)
    except envelope.Malformed as problem:
        return quarantined(number, raw, str(problem))
    if event.seq != number:
        return quarantined(number, raw, f"sequence is not {number}")
    fields = {"event_id": event.event_id, "type": event.type, "aggregate": event.aggregate, "data": event.data}
    return {**fields, "state": "waiting", "problem": None}


def _number(raw: Any) -> int | None:
    try:
        return envelope.sequence(raw)
    except envelope.Malformed:
        return None


def _shown(raw: Any) -> str:
    try:
        return ascii(raw)[:LONGEST_KEPT]
    except RecursionError:
        return "(nested too deeply to be shown)"
