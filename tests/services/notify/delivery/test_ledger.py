"""The send ledger on a real database: once in, claimed by one, fenced, taken over, called off."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.notify.delivery.domain import Klass, State
from services.notify.delivery.reaper import store as reaper
from services.notify.delivery.sending import store
from services.notify.delivery.sending.domain import Ending, Taken
from shared.db import Database
from shared.events import ReminderCancelled
from shared.service import Service
from tests.services.notify.delivery.material import (
    MIRA,
    NURSE,
    change,
    due,
    person,
    put,
    rows,
    service_with_people,
    states,
    tell,
)
from tests.support.services import NOON

LEASE = timedelta(seconds=60)
SOMEBODY_WAITS = sa.text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)


@pytest.fixture
def service(notify_db: Database) -> Service:
    return service_with_people(notify_db)


def claim(service: Service, token: object, most: int = 500, at: datetime = NOON) -> list[Taken]:
    with service.database.begin() as session:
        return store.claim(session, token, LEASE, at=at, most=most, domain="halsa.example")  # type: ignore[arg-type]


def test_B7_1_the_same_reminder_due_twice_is_one_row(service: Service) -> None:
    event = due()
    tell(service, event, event)
    tell(service, event)
    assert states(service) == [("scheduled", None)]


def test_another_attempt_is_a_row_of_its_own(service: Service) -> None:
    event = due()
    tell(service, event, due(event.reminder_id, attempt=2))
    assert len(rows(service)) == 2


def test_two_senders_never_claim_the_same(service: Service) -> None:
    put(service, 10)
    with service.database.begin() as one, service.database.begin() as other:
        first = store.claim(one, uuid4(), LEASE, at=NOON, most=6, domain="x.example")
        second = store.claim(other, uuid4(), LEASE, at=NOON, most=6, domain="x.example")
    assert (len(first), len(second)) == (6, 4)
    assert not {t.id for t in first} & {t.id for t in second}


def test_a_claim_reads_what_its_sending_depends_on(service: Service) -> None:
    put(service, patient_id=MIRA)
    (taken,) = claim(service, uuid4())
    assert taken.recipient is not None
    assert (taken.recipient.email, taken.recipient.zone) == ("mira@patient.example", "Europe/Stockholm")
    assert taken.message_id == f"<{taken.id.hex}@halsa.example>"


def test_nothing_is_claimed_before_its_time(service: Service) -> None:
    put(service, not_before=NOON + timedelta(minutes=1))
    assert claim(service, uuid4()) == []
    assert len(claim(service, uuid4(), at=NOON + timedelta(minutes=1))) == 1


def test_P10_a_stale_token_can_mark_nothing(service: Service) -> None:
    put(service)
    frozen, other = uuid4(), uuid4()
    (taken,) = claim(service, frozen)
    change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    with service.database.begin() as session:
        reaper.reap(session, NOON)
    assert states(service) == [("retry", "unconfirmed")]
    with service.database.begin() as session:
        assert store.settle(session, frozen, [Ending(id=taken.id, state=State.ACCEPTED)], NOON) == []
        assert store.hold(session, frozen, LEASE, [taken.id]) == set()
    claim(service, other)
    with service.database.begin() as session:
        assert store.settle(session, frozen, [Ending(id=taken.id, state=State.ACCEPTED)], NOON) == []
    assert states(service)[0][0] == "claimed"


@pytest.mark.parametrize(
    ("klass", "state"),
    [(Klass.CLINICAL_REMINDER, "retry"), (Klass.STAFF_NOTICE, "retry"), (Klass.CONVENIENCE, "failed")],
)
def test_P10_an_expired_lease_is_resolved_by_class(service: Service, klass: Klass, state: str) -> None:
    put(service, klass=klass)
    (taken,) = claim(service, uuid4())
    change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    with service.database.begin() as session:
        assert reaper.waiting(session, NOON)
        reaper.reap(session, NOON)
    (row,) = rows(service)
    assert (row.state, row.reason, row.possible_duplicate) == (state, "unconfirmed", state == "retry")
    if state == "retry":
        (again,) = claim(service, uuid4())
        assert (again.message_id, again.possible_duplicate) == (taken.message_id, True)


def test_P10_there_is_at_most_one_possible_duplicate(service: Service) -> None:
    put(service)
    for expected in ("retry", "failed"):
        claim(service, uuid4())
        change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
        with service.database.begin() as session:
            reaper.reap(session, NOON)
        assert states(service) == [(expected, "unconfirmed")]


def test_a_lease_that_still_runs_is_left_alone(service: Service) -> None:
    put(service)
    claim(service, uuid4())
    with service.database.begin() as session:
        assert not reaper.waiting(session, NOON)
        assert reaper.reap(session, NOON) == []


def test_P15_a_cancelled_reminder_is_not_sent(service: Service) -> None:
    event = due()
    tell(service, event, ReminderCancelled(reminder_id=event.reminder_id, reason_key="moved"))
    assert states(service) == [("cancelled", "cancelled")]
    assert claim(service, uuid4()) == []


def test_P15_what_is_cancelled_while_it_is_being_sent_is_never_sent_again(service: Service) -> None:
    event = due()
    tell(service, event)
    token = uuid4()
    (taken,) = claim(service, token)
    tell(service, ReminderCancelled(reminder_id=event.reminder_id, reason_key="moved"))
    with service.database.begin() as session:
        store.settle(session, token, [Ending(id=taken.id, state=State.RETRY, again_in=timedelta())], NOON)
    assert states(service) == [("cancelled", "cancelled")]


def test_P15_what_is_put_back_at_the_very_moment_it_is_cancelled_is_not_sent(service: Service) -> None:
    """The planted bug this catches: calling off what waits and what is being sent in two statements."""
    event = due()
    tell(service, event)
    token = uuid4()
    (taken,) = claim(service, token)
    cancelled = ReminderCancelled(reminder_id=event.reminder_id, reason_key="moved")
    canceller = threading.Thread(target=tell, args=(service, cancelled))
    with service.database.begin() as session:
        store.settle(session, token, [Ending(id=taken.id, state=State.RETRY, again_in=timedelta())], NOON)
        canceller.start()
        while not session.execute(SOMEBODY_WAITS).scalar_one():
            assert canceller.is_alive()
    canceller.join()
    assert states(service) == [("cancelled", "cancelled")]


def test_K17_a_registered_death_stops_what_has_not_left_to_them_and_about_them(service: Service) -> None:
    tell(service, person(NURSE, "staff", "nurse@unit.example"))
    put(service)
    put(service, recipient_id=NURSE, patient_id=MIRA, klass=Klass.STAFF_NOTICE)
    put(service, recipient_id=NURSE, patient_id=MIRA)
    tell(service, person(MIRA, "patient", "mira@patient.example", deceased=date(2026, 11, 24)))
    assert sorted(states(service), key=str) == [
        ("cancelled", "deceased"),
        ("cancelled", "deceased"),
        ("scheduled", None),
    ]


def test_back_off_is_real_time_that_a_demo_clock_does_not_move(service: Service) -> None:
    put(service)
    token = uuid4()
    (taken,) = claim(service, token)
    with service.database.begin() as session:
        store.settle(session, token, [Ending(id=taken.id, state=State.RETRY, again_in=timedelta(hours=1))], NOON)
    assert claim(service, uuid4(), at=NOON + timedelta(hours=20)) == []
    change(service, retry_at=sa.func.clock_timestamp())
    assert len(claim(service, uuid4())) == 1


def test_a_message_that_does_not_exist_or_carries_words_is_refused(service: Service) -> None:
    with pytest.raises(ValueError, match="is stored with"):
        put(service, params={"text": "Dialysen är inställd"})
    with pytest.raises(ValueError, match="is stored with"):
        put(service, template="nonsense", params={})
