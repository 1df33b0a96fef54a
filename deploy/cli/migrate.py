"""``migrate``: bring databases to this version."""

from __future__ import annotations

import click

from deploy.cli.base import say
from shared.events import SERVICES
from shared.policy import Who, policy


@click.command()
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
@policy("database", "migrate", Who.OPERATOR)
def migrate(services: tuple[str, ...]) -> None:
    """Bring the databases of SERVICES (all three by default) to this version.

    Safe to repeat and to run from several places at once: one process migrates, the others wait.
    """
    from deploy import fitting, system
    from deploy.fitting import Standing
    from shared.migrate import upgrade

    for service in services or SERVICES:
        url = system.config_of(service).database_url
        fitting.check(service, url, Standing.EMPTY, Standing.OLDER)
        applied = upgrade(service, url)
        say(
            f"{service}: database brought to version {applied[-1]}" if applied else f"{service}: database is up to date"
        )
