"""From due to told, on a real database: sent once, in the right words, settled under the fence, nothing lost when it is down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.notify.delivery import store as ledger
from services.notify.delivery.breaker.tables import ChannelPause
from services.notify.delivery.channel.domain import DOWN, Channel, Fate, Mail, Outcome
from services.notify.delivery.domain import Klass
from services.notify.delivery.email.actions import mailer
from services.notify.delivery.preference import store as preferences
from services.notify.delivery.preference.domain import Wishes
from services.notify.delivery.preference.tables import Preference
from services.notify.delivery.reaper import store as reaper
from services.notify.delivery.sending.actions import run, send_due, take
from services.notify.delivery.sending.window.actions import Windows
from shared.audit import access_log
from shared.bus.tables import outbox
from shared.db import Database
from shared.events import DelegateChanged, DeliveryDelivered, DeliveryFailed, UnitChanged, from_data
from shared.service import Service
from tests.services.notify.delivery.material import (
    DAUGHTER,
    MIRA,
    NURSE,
    UNIT,
    Counting,
    change,
    due,
    person,
    put,
    rows,
    service_with_people,
    states,
    tell,
)
from tests.services.notify.delivery.smtp_peer import Peer, Server
from tests.support.services import NOON, set_clock

NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MARKERS = ("dialys", "njur", "ryhov", "mira", "marker", "next_contact", "psyk", "036-", str(MIRA), MIRA.hex)


@pytest.fixture
def service(notify_db: Database) -> Service:
    return service_with_people(notify_db)


def send(service: Service, channel: Channel) -> int:
    return send_due(service, {"email": channel})


def told(service: Service) -> list[DeliveryDelivered | DeliveryFailed]:
    with service.database.begin() as session:
        found = session.execute(sa.select(outbox).order_by(outbox.c.id)).all()
    return [from_data(r.type, _open(service, r.event_id, r.data)) for r in found if ".delivery." in r.type]  # type: ignore[misc]


def _open(service: Service, event_id: object, data: str) -> dict[str, object]:
    """As selfcare would open it: the two share the pair's secret."""
    return service.sealer.open("selfcare", event_id, data)  # type: ignore[arg-type]


def test_the_same_reminder_due_twice_is_one_mail_and_one_delivered(service: Service) -> None:
    event = due()
    tell(service, event, event)
    channel = Counting()
    assert send(service, channel) == 1
    tell(service, event)
    assert send(service, channel) == 0
    assert len(channel.taken) == 1
    (fact,) = told(service)
    assert fact == DeliveryDelivered(reminder_id=event.reminder_id, attempt=1, channel="email", at=NOON)


def test_more_than_one_claim_is_sent_and_each_of_them_once(service: Service) -> None:
    put(service, 1203)
    channel = Counting(window=100)
    assert send(service, channel) == 1203
    assert len({mail.id for mail in channel.taken}) == len(channel.taken) == 1203
    assert {row.state for row in rows(service)} == {"accepted"}


def test_P34_sending_stands_in_the_patients_access_log(service: Service) -> None:
    tell(service, due())
    send(service, Counting())
    with service.database.begin() as session:
        logged = session.execute(sa.select(access_log.c.patient_id, access_log.c.action)).all()
    assert (MIRA, "send") in [tuple(row) for row in logged]


def test_what_was_said_can_be_said_again_without_being_stored(service: Service) -> None:
    put(service)
    send(service, Counting())
    (row,) = rows(service)
    assert (row.template, row.version, row.language, row.detail, row.attempts) == ("time", 1, "sv", "minimal", 1)


def test_K17_a_death_that_nobody_cancelled_for_is_seen_by_the_claim(service: Service) -> None:
    event = due()
    tell(service, event)
    with service.database.begin() as session:
        session.execute(sa.text("UPDATE known_person SET deceased = '2026-11-20'"))
    channel = Counting()
    send(service, channel)
    assert channel.taken == []
    assert states(service) == [("cancelled", "deceased")]
    assert told(service) == [DeliveryFailed(reminder_id=event.reminder_id, attempt=1, reason_key="deceased", at=NOON)]


