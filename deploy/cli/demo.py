"""``demo``: the personas and the clock of a demonstration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from deploy.cli.base import Commands, say
from shared.policy import Who, policy


@click.group(cls=Commands)
def demo() -> None:
    """Look after a demonstration: its clock and its personas."""


@demo.command(context_settings={"ignore_unknown_options": True})
@click.argument("how", metavar="+TIME|next|reset")
@policy("demo clock", "move", Who.OPERATOR)
def clock(how: str) -> None:
    """Move the demo clock, for all services at once.

    +2d, +3h or +90m moves it forward, so that a reminder due in two days is sent now; next moves it to the next
    reminder; reset returns to the real time.
    """
    from deploy.demo.clock import move

    shift = timedelta(seconds=round(move(how).total_seconds()))
    at = datetime.now(UTC) + shift
    say(
        f"The demo clock is {shift} ahead: {at:%Y-%m-%d %H:%M} UTC." if shift else "The demo clock shows the real time."
    )


@demo.command(name="load")
@policy("demo data", "load", Who.OPERATOR)
def load_() -> None:
    """Load the demo personas, unless they are there already."""
    from deploy.demo.load import load
    from deploy.folder import data_folder

    loaded = load(data_folder())
    say("Demo data loaded." if loaded else "The demo data is already there.")
