"""A backup of everything that runs, and one service brought back from it while the others go on: nothing is sent twice."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy import operator
from deploy.supervise.waiting import wait_until
from deploy.tour.stage import Stage
from services.contract.blocks import actions as blocks
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.people import store
from services.contract.signin.sessions import actions as sessions
from services.notify.delivery.tables import Delivery
from services.selfcare.reminders.tables import Reminder
from shared.events import SERVICES, ContractAttentionNeeded
from tests.journeys.journey import running
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.servers import Servers
from tests.support.system import System

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]
PATIENT, NURSE = "karin.ek@patient.example", "anita.berg@care.example"
SECONDS = 60.0


@dataclass
class Place:
    """A system that runs, at ten o'clock on a Tuesday, with one agreement that both have yet to say yes to."""

    system: System
    stage: Stage
    agreed: Agreed

    def mails(self) -> Counter[tuple[str, ...]]:
        """How often each mail is in the box, by whom it is to and the message's own id."""
        return Counter((*mail.recipients, str(mail.message["Message-ID"])) for mail in self.stage.box.newest(1000))

    def settled(self) -> bool:
        """Whether nothing waits anywhere between the services, nor to be sent."""
        told = json.loads(self.system.cli("bus", "status", "--json").stdout)
        waits = [
            one["head"] - told[stream.partition(".")[2]]["hears"].get(stream, {"seq": 0})["seq"]
            for part in told.values()
            for stream, one in part["tells"].items()
        ]
        inbox = [count for part in told.values() for state, count in part["inbox"].items() if state != "done"]
        with operator.service("notify") as notify, notify.act() as ctx:
            open_ = sa.select(sa.func.count()).where(Delivery.state.in_(["scheduled", "claimed", "retry", "unknown"]))
            return not any(waits) and not any(inbox) and not ctx.session.scalar(open_)

    def restore(self, folder: Path, service: str) -> None:
        done = self.system.cli("restore", str(folder), service, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        self.stage.clock_to(self.stage.today().replace(tzinfo=None))
        wait_until(self.settled, f"{service} to catch up", SECONDS)


@pytest.fixture
def place(servers: Servers, tmp_path: Path) -> Iterator[Place]:
    with running(servers.run / f"backup-{tmp_path.name[-8:]}", "--empty") as system, ExitStack() as opened:
        stage = Stage(system.folder, system.url)
        today = stage.today()
        days = (1 - today.weekday()) % 7 or 7
        stage.clock_to(datetime.combine(today.date() + timedelta(days=days), datetime.min.time()).replace(hour=10))
        contract = opened.enter_context(operator.service("contract"))
        clinic = open_clinic(contract)
        agreed = with_mail(clinic)
        for writes in (agreed.writes, agreed.aims, agreed.chooses):
            writes()
        agreed.promises(Side.PATIENT, "I weigh myself every morning.")
        agreed.promises(Side.CARE, "We ring you every Friday.")
        yield Place(system, stage, agreed)


def with_mail(clinic: Clinic) -> Agreed:
    """Karin's agreement, and addresses for her and her contact."""
    agreed = open_agreed(clinic)
    with clinic.service.act() as ctx:
        for person_id, address in ((agreed.karin, PATIENT), (clinic.anita, NURSE)):
            one = store.get(ctx.session, person_id)
            assert one is not None
            people.save_person(
                ctx, kind=one.kind, name=one.name, identity=one.identity, person_id=one.id, email=address
            )
    return agreed


def reminders_sent(place: Place, to: str) -> bool:
    return any(to in key for key in place.mails())


def asks_urgently(place: Place) -> None:
    agreed = place.agreed
    with agreed.clinic.service.act() as ctx:
        need = ContractAttentionNeeded(
            patient_id=agreed.karin,
            contract_id=agreed.contract,
            unit_id=agreed.clinic.unit,
            kind="next_contact",
            priority="urgent",
            reason_key="next_contact.another_time",
            subject=str(agreed.contract),
            dedup_key=f"next_contact:{agreed.karin}",
            at=ctx.now,
        )
        ctx.tell(need)


def test_P9_one_service_restored_catches_up_and_sends_nothing_twice(place: Place, tmp_path: Path) -> None:
    made = place.system.cli("backup", "--to", str(tmp_path))
    assert made.returncode == 0, made.stderr
    (folder,) = tmp_path.iterdir()
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in [folder, *folder.iterdir()]} == {0}
    visit = place.stage.today().replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=3)
    place.agreed.suggests(visit)
    place.agreed.accepts(visit)
    place.agreed.both_confirm()
    asks_urgently(place)
    wait_until(lambda: reminders_sent(place, NURSE), "the mail to the contact", SECONDS)
    wait_until(place.settled, "everything to be told", SECONDS)
    place.stage.clock_to(visit - timedelta(hours=20))
    wait_until(lambda: reminders_sent(place, PATIENT), "the reminder", SECONDS)
    wait_until(place.settled, "everything to be told", SECONDS)
    before, knew = place.mails(), known(place)
    for service in ("notify", "selfcare"):
        place.restore(folder, service)
        assert place.mails() == before, service
        assert known(place) == knew, service
        assert place.system.cli("audit", "verify", service).returncode == 0
    assert set(before.values()) == {1}
    blocks_again(place, folder)


