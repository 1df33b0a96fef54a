"""Every act of a patient can be written down by staff, who then say how the patient told it (K15)."""

from __future__ import annotations

from services.contract.next_contact.domain import Side
from shared.errors import Refused
from shared.i18n import Lazy, _l

WEB = "web"
WAYS: dict[str, Lazy] = {"spoken": _l("Said when we met or talked"), "paper": _l("On paper")}
"""How a patient can have told staff something."""


def how_told(*, whose: Side, writer: Side, how: str | None) -> str:
    """How it was told: on the page by whoever it belongs to, else as the writer says. ``Refused`` when that is left out,
    and when somebody writes for the care."""
    if whose is writer:
        return WEB
    if whose is Side.CARE or how not in WAYS:
        raise Refused(_l("Choose how the patient told you."), field="how")
    return how
