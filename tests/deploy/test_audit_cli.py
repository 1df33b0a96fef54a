"""``samkontrakt audit verify``: one plain line, and an exit code that a watchman can act on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from deploy.cli import samkontrakt
from shared.audit import access_log
from shared.audit.chaining import Chainer
from shared.audit.domain import Head
from shared.audit.heads import HeadFile
from shared.db import Database
from tests.deploy.test_bus_cli import environment_of
from tests.shared.audit.logs import SERVICE, Hand, chain_all, head, write
from tests.support.services import config_for


@pytest.fixture
def log(notify_db: Database) -> Database:
    write(notify_db, 1, 2, 3)
    chain_all(notify_db)
    return notify_db


def verify(database: Database, *options: str, **settings: str) -> Result:
    arguments = ["audit", "verify", SERVICE, *options]
    return CliRunner().invoke(samkontrakt, arguments, env=environment_of(database) | settings, prog_name="samkontrakt")


def test_P34_a_log_nobody_touched_is_said_to_be_whole_and_how_far_it_is_signed(log: Database, tmp_path: Path) -> None:
    HeadFile(tmp_path, SERVICE, config_for(SERVICE, log).audit_keys).write(head(log))
    result = verify(log, SAMKONTRAKT_AUDIT_HEADS=str(tmp_path))
    assert (result.exit_code, result.output) == (
        0,
        "notify: 3 rows, each as it was written; signed up to row 3 at 2026-11-24T11:00:00+00:00\n",
    )
    assert "is not found out" in verify(log).output, "without a head outside the database it says what it can't know"


def test_P34_fault_48_the_first_row_that_was_changed_is_named_with_its_number_id_and_time(log: Database) -> None:
    with log.engine.begin() as connection:
        hand = Hand(connection)
        hand.run("UPDATE access_log SET what = 'nothing' WHERE what = 'read request 2'")
        entry = connection.execute(sa.text("SELECT id, at FROM access_log WHERE what = 'nothing'")).one()
        for table in ("access_log", "access_chain"):
            hand.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    result = verify(log)
    when = f"written {entry.at:%Y-%m-%d %H:%M:%S} UTC"
    assert (result.exit_code, result.output) == (
        1,
        f"notify: row 2, id {entry.id}, {when}: is not as it was written: changed, or put in another's place\n",
    )
    told = json.loads(verify(log, "--json").output)
    assert told["findings"] == [{"broken": "changed", "seq": 2, "id": entry.id, "at": entry.at.isoformat()}]


def test_P34_after_a_backup_was_put_back_the_log_is_signed_anew_and_the_old_head_is_kept(
    log: Database, tmp_path: Path
) -> None:
    config = replace(config_for(SERVICE, log), audit_heads=tmp_path)
    file = HeadFile(tmp_path, SERVICE, config.audit_keys)
    beyond = Head(SERVICE, 9, "00", "2026-11-24T11:00:00+00:00")
    file.write(beyond)
    there = {"SAMKONTRAKT_AUDIT_HEADS": str(tmp_path)}
    assert verify(log, **there).output.startswith("notify: row 4, ")
    Chainer(config, log).sign()
    assert file.read() == beyond, "the relay signs nothing over a head that the log does not continue"
    arguments = ["audit", "accept", SERVICE, "--reason", "Tuesday's backup"]
    result = CliRunner().invoke(samkontrakt, arguments, env=environment_of(log) | there, prog_name="samkontrakt")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "notify.head.1").exists()
    relay = Chainer(config, log)
    relay.add()
    relay.sign()
    assert verify(log, **there).exit_code == 0
    with log.begin() as session:
        said = session.execute(sa.select(access_log.c.what).order_by(access_log.c.id.desc()).limit(1)).scalar_one()
    assert said.startswith("the log is signed anew: Tuesday's backup, by ")
