"""Three plain questions about taking part. Some want to do a lot, others say "you decide", and it shifts. The answers are a
wish: they never touch safety, the right to information or access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.contract.agreement.content.domain import ENGAGEMENTS


class Doing(StrEnum):
    """How much I want to do myself, right now."""

    MUCH = "much"
    SOME = "some"
    LITTLE = "little"


class Knowing(StrEnum):
    """How much I want to know."""

    ALL = "all"
    MAIN = "main"
    MUST = "must"


DECIDING = ENGAGEMENTS
"""Who decides: the same words as in the agreement, whose hash covers them."""


@dataclass(frozen=True, kw_only=True)
class Preference:
    """One set of answers. ``doing`` and ``knowing`` are None where only the agreement's own question was answered."""

    decides: str
    doing: str | None = None
    knowing: str | None = None


def is_asked_at_review(answered: Sequence[datetime], review_opened: datetime | None) -> bool:
    """Whether a review is open in which nobody has answered yet: at each review it is asked again."""
    return review_opened is not None and all(at < review_opened for at in answered)
