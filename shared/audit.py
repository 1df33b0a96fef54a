"""The access log: who did what with whose data, where, when and why, written in the transaction it records.

Rows are only ever added (a trigger refuses the rest). Fields after HSLF-FS 2016:40 4 ch. 9 §: what was done, at which unit,
when, and the identity of user and patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.db import common, insert_all
from shared.policy import Policy, Who

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
    sa.Index("ix_access_log_patient", "patient_id", "at"),
)

ONLY_ADD = """
CREATE FUNCTION access_log_only_adds() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the access log is only added to'; END $$;
CREATE TRIGGER access_log_only_adds BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
FOR EACH STATEMENT EXECUTE FUNCTION access_log_only_adds();
"""

NEAREST = (
    Who.PATIENT,
    Who.CONTACT,
    Who.DEPUTY,
    Who.CONTACT_BEFORE,
    Who.DELEGATE,
    Who.STAFF,
    Who.ADMIN,
    Who.SERVICE,
    Who.OPERATOR,
)


def entries(
    declared: Policy,
    whos: frozenset[Who],
    patients: Iterable[UUID],
    *,
    actor_id: UUID | None,
    unit_id: UUID | None,
    session_id: UUID | None,
) -> list[dict[str, Any]]:
    """The rows for one act: the nearest relation that let the actor in, and the words of its policy."""
    acted_as = next((who for who in NEAREST if who in whos & declared.audience), Who.ANYONE)
    act = {"resource": declared.resource, "action": declared.action, "what": declared.log, "actor_as": acted_as.value}
    where = {"actor_id": actor_id, "unit_id": unit_id, "session_id": session_id}
    return [{**act, **where, "patient_id": patient} for patient in patients]


def write(session: Session, rows: list[dict[str, Any]]) -> None:
    insert_all(session, access_log, rows)
