"""How long a code lasts and how often one may guess it.

The code itself is nowhere: contract and notify work it out from the secret they share and the id of what was asked
(``shared.auth``), so that neither's database, nor what they tell each other, opens anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.auth import CODE_DIGITS

LASTS = timedelta(minutes=10)
TRIES = 5
SECRET_BYTES = 32
KEPT_FOR = timedelta(hours=1)


def over(expires_at: datetime, used_at: datetime | None, tries: int, at: datetime) -> bool:
    """Whether a code opens nothing any more, whatever is written."""
    return used_at is not None or tries >= TRIES or at >= expires_at


def as_code(written: str) -> str:
    """The digits of what somebody wrote: people write spaces where they read them. Empty when it can't be a code."""
    digits = "".join(written.split()).replace("-", "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS else ""
