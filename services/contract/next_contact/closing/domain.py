"""What must be said when a next contact ends: what comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.contract.next_contact.terms.domain import Terms


@dataclass(frozen=True, kw_only=True)
class Then:
    """What comes after: the next step (``local`` its time, where it is a set time), or why there is none."""

    terms: Terms | None = None
    local: datetime | None = None
    why_none: str = ""

    @property
    def is_said(self) -> bool:
        return self.terms is not None or bool(self.why_none)