def test_B7_2_at_night_it_waits_and_leaves_when_quiet_hours_end(service: Service) -> None:
    set_clock(service, NIGHT)
    tell(service, due())
    channel = Counting()
    assert send(service, channel) == 0
    assert (channel.taken, states(service)) == ([], [("scheduled", "quiet")])
    with service.database.begin() as session:
        assert not reaper.waiting(session, NIGHT)
    set_clock(service, datetime(2026, 11, 25, 7, 0, tzinfo=UTC))
    assert send(service, channel) == 1


def test_a_delegate_gets_a_reminder_only_while_they_may(service: Service) -> None:
    tell(service, person(DAUGHTER, "delegate", "dotter@family.example"), due(recipient_id=DAUGHTER))
    channel = Counting()
    send(service, channel)
    assert states(service) == [("retry", "unknown_person")]
    delegation = DelegateChanged(
        delegation_id=uuid4(),
        patient_id=MIRA,
        delegate_id=DAUGHTER,
        scopes=("receive_reminders",),
        starts=NOON - timedelta(days=1),
        ends=None,
        state="active",
    )
    tell(service, delegation)
    change(service, retry_at=None)
    send(service, channel)
    assert [mail.to for mail in channel.taken] == ["dotter@family.example"]
    assert "Någon du hjälper har en tid" in channel.taken[0].text


def test_a_message_no_channel_can_take_is_told_as_failed(service: Service) -> None:
    event = due(recipient_id=NURSE, patient_id=NURSE)
    tell(service, person(NURSE, "patient", None), event)
    assert send(service, Counting()) == 1
    assert told(service) == [DeliveryFailed(reminder_id=event.reminder_id, attempt=1, reason_key="no_channel", at=NOON)]


def test_P13_a_channel_that_is_down_is_left_alone_and_nothing_is_lost(service: Service) -> None:
    put(service, 3)
    channel = Counting(lambda _mail: DOWN)
    assert send(service, channel) == 0
    assert len(channel.taken) == 3
    assert send(service, channel) == 0
    assert len(channel.taken) == 3, "paused: not even tried"
    assert states(service) == [("scheduled", "down")] * 3
    assert {row.attempts for row in rows(service)} == {0}
    _end_pause(service)
    works = Counting()
    assert send(service, works) == 3
    with service.database.begin() as session:
        assert session.scalars(sa.select(ChannelPause)).all() == []


def test_P11_what_loses_its_use_while_the_channel_is_down_is_told(service: Service) -> None:
    event = due(useful_until=NOON + timedelta(hours=1))
    tell(service, event)
    send(service, Counting(lambda _mail: DOWN))
    set_clock(service, NOON + timedelta(hours=2))
    assert send(service, Counting()) == 1
    (fact,) = told(service)
    assert isinstance(fact, DeliveryFailed)
    assert fact.reason_key == "expired"


def test_P10_unknown_is_sent_once_more_under_the_same_id_and_marked(service: Service) -> None:
    put(service)
    first = Counting(lambda _mail: Outcome(Fate.UNKNOWN, "no_reply"))
    send(service, first)
    assert states(service) == [("unknown", "no_reply")]
    second = Counting()
    send(service, second)
    assert [mail.possible_duplicate for mail in first.taken + second.taken] == [False, True]
    assert first.taken[0].message_id == second.taken[0].message_id
    assert states(service) == [("accepted", None)]


def test_P10_where_silence_is_better_unknown_ends_and_is_handed_on(service: Service) -> None:
    put(service, klass=Klass.CONVENIENCE, subject_id=uuid4(), attempt=1, patient_id=MIRA)
    send(service, Counting(lambda _mail: Outcome(Fate.UNKNOWN, "no_reply")))
    again = Counting()
    send(service, again)
    assert (again.taken, states(service)) == ([], [("failed", "unconfirmed")])
    (fact,) = told(service)
    assert isinstance(fact, DeliveryFailed)
    assert fact.reason_key == "unreachable"


@pytest.mark.parametrize("klass", [Klass.CLINICAL_REMINDER, Klass.CONVENIENCE])
def test_P10_by_a_channel_with_keys_unknown_goes_again_unmarked_until_it_is_known(
    service: Service, klass: Klass
) -> None:
    put(service, klass=klass)
    answers = iter([Outcome(Fate.UNKNOWN, "no_reply"), Outcome(Fate.UNKNOWN, "no_reply"), Outcome(Fate.ACCEPTED)])
    channel = Counting(lambda _mail: next(answers), keeps_keys=True)
    for _ in range(3):
        send(service, channel)
    assert states(service) == [("accepted", None)]
    assert len({mail.id for mail in channel.taken}) == 1
    assert [mail.possible_duplicate for mail in channel.taken] == [False] * 3


