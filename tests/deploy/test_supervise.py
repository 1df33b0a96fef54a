"""The supervisor's configuration: every role is in it, starts in order, stops in order, and knows no foreign secret."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

import pytest

from deploy import ports
from deploy.folder import Folder
from deploy.settings import Settings, prepare
from deploy.supervise.programs import GROUPS, Program, configuration, programs
from shared.events import SERVICES
from tests.support.servers import Servers


@pytest.fixture
def made(servers: Servers, worker: str) -> Settings:
    folder = Folder(servers.run / f"supervise-{worker}")
    folder.create()
    if not folder.programs.exists():
        folder.programs.symlink_to(servers.run.parent)  # the run's own copy of PostgreSQL
    return prepare(folder, {"SAMKONTRAKT_PORT": str(ports.choose(["public"], {})["public"])})


@pytest.fixture
def config(made: Settings) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser()
    parsed.read_string(configuration(made.folder, programs(made)))
    return parsed


def test_every_role_of_every_service_runs(config: configparser.ConfigParser) -> None:
    wanted = {f"program:{service}-{role}" for service in SERVICES for role in ("web", "relay", "work")}
    wanted |= {"program:postgres", "program:valkey", "program:mail", "program:gateway"}
    assert wanted == {section for section in config.sections() if section.startswith("program:")}


def test_what_ends_is_started_again(config: configparser.ConfigParser) -> None:
    for name in config.sections():
        if name.startswith("program:"):
            assert config[name]["autorestart"] == "true"
            assert config[name]["autostart"] == "false"


def test_the_servers_start_first_and_therefore_stop_last(config: configparser.ConfigParser) -> None:
    order = sorted(GROUPS, key=lambda group: int(config[f"group:{group}"]["priority"]))
    assert order == ["servers", "pages", "working"]
    assert config["group:servers"]["programs"] == "postgres,valkey,mail"


def test_the_database_is_stopped_fast_and_given_time_to_write(config: configparser.ConfigParser) -> None:
    section = config["program:postgres"]
    assert section["stopsignal"] == "INT"
    assert int(section["stopwaitsecs"]) >= 60


def test_no_secret_stands_in_a_command_line(made: Settings) -> None:
    said = " ".join(word for program in programs(made) for word in program.command)
    assert [name for name, secret in made.secrets.items() if secret in said] == []


def test_a_path_with_blanks_and_percent_signs_survives(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "my data 100%")
    program = Program("mail", "servers", ("/opt/my python", "-m", "x", "50%"))
    parsed = configparser.RawConfigParser()
    parsed.read_string(configuration(folder, [program]))
    command = parsed["program:mail"]["command"] % {}
    assert shlex.split(command) == list(program.command)
    assert parsed["program:mail"]["stdout_logfile"] % {} == str(folder.logs / "mail.log")
