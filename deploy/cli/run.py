"""``run`` and ``stop``: the whole system on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from deploy.cli.base import say
from deploy.folder import data_folder
from shared.policy import Who, policy

if TYPE_CHECKING:
    from deploy.settings import Settings


@click.command()
@click.option("--empty", is_flag=True, help="Do not load the demo data.")
@policy("system", "run", Who.OPERATOR)
def run(empty: bool) -> None:
    """Run everything on this machine, until Ctrl-C.

    PostgreSQL, Valkey, a mail catcher, three services and the gateway, under a supervisor that restarts what ends. The
    data stands in one folder, printed at the start; the next run goes on with it. SAMKONTRAKT_PORT chooses another port
    than 8000, SAMKONTRAKT_DATA another folder.
    """
    from deploy.supervise.run import run as serve
    from deploy.supervise.start import command

    def ready(settings: Settings) -> None:
        if not empty:
            say("Seeing to the demo data …")
            command(settings.folder, say, "demo", "load")
        say(f"\nSamkontrakt is at {settings.public_url}  (Ctrl-C stops everything)")

    serve(data_folder(), os.environ, say, ready)


@click.command()
@policy("system", "stop", Who.OPERATOR)
def stop() -> None:
    """Stop the running system of this checkout in order; its data stays."""
    from deploy.supervise.control import Supervisor
    from deploy.supervise.run import STOP_SECONDS
    from deploy.supervise.waiting import wait_until

    supervisor = Supervisor(data_folder())
    if not supervisor.shutdown():
        say("Nothing is running.")
        return
    wait_until(lambda: not supervisor.answers(), "the end of the system", STOP_SECONDS)
    say("Stopped.")
