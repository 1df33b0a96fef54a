"""The command line: helpful, declared, and short when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import OperationalError

from deploy.cli import samkontrakt
from deploy.cli.base import Commands
from deploy.folder import CHECKOUT
from shared.policy import Undeclared, Who, policy, policy_of


def every_command(group: click.Group = samkontrakt, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from every_command(command, f"{path} {name}".strip())
        else:
            yield f"{path} {name}".strip(), command


COMMANDS = dict(every_command())


def run(tmp_path: Path, *arguments: str) -> Result:
    environment = {"SAMKONTRAKT_DATA": str(tmp_path / "data")}
    return CliRunner().invoke(samkontrakt, arguments, env=environment, prog_name="samkontrakt")


def test_the_commands_people_are_told_of_are_there() -> None:
    told = {
        "serve",
        "run",
        "stop",
        "migrate",
        "status",
        "audit accept",
        "audit verify",
        "bus status",
        "demo clock",
        "demo load",
        "import",
        "signin-link",
    }
    assert told - set(COMMANDS) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_declares_a_policy_and_explains_itself(name: str) -> None:
    command = COMMANDS[name]
    assert command.callback is not None
    assert policy_of(command.callback).audience
    assert len(command.help or "") > 20


def test_a_command_without_a_policy_can_not_be_added() -> None:
    with pytest.raises(Undeclared):
        Commands(name="x").add_command(click.Command("loose", callback=print))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["status"], "make run"),
        (["bus", "status"], "make run"),
        (["demo", "clock", "yesterday"], "+2d"),
        (["demo", "clock", "-1d"], "forward"),
        (["signin-link", "nobody"], "make run"),
        (["serve", "mail", "web"], "no role"),
        (["serve", "mail"], "--port"),
        (["serve", "contract"], "a role"),
        (["serve", "contract", "web"], "make run"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
    assert words in result.output


@pytest.mark.parametrize("error", [RuntimeError("Esther Lund 195006142524"), KeyError("Esther Lund 195006142524")])
def test_what_nobody_foresaw_is_one_line_without_peoples_data(error: Exception) -> None:
    said = said_of(error)
    assert said.startswith(f"Error: unexpected: {type(error).__name__} at ")
    assert "Esther" not in said


@pytest.mark.parametrize(
    ("cause", "says"),
    [(psycopg.errors.LockNotAvailable(), "somebody else holds"), (psycopg.OperationalError(), "does not answer")],
)
def test_who_holds_a_row_is_not_taken_for_a_database_that_is_away(cause: Exception, says: str) -> None:
    assert says in said_of(OperationalError("INSERT", {}, cause))


def said_of(error: Exception) -> str:
    """What a command says that ends with this."""

    def break_down() -> None:
        raise error

    group = Commands(name="group")
    group.add_command(click.Command("break-down", callback=policy("x", "y", Who.OPERATOR)(break_down)))
    result = CliRunner().invoke(group, ["break-down"])
    assert result.exit_code == 1
    return result.output


@pytest.mark.parametrize(
    "words",
    [["signin-link", "Åsa Öberg 診"], ["signin-link", "a\udcff"], ["signin-link", "\x1b[31m"], ["status", "\u202e"]],
)
def test_C_cli_a_reader_that_goes_away_and_odd_words_leave_no_traceback(tmp_path: Path, words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *words],
        env={**os.environ, "SAMKONTRAKT_DATA": str(tmp_path / "data")},
        cwd=CHECKOUT,
        stdout=writing,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    os.close(writing)
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr
    gone = CliRunner().invoke(
        samkontrakt, words, env={"SAMKONTRAKT_DATA": str(tmp_path / "data")}, prog_name="samkontrakt"
    )
    assert gone.exit_code in (1, 2)
    assert "Traceback" not in gone.output


def test_C_cli_help_for_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "--help"],
        cwd=CHECKOUT,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert done.returncode != 0
    assert done.stderr == b""


def test_a_command_that_is_none_exits_with_2(tmp_path: Path) -> None:
    assert run(tmp_path, "fly").exit_code == 2


def test_nothing_to_stop_is_not_an_error(tmp_path: Path) -> None:
    result = run(tmp_path, "stop")
    assert (result.exit_code, result.output) == (0, "Nothing is running.\n")


@pytest.mark.parametrize("name", ["SAMKONTRAKT_CONTRACT_DATABSE_URL", "SAMKONTRAKT_DEBUG"])
def test_a_misspelt_setting_is_refused_with_its_name(tmp_path: Path, name: str) -> None:
    named = {"SAMKONTRAKT_CONTRACT_DATABASE_URL": "postgresql+psycopg://c:Gu4PfAo7Tn5wRb8X@127.0.0.1:1/c", name: "x"}
    result = CliRunner().invoke(samkontrakt, ["serve", "contract", "web"], env=named, prog_name="samkontrakt")
    assert result.exit_code == 1
    assert name in result.output
    assert len(result.output.splitlines()) == 1


def test_a_weak_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    named = {
        "SAMKONTRAKT_DEMO": "1",
        "SAMKONTRAKT_PUBLIC_URL": "http://127.0.0.1",
        "SAMKONTRAKT_CONTRACT_DATABASE_URL": "postgresql+psycopg://c:Gu4PfAo7Tn5wRb8X@127.0.0.1:1/c",
        "SAMKONTRAKT_SELFCARE_URL": "http://127.0.0.1:2",
        "SAMKONTRAKT_NOTIFY_URL": "http://127.0.0.1:3",
        "SAMKONTRAKT_PAIR_CONTRACT_SELFCARE": "changeme-changeme-changeme-1234567890",
    }
    result = CliRunner().invoke(samkontrakt, ["serve", "contract", "web"], env=named, prog_name="samkontrakt")
    assert result.exit_code == 1
    assert "too weak" in result.output
    assert "changeme" not in result.output
