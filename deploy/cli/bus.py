"""``bus``: what waits between the services, and what to do about an event that can't be handled."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click

from deploy.cli.base import Commands, say
from deploy.trouble import Trouble
from shared.events import SERVICES
from shared.policy import Who, policy


@click.group(cls=Commands)
def bus() -> None:
    """Look at what the services tell each other."""


@bus.command()
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@policy("bus", "read", Who.OPERATOR)
def status(as_json: bool) -> None:
    """Say how far every stream has come and what waits."""
    from deploy.status import bus as facts

    told = facts()
    if as_json:
        say(json.dumps(told))
        return
    for service, part in told.items():
        for line in [part["problem"]] if "problem" in part else _lines(part):
            say(f"{service:9} {line}")


def _lines(part: dict[str, Any]) -> list[str]:
    tells = [
        f"tells {name}: {s['head']} told, {s['head'] - s['confirmed']} not stored yet"
        for name, s in part["tells"].items()
    ]
    hears = [f"hears {name}: up to {s['seq']}{_problem(s['problem'])}" for name, s in part["hears"].items()]
    waits = ", ".join(f"{count} {state}" for state, count in part["inbox"].items())
    return [*tells, *hears, f"has received: {waits}"]


def _problem(problem: str | None) -> str:
    return f" ({problem})" if problem else ""


@bus.command()
@click.argument("service", type=click.Choice(SERVICES))
@policy("bus", "read", Who.OPERATOR)
def parked(service: str) -> None:
    """List the events SERVICE could not handle: their id, type, when received and why not."""
    from deploy.status import parked as events

    for event in events(service):
        say("  ".join(map(str, event)))


@bus.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("event_id", type=click.UUID)
@click.option("--skip", is_flag=True, help="Leave the event for good and go on with what waits behind it.")
@policy("bus", "release", Who.OPERATOR)
def retry(service: str, event_id: UUID, skip: bool) -> None:
    """Let SERVICE try a parked event again; what waits behind it follows."""
    from deploy import system
    from shared.bus.handling import release
    from shared.db import Database

    if not release(Database(system.config_of(service).database_url), event_id, skip=skip):
        raise Trouble(f"{service} has no parked event {event_id}: samkontrakt bus parked {service} lists them")
    say("Skipped." if skip else "It will be tried again within a second.")
