"""What all commands share: found by name and loaded when called, refused without a policy, errors in one line."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click

from deploy.trouble import Trouble
from shared.policy import policy_of

HELD = "55P03"
"""PostgreSQL's ``lock_not_available``: somebody held a row for longer than anybody waits."""


class Commands(click.Group):
    """A group whose commands stand in modules named by ``areas`` (command → module), or are added as usual.

    A command without a declared policy can't be added: the program refuses to start.
    """

    def __init__(self, *args: Any, areas: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._areas = areas or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._areas, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._areas and cmd_name not in self.commands:
            module = importlib.import_module(self._areas[cmd_name])
            self.add_command(getattr(module, cmd_name.replace("-", "_").replace("import", "import_")), cmd_name)
        return self.commands.get(cmd_name)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not isinstance(cmd, click.Group) and cmd.callback:
            policy_of(cmd.callback)
        super().add_command(cmd, name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Trouble as trouble:
            raise click.ClickException(str(trouble)) from None
        except Exception as error:
            if os.environ.get("SAMKONTRAKT_LOG_LEVEL") == "DEBUG":
                raise
            raise click.ClickException(_in_one_line(error)) from None


def _in_one_line(error: Exception) -> str:
    """What nobody foresaw. Its own text may quote people's data, so only its kind and place are shown."""
    from shared.log import place_of

    kind = type(error).__name__
    if getattr(getattr(error, "orig", None), "sqlstate", None) == HELD:
        return "somebody else holds what this needs, and nothing of this step is kept: try again in a minute"
    if kind == "OperationalError":
        return "a database does not answer: samkontrakt status"
    return f"unexpected: {kind} at {place_of(error)} (SAMKONTRAKT_LOG_LEVEL=DEBUG shows all)"


def say(line: str) -> None:
    """One line of progress, at once."""
    click.echo(line)
