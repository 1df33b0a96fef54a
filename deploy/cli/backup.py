"""``backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from deploy.cli.base import say
from shared.events import SERVICES
from shared.policy import Who, policy, policy_of


@click.command()
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="The folder it is put into.")
@policy("backup", "make", Who.OPERATOR)
def backup(to: Path | None) -> None:
    """Back up the three databases, as they are at one instant, and the keys.

    Everything may run meanwhile. The backup is a new folder, readable by you alone: it holds people's data and the keys
    that open it, so keep it where only the operator reads, and on another machine.
    """
    from deploy.backup.taking import take
    from deploy.folder import data_folder

    made = take((to or data_folder().backups).absolute())
    say(f"Backed up into {made}")
    say("Keep a copy on another machine, closed to others: it holds people's data and the keys.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("services", nargs=-1, type=click.Choice(SERVICES))
@click.option("--yes", is_flag=True, help="Do it. Without this it is only checked and told.")
@policy("backup", "restore", Who.OPERATOR, log="kept closed what had been closed, when a backup was brought back")
def restore(folder: Path, services: tuple[str, ...], yes: bool) -> None:
    """Bring SERVICES (all three by default) back as they were in the backup in FOLDER.

    Each is brought back whole or not at all. What was written in it since the backup is gone; the other services notice,
    and tell it again what they have told since. No message is sent twice. When contract is brought back, what the others know
    to have been closed since (blocks, grants that ended, roles taken away, deaths) is closed again, and told in numbers.
    """
    from deploy.backup.restoring import check
    from deploy.backup.restoring import restore as bring_back

    chosen = services or SERVICES
    found = check(folder, chosen)
    if not yes:
        say(f"The backup of {found.at:%Y-%m-%d %H:%M:%S} UTC is whole and fits. With --yes,")
        say(f"{', '.join(chosen)} will be as it was then; what was written in it since will be gone.")
        return
    bring_back(folder, list(dict.fromkeys(chosen)), policy_of(restore.callback or restore), say)
    say("Done. The services catch up by themselves: samkontrakt status")