def test_fault_2_a_sender_that_was_frozen_past_its_lease_marks_and_tells_nothing(service: Service) -> None:
    """While it is frozen in its channel another takes over and delivers; the thawed one finds nothing of its own."""
    tell(service, due())
    other = Counting()

    class Frozen(Counting):
        def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
            change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
            send(service, other)
            return [Outcome(Fate.REFUSED, "rcpt_550") for _ in mails]

    send(service, Frozen())
    assert states(service) == [("accepted", None)]
    assert [mail.possible_duplicate for mail in other.taken] == [True]
    assert [type(fact) for fact in told(service)] == [DeliveryDelivered]


def test_fault_2_who_was_frozen_between_two_windows_sends_nothing_more(service: Service) -> None:
    put(service, 2)
    batch = take(service, {"email": Counting()})
    assert batch is not None
    seconds = [0.0]
    other = Counting()

    class FrozenAfterwards(Counting):
        def send(self, mails: Sequence[Mail], seconds_left: float) -> list[Outcome]:
            seconds[0] += 100
            change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
            send(service, other)
            return super().send(mails, seconds_left)

    mine = FrozenAfterwards(window=1)
    windows = Windows(service, {"email": mine}, batch.token, stopwatch=lambda: seconds[0])
    assert windows.work_off(batch.taken, batch.units, batch.at) == 0
    assert (len(mine.taken), len(other.taken)) == (1, 2)
    assert states(service) == [("accepted", None)] * 2


def test_a_lease_is_renewed_while_a_long_batch_is_sent(service: Service) -> None:
    put(service, 2)
    batch = take(service, {"email": Counting()})
    assert batch is not None
    change(service, lease_until=datetime(2000, 1, 1, tzinfo=UTC))
    left_behind: list[bool] = []

    class Asking(Counting):
        def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
            with service.database.begin() as session:
                left_behind.append(reaper.waiting(session, NOON) is not None)
            return super().send(mails, seconds)

    hours = iter(range(0, 10**6, 3600))
    windows = Windows(service, {"email": Asking()}, batch.token, stopwatch=lambda: float(next(hours)))
    assert windows.work_off(batch.taken, batch.units, batch.at) == 2
    assert left_behind == [False]


def test_fault_3_who_is_asked_to_stop_writes_down_what_was_sent_and_puts_back_the_rest(service: Service) -> None:
    put(service, 5)
    seen: list[list[tuple[str, str | None]]] = []
    before = signal.signal(signal.SIGTERM, lambda *_: seen.append(states(service)))

    class Stopped(Counting):
        def send(self, mails: Sequence[Mail], seconds: float) -> list[Outcome]:
            # To this thread, as in a worker that has only one: the parallel test runner has others that would take it.
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            return super().send(mails, seconds)

    try:
        send_due(service, {"email": Stopped(window=2)}, seconds=0.001)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert [sorted(now, key=str) for now in seen] == [[("accepted", None)] * 2 + [("scheduled", "stopping")] * 3]


def test_B7_14_a_message_without_words_stops_no_other(service: Service) -> None:
    put(service, 2)
    with service.database.begin() as session:
        session.execute(
            sa.text("UPDATE delivery SET params = '{}' WHERE id = (SELECT min(id::text)::uuid FROM delivery)")
        )
    assert send(service, Counting()) == 1
    assert sorted(states(service), key=str) == [("accepted", None), ("retry", "no_words")]


UNREADABLE = [{"weekday": 0, "start": "soon", "end": "08:00"}]
OF_ANOTHER_CLOCK = [{"weekday": None, "start": "21:00+01:00", "end": "08:00"}]


