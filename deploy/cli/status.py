"""``status``: how the system is doing."""

from __future__ import annotations

import json
import sys

import click

from deploy.cli.base import say
from deploy.folder import data_folder
from shared.policy import Who, policy


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@policy("system", "read", Who.OPERATOR)
def status(as_json: bool) -> None:
    """Say how the system is doing: processes, services, bus. Exit code 0 only if all of it does its work."""
    from deploy.status import whole

    facts = whole(data_folder())
    if as_json:
        say(json.dumps(facts))
    else:
        for name, process in facts["processes"].items():
            say(f"{name:16} {process['state']}")
        for name, service in facts["services"].items():
            say(
                f"{name:16} {'does its work' if service['ok'] else service.get('problem', 'needs a look: samkontrakt bus status')}"
            )
    if not facts["ok"]:
        sys.exit(1)
