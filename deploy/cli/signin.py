"""``signin-link``: let one person in, once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

import click

from deploy.cli.base import say
from deploy.folder import data_folder
from deploy.trouble import Trouble
from shared.policy import Who, policy, policy_of

if TYPE_CHECKING:
    from shared.context import Ctx


@click.command(name="signin-link")
@click.argument("person")
@policy("sign-in link", "mint", Who.OPERATOR, log="minted a sign-in link")
def signin_link(person: str) -> None:
    """Print a link that signs PERSON in, once, within minutes.

    PERSON is the person's id, of staff also their number in the staff register; in a demonstration also a door: patient,
    contact, deputy, delegate or admin. For when somebody can't sign in themselves: read the link to them, never send it.
    """
    from deploy import operator, system
    from services.contract.signin.actions import mint_link
    from shared.errors import NotFound

    try:
        with operator.act("contract", policy_of(signin_link.callback or signin_link)) as ctx:
            who = _id_of(ctx, person)
            path = mint_link(ctx, who)
            ctx.saw([who])
    except NotFound:
        raise Trouble(f"{person!r} is nobody who can sign in: give a person's id, a staff number or a door") from None
    say(system.config_of("contract").public_url + path)


def _id_of(ctx: Ctx, person: str) -> UUID:
    """The first admin of a unit is known by the number in the staff register alone: nobody is there yet to look up ids."""
    from deploy.demo.doors import KeptDoors
    from services.contract.people.store import by_identity
    from shared.errors import NotFound

    if behind_door := KeptDoors(data_folder().doors).who(person):
        return behind_door
    with suppress(ValueError):
        return UUID(person)
    if staff := by_identity(ctx.session, "staff", person):
        return staff.id
    raise NotFound
