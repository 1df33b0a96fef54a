"""The rules of sending, by themselves: what is still wanted, when it may go, what follows from an outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from services.notify.delivery.breaker.domain import LONGEST, pause
from services.notify.delivery.channel.domain import ACCEPTED, DOWN, Fate, Outcome
from services.notify.delivery.domain import Klass, State
from services.notify.delivery.preference.domain import Wishes, every_day
from services.notify.delivery.sending.domain import (
    LONGEST_WAIT,
    Recipient,
    Taken,
    after,
    back_off,
    channel_for,
    detail_for,
    unwanted,
)
from tests.services.notify.delivery.material import DAUGHTER, MIRA, TIME_PARAMS
from tests.support.services import NOON

AWAKE = Recipient(language="sv", zone="Europe/Stockholm", email="mira@patient.example")
TAKEN = Taken(
    id=UUID(int=7),
    message_id="<7@halsa.example>",
    klass=Klass.CLINICAL_REMINDER,
    recipient_id=MIRA,
    patient_id=MIRA,
    unit_id=None,
    subject_id=uuid4(),
    attempt=1,
    template="time",
    version=1,
    params=TIME_PARAMS,
    useful_until=NOON + timedelta(days=1),
    ignore_quiet=False,
    tried=(),
    attempts=0,
    possible_duplicate=False,
    recipient=AWAKE,
)
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
"""23.00 in Stockholm."""
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
"""08.00 there, when the usual quiet hours end."""
TO_DELEGATE = replace(TAKEN, recipient_id=DAUGHTER, may_receive=True)
GONE = date(2026, 11, 20)


def judged(taken: Taken, at: datetime = NOON) -> tuple[str, str | None] | None:
    ending = unwanted(taken, at)
    return (ending.state.value, ending.reason) if ending else None


def test_what_is_wanted_is_sent() -> None:
    assert judged(TAKEN) is None
    assert judged(TO_DELEGATE) is None


@pytest.mark.parametrize(
    ("taken", "judgement"),
    [
        (replace(TAKEN, recipient=replace(AWAKE, deceased=GONE)), ("cancelled", "deceased")),
        (replace(TAKEN, patient_deceased=GONE), ("cancelled", "deceased")),
        (replace(TO_DELEGATE, patient_deceased=GONE), ("cancelled", "deceased")),
        (replace(TAKEN, klass=Klass.STAFF_NOTICE, attempt=None, patient_deceased=GONE), None),
    ],
)
def test_K17_nobody_writes_to_the_dead_or_reminds_others_of_their_times(
    taken: Taken, judgement: tuple[str, str] | None
) -> None:
    assert judged(taken) == judgement


@pytest.mark.parametrize(
    ("taken", "judgement"),
    [
        (replace(TAKEN, useful_until=NOON - timedelta(seconds=1)), ("expired", "expired")),
        (replace(TAKEN, useful_until=NOON), None),
        (replace(TAKEN, recipient=replace(AWAKE, email=None)), ("failed", "no_channel")),
        (replace(TAKEN, tried=("email",)), ("failed", "no_channel")),
        (replace(TO_DELEGATE, may_receive=False), ("cancelled", "consent_ended")),
        (replace(TO_DELEGATE, attempt=None, may_receive=None), None),
    ],
)
def test_P15_still_wanted(taken: Taken, judgement: tuple[str, str] | None) -> None:
    assert judged(taken) == judgement


@pytest.mark.parametrize("taken", [replace(TAKEN, recipient=None), replace(TO_DELEGATE, may_receive=None)])
def test_what_another_stream_has_not_told_yet_is_waited_for(taken: Taken) -> None:
    ending = unwanted(taken, NOON)
    assert ending is not None
    assert (ending.state, ending.again_in) == (State.RETRY, timedelta(seconds=5))


def test_B7_2_a_message_in_quiet_hours_is_held_to_their_end() -> None:
    ending = unwanted(TAKEN, NIGHT)
    assert ending is not None
    assert (ending.state, ending.not_before, ending.counts) == (State.SCHEDULED, MORNING, False)


def test_B7_2_it_is_never_held_past_its_use() -> None:
    assert judged(replace(TAKEN, useful_until=MORNING - timedelta(minutes=1)), NIGHT) == ("expired", "quiet")
    assert judged(replace(TAKEN, useful_until=MORNING), NIGHT) == ("scheduled", "quiet")


def test_B7_2_urgent_work_and_those_without_quiet_hours_are_told_at_night() -> None:
    assert judged(replace(TAKEN, ignore_quiet=True), NIGHT) is None
    open_all_night = replace(AWAKE, wishes=Wishes(quiet_hours=every_day(time(0), time(0))))
    assert judged(replace(TAKEN, recipient=open_all_night), NIGHT) is None


def test_B7_2_quiet_hours_are_those_of_the_recipients_own_place() -> None:
    in_new_york = replace(AWAKE, zone="America/New_York")
    assert judged(replace(TAKEN, recipient=in_new_york), NIGHT) is None


def test_B7_5_a_refused_message_goes_by_the_next_channel_or_ends_unreachable() -> None:
    ending = after(TAKEN, Outcome(Fate.REFUSED, "rcpt_550"), "email", NOON)
    assert (ending.state, ending.reason, ending.refused_by) == (State.REJECTED, "unreachable", "email")
    assert channel_for(replace(TAKEN, tried=("email",))) is None


def test_B7_5_what_could_not_be_sent_now_is_tried_again_but_never_past_its_use() -> None:
    later = Outcome(Fate.LATER, "rcpt_451")
    first = after(TAKEN, later, "email", NOON)
    assert (first.state, first.counts) == (State.RETRY, True)
    assert first.again_in == back_off(0, TAKEN.id)
    short = replace(TAKEN, useful_until=NOON + timedelta(seconds=20))
    assert after(short, later, "email", NOON).state == State.EXPIRED


def test_what_was_not_tried_goes_back_as_if_nothing_had_been() -> None:
    ending = after(TAKEN, DOWN, "email", NOON)
    assert (ending.state, ending.again_in, ending.counts) == (State.SCHEDULED, None, False)


def test_P10_an_ambiguous_outcome_is_a_state_of_its_own() -> None:
    assert after(TAKEN, Outcome(Fate.UNKNOWN, "no_reply"), "email", NOON).state == State.UNKNOWN
    assert after(TAKEN, ACCEPTED, "email", NOON).state == State.ACCEPTED


def test_back_off_doubles_is_spread_and_has_an_end() -> None:
    key = UUID(int=256)
    waits = [back_off(attempts, key) for attempts in range(12)]
    assert waits[0] == timedelta(seconds=30)
    assert waits[1] == timedelta(seconds=60)
    assert max(waits) == LONGEST_WAIT
    assert len({back_off(0, UUID(int=n)) for n in range(100)}) == 100


def test_a_channel_is_left_alone_longer_each_time_up_to_a_minute() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3)] == [2, 4, 8]
    assert pause(1000) == LONGEST


def test_K20_only_the_persons_own_wish_names_the_unit_and_never_a_neutral_one() -> None:
    wishes_place = replace(AWAKE, wishes=Wishes(detail="place"))
    assert detail_for(AWAKE, neutral_unit=False) == "minimal"
    assert detail_for(wishes_place, neutral_unit=False) == "place"
    assert detail_for(wishes_place, neutral_unit=True) == "minimal"
    assert detail_for(replace(wishes_place, protected=True), neutral_unit=False) == "minimal"
