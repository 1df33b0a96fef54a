"""A time is suggested, accepted, moved, answered and ended; what stands is told, and never by one side alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contract.next_contact import actions, store
from services.contract.next_contact.answers.actions import on_reminder_answered, on_reminder_unanswered
from services.contract.next_contact.closing.actions import end
from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import Act, Kind, Side, State, Way
from services.contract.next_contact.tables import NextContact
from services.contract.people import actions as people
from shared.errors import Refused
from shared.events import (
    ContractAttentionNeeded,
    ContractAttentionSettled,
    Event,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
    ReminderAnswered,
    ReminderUnanswered,
)
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed, later
from tests.support.services import set_clock, told

NO_MORE = Then(why_none="Karin moves to another town.")
MOVED = IN_TWO_DAYS + timedelta(days=1)


def row_of(agreed: Agreed) -> NextContact:
    with agreed.clinic.service.act() as ctx:
        row = store.current(ctx.session, agreed.contract)
        assert row is not None
        return row


@contextmanager
def overheard(agreed: Agreed, person: UUID) -> Iterator[tuple[Any, list[Event]]]:
    """One act and every event it tells."""
    with agreed.acting(person) as ctx:
        events: list[Event] = []
        send = ctx.send

        def hear(event: Event) -> None:
            events.append(event)
            send(event)

        ctx.send = hear
        yield ctx, events


def in_force(agreed: Agreed) -> None:
    agreed.suggests()
    agreed.accepts()
    with agreed.clinic.service.act() as ctx:
        actions.put_in_force(ctx, agreed.contract)


def answered(agreed: Agreed, answer: str, *, version: int = 1, **delta: int) -> None:
    with agreed.clinic.service.act() as ctx:
        event = ReminderAnswered(
            reminder_id=uuid4(),
            subject_kind="next_contact",
            subject_id=row_of(agreed).id,
            subject_version=version,
            patient_id=agreed.karin,
            answered_by=agreed.karin,
            answer=answer,
            answered_at=later(**delta),
        )
        on_reminder_answered(ctx, event)


def test_a_suggested_and_accepted_time_is_told_when_the_agreement_is_in_force_and_not_before(agreed: Agreed) -> None:
    agreed.suggests()
    agreed.accepts()
    with overheard(agreed, agreed.clinic.anita) as (ctx, events):
        actions.put_in_force(ctx, agreed.contract)
        actions.put_in_force(ctx, agreed.contract)
    [event] = events
    assert isinstance(event, NextContactAgreed)
    assert (event.version, event.starts_local, event.way) == (1, IN_TWO_DAYS, "visit")
    assert told(agreed.clinic.service).count(NextContactAgreed.type) == 1


def test_each_move_raises_the_version_and_is_told(agreed: Agreed) -> None:
    in_force(agreed)
    for number in (1, 2):
        agreed.suggests(MOVED + timedelta(days=number))
        with overheard(agreed, agreed.karin) as (ctx, events):
            actions.accept(ctx, agreed.contract, Side.PATIENT, seen=MOVED + timedelta(days=number))
        [event, _seen_to] = events
        assert isinstance(event, NextContactMoved)
        assert event.version == number + 1
        assert event.starts_local == MOVED + timedelta(days=number)


def test_the_time_agreed_before_stands_until_the_new_one_is(agreed: Agreed) -> None:
    in_force(agreed)
    agreed.suggests(MOVED)
    row = row_of(agreed)
    assert (row.starts_local, row.suggested_local, row.version) == (IN_TWO_DAYS, MOVED, 1)


def test_nobody_accepts_their_own_suggestion_nor_a_time_they_were_not_shown(agreed: Agreed) -> None:
    agreed.suggests()
    for side, seen in ((Side.CARE, IN_TWO_DAYS), (Side.PATIENT, MOVED)):
        with pytest.raises(Refused):
            agreed.accepts(seen, side)
    assert row_of(agreed).starts_local is None


@pytest.mark.parametrize("local", [datetime(2026, 11, 24, 11, 59), datetime(2020, 1, 1, 9, 0)])  # noqa: DTZ001
def test_a_time_that_has_been_is_not_suggested(agreed: Agreed, local: datetime) -> None:
    with pytest.raises(Refused):
        agreed.suggests(local)
    with agreed.clinic.service.act() as ctx:
        assert store.current(ctx.session, agreed.contract) is None


def test_dst_a_time_that_does_not_exist_is_kept_as_the_hour_it_becomes(agreed: Agreed) -> None:
    agreed.suggests(datetime(2027, 3, 28, 2, 30))  # noqa: DTZ001
    assert row_of(agreed).suggested_local == datetime(2027, 3, 28, 3, 30)  # noqa: DTZ001


def test_the_time_is_on_the_patients_own_clock(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        people.save_person(
            ctx, kind="patient", name="Karin Ek", identity=None, zone="Europe/Helsinki", person_id=agreed.karin
        )
    agreed.suggests()
    with agreed.clinic.service.act() as ctx:
        suggested = store.times(row_of(agreed)).suggested
    assert suggested is not None
    assert suggested.hour == 7


def test_asking_for_another_time_puts_it_in_front_of_a_person(agreed: Agreed) -> None:
    in_force(agreed)
    with overheard(agreed, agreed.karin) as (ctx, events):
        actions.ask_another(ctx, agreed.contract, "After lunch, please.")
    [event] = events
    assert isinstance(event, ContractAttentionNeeded)
    assert (event.kind, event.priority, event.reason_key) == (
        "next_contact",
        "routine",
        "next_contact.another_time",
    )
    assert "lunch" not in str(event)
    assert row_of(agreed).state == State.REBOOKING_ASKED
    assert row_of(agreed).starts_local == IN_TWO_DAYS


def test_K4_a_wish_is_told_as_seen_to_when_the_care_suggests_another_time_or_says_yes_to_it(agreed: Agreed) -> None:
    in_force(agreed)
    with agreed.acting(agreed.karin) as ctx:
        actions.ask_another(ctx, agreed.contract, "")
    with overheard(agreed, agreed.clinic.anita) as (ctx, events):
        actions.suggest(ctx, agreed.contract, Side.CARE, local=MOVED, way=Way.VISIT)
    [seen_to] = [event for event in events if isinstance(event, ContractAttentionSettled)]
    assert (seen_to.subject, seen_to.by) == (f"next_contact:{row_of(agreed).id}", agreed.clinic.anita)
    with overheard(agreed, agreed.karin) as (ctx, events):
        actions.suggest(ctx, agreed.contract, Side.PATIENT, local=MOVED + timedelta(days=1), way=Way.VISIT)
    assert [type(event) for event in events] == [ContractAttentionNeeded]
    with overheard(agreed, agreed.clinic.anita) as (ctx, events):
        actions.accept(ctx, agreed.contract, Side.CARE, seen=MOVED + timedelta(days=1))
    assert ContractAttentionSettled in map(type, events)


def test_a_time_that_is_near_is_asked_about_soon(agreed: Agreed) -> None:
    near = datetime(2026, 11, 25, 9, 0)  # noqa: DTZ001
    agreed.suggests(near)
    agreed.accepts(near)
    with overheard(agreed, agreed.karin) as (ctx, events):
        actions.ask_another(ctx, agreed.contract, "")
    assert [event.priority for event in events] == ["soon"]  # type: ignore[attr-defined]


def test_B2_point_1_after_three_rounds_somebody_is_asked_to_ring(agreed: Agreed) -> None:
    reasons = []
    for number in range(3):
        agreed.suggests(MOVED + timedelta(days=number))
        with overheard(agreed, agreed.karin) as (ctx, events):
            actions.ask_another(ctx, agreed.contract, "")
        reasons += [event.reason_key for event in events]  # type: ignore[attr-defined]
    assert reasons == ["next_contact.another_time", "next_contact.call", "next_contact.call"]


def test_a_cancelled_time_is_told_and_the_next_one_is_new(agreed: Agreed) -> None:
    in_force(agreed)
    before = row_of(agreed)
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        end(ctx, agreed.contract, Act.CANCEL_BY_CARE, Side.CARE, "", then=NO_MORE)
    with overheard(agreed, agreed.clinic.anita) as (ctx, events):
        end(ctx, agreed.contract, Act.CANCEL_BY_CARE, Side.CARE, "The doctor is ill.", then=NO_MORE)
    [event] = events
    assert isinstance(event, NextContactCancelled)
    assert event.version > before.version
    agreed.suggests()
    with overheard(agreed, agreed.karin) as (ctx, events):
        actions.accept(ctx, agreed.contract, Side.PATIENT, seen=IN_TWO_DAYS)
    assert [type(event) for event in events] == [NextContactAgreed, ContractAttentionSettled]
    assert row_of(agreed).id != before.id


def test_B2_point_3_who_missed_it_is_counted_on_either_side_and_nothing_is_cancelled(agreed: Agreed) -> None:
    in_force(agreed)
    set_clock(agreed.clinic.service, later(days=4))
    with overheard(agreed, agreed.clinic.anita) as (ctx, events):
        end(ctx, agreed.contract, Act.MISS_BY_CARE, Side.CARE, "", then=NO_MORE)
    assert events == []
    with agreed.clinic.service.act() as ctx:
        last = store.latest(ctx.session, agreed.contract)
        assert last is not None
        assert last.state == State.MISSED_BY_CARE
        assert store.missed(ctx.session, agreed.contract) == {"missed_by_care": 1}


def test_K19_the_latest_answer_stands_and_may_be_changed(agreed: Agreed) -> None:
    in_force(agreed)
    answered(agreed, "cannot", hours=1)
    assert row_of(agreed).state == State.REBOOKING_ASKED
    answered(agreed, "yes", hours=2)
    assert row_of(agreed).state == State.CONFIRMED
    answered(agreed, "another_time", minutes=90)
    assert row_of(agreed).state == State.CONFIRMED, "an answer given earlier arrived later"


def test_an_answer_about_an_earlier_time_changes_nothing(agreed: Agreed) -> None:
    in_force(agreed)
    agreed.suggests(MOVED)
    agreed.accepts(MOVED)
    answered(agreed, "cannot", version=1)
    assert row_of(agreed).state == State.BOOKED


def test_an_answer_while_another_time_is_suggested_is_kept_in_the_history(agreed: Agreed) -> None:
    in_force(agreed)
    agreed.suggests(MOVED)
    answered(agreed, "yes")
    with agreed.clinic.service.act() as ctx:
        assert store.history(ctx.session, agreed.contract)[0].act == "answered_yes"
    assert row_of(agreed).state == State.SUGGESTED


def test_no_answer_is_noted_and_the_time_stands(agreed: Agreed) -> None:
    in_force(agreed)
    with agreed.clinic.service.act() as ctx:
        event = ReminderUnanswered(
            reminder_id=uuid4(),
            subject_kind="next_contact",
            subject_id=row_of(agreed).id,
            patient_id=agreed.karin,
            at=ctx.now,
        )
        on_reminder_unanswered(ctx, event)
        assert store.history(ctx.session, agreed.contract)[0].act == "unanswered"
    assert row_of(agreed).state == State.BOOKED


def test_an_answer_about_something_else_is_left_alone(agreed: Agreed) -> None:
    in_force(agreed)
    with agreed.clinic.service.act() as ctx:
        event = ReminderAnswered(
            reminder_id=uuid4(),
            subject_kind="dialysis_session",
            subject_id=row_of(agreed).id,
            subject_version=1,
            patient_id=agreed.karin,
            answered_by=agreed.karin,
            answer="cannot",
            answered_at=ctx.now,
        )
        on_reminder_answered(ctx, event)
    assert row_of(agreed).state == State.BOOKED


def test_two_who_suggest_at_once_suggest_for_the_same_next_contact(agreed: Agreed) -> None:
    times = [(IN_TWO_DAYS, Side.CARE), (MOVED, Side.PATIENT)] * 3
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: agreed.suggests(*one), times))
    with agreed.clinic.service.act() as ctx:
        assert len({step.next_contact_id for step in store.history(ctx.session, agreed.contract)}) == 1


def test_a_window_keeps_its_kind_and_takes_only_days_inside_it(agreed: Agreed) -> None:
    agreed.suggests()
    with agreed.clinic.service.act() as ctx:
        row = store.current(ctx.session, agreed.contract)
        assert row is not None
        row.kind, row.earliest, row.latest = Kind.WINDOW, IN_TWO_DAYS.date(), IN_TWO_DAYS.date()
    with pytest.raises(Refused):
        agreed.suggests(MOVED)
    agreed.accepts()
    with agreed.clinic.service.act() as ctx:
        snapshot = store.snapshot(ctx.session, agreed.contract)
    day = IN_TWO_DAYS.date().isoformat()
    assert snapshot == {"kind": "window", "earliest": day, "latest": day, "event": ""}


def test_the_whole_history_says_who_did_what(agreed: Agreed) -> None:
    in_force(agreed)
    with agreed.acting(agreed.karin) as ctx:
        actions.suggest(ctx, agreed.contract, Side.PATIENT, local=MOVED, way=Way.PHONE)
        steps = [(step.act, step.by) for step in reversed(store.history(ctx.session, agreed.contract))]
    anita, karin = agreed.clinic.anita, agreed.karin
    assert steps == [("suggest", anita), ("book", karin), ("suggest", karin)]
