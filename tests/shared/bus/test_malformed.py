"""Promise 22: what is malformed, forged or unknown is quarantined in its place with a reason, or refused and asked for
again. Nothing crashes, nothing stalls: behind every bad event a good one is handled."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.bus import envelope, strict
from shared.bus.inbox import FeedRegressed, FeedUnavailable, FeedUnreadable, receive
from shared.bus.seal import Sealer
from shared.db import Database
from tests.shared.bus.bad import STREAM, Pair
from tests.shared.material import shared_data

CLOUDEVENTS = shared_data("cloudevents/event_cases.json")["cases"]
JSON_CASES = shared_data("bad-input/json_test_suite.json")["cases"]
NAUGHTY = [case["s"] for case in shared_data("bad-input/blns.json")]
DEEP: Any = []
for _ in range(900):
    DEEP = [DEEP]


@pytest.fixture
def pair(selfcare_db: Database, notify_db: Database) -> Pair:
    return Pair(selfcare_db, notify_db)


def good(**changes: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": str(UUID(int=7)),
        "source": "/selfcare",
        "type": "se.samkontrakt.selfcare.reminder.cancelled.v1",
        "subject": str(UUID(int=8)),
        "time": "2026-11-26T10:00:00.123456+00:00",
        "sequence": f"{1:020d}",
        "datacontenttype": envelope.SEALED,
        "data": "sealed",
    }
    return {name: value for name, value in (event | changes).items() if value is not ...}


@pytest.mark.parametrize("case", CLOUDEVENTS, ids=lambda case: case["name"])
def test_P22_cloudevents_cases_are_taken_or_refused_as_the_specification_says(case: dict[str, Any]) -> None:
    """The case's one change, made to an event of ours: also those that the official schema lets through."""
    minimum = {"specversion": "1.0", "id": "A234-1234-1234", "source": "/mycontext", "type": "com.example.someevent"}
    changed = {name: value for name, value in case["event"].items() if minimum.get(name) != value}
    missing = dict.fromkeys(minimum.keys() - case["event"].keys(), ...)
    ours = good(**changed, **missing)
    if case["name"] == "null-attribute":
        ours = good(traceparent=None)
    if case["expected"].startswith("accept"):
        assert envelope.parse("selfcare", ours).seq == 1
    else:
        with pytest.raises(envelope.Malformed):
            envelope.parse("selfcare", ours)


BAD = {
    "a string": "not an event",
    "a number": 7,
    "null": None,
    "a list": [],
    "nested deep": DEEP,
    "nothing at all": {},
    "a lone surrogate": {"type": "\ud800"},
    "NUL in the subject": {"subject": "a\x00b"},
    "an unknown type's name": {"type": "se.samkontrakt.selfcare.reminder.sung.v1"},
    "a type of another producer": {"type": "se.samkontrakt.contract.unit.changed.v1"},
    "another source": {"source": "/contract"},
    "no seal": {"data": None},
    "data of a megabyte": {"data": "x" * 1_000_000},
    "data as an object": {"data": {"reminder_id": "1"}},
    "a forged seal": {"data": Sealer("selfcare", {"notify": ("a secret of nobody's",)}).seal("notify", uuid4(), {})},
    "an id that is none": {"id": "7"},
    "an id that is a list": {"id": ["7"]},
    "no time": {"time": None},
    "a time that is none": {"time": "2026-02-30T10:00:00Z"},
    "a time without offset": {"time": "2026-11-22T10:00:00"},
    "a name in capitals": {"Traceparent": "x"},
    "a huge integer": {"extension": 2**40},
    "a fraction": {"extension": 1.5},
}


@pytest.mark.parametrize("spoil", [pytest.param(spoil, id=name) for name, spoil in BAD.items()])
def test_P22_a_bad_event_is_quarantined_in_its_place_and_stops_nobody(pair: Pair, spoil: Any) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)

    def spoilt(batch: list[Any]) -> list[Any]:
        if len(batch) == 3:
            batch[1] = {**batch[1], **spoil} if isinstance(spoil, dict) and spoil else spoil
        return batch

    pair.hear(spoilt)
    assert pair.handled() == [1, 3]
    assert [row.seq for row in pair.received()] == [1, 2, 3]
    assert pair.states() == ["done", "quarantined", "done"]
    assert pair.received()[1].problem
    pair.tell(4)
    pair.hear(spoilt)
    assert pair.handled() == [1, 3, 4]


