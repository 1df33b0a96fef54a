"""``samkontrakt``: the one command line. Every command declares a policy, explains itself and fails in one plain line."""

from __future__ import annotations

import click

from deploy.cli.base import Commands

AREAS = {
    "audit": "deploy.cli.audit",
    "backup": "deploy.cli.backup",
    "bus": "deploy.cli.bus",
    "demo": "deploy.cli.demo",
    "import": "deploy.cli.exchange",
    "keys": "deploy.cli.keys",
    "migrate": "deploy.cli.migrate",
    "restore": "deploy.cli.backup",
    "run": "deploy.cli.run",
    "serve": "deploy.cli.serve",
    "signin-link": "deploy.cli.signin",
    "status": "deploy.cli.status",
    "stop": "deploy.cli.run",
}


@click.group(
    cls=Commands,
    areas=AREAS,
    epilog="Commands speak to the running system of this checkout, or to the one named by the environment "
    "(SAMKONTRAKT_<SERVICE>_DATABASE_URL and the other settings). Exit code 0: done; 1: refused, with one line that "
    "says why; 2: the command was not understood.",
)
def samkontrakt() -> None:
    """Run Samkontrakt, look at it and look after it."""


def main() -> None:
    """What the console script calls."""
    samkontrakt(prog_name="samkontrakt")
