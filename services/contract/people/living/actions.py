"""What every door of this service asks before it does anything for somebody."""

from __future__ import annotations

from uuid import UUID

from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.register.store import Person


def living(ctx: Ctx, person_id: UUID) -> Person:
    """The person, if they live. Refuses for the dead; a death taken back opens every door again."""
    person = ctx.directory.person(ctx.session, person_id)
    if person is None:
        raise NotFound
    if person.deceased:
        raise Refused(_l("This person has died. If that is wrong, an admin can take it back."))
    return person
