"""Each thing a patient is asked about, by itself (B10), and the very words they say yes to."""

from __future__ import annotations

from uuid import UUID

from shared.i18n import _l

VERSION = "2026-11"
"""Raised whenever a word below changes: a consent holds for the words that were shown, and keeps them."""

KINDS = {
    "sms": _l("SMS from %(about)s"),
    "email": _l("E-mail"),
    "detail": _l("Place and unit in messages"),
    "share_plan": _l("Share my plan with %(about)s"),
    "share_unit": _l("Let my other care see what %(about)s writes"),
    "tell_family": _l("Tell my family"),
}
"""What is asked about. ``sms`` is one for each unit, ``share_unit`` one for each sensitive unit, ``share_plan`` one for each
party outside the care."""

WORDS = {
    "sms": _l(
        "%(about)s may send me SMS. It says that I have something to read or to answer, and gives a link."
        " It never says why I get care. I can take this back here at any time, or by answering STOP."
    ),
    "email": _l(
        "My care may send me e-mail. It says that I have something to read or to answer, and gives a link."
        " It never says why I get care. I can take this back here at any time."
    ),
    "detail": _l(
        "My messages may name the unit and the place. Others who see my phone or my e-mail can read it."
        " I can take this back here at any time."
    ),
    "share_plan": _l(
        "My care may show %(about)s my plan: what is to be done, who does it and when."
        " Nothing that I keep private is shown. I can take this back here at any time."
    ),
    "share_unit": _l(
        "Those who take part in my care at other units may see what %(about)s writes in my agreement and my plan."
        " Until I say yes, nobody else sees it. I can take this back here at any time."
    ),
    "tell_family": _l(
        "My care may tell my family how I am and what we have agreed. It only says what they need to help me."
        " I can take this back here at any time."
    ),
}

CHANNEL_OF = {"sms": "sms", "email": "email"}
"""By which channel each of these lets the care write: nobody is asked for one that is not set up. A yes to it stays."""

HOW = {"self": _l("On this page"), "spoken": _l("Said to staff"), "paper": _l("On paper")}
"""How a consent was given. Staff record only the last two."""

SHARE_UNIT = "share_unit"
OF_UNIT = frozenset({"sms", "share_unit"})
NAMED = OF_UNIT | {"share_plan"}
"""Kinds that are about somebody: the unit, or the party outside."""
LONGEST_PARTY = 120


def scope_of(kind: str, about: str) -> str:
    """What a consent is compared by: the unit's id, however it was written, the party's name in small letters, nothing for the
    others. Raises ``ValueError`` for what is no id."""
    if kind in OF_UNIT:
        return str(UUID(about))
    return " ".join(about.split()).casefold() if kind in NAMED else ""


def words_for(kind: str, name: str) -> str:
    """The words that are agreed to, in the language spoken now."""
    return str(WORDS[kind]) % {"about": name} if kind in NAMED else str(WORDS[kind])


def title_for(kind: str, name: str) -> str:
    return str(KINDS[kind]) % {"about": name} if kind in NAMED else str(KINDS[kind])