@pytest.mark.parametrize("spoil", [pytest.param(spoil, id=name) for name, spoil in BAD.items()])
def test_P22_a_bad_event_at_the_end_keeps_its_place_and_what_is_told_later_is_handled(pair: Pair, spoil: Any) -> None:
    pair.tell(1)
    pair.tell(2)

    def spoilt(batch: list[Any]) -> list[Any]:
        for place, event in enumerate(batch):
            if event["sequence"].endswith("02"):
                batch[place] = {**event, **spoil} if isinstance(spoil, dict) and spoil else spoil
        return batch

    pair.hear(spoilt)
    pair.wait_a_minute()
    pair.hear(spoilt)
    pair.tell(3)
    pair.hear(spoilt)
    pair.hear(spoilt)
    assert pair.handled() == [1, 3]
    assert [(row.seq, row.state) for row in pair.received()] == [(1, "done"), (2, "quarantined"), (3, "done")]
    assert {row.generation for row in pair.received()} == {1}


def test_P22_naughty_strings_in_every_attribute_crash_nothing(pair: Pair) -> None:
    names = ["id", "source", "type", "subject", "time", "sequence", "datacontenttype", "data", "extension"]
    for number in range(len(NAUGHTY) + 1):
        pair.tell(number)

    def spoilt(batch: list[Any]) -> list[Any]:
        return [
            event if place >= len(NAUGHTY) else {**event, names[place % len(names)]: NAUGHTY[place]}
            for place, event in enumerate(batch)
        ]

    pair.hear(spoilt)
    assert len(pair.received()) == len(NAUGHTY) + 1
    assert pair.handled()[-1] == len(NAUGHTY)
    assert set(pair.states()) == {"done", "quarantined"}


@pytest.mark.parametrize("case", JSON_CASES, ids=lambda case: case["name"])
def test_P22_json_cases_are_read_as_json_or_refused(case: dict[str, Any]) -> None:
    """Where the standard leaves it open, anything but a crash will do."""
    read = True
    try:
        strict.loads(base64.b64decode(case["base64"]))
    except strict.NotJson:
        read = False
    assert read == (case["expected"] == "accept") or case["expected"] not in ("accept", "reject")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 10_000 + b"]" * 10_000,
        b"[NaN]",
        b"[Infinity]",
        b'[{"a": 1}',
        b"\xff\xfe[]",
        b"",
        b"[1] x",
        b"[" + b"9" * 9999,
    ],
    ids=["nested", "NaN", "Infinity", "truncated", "UTF-16", "empty", "trailing", "a long number"],
)
def test_P22_what_two_readers_could_understand_differently_is_not_read(body: bytes) -> None:
    with pytest.raises(strict.NotJson):
        strict.loads(body)


def test_P22_an_object_with_a_key_twice_is_no_event() -> None:
    (event,) = strict.loads(b'[{"id": "1", "id": "2"}]')
    assert isinstance(event, strict.Doubled)
    with pytest.raises(envelope.Malformed, match="each key once"):
        envelope.parse("selfcare", event)


@pytest.mark.parametrize(
    "sealed",
    [b"[]", b'{"id": 7}', b"[" * 10_000, b"NaN", b'{"id":"ID","data":{"reason_key":"\\ud800"}}', b"\xff",
     b'{"id":"ID","data":{"reason_key":"\\u0000"}}', b'{"id":"ID","data":{"reason_key":"a","reason_key":"b"}}',
     b'{"id":"ID","data":{"reminder_id":7,"reason_key":"a"}}', b'{"id":"ID","data":{"reason_key":"1"}}',
     b'{"id":"ID","data":{"reminder_id":[],"reason_key":{}}}'],
)  # fmt: skip
def test_P22_what_is_sealed_rightly_but_holds_nonsense_is_quarantined(pair: Pair, sealed: bytes) -> None:
    pair.tell(1)
    pair.tell(2)
    key = pair.producer.sealer._seals["notify"]

    def spoilt(batch: list[Any]) -> list[Any]:
        batch[0]["data"] = key.encrypt(sealed.replace(b"ID", batch[0]["id"].encode())).decode()
        return batch

    pair.hear(spoilt)
    assert pair.states() == ["quarantined", "done"]
    assert pair.handled() == [2]


def test_P22_a_moved_seal_is_quarantined(pair: Pair) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)

    def spoilt(batch: list[Any]) -> list[Any]:
        batch[0]["data"], batch[1]["data"] = batch[1]["data"], batch[0]["data"]
        return batch

    pair.hear(spoilt)
    assert pair.states() == ["quarantined", "quarantined", "done"]
    assert {row.problem for row in pair.received()[:2]} == {"the seal belongs to another event"}


