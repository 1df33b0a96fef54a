"""The tables the bus keeps in every service's own database."""

from __future__ import annotations

import sqlalchemy as sa

from shared.db import common

INSTANT = sa.DateTime(timezone=True)

outbox = sa.Table(
    "outbox",
    common,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("seq", sa.BigInteger),
    sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("recorded_at", INSTANT, nullable=False, server_default=sa.func.clock_timestamp()),
    sa.UniqueConstraint("stream", "seq"),
    sa.Index("ix_outbox_unnumbered", "stream", "id", postgresql_where=sa.text("seq IS NULL")),
)
"""One row per event and reader; ``data`` is sealed for that reader, ``seq`` is given by the relay after the commit."""

stream = sa.Table(
    "stream",
    common,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("head", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("confirmed", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("leader", sa.BigInteger, nullable=False, server_default="0"),
)
"""One row per stream this service produces: last number given, last number its reader has stored, who may number."""

cursor = sa.Table(
    "cursor",
    common,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False, server_default="1"),
    sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("last_event", sa.Uuid),
    sa.Column("problem", sa.Text),
    sa.Column("received_at", INSTANT),
    sa.Column("afresh", sa.Text),
    sa.Column("gap_since", INSTANT),
)
"""How far this service has stored each stream it reads. ``generation`` rises when the stream is read afresh, ``afresh`` says
why while it is; since ``gap_since`` the next number has not come; ``problem`` is for the operator, until a replay."""

inbox = sa.Table(
    "inbox",
    common,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("aggregate", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", INSTANT, nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("problem", sa.Text),
    sa.Column("received_at", INSTANT, nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("handled_at", INSTANT),
    sa.UniqueConstraint("stream", "generation", "seq"),
    sa.CheckConstraint("state IN ('waiting','done','parked','held','quarantined','skipped')", name="state"),
    sa.Index("ix_inbox_waiting", "id", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index(
        "ix_inbox_stuck",
        "state",
        "id",
        postgresql_where=sa.text("state IN ('parked','held','quarantined')"),
    ),
    sa.Index(
        "ix_inbox_open_aggregate",
        "stream",
        "aggregate",
        "id",
        postgresql_where=sa.text("state IN ('waiting','parked','held')"),
    ),
    postgresql_with={"fillfactor": 80},
)
"""Every event received. waiting → done; parked after too many attempts, the rest of its aggregate held behind it;
quarantined when it can't be read at all."""

beat = sa.Table(
    "beat",
    common,
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("at", INSTANT, nullable=False),
)
"""When each role last did its work: progress, not liveness."""