@pytest.mark.parametrize("hours", [UNREADABLE, OF_ANOTHER_CLOCK], ids=["unreadable", "of another clock"])
def test_B7_14_a_person_whose_wishes_cannot_be_used_stops_nobody_else_and_is_told_of(
    service: Service, hours: list[dict[str, object]]
) -> None:
    tell(service, person(DAUGHTER, "patient", "other@patient.example"))
    tell(service, due(), due(recipient_id=DAUGHTER, patient_id=DAUGHTER))
    with service.database.begin() as session:
        preferences.keep(session, MIRA, Wishes(), NOON)
        session.execute(sa.update(Preference).values(quiet_hours=hours))
    assert send(service, Counting()) == 2
    assert sorted(states(service), key=str) == [("accepted", None), ("failed", "fault")]
    assert [one.reason_key for one in told(service) if isinstance(one, DeliveryFailed)] == ["fault"]


def test_K3_the_ledger_tells_whether_somebodys_device_was_reached(service: Service) -> None:
    tell(service, person(NURSE, "staff", "nurse@unit.example"))
    request, other = uuid4(), uuid4()
    for subject in (request, other):
        put(
            service,
            recipient_id=NURSE,
            template="work_now",
            params={"urgent": 1},
            klass=Klass.STAFF_NOTICE,
            subject_id=subject,
            ignore_quiet=True,
        )
    with service.database.begin() as session:
        assert ledger.not_reached(session, [request, other]) == {request, other}
        session.execute(sa.text("DELETE FROM delivery WHERE subject_id = :s"), {"s": other})
    send(service, Counting())
    with service.database.begin() as session:
        assert ledger.reached_at(session, request) == NOON
        assert ledger.reached_at(session, other) is None
        assert ledger.not_reached(session, [request, other]) == {other}


@pytest.fixture
def over_smtp(notify_db: Database) -> Callable[[Peer], tuple[Service, Server]]:
    def start(peer: Peer) -> tuple[Service, Server]:
        server = Server(peer)
        return service_with_people(notify_db, smtp_url=server.url), server

    return start


def test_over_real_smtp_each_answer_becomes_its_state(over_smtp: Callable[[Peer], tuple[Service, Server]]) -> None:
    peer = Peer()
    service, server = over_smtp(peer)
    wanted = {
        "mira": ("accepted", None),
        "refused": ("rejected", "unreachable"),
        "later": ("retry", "rcpt_451"),
        "drops": ("unknown", "no_reply"),
    }
    people = {name: uuid4() for name in wanted}
    for name, number in people.items():
        tell(service, person(number, "patient", f"{name}@x.example"), due(recipient_id=number, patient_id=number))
    with server:
        run(service)
    found = {row.recipient_id: (row.state, row.reason) for row in rows(service)}
    assert {name: found[number] for name, number in people.items()} == wanted


def test_K20_canary_nothing_in_a_minimal_message_names_unit_kind_treatment_or_person(
    over_smtp: Callable[[Peer], tuple[Service, Server]],
) -> None:
    peer = Peer()
    service, server = over_smtp(peer)
    unit = UnitChanged(
        unit_id=UNIT,
        name="Dialysmottagningen Ryhov",
        zone="Europe/Stockholm",
        phone="036-32 10 00",
        floor_number="036-32 10 01",
        duty_line=None,
        head_id=None,
        hours=(),
        duty_hours=(),
    )
    tell(service, unit, person(MIRA, "patient", "a@x.example"), due(), due(answer_until=None))
    put(service, template="new_answer", params={})
    put(service, template="work_digest", params={"waiting": 3, "urgent": 1}, klass=Klass.STAFF_NOTICE)
    with server:
        assert run(service) == 4
    for _, raw in peer.mails:
        seen = _decoded(raw).lower()
        assert not [marker for marker in MARKERS if marker in seen]


def _decoded(raw: bytes) -> str:
    import email
    import email.policy

    message = email.message_from_bytes(raw, policy=email.policy.default)
    return "\n".join([*(f"{k}: {v}" for k, v in message.items()), message.get_content(), raw.decode()])


def test_the_connection_of_a_process_is_the_same_every_time() -> None:
    assert mailer("smtp://127.0.0.1:9", "a@x.example") is mailer("smtp://127.0.0.1:9", "a@x.example")


def _end_pause(service: Service) -> None:
    with service.database.begin() as session:
        session.execute(sa.update(ChannelPause).values(until=datetime(2000, 1, 1, tzinfo=UTC)))
