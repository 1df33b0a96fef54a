"""Whether a question may be answered now, and what follows from the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from services.selfcare.reminders.domain import ANSWERS, State, may_become

NO = ("cannot", "another_time")
"""The answers after which a person must do something."""

REASONS = {"cannot": "reminder.cannot_come", "another_time": "reminder.another_time"}
KINDS = {"cannot": "cannot_come", "another_time": "another_time"}
"""What the request that follows is about, by answer."""


def is_open(state: State, answer_until: datetime | None, at: datetime) -> bool:
    """Whether an answer is taken at ``at``, the first or a changed one."""
    return answer_until is not None and at <= answer_until and may_become(state, ANSWERS["yes"])


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a page shows of one question. ``by_viewer``: the answer that stands is the reader's own; ``for_other``: the
    reader answers for somebody they help."""

    reminder_id: UUID
    starts_at: datetime
    zone: tzinfo
    answer_until: datetime
    answer: str | None
    answered_at: datetime | None
    by_viewer: bool
    for_other: bool
