"""``status``: how the system is doing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from deploy.cli.base import say
from deploy.folder import data_folder
from shared.policy import Who, policy


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One line of JSON, with the facts behind the words.")
@policy("system", "read", Who.OPERATOR)
def status(as_json: bool) -> None:
    """Say what waits, why, and what to do about it. Exit code 0 only if everything does its work."""
    from deploy.status import whole

    found = whole(data_folder())
    for line in [json.dumps(found)] if as_json else lines(found):
        say(line)
    if not found["ok"]:
        sys.exit(1)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """What is known in words: a line for each thing that does not work or is worth knowing, else one for each service."""
    if not found["running"]:
        yield f"Nothing is running here (data folder {found['data']}). Start it: make run"
        return
    down = {name: process["state"] for name, process in found["processes"].items() if process["state"] != "RUNNING"}
    for name, state in down.items():
        yield f"{name}: its process is {state.lower()}. Look: {found['data']}/logs/{name}.log"
    for name, service in found["services"].items():
        yield from (f"{name}: {text}" for text in _service(service))


def _service(service: dict[str, Any]) -> Iterator[str]:
    if problem := service.get("problem"):
        yield problem
    elif service["reasons"]:
        yield from (reason["text"] for reason in service["reasons"])
    else:
        yield _well(service["facts"])


def _well(facts: dict[str, Any]) -> str:
    told = sum(stream["head"] for stream in facts["tells"].values())
    waiting = facts["inbox"]["waiting"]["count"]
    waits = f"{waiting} of them just now" if waiting else "all handled"
    heard = sum(facts["heard"].values())
    return (
        f"does its work; told {told} events, heard {heard}, {waits}; "
        f"relay {facts['relay']:.0f} s and worker {facts['work']:.0f} s ago"
    )
