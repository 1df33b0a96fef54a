"""``bus``: what waits between the services, and what to do about an event that can't be handled."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click

from deploy.cli.base import Commands, say
from deploy.trouble import Trouble
from shared.events import SERVICES
from shared.policy import Who, policy, policy_of


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
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per event.")
@policy("bus", "read", Who.OPERATOR)
def parked(service: str, as_json: bool) -> None:
    """List the events SERVICE could not handle: their id, type, when received and why not."""
    from deploy.status import parked as events

    names = ("id", "type", "received_at", "problem")
    for event in events(service):
        told = dict(zip(names, map(str, event), strict=True))
        say(json.dumps(told) if as_json else "  ".join(told.values()))


@bus.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("event_id", type=click.UUID)
@policy("bus", "retry", Who.OPERATOR)
def retry(service: str, event_id: UUID) -> None:
    """Let SERVICE try a parked or quarantined event again; what waits behind it follows."""
    from deploy import events

    events.retry(service, event_id, policy_of(retry.callback or retry))
    say("It will be tried again within a second.")


@bus.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("event_id", type=click.UUID)
@click.option("--reason", required=True, help="Why; it stands in the access log. Name no patient.")
@policy("bus", "skip", Who.OPERATOR)
def skip(service: str, event_id: UUID, reason: str) -> None:
    """Leave a parked or quarantined event of SERVICE for good; what waits behind it goes on."""
    from deploy import events

    if not reason.strip():
        raise Trouble("say why: --reason 'the unit was closed'")
    events.skip(service, event_id, reason.strip(), policy_of(skip.callback or skip))
    say("Skipped.")


@bus.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("stream")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON at the end instead of progress.")
@policy("bus", "replay", Who.OPERATOR)
def replay(service: str, stream: str, yes: bool, as_json: bool) -> None:
    """Let SERVICE read STREAM (as contract.notify) from its first event again.

    What it missed is handled, and of each thing the newest event once more, so that its copies are what the other service
    stands by. Nothing is sent twice. It runs beside live traffic, may be repeated, and clears the line about a restored
    service in the status.
    """
    from deploy import events

    events.check_stream(service, stream)
    if not yes:
        click.confirm(f"Let {service} read {stream} from its first event?", abort=True)
    handled = events.replay(service, stream, policy_of(replay.callback or replay), _quiet if as_json else say)
    say(json.dumps({"stream": stream, "handled": handled}) if as_json else f"Done: {handled} events handled.")


def _quiet(_line: str) -> None:
    return None


@bus.command()
@policy("bus", "describe", Who.OPERATOR)
def asyncapi() -> None:
    """Print what the services tell each other, as an AsyncAPI 3 document in JSON."""
    from deploy.asyncapi.document import document

    say(json.dumps(document(), indent=2, ensure_ascii=False))
