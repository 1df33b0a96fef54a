"""Nobody forgets: every door has a policy, every event a reader and a golden file, every table its migration."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Blueprint

from deploy.cli import samkontrakt
from deploy.embedded import databases as embedded
from shared import migrate
from shared.bus.worker import worker_app
from shared.db import Database
from shared.events import EVENTS, SERVICES, Event, from_data
from shared.policy import Policy, Undeclared, Who, policy_of
from shared.register.actions import APPLY
from shared.service import assemble
from shared.web.app import create_app
from tests.support.servers import Servers
from tests.support.services import config_for, make_app, make_service

GOLDEN = Path(__file__).parent.parent / "shared" / "events" / "golden"
ASSISTED_BY_NOBODY = {"static"}


def handlers_of(service: str) -> dict[type[Event], Any]:
    module = importlib.import_module(f"services.{service}.tasks")
    handlers: dict[type[Event], Any] = module.HANDLERS
    return handlers


def commands(group: click.Command, name: str = "samkontrakt") -> Iterator[tuple[str, click.Command]]:
    if isinstance(group, click.Group):
        context = click.Context(group)
        for word in group.list_commands(context):
            command = group.get_command(context, word)
            assert command is not None
            yield from commands(command, f"{name} {word}")
    else:
        yield name, group


@pytest.mark.parametrize("service", SERVICES)
def test_P31_every_route_has_a_policy(service: str, databases: dict[str, Database]) -> None:
    app = make_app(make_service(service, databases[service]))
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in ASSISTED_BY_NOBODY:
            assert isinstance(policy_of(app.view_functions[rule.endpoint]), Policy), rule


def test_P31_a_route_without_a_policy_keeps_the_service_from_starting(notify_db: Database) -> None:
    forgotten = Blueprint("forgotten", __name__)
    forgotten.get("/notify/forgotten")(lambda ctx: "hello")
    service = make_service("notify", notify_db)
    with pytest.raises(Undeclared):
        create_app(service, [forgotten])


@pytest.mark.parametrize("service", SERVICES)
def test_P31_every_handler_and_due_job_has_a_policy(service: str, databases: dict[str, Database]) -> None:
    tasks = importlib.import_module(f"services.{service}.tasks")
    assert assemble(config_for(service, databases[service]), tasks.HANDLERS, tasks.DUE).name == service
    for handler in tasks.HANDLERS.values():
        assert policy_of(handler).audience == {Who.SERVICE}


def test_P31_every_celery_task_has_a_policy(notify_db: Database) -> None:
    app = worker_app(lambda: make_service("notify", notify_db))
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert sorted(own) == ["samkontrakt.due_waiting", "samkontrakt.events_waiting"]
    for task in own.values():
        assert policy_of(task.run).audience == {Who.SERVICE}


@pytest.mark.parametrize(
    ("name", "command"), list(commands(samkontrakt)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_P31_every_command_has_a_policy_and_says_what_it_does(name: str, command: click.Command) -> None:
    assert command.callback is not None
    assert policy_of(command.callback).audience
    assert command.help, name


@pytest.mark.parametrize("type_name", sorted(EVENTS))
def test_every_event_is_handled_by_every_reader_it_names(type_name: str) -> None:
    event = EVENTS[type_name]
    assert event.readers
    for reader in event.readers:
        assert event in handlers_of(reader) or event in APPLY, f"{reader} does nothing with {type_name}"


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_listens_to_what_nobody_tells_it(service: str) -> None:
    assert {event.type for event in handlers_of(service) if service not in event.readers} == set()


@pytest.mark.parametrize("type_name", sorted(EVENTS))
def test_P23_every_event_ever_shipped_is_still_readable(type_name: str) -> None:
    golden = json.loads((GOLDEN / f"{type_name}.json").read_text())
    event = from_data(type_name, {**golden, "a_field_of_a_later_version": 1})
    for reader in event.readers:
        fields = event.data_for(reader)
        assert fields == {name: golden[name] for name in fields}


def test_no_golden_file_is_left_without_its_event() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(EVENTS)


@pytest.mark.parametrize("type_name", sorted(EVENTS))
def test_an_events_name_says_owner_concept_and_what_happened(type_name: str) -> None:
    match = re.fullmatch(r"se\.samkontrakt\.([a-z]+)\.([a-z_]+)\.([a-z_]+)\.v\d+", type_name)
    assert match
    owner, _concept, verb = match.groups()
    assert owner in SERVICES
    assert owner not in EVENTS[type_name].readers
    assert verb in ("needed", "due") or verb.endswith("ed")


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_make_the_tables_that_the_code_declares(service: str, servers: Servers) -> None:
    cluster, password, name = servers.postgres(), "p" * 32, f"drift_{service}"
    embedded.ensure(cluster.conninfo(), name, password, name)
    url = embedded.url(name, password, cluster.port, name)
    migrate.upgrade(service, url)
    assert migrate.drift(importlib.import_module(f"services.{service}.app").METADATA, url) == []
