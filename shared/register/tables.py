"""What every service keeps of what contract tells: the people, units, rights and cover it needs at each request."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.db import common

INSTANT = sa.DateTime(timezone=True)

person = sa.Table(
    "known_person",
    common,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("protected", sa.Boolean, nullable=False),
    sa.Column("deceased", sa.Date),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
)

unit = sa.Table(
    "known_unit",
    common,
    sa.Column("unit_id", sa.Uuid, primary_key=True),
    sa.Column("facts", JSONB, nullable=False),
)
"""A unit as ``UnitChanged`` tells it."""

role = sa.Table(
    "known_role",
    common,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("unit_id", sa.Uuid, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Index("ix_known_role_unit", "unit_id", "role"),
)

delegate = sa.Table(
    "known_delegate",
    common,
    sa.Column("delegation_id", sa.Uuid, primary_key=True),
    sa.Column("patient_id", sa.Uuid, nullable=False, index=True),
    sa.Column("delegate_id", sa.Uuid, nullable=False, index=True),
    sa.Column("scopes", JSONB, nullable=False),
    sa.Column("starts", INSTANT, nullable=False),
    sa.Column("ends", INSTANT),
    sa.Column("state", sa.Text, nullable=False),
)

break_glass = sa.Table(
    "known_break_glass",
    common,
    sa.Column("glass_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("patient_id", sa.Uuid, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("until", INSTANT, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("past_block", sa.Boolean, nullable=False),
    sa.Index("ix_known_break_glass_person", "person_id", "until"),
)
"""Each time a member of staff opened a patient's pages in an emergency. Why is known where they can be read, else empty."""

block = sa.Table(
    "known_block",
    common,
    sa.Column("block_id", sa.Uuid, primary_key=True),
    sa.Column("patient_id", sa.Uuid, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("starts", INSTANT, nullable=False),
    sa.Column("ends", INSTANT),
    sa.Index("ix_known_block_standing", "patient_id", "unit_id", postgresql_where=sa.text("ends IS NULL")),
)
"""Which units a patient keeps out."""

cover = sa.Table(
    "known_cover",
    common,
    sa.Column("contract_id", sa.Uuid, primary_key=True),
    sa.Column("patient_id", sa.Uuid, nullable=False, index=True),
    sa.Column("unit_id", sa.Uuid, nullable=False, index=True),
    sa.Column("appointments", JSONB, nullable=False),
)

cover_person = sa.Table(
    "known_cover_person",
    common,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("contract_id", sa.Uuid, primary_key=True),
    sa.Index("ix_known_cover_person_contract", "contract_id"),
)
"""Whom a contract's cover may lead to, as contact or deputy: so that one person's absence finds the contracts it moves."""

absence = sa.Table(
    "known_absence",
    common,
    sa.Column("absence_id", sa.Uuid, primary_key=True),
    sa.Column("person_id", sa.Uuid, nullable=False, index=True),
    sa.Column("starts", INSTANT, nullable=False),
    sa.Column("ends", INSTANT),
    sa.Column("deputy_id", sa.Uuid, index=True),
)

session_end = sa.Table(
    "known_session_end",
    common,
    sa.Column("session_id", sa.Uuid, primary_key=True),
    sa.Column("ended_at", INSTANT, nullable=False, server_default=sa.func.clock_timestamp(), index=True),
)
