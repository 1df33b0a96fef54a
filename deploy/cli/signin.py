"""``signin-link``: let one person in, once."""

from __future__ import annotations

from uuid import UUID

import click

from deploy.cli.base import say
from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared.policy import Who, policy, policy_of


@click.command(name="signin-link")
@click.argument("person")
@policy("sign-in link", "mint", Who.OPERATOR, log="minted a sign-in link")
def signin_link(person: str) -> None:
    """Print a link that signs PERSON in, once, within minutes.

    PERSON is the person's id; in a demonstration also a door: patient, contact, deputy, delegate or admin. For when
    somebody can't sign in themselves: read the link to them, never send it.
    """
    from deploy import operator, system
    from services.contract.signin.actions import mint_link
    from shared.errors import NotFound

    who = _id_of(person)
    try:
        with operator.act("contract", policy_of(signin_link.callback or signin_link)) as ctx:
            path = mint_link(ctx, who)
            ctx.saw([who])
    except NotFound:
        raise Trouble(f"nobody with the id {who} can sign in") from None
    say(system.config_of("contract").public_url + path)


def _id_of(person: str) -> UUID:
    from deploy.demo.doors import KeptDoors

    behind_door = KeptDoors(data_folder().doors).who(person)
    try:
        return behind_door or UUID(person)
    except ValueError:
        raise Trouble(f"{person!r} is neither a person's id nor a door of the demonstration") from None
