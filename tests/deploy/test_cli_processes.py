"""The command line as processes: broken off, twice at once, without a terminal. Whole or not at all."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.folder import CHECKOUT
from deploy.supervise.waiting import wait_until
from services.contract.app import METADATA
from shared.db import Database
from tests.deploy.test_bus_cli import environment_of
from tests.services.contract.exchange.bundles import PERSONNUMMER, bundle, encoded, patient
from tests.shared.bus.bad import STREAM
from tests.support.services import PRIVATE, PUBLIC, config_for
from tests.support.texts.rewound import rows_in

pytestmark = [pytest.mark.full, pytest.mark.timeout(300)]
SECONDS, PATIENTS = 90.0, 60
WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def contract_environment(database: Database) -> dict[str, str]:
    config = config_for("contract", database)
    settings = {
        "DEMO": "1",
        "PUBLIC_URL": "http://localhost",
        "CONTRACT_DATABASE_URL": database.url,
        "CONTRACT_FORM_KEY": config.form_keys[0],
        "CONTRACT_AUDIT_KEY": config.audit_keys[0],
        "SELFCARE_URL": config.urls["selfcare"],
        "NOTIFY_URL": config.urls["notify"],
        "PAIR_CONTRACT_SELFCARE": config.pair_secrets["selfcare"][0],
        "PAIR_CONTRACT_NOTIFY": config.pair_secrets["notify"][0],
        "SESSION_KEY": base64.urlsafe_b64encode(PRIVATE).decode(),
        "SESSION_PUBLIC_KEY": base64.urlsafe_b64encode(PUBLIC).decode(),
    }
    return {f"SAMKONTRAKT_{name}": value for name, value in settings.items()}


def begun(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli", *arguments], env={**os.environ, **environment}, cwd=CHECKOUT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, said = process.communicate(timeout=SECONDS)
    assert "Traceback" not in out + said
    return process.returncode, out, said


def rows(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return rows_in(connection, METADATA)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files of as many patients each."""
    paths = []
    for number in range(2):
        people = [
            patient(f"p{number}-{one}", identifier=[{"system": "urn:clinic", "value": f"{number}-{one}"}])
            for one in range(PATIENTS)
        ]
        people[PATIENTS // 2]["identifier"].append(
            {"system": PERSONNUMMER, "value": ("195006142524", "194608239986")[number]}
        )
        path = tmp_path / f"{number}.json"
        path.write_bytes(encoded(bundle(*people)))
        paths.append(str(path))
    return paths


def counts(out: str) -> list[tuple[Any, ...]]:
    return [tuple(json.loads(line)[what] for what in ("created", "unchanged", "refused")) for line in out.splitlines()]


def test_C_cli_an_import_that_is_broken_off_in_a_file_has_kept_the_ones_before_and_nothing_of_that(
    contract_db: Database, files: list[str]
) -> None:
    """Somebody else is just writing down the person in the middle of the second file, so it waits there half-way."""
    environment = contract_environment(contract_db)
    with contract_db.engine.connect() as other:
        other.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        other.execute(
            sa.text(
                "INSERT INTO person (id, kind, name, sort_key, search_key, identity, language, zone, protected) VALUES "
                "(gen_random_uuid(), 'patient', 'X', 'x', 'x', '194608239986', 'sv', 'Europe/Stockholm', false)"
            )
        )
        process = begun(environment, "import", *files, "--json")
        with contract_db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            wait_until(lambda: bool(looking.execute(WAITS).scalar()), "the import to wait in its second file", SECONDS)
        first = rows(contract_db)
        process.send_signal(signal.SIGINT)
        code, out, said = ended(process)
        other.rollback()
    assert code == 1
    assert said.strip() == "Aborted!"
    assert counts(out) == [(PATIENTS, 0, False)]
    assert rows(contract_db) == first, "of the file it was in nothing is kept"
    code, out, _said = ended(begun(environment, "import", *files, "--json"))
    assert (code, counts(out)) == (0, [(0, PATIENTS, False), (PATIENTS, 0, False)])


def test_C_cli_two_imports_of_one_file_at_once_keep_it_once(contract_db: Database, files: list[str]) -> None:
    environment = contract_environment(contract_db)
    both = [ended(one) for one in [begun(environment, "import", files[0], "--json") for _ in range(2)]]
    assert [code for code, _out, _said in both] == [0, 0]
    assert sorted(counts(out)[0] for _code, out, _said in both) == [(0, PATIENTS, False), (PATIENTS, 0, False)]


def test_C_cli_a_check_keeps_nothing(contract_db: Database, files: list[str]) -> None:
    before = rows(contract_db)
    code, out, _said = ended(begun(contract_environment(contract_db), "import", "--check", *files))
    assert (code, out.count(": valid")) == (0, 2)
    assert rows(contract_db) == before


def test_C_cli_what_asks_first_does_nothing_where_nobody_can_answer(notify_db: Database) -> None:
    with notify_db.engine.connect() as connection:
        before = connection.execute(sa.text("SELECT count(*) FROM access_log")).scalar()
    code, out, said = ended(begun(environment_of(notify_db), "bus", "replay", "notify", STREAM))
    assert (code, said.strip()) == (1, "Aborted!")
    assert len(out.splitlines()) == 1
    with notify_db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM access_log")).scalar() == before