def test_P22_an_id_used_again_with_other_content_is_told_loudly_and_overwrites_nothing(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    pair.tell(1)
    pair.hear()
    before = pair.received()[0]
    pair.tell(2)
    pair.tell(3)

    def spoilt(batch: list[Any]) -> list[Any]:
        batch[0]["id"] = str(before.event_id)
        return batch

    pair.hear(spoilt)
    rows = pair.received()
    assert rows[0] == before
    assert (rows[1].seq, rows[1].state) == (2, "quarantined")
    assert rows[1].problem == f"SECURITY: event {before.event_id} came again with other content"
    assert "event id used again with other content" in capsys.readouterr().out
    assert pair.handled() == [1, 3]


def test_P22_an_id_twice_in_one_batch_is_told_loudly(pair: Pair) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)

    def spoilt(batch: list[Any]) -> list[Any]:
        batch[1]["id"] = batch[0]["id"]
        return batch

    pair.hear(spoilt)
    assert pair.states() == ["done", "quarantined", "done"]
    assert pair.received()[1].problem.startswith("SECURITY")


def test_P22_the_same_event_under_a_second_number_keeps_its_place_and_is_handled_once(pair: Pair) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)
    pair.hear(lambda batch: [batch[0], {**batch[0], "sequence": batch[1]["sequence"]}, *batch[2:]])
    assert pair.states() == ["done", "quarantined", "done"]
    assert pair.received()[1].problem == "the same event as number 1"
    assert pair.handled() == [1, 3]


def test_P22_a_number_used_again_with_another_id_takes_no_place(pair: Pair) -> None:
    """Two events say they are number 1: the second stands where number 2 must, and is quarantined there."""
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)
    pair.hear(lambda batch: [batch[0], {**batch[1], "sequence": batch[0]["sequence"]}, batch[2]])
    assert [(row.seq, row.state) for row in pair.received()] == [(1, "done"), (2, "quarantined"), (3, "done")]


def test_P22_a_number_that_never_comes_is_asked_for_a_minute_then_passed_over(pair: Pair) -> None:
    for number in range(1, 5):
        pair.tell(number)

    def without_the_second(batch: list[Any]) -> list[Any]:
        return [event for event in batch if not event["sequence"].endswith("02")]

    pair.hear(without_the_second)
    pair.hear(without_the_second)
    assert pair.handled() == [1]
    pair.wait_a_minute()
    pair.hear(without_the_second)
    pair.hear(without_the_second)
    assert pair.handled() == [1, 3, 4]
    assert (pair.received()[1].state, pair.received()[1].problem) == ("quarantined", "number 2 never came")
    assert {row.generation for row in pair.received()} == {1}


def test_P22_a_number_that_comes_late_leaves_no_trace(pair: Pair) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.tell(3)
    pair.hear(lambda batch: [batch[0], batch[2]])
    pair.hear(lambda batch: [batch[0], batch[0], batch[0]])
    pair.hear()
    assert pair.handled() == [1, 2, 3]
    assert pair.states() == ["done"] * 3


@pytest.mark.parametrize("refused", [FeedUnreadable, FeedUnavailable])
def test_P22_an_answer_refused_as_a_whole_is_asked_for_again(pair: Pair, refused: type[Exception]) -> None:
    pair.tell(1)

    def fail(_batch: list[Any]) -> list[Any]:
        raise refused(STREAM)

    pair.hear(fail)
    assert pair.received() == []
    pair.hear()
    assert pair.handled() == [1]


def test_P22_one_event_that_makes_every_answer_unreadable_is_found_and_passed_over(pair: Pair) -> None:
    for number in range(1, 31):
        pair.tell(number)
    asked: list[int] = []

    def unreadable_with_the_tenth(batch: list[Any]) -> list[Any]:
        asked.append(len(batch))
        if any(int(event["sequence"]) == 10 for event in batch):
            raise FeedUnreadable(STREAM)
        return batch

    pair.hear(unreadable_with_the_tenth)
    pair.wait_a_minute()
    pair.hear(unreadable_with_the_tenth)
    assert pair.handled() == [number for number in range(1, 31) if number != 10]
    assert pair.states()[9] == "quarantined"
    assert len(asked) < 60


def test_P22_a_producer_that_always_says_it_was_restored_is_asked_once_per_poll(pair: Pair) -> None:
    calls = 0

    def regressed(stream: str, after: int, last: UUID | None, limit: int) -> list[Any]:
        nonlocal calls
        calls += 1
        raise FeedRegressed(f"{stream} {after} {last} {limit}")

    with pytest.raises(FeedUnavailable):
        receive(pair.reader.database, regressed, STREAM)
    assert calls == 2
    pair.tell(1)
    pair.hear()
    assert pair.handled() == [1]


def test_an_envelope_of_ours_is_read_back() -> None:
    event = good(time=datetime.now(UTC).isoformat())
    assert json.loads(json.dumps(event)) == event
    assert envelope.parse("selfcare", event).aggregate == str(UUID(int=8))
