"""What the writer of an answer is told about how it reads. A hint: nothing stops it from being sent."""

from __future__ import annotations

from shared.i18n import _
from shared.text import LIX_AIM, Readability, judge

LONGEST_TEXT = 4000


def hint(text: str, language: str) -> str:
    """How the text reads to somebody who reads ``language``, in a sentence or two."""
    found = judge(text, language)
    return " ".join(part for part in (_verdict(found), _words(found)) if part)


def _verdict(found: Readability) -> str:
    if found.verdict == "too_short":
        return _("The text is too short to judge. Short words and short sentences are easy to read.")
    if found.verdict == "plain":
        return _("The text is easy to read.")
    if found.measure == "flesch":
        return _("The text is a little hard to read. Try shorter sentences and shorter words.")
    return _(
        "The text has LIX %(score)s. Aim at %(aim)s or lower: try shorter sentences and shorter words.",
        score=round(found.score),
        aim=LIX_AIM,
    )


def _words(found: Readability) -> str:
    if not found.jargon:
        return ""
    return _("Words to explain or replace: %(words)s.", words=", ".join(found.jargon))
