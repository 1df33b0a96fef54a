"""The ledger's statements while sending: claim, hold, settle.

A claim is a token with a lease in real database time. Whatever is written later about a claimed row carries the token, so
a sender that was frozen, and whose rows another has taken over, writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from services.notify.delivery.domain import Klass, Settled
from services.notify.delivery.preference import store as preference
from services.notify.delivery.preference.domain import Wishes
from services.notify.delivery.sending.domain import Ending, Recipient, Taken
from shared.log import place_of

log = structlog.get_logger()

CLAIM = sa.text(
    """
    WITH due AS (
        SELECT id FROM delivery
        WHERE state IN ('scheduled', 'retry') AND not_before <= :at
          AND (retry_at IS NULL OR retry_at <= clock_timestamp())
        ORDER BY not_before LIMIT :most FOR UPDATE SKIP LOCKED
    ), mine AS (
        UPDATE delivery SET state = 'claimed', claim_token = :token, lease_until = clock_timestamp() + :lease,
          message_id = coalesce(message_id, '<' || replace(delivery.id::text, '-', '') || '@' || :domain || '>')
        FROM due WHERE delivery.id = due.id RETURNING delivery.*
    )
    SELECT mine.id, mine.message_id, mine.class, mine.recipient_id, mine.patient_id, mine.unit_id, mine.subject_id,
      mine.attempt, mine.template, mine.version, mine.params, mine.useful_until, mine.ignore_quiet, mine.tried,
      mine.attempts, mine.possible_duplicate, mine.not_before,
      person.person_id AS known_id, person.language, person.zone, person.email, person.protected, person.deceased,
      patient.deceased AS patient_deceased,
      wish.channels, wish.quiet_hours, wish.detail, wish.language AS wished_language,
      CASE WHEN mine.attempt IS NULL OR mine.patient_id = mine.recipient_id THEN NULL ELSE (
        SELECT bool_or(state = 'active' AND starts <= :at AND (ends IS NULL OR ends > :at)
          AND scopes @> CAST('["receive_reminders"]' AS jsonb))
        FROM known_delegate WHERE delegate_id = mine.recipient_id AND patient_id = mine.patient_id
      ) END AS may_receive,
      handed_over.channel AS left_by
    FROM mine
    LEFT JOIN known_person person ON person.person_id = mine.recipient_id
    LEFT JOIN known_person patient ON patient.person_id = mine.patient_id
    LEFT JOIN preference wish ON wish.person_id = mine.recipient_id
    LEFT JOIN handed_over ON handed_over.delivery_id = mine.id
    ORDER BY mine.not_before
    """
)

HOLD = sa.text(
    """
    UPDATE delivery SET lease_until = clock_timestamp() + :lease
    WHERE id = ANY(:ids) AND claim_token = :token AND state = 'claimed' RETURNING id
    """
)

SETTLE = sa.text(
    """
    UPDATE delivery SET
      state = CASE WHEN ending.state = 'accepted' OR wanted THEN ending.state ELSE 'cancelled' END,
      reason = CASE WHEN ending.state = 'accepted' OR wanted THEN ending.reason ELSE 'cancelled' END,
      settled_at = CASE WHEN ending.ends OR NOT wanted THEN CAST(:at AS timestamptz) END,
      retry_at = clock_timestamp() + ending.again_in,
      not_before = coalesce(ending.not_before, delivery.not_before),
      attempts = attempts + ending.counts,
      channel = coalesce(ending.channel, delivery.channel),
      tried = CASE WHEN ending.refused_by IS NULL THEN tried ELSE tried || to_jsonb(ending.refused_by) END,
      language = coalesce(ending.language, delivery.language), detail = coalesce(ending.detail, delivery.detail),
      claim_token = NULL, lease_until = NULL
    FROM unnest(
      CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:ends AS boolean[]),
      CAST(:again_in AS interval[]), CAST(:not_before AS timestamptz[]), CAST(:counts AS int[]),
      CAST(:channels AS text[]), CAST(:refused_by AS text[]), CAST(:languages AS text[]), CAST(:details AS text[])
    ) AS ending (id, state, reason, ends, again_in, not_before, counts, channel, refused_by, language, detail)
    WHERE delivery.id = ending.id AND delivery.claim_token = :token AND delivery.state = 'claimed'
    RETURNING delivery.state, delivery.reason, delivery.subject_id, delivery.attempt, delivery.channel,
      delivery.template
    """
)


def claim(session: Session, token: UUID, lease: timedelta, *, at: datetime, most: int, domain: str) -> list[Taken]:
    """Take up to ``most`` deliveries that are due, the oldest first, and read what their sending depends on."""
    values = {"token": token, "lease": lease, "at": at, "most": most, "domain": domain}
    return [_taken(row) for row in session.execute(CLAIM, values).all()]


def hold(session: Session, token: UUID, lease: timedelta, ids: Sequence[UUID]) -> set[UUID]:
    """Renew the lease. Returns those that are still ours; the others must not be sent."""
    return set(session.execute(HOLD, {"token": token, "lease": lease, "ids": list(ids)}).scalars())


def settle(session: Session, token: UUID, endings: Sequence[Ending], at: datetime) -> list[Settled]:
    """Write down what became of claimed deliveries. Returns those that were still ours."""
    if not endings:
        return []
    endings = sorted(endings, key=lambda ending: ending.id)
    columns: dict[str, list[Any]] = {
        "ids": [e.id for e in endings],
        "states": [e.state.value for e in endings],
        "reasons": [e.reason for e in endings],
        "ends": [e.final for e in endings],
        "again_in": [e.again_in for e in endings],
        "not_before": [e.not_before for e in endings],
        "counts": [int(e.counts) for e in endings],
        "channels": [e.channel for e in endings],
        "refused_by": [e.refused_by for e in endings],
        "languages": [e.language for e in endings],
        "details": [e.detail for e in endings],
    }
    return [Settled(*row) for row in session.execute(SETTLE, {**columns, "token": token, "at": at}).all()]


def _taken(row: Any) -> Taken:
    """One row with all it needs; where its recipient can't be read it says so, and stops no other."""
    recipient, spoiled = None, False
    try:
        recipient = _recipient(row) if row.known_id else None
    except Exception as error:
        log.error("recipient unreadable", delivery=str(row.id), error=type(error).__name__, at=place_of(error))
        spoiled = True
    return Taken(
        id=row.id,
        message_id=row.message_id,
        klass=Klass(getattr(row, "class")),
        recipient_id=row.recipient_id,
        patient_id=row.patient_id,
        unit_id=row.unit_id,
        subject_id=row.subject_id,
        attempt=row.attempt,
        template=row.template,
        version=row.version,
        params=row.params,
        useful_until=row.useful_until,
        ignore_quiet=row.ignore_quiet,
        tried=row.tried,
        attempts=row.attempts,
        possible_duplicate=row.possible_duplicate,
        recipient=recipient,
        spoiled=spoiled,
        patient_deceased=row.patient_deceased,
        may_receive=row.may_receive,
        left_by=row.left_by,
    )


def _recipient(row: Any) -> Recipient:
    return Recipient(
        language=row.wished_language or row.language,
        zone=row.zone,
        email=row.email,
        protected=row.protected,
        deceased=row.deceased,
        wishes=preference.of_columns(row.channels, row.quiet_hours, row.detail, row.wished_language)
        if row.channels is not None
        else Wishes(),
    )
