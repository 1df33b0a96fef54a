"""``serve``: one process of the system, in the foreground, for a supervisor to look after."""

from __future__ import annotations

import sys

import click

from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared.events import SERVICES
from shared.policy import Who, policy

ROLES = ("web", "relay", "work")
ALONE = ("gateway", "mail")


@click.command()
@click.argument("what", metavar="SERVICE", type=click.Choice([*SERVICES, *ALONE]))
@click.argument("role", metavar="[ROLE]", required=False, type=click.Choice(ROLES))
@click.option("--port", type=click.IntRange(1, 65_535), help="Where the mail catcher listens.")
@policy("process", "serve", Who.OPERATOR)
def serve(what: str, role: str | None, port: int | None) -> None:
    """Serve one role of one service in the foreground, until SIGTERM.

    SERVICE is contract, selfcare or notify, and ROLE is web (pages and feed), relay (numbers events and rings) or work
    (handles events and does what is due). Or SERVICE is gateway or mail (the mail catcher), without a role.
    """
    if (what in ALONE) == (role is not None):
        raise Trouble(f"serve {what} takes {'no role' if role else 'a role: ' + ', '.join(ROLES)}")
    _leave_rich_out()
    if what == "mail":
        _mail(port)
    elif what == "gateway":
        from deploy.gateway.serve import serve as serve_gateway

        serve_gateway()
    else:
        from deploy import roles

        {"web": roles.web, "relay": roles.relay, "work": roles.work}[str(role)](what)


def _mail(port: int | None) -> None:
    from deploy.mail.catcher import serve as serve_mail

    if port is None:
        raise Trouble("serve mail takes a port: --port 2525")
    serve_mail(data_folder().mail, port)


def _leave_rich_out() -> None:
    """structlog loads rich where it is installed, for a console that no server has: 8 MB and 0.2 s in each process."""
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
