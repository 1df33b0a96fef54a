"""The verdict: what is said, to whom it matters, and what a new process would mend."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.watch.domain import Verdict, judge
from shared.watch.facts import DueWork, Facts, Hindrance, Told, Waits
from shared.watch.words import many, span

WELL = Facts("notify", relay=0.4, bell=2.0, work=1.5, leader=3, tells={"notify.contract": Told(9, 9)})


def with_(**known: Any) -> Verdict:
    return judge(replace(WELL, **known))


def test_P41_all_is_well_without_a_word() -> None:
    assert judge(WELL) == Verdict()
    assert judge(WELL).ok


@pytest.mark.parametrize(
    ("known", "role", "words"),
    [
        ({"relay": 21.0, "bell": 22.0}, "relay", "its relay has done nothing for 21 s"),
        ({"relay": None, "bell": None}, "relay", "its relay has never done anything"),
        ({"work": 42.0}, "work", "its worker has done nothing for 42 s and nobody stands in"),
        ({"inbox": {"waiting": Waits(3, 61)}}, "work", "3 events wait to be handled, the oldest for 61 s"),
        (
            {"inbox": {"parked": Waits(1, 7380), "held": Waits(3, 60)}},
            "work",
            "1 event could not be handled, the oldest 2 h 3 min ago; 3 events wait behind. "
            "Look: samkontrakt bus parked notify",
        ),
        ({"inbox": {"quarantined": Waits(2, 5)}}, "work", "2 events could not be read"),
        ({"tells": {"notify.contract": Told(9, 9, unnumbered=25)}}, "relay", "what contract is to be told"),
        ({"unchained": 90.0}, "relay", "its access log has not been chained for 90 s"),
        ({"due": {"requests to escalate": DueWork(75)}}, "work", "requests to escalate: the oldest has waited 75 s"),
        (
            {"due": {"reminders due": DueWork(75)}, "work": 80.0, "stand_in": 1.0},
            "work",
            "has waited 75 s: the worker does not answer and the relay stands in",
        ),
        (
            {"due": {"send": DueWork(600, Hindrance("e-mail", "no server", 240, Waits(12, 600), 14_280))}},
            "work",
            "e-mail has been left alone for 4 min: no server; 12 messages wait, the first loses its use in 3 h 58 min",
        ),
    ],
)
def test_P41_what_stands_still_is_said_and_is_a_fault_of_its_role(known: dict[str, Any], role: str, words: str) -> None:
    verdict = with_(**known)
    assert words in " / ".join(reason.text for reason in verdict.of(role).reasons if reason.fault)
    assert not verdict.ok
    assert not verdict.of(role).ok
    assert verdict.of("web").ok


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"bell": 16.0, "work": 16.0, "stand_in": 0.5}, "Redis takes no bell, the last 16 s ago"),
        ({"work": 300.0, "stand_in": 0.5}, "its worker has done nothing for 5 min: the relay stands in"),
        ({"tells": {"notify.contract": Told(9, 7, unconfirmed=90)}}, "contract has not fetched 2 events"),
        (
            {"due": {"send": DueWork(3, Hindrance("e-mail", "no server", 4, Waits(1, 3), None))}},
            "e-mail has been left alone for 4 s: no server; 1 message waits",
        ),
    ],
)
def test_P41_what_is_only_good_to_know_is_said_and_is_no_fault(known: dict[str, Any], words: str) -> None:
    verdict = with_(**known)
    assert words in " / ".join(reason.text for reason in verdict.reasons)
    assert verdict.ok


@pytest.mark.parametrize(
    ("known", "wedged"),
    [
        ({"relay": 21.0, "bell": 1.0}, {"relay"}),
        ({"work": 31.0}, {"work"}),
        ({"work": 31.0, "stand_in": 0.5}, {"work"}),
        ({"work": None}, {"work"}),
        ({"work": 31.0, "bell": 16.0}, set()),  # Redis is away, or the relay rings nobody
        ({"work": 31.0, "bell": None}, set()),
        ({"relay": 21.0, "bell": 22.0, "work": 40.0}, {"relay"}),  # one thing at a time
        ({"inbox": {"parked": Waits(1, 9000)}}, set()),  # no new process mends an event
        ({"due": {"send": DueWork(9000)}}, set()),
    ],
)
def test_P41_only_what_a_new_process_would_mend_is_wedged(known: dict[str, Any], wedged: set[str]) -> None:
    assert with_(**known).wedged == wedged


def test_counts_and_times_are_said_as_people_say_them() -> None:
    assert [span(seconds) for seconds in (0.4, 119, 120, 7199, 7200, 86_400 * 3)] == [
        *("0 s", "119 s", "2 min", "119 min", "2 h 0 min", "3 days"),
    ]
    assert [many(count, "event") for count in (1, 2, 1001)] == ["1 event", "2 events", "more than 1000 events"]
