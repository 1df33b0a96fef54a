"""The access log of a service and the chain over it. Rows are only ever added to both: triggers refuse the rest.

Fields after HSLF-FS 2016:40 4 ch. 9 §: what was done, at which unit, when, and the identity of user and patient. ``glass_id``
names the emergency in which pages were opened: its reason is what the patient judges by.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.db import common

access_log = sa.Table(
    "access_log",
    common,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("actor_id", sa.Uuid),
    sa.Column("actor_as", sa.Text, nullable=False),
    sa.Column("patient_id", sa.Uuid),
    sa.Column("unit_id", sa.Uuid),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("session_id", sa.Uuid),
    sa.Column("glass_id", sa.Uuid),
    sa.Index("ix_access_log_patient", "patient_id", "at"),
    sa.Index("ix_access_log_unit", "unit_id", "at"),
)

access_chain = sa.Table(
    "access_chain",
    common,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
"""One row per row of the log, numbered without a gap in the order in which the relay found them committed."""

access_unchained = sa.Table(
    "access_unchained",
    common,
    sa.Column("entry_id", sa.BigInteger, primary_key=True, autoincrement=False),
)
"""The rows of the log that wait for the relay. A trigger puts each here as it is written, the relay takes it away in the
transaction that chains it: a row of the log in neither table was never written by an act."""

access_review = sa.Table(
    "access_review",
    common,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
    sa.Column("reviewer_id", sa.Uuid, nullable=False),
    sa.Column("unit_id", sa.Uuid, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("seed", sa.Text, nullable=False),
    sa.Column("sample", JSONB, nullable=False),
    sa.Column("follow_up", JSONB, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_access_review_unit", "unit_id", "at", "id"),
)
"""A check of the log: who looked through which sample (ids of rows) of a unit's days, and which of it needs a follow-up."""

ONLY_ADD = """
CREATE FUNCTION access_log_only_adds() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the access log is only added to'; END $$;
CREATE TRIGGER access_log_only_adds BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_adds();
CREATE TRIGGER access_chain_only_adds BEFORE UPDATE OR DELETE OR TRUNCATE ON access_chain
FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_adds();
CREATE TRIGGER access_review_only_adds BEFORE UPDATE OR DELETE OR TRUNCATE ON access_review
FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_adds();
CREATE FUNCTION access_log_awaits_chain() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO access_unchained (entry_id) SELECT id FROM added; RETURN NULL; END $$;
CREATE TRIGGER access_log_awaits_chain AFTER INSERT ON access_log REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION access_log_awaits_chain();
"""
