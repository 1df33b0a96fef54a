"""What has left is noted outside the database, so that a ledger brought back from a backup sends none of it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.notify.delivery.channel.domain import Fate, Mail, Outcome
from services.notify.delivery.journal.actions import Journal, take_in
from services.notify.delivery.journal.domain import KEPT, file_name, line, read
from services.notify.delivery.sending.actions import send_due
from services.notify.delivery.store import id_of
from shared.db import Database
from shared.service import Service
from tests.services.notify.delivery.material import (
    Counting,
    due,
    put,
    rows,
    service_with_people,
    states,
    tell,
)
from tests.services.notify.requests import world
from tests.support.services import NOON, set_clock

TODAY = datetime.now(UTC)


@pytest.fixture
def service(notify_db: Database, tmp_path: Path) -> Service:
    return service_with_people(notify_db, send_journal=tmp_path)


def noted(folder: Path) -> list[tuple[UUID, str]]:
    return list(Journal(folder).since(TODAY - timedelta(days=1)))


def forget(service: Service) -> None:
    """As a backup taken before anything was heard: nothing of the ledger or the requests is left."""
    with service.database.begin() as session:
        session.execute(sa.text("TRUNCATE delivery, contact_request CASCADE"))


def test_P9_what_left_after_the_backup_is_known_when_it_is_told_again(service: Service, tmp_path: Path) -> None:
    event, other = due(), due()
    tell(service, event)
    send_due(service, {"email": Counting()})
    (before,) = rows(service)
    forget(service)
    with service.act() as ctx:
        assert take_in(ctx, Journal(tmp_path), TODAY - timedelta(hours=1)) == 1
    tell(service, event, other)
    channel = Counting()
    assert send_due(service, {"email": channel}) == 2
    assert [mail.id for mail in channel.taken] == [
        row.id for row in rows(service) if row.subject_id == other.reminder_id
    ]
    again = next(row for row in rows(service) if row.subject_id == event.reminder_id)
    assert (again.id, again.message_id) == (before.id, before.message_id), "the same occurrence is the same message"
    assert (again.state, again.reason, again.channel) == ("accepted", "left_before_restore", "email")


def test_P9_staff_are_told_once_of_the_request_that_is_opened_again(notify_db: Database, tmp_path: Path) -> None:
    service = world.settled(notify_db, send_journal=tmp_path)
    need = world.from_contract(priority="urgent")
    world.hear(service, need)
    first, sent = world.only(service).id, Counting()
    assert send_due(service, {"email": sent}) == len(sent.taken) > 0
    forget(service)
    with service.act() as ctx:
        take_in(ctx, Journal(tmp_path), TODAY - timedelta(hours=1))
    set_clock(service, NOON + timedelta(minutes=50))
    world.hear(service, need)
    again = Counting()
    assert send_due(service, {"email": again}) == len(sent.taken)
    assert world.only(service).id == first
    assert again.taken == []


def test_only_what_a_channel_has_taken_is_noted(service: Service, tmp_path: Path) -> None:
    fates = iter([Outcome(Fate.ACCEPTED), Outcome(Fate.LATER, "busy"), Outcome(Fate.REFUSED, "550")])
    put(service, 3)

    def answer(_mail: Mail) -> Outcome:
        return next(fates)

    send_due(service, {"email": Counting(answer)})
    accepted = [row.id for row in rows(service) if row.state == "accepted"]
    assert noted(tmp_path) == [(accepted[0], "email")]
    assert len(accepted) == 1


def test_a_journal_that_can_t_be_written_stops_no_message(service: Service, tmp_path: Path) -> None:
    (tmp_path / file_name(TODAY.date())).mkdir()
    put(service)
    channel = Counting()
    assert send_due(service, {"email": channel}) == 1
    assert states(service) == [("accepted", None)]


def test_a_line_cut_short_by_a_crash_tells_nothing(tmp_path: Path) -> None:
    whole, key = uuid4(), uuid4()
    lines = [line(whole, "email"), f"{key} ema", f"{key}\n", "x email\n", "\n"]
    assert list(read(lines)) == [(whole, "email")]


def test_old_days_are_let_go(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    old, kept = TODAY - KEPT - timedelta(days=1), TODAY - KEPT
    for at in (old, kept, TODAY):
        journal.note([(uuid4(), "email")], at)
    (tmp_path / "notes.txt").write_text("not a day")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {file_name(kept.date()), file_name(TODAY.date()), "notes.txt"}
    assert len(list(journal.since(TODAY))) == 1


def test_the_same_occurrence_has_the_same_id_everywhere() -> None:
    assert id_of("reminder:1") == id_of("reminder:1") != id_of("reminder:2")
    assert date.fromisoformat(file_name(date(2026, 11, 26)).removesuffix(".sent")) == date(2026, 11, 26)