def blocks_again(place: Place, folder: Path) -> None:
    """A unit that was blocked after the backup is blocked after contract was brought back, as the others remember it."""
    agreed = place.agreed
    with agreed.acting(agreed.karin) as ctx:
        blocks.make(ctx, patient_id=agreed.karin, unit_id=agreed.clinic.other_unit)
    wait_until(place.settled, "the block to be told", SECONDS)
    agreed.clinic.service.database.close()
    done = place.system.cli("restore", str(folder), "contract", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "closed again what selfcare and notify knew: blocks 1" in done.stdout
    with agreed.clinic.service.act() as ctx:
        assert ctx.directory.blocked(ctx.session, [agreed.karin]) == {agreed.karin: {agreed.clinic.other_unit}}


def known(place: Place) -> list[Any]:
    """What the ledger says of each message, and selfcare of each reminder."""
    with operator.service("notify") as notify, notify.act() as ctx:
        ledger = ctx.session.execute(sa.select(Delivery.id, Delivery.state).order_by(Delivery.id)).all()
    with operator.service("selfcare") as selfcare, selfcare.act() as ctx:
        columns = (Reminder.id, Reminder.attempt, Reminder.delivered_at.is_not(None))
        planned = ctx.session.execute(sa.select(*columns).order_by(Reminder.id)).all()
    return [tuple(row) for row in (*ledger, *planned)]


def test_a_backup_comes_up_in_an_empty_folder_and_a_spoilt_one_is_refused(place: Place, tmp_path: Path) -> None:
    with operator.service("contract") as contract, contract.act() as ctx:
        karin = store.get(ctx.session, place.agreed.karin)
        assert karin
        session_id = sessions.begin(ctx, karin).session_id
    assert place.system.cli("backup", "--to", str(tmp_path)).returncode == 0
    (folder,) = tmp_path.iterdir()
    place.system.stop()
    other = System(place.system.folder.root.with_name("brought-back"))
    told = other.cli("restore", str(folder))
    assert (told.returncode, "With --yes" in told.stdout) == (0, True), told.stderr
    assert not other.folder.settings.exists(), "without --yes nothing is touched"
    assert other.cli("restore", str(folder), "--yes").returncode == 0
    other.start()
    try:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SAMKONTRAKT_DATA", str(other.folder.root))
            with operator.service("contract") as contract, contract.act() as ctx:
                names = {one.name for one in ctx.directory.people(ctx.session, [place.agreed.karin]).values()}
                assert sessions.renew(ctx, session_id) is None, "who has signed out since must not be in again"
        assert names == {"Karin Ek"}
        assert all(other.cli("audit", "verify", name).returncode == 0 for name in SERVICES)
    finally:
        other.stop()
    with (folder / "selfcare.dump").open("r+b") as dump:
        dump.seek(200)
        dump.write(b"x")
    refused = other.cli("restore", str(folder), "--yes")
    assert refused.returncode == 1
    assert "selfcare.dump is not as it was written" in refused.stderr
