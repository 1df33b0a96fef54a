"""Forms that arrived after their session had ended, until who filled them in is back."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db import common

draft = sa.Table(
    "form_draft",
    common,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("ix_form_draft_person_id", "person_id", "at"),
    sa.Index("ix_form_draft_at", "at"),
)
"""``id`` is a keyed hash of what was filled in, so that a form sent twice is one; ``sealed`` opens with the service's own
secret."""
