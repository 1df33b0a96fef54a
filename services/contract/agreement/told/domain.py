"""Every act of a patient can be written down by staff, who then say how the patient told it (K15)."""

from __future__ import annotations

from datetime import date

from services.contract.next_contact.domain import Side
from shared.errors import Refused
from shared.i18n import Lazy, _l

WEB = "web"
WAYS: dict[str, Lazy] = {"spoken": _l("Said when we met or talked"), "paper": _l("On paper")}
"""How a patient can have told staff something."""


def check_been(day: date, today: date, *, field: str | None = None) -> None:
    """``Refused`` for a day to come: nothing has been said or done on it yet."""
    if day > today:
        raise Refused(_l("That day has not been yet."), field=field)


def how_told(*, whose: Side, writer: Side, how: str | None) -> str:
    """How it was told: on the page by whoever it belongs to, else as the writer says. ``Refused`` when that is left out,
    and when somebody writes for the care."""
    if whose is writer:
        return WEB
    if whose is Side.CARE or how not in WAYS:
        raise Refused(_l("Choose how the patient told you."), field="how")
    return how
