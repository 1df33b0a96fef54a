"""``samkontrakt bus``: what the operator does about events, plain, refused in one line, written down."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from deploy.cli import samkontrakt
from shared.bus import inbox
from shared.db import Database
from tests.shared.bus.bad import STREAM, Pair
from tests.support.services import PUBLIC, config_for

Run = Callable[..., Result]


@pytest.fixture
def pair(selfcare_db: Database, notify_db: Database) -> Pair:
    return Pair(selfcare_db, notify_db)


@pytest.fixture
def run(pair: Pair) -> Run:
    """A command, spoken to the notify of ``pair``; nothing else of the system is there."""

    def invoke(*arguments: str, answer: str = "", **settings: str) -> Result:
        environment = environment_of(pair.reader.database) | settings
        return CliRunner().invoke(samkontrakt, arguments, env=environment, input=answer, prog_name="samkontrakt")

    return invoke


def environment_of(database: Database) -> dict[str, str]:
    config = config_for("notify", database)
    settings = {
        "DEMO": "1",
        "PUBLIC_URL": "http://localhost",
        "NOTIFY_DATABASE_URL": database.url,
        "NOTIFY_FORM_KEY": config.form_keys[0],
        "NOTIFY_AUDIT_KEY": config.audit_keys[0],
        "CONTRACT_URL": config.urls["contract"],
        "SELFCARE_URL": config.urls["selfcare"],
        "PAIR_CONTRACT_NOTIFY": config.pair_secrets["contract"][0],
        "PAIR_NOTIFY_SELFCARE": config.pair_secrets["selfcare"][0],
        "SESSION_PUBLIC_KEY": base64.b64encode(PUBLIC).decode(),
        "SMTP_URL": str(config.smtp_url),
        "MAIL_FROM": config.mail_from,
    }
    return {f"SAMKONTRAKT_{name}": value for name, value in settings.items()}


def acts(pair: Pair) -> list[Any]:
    with pair.reader.database.begin() as session:
        query = sa.text("SELECT actor_as, resource, action, what FROM access_log ORDER BY id")
        return [tuple(row) for row in session.execute(query)]


def park(pair: Pair) -> str:
    """An event that can't be handled, and one behind it."""
    pair.tell(1, 2, about=uuid4())
    inbox.receive(pair.reader.database, pair.feed, STREAM)
    pair.run("UPDATE inbox SET state = 'parked', problem = 'RuntimeError', attempts = 5 WHERE seq = 1")
    pair.run("UPDATE inbox SET state = 'held' WHERE seq = 2")
    return str(pair.received()[0].event_id)


def test_P21_retry_lets_a_parked_event_be_tried_again_and_writes_it_down(pair: Pair, run: Run) -> None:
    event = park(pair)
    assert event in run("bus", "parked", "notify").output
    told = json.loads(run("bus", "parked", "notify", "--json").output)
    assert (told["id"], told["problem"]) == (event, "RuntimeError")
    result = run("bus", "retry", "notify", event)
    assert (result.exit_code, result.output) == (0, "It will be tried again within a second.\n")
    pair.hear()
    assert pair.handled() == [1, 2]
    (act,) = acts(pair)
    assert act[:3] == ("operator", "bus", "retry")
    assert event in act[3]
    assert ", by " in act[3]


def test_P21_skip_leaves_a_parked_event_for_a_reason_that_is_written_down(pair: Pair, run: Run) -> None:
    event = park(pair)
    assert run("bus", "skip", "notify", event).exit_code == 2
    assert run("bus", "skip", "notify", event, "--reason", " ").exit_code == 1
    assert pair.states() == ["parked", "held"]
    assert acts(pair) == []
    assert run("bus", "skip", "notify", event, "--reason", "told by phone").output == "Skipped.\n"
    pair.hear()
    assert pair.handled() == [2]
    assert pair.states() == ["skipped", "done"]
    assert "told by phone" in acts(pair)[0][3]


@pytest.mark.parametrize("verb", [["retry"], ["skip", "--reason", "x"]])
def test_an_event_that_is_not_stuck_is_refused_in_one_line_and_nothing_is_written(
    pair: Pair, run: Run, verb: list[str]
) -> None:
    pair.tell(1)
    pair.hear()
    for event in (str(uuid4()), str(pair.received()[0].event_id)):
        result = run("bus", verb[0], "notify", event, *verb[1:])
        assert result.exit_code == 1
        assert result.output.startswith("Error: notify has no stuck event")
        assert len(result.output.splitlines()) == 1
    assert acts(pair) == []


def test_what_was_never_readable_is_not_tried_again(pair: Pair, run: Run) -> None:
    pair.tell(1)
    pair.tell(2)
    pair.hear(lambda batch: [{**batch[0], "data": None}, *batch[1:]])
    result = run("bus", "retry", "notify", str(pair.received()[0].event_id))
    assert result.exit_code == 1
    assert "not readable" in result.output
    assert len(result.output.splitlines()) == 1


def test_P20_replay_asks_first_and_says_when_the_producer_is_away(pair: Pair, run: Run) -> None:
    """Nobody answers at the producer's address here: the service goes on by itself when somebody does."""
    pair.tell(1)
    pair.hear()
    assert run("bus", "replay", "notify", STREAM, answer="n\n").exit_code == 1
    assert acts(pair) == []
    result = run("bus", "replay", "notify", STREAM, "--yes")
    assert result.exit_code == 1
    assert "notify goes on with it by itself" in result.output
    assert acts(pair)[0][:3] == ("operator", "bus", "replay")
    pair.hear()
    assert pair.handled() == [1, 1]
    assert {row.generation for row in pair.received()} == {2}


def test_a_stream_that_the_service_does_not_read_is_refused_with_those_it_does(run: Run) -> None:
    result = run("bus", "replay", "notify", "notify.contract", "--yes")
    assert result.exit_code == 1
    assert "contract.notify and selfcare.notify" in result.output


@pytest.mark.parametrize(
    "arguments",
    [["parked", "billing"], ["retry", "notify", "7"], ["replay", "notify"], ["skip", "billing", str(uuid4()), "--reason", "x"]],
)  # fmt: skip
def test_what_is_not_understood_exits_with_2(run: Run, arguments: list[str]) -> None:
    assert run("bus", *arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["parked", "notify"],
        ["retry", "notify", str(uuid4())],
        ["skip", "notify", str(uuid4()), "--reason", "x"],
        ["replay", "notify", STREAM, "--yes"],
    ],
)
def test_a_database_that_is_down_is_one_line(pair: Pair, run: Run, arguments: list[str]) -> None:
    gone = re.sub(r":\d+/", ":9/", pair.reader.database.url)
    result = run("bus", *arguments, SAMKONTRAKT_NOTIFY_DATABASE_URL=gone)
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "does not answer" in result.output
