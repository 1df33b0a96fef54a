"""Whom the viewer can ring now."""

from __future__ import annotations

from shared.context import Ctx
from shared.cover import who_answers
from shared.i18n import _

HelpLine = tuple[str, str]


def help_line(ctx: Ctx) -> HelpLine | None:
    """The name and the number that answers at this instant for the viewer as a patient; None when no unit is theirs."""
    person = ctx.viewer.person_id
    covers = ctx.directory.covers(ctx.session, person) if person else []
    for facts in covers:
        if number := who_answers(facts, ctx.now).number:
            return _("Your care") if facts.unit.neutral else facts.unit.name, number
    return None
