"""Claims what is due: one statement moves up to a batch of rows, and no two processes ever move the same one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

BATCH = 500

CLAIM = sa.text(
    """
    WITH ready AS (
        SELECT id, useful_until < :at AS late, EXISTS (
            SELECT FROM known_person WHERE person_id IN (patient_id, recipient_id) AND deceased IS NOT NULL
        ) AS dead
        FROM reminder WHERE state = 'planned' AND send_at <= :at
        ORDER BY send_at, id LIMIT :most FOR UPDATE OF reminder SKIP LOCKED
    )
    UPDATE reminder SET
        state = CASE WHEN dead THEN 'cancelled' WHEN late THEN 'expired' ELSE 'due' END,
        reason = CASE WHEN dead THEN 'deceased' WHEN late THEN 'too_late' END,
        attempt = CASE WHEN dead OR late THEN attempt ELSE attempt + 1 END,
        told_at = CASE WHEN dead OR late THEN told_at ELSE CAST(:at AS timestamptz) END
    FROM ready WHERE reminder.id = ready.id
    RETURNING reminder.id, state, attempt, recipient_id, patient_id, unit_id, contract_id, subject_kind, rule,
              occurrence_local, zone, useful_until, answer_until
    """
)
"""Never early: only rows whose time to be sent has come. Too late is recorded, not sent; nobody writes to the dead."""


def claim(session: Session, at: datetime, most: int = BATCH) -> list[Any]:
    """Take what is due at ``at``, the oldest first, up to ``most`` rows."""
    return list(session.execute(CLAIM, {"at": at, "most": most}))


def due_since(session: Session, at: datetime) -> datetime | None:
    """When the oldest reminder became due: one look at the partial index of planned rows."""
    due = sa.text("SELECT send_at FROM reminder WHERE state = 'planned' AND send_at <= :at ORDER BY send_at LIMIT 1")
    return session.execute(due, {"at": at}).scalar_one_or_none()
