"""``samkontrakt status``: what waits and why in words, one calm line where all is well, also when nothing answers."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deploy import ports
from deploy.cli import samkontrakt
from deploy.cli.status import lines
from deploy.folder import Folder
from deploy.settings import prepare
from shared.db import Database
from shared.watch.domain import judge, told
from shared.watch.facts import Facts, Told, Waits
from tests.support.services import PRIVATE, PUBLIC, config_for

WELL = Facts(
    "notify", relay=0.4, bell=2, work=1.6, heard={"contract.notify": 7}, tells={"notify.selfcare": Told(4, 4)},
    inbox={"waiting": Waits()},
)  # fmt: skip


def found(services: Mapping[str, dict[str, Any]], **processes: str) -> dict[str, Any]:
    states = {name.replace("_", "-"): {"state": state, "pid": 1} for name, state in processes.items()}
    return {"running": True, "data": "/data", "processes": states, "services": services}


def of(facts: Facts) -> dict[str, Any]:
    return told(judge(facts), facts)


def test_P41_where_all_is_well_one_line_for_each_service_tells_its_latest_figures() -> None:
    assert list(lines(found({"notify": of(WELL)}, notify_relay="RUNNING"))) == [
        "notify: does its work; told 4 events, heard 7, all handled; relay 0 s and worker 2 s ago"
    ]


def test_P41_what_does_not_work_is_said_instead() -> None:
    late = of(replace(WELL, work=42.0, stand_in=0.3))
    silent = {"ok": False, "problem": "its database does not answer"}
    assert list(lines(found({"notify": late, "contract": silent}, notify_work="FATAL"))) == [
        "notify-work: its process is fatal. Look: /data/logs/notify-work.log",
        "notify: its worker has done nothing for 42 s: the relay stands in",
        "contract: its database does not answer",
    ]


def test_P41_where_nothing_runs_one_line_says_so_and_how_to_begin(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    folder.create()
    prepare(folder, {"SAMKONTRAKT_PORT": str(ports.choose(["public"], {})["public"])})
    result = CliRunner().invoke(samkontrakt, ["status"], env={"SAMKONTRAKT_DATA": str(folder.root)})
    assert result.exit_code == 1
    assert result.output == f"Nothing is running here (data folder {folder.root}). Start it: make run\n"


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_P41_a_database_that_does_not_answer_is_said(tmp_path: Path, as_json: list[str]) -> None:
    environment = {
        "SAMKONTRAKT_DATA": str(tmp_path),
        **named_system("postgresql+psycopg://nobody:of-no-use-to-anyone-4711@127.0.0.1:9/none"),
    }
    result = CliRunner().invoke(samkontrakt, ["status", *as_json], env=environment)
    assert result.exit_code == 1
    assert result.output.count("its database does not answer") == 3
    assert "nobody" not in result.output


def named_system(database_url: str) -> dict[str, str]:
    """A whole system as the environment names it."""
    named = {
        "DEMO": "1",
        "PUBLIC_URL": "http://127.0.0.1",
        "MAIL_FROM": "a@b.example",
        "SMTP_URL": "smtp://127.0.0.1:9",
    }
    for service in ("contract", "selfcare", "notify"):
        config = config_for(service, Database(database_url))
        named |= {f"{service.upper()}_DATABASE_URL": database_url, f"{service.upper()}_URL": "http://127.0.0.1:9"}
        named |= {
            f"{service.upper()}_FORM_KEY": config.form_keys[0],
            f"{service.upper()}_AUDIT_KEY": config.audit_keys[0],
        }
        named |= {f"PAIR_{'_'.join(sorted((service, p))).upper()}": s[0] for p, s in config.pair_secrets.items()}
    named |= {"SESSION_PUBLIC_KEY": plain(PUBLIC), "SESSION_KEY": plain(PRIVATE)}
    return {f"SAMKONTRAKT_{name}": value for name, value in named.items()}


def plain(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()
