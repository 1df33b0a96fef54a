"""What was answered to an ``Idempotency-Key``, so that the same request again gets the same answer and acts once."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db import common

answered = sa.Table(
    "api_answered",
    common,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("asked", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary),
    sa.Index("ix_api_answered_at", "at"),
)
"""``key`` is a hash of person, address and key; ``asked`` one of the body; ``answer`` is sealed with the service's own
secret."""
