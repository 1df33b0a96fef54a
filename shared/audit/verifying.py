"""Whether a service's access log is as it was written: read along its chain, in one snapshot, some thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from shared.audit.domain import ENTRY, Broken, Finding, Head, Link, Walk
from shared.audit.heads import HeadFile, Unreadable
from shared.audit.tables import access_chain, access_log, access_unchained
from shared.db import Database

AT_A_TIME = 5000
LATE = timedelta(minutes=5)
"""The relay chains within a second; an act that writes may itself take minutes before it commits."""

LINKS = sa.text(
    f"""
    SELECT access_chain.seq, access_chain.entry_id, access_chain.hash, {", ".join(f"access_log.{name}" for name in ENTRY)}
    FROM access_chain LEFT JOIN access_log ON access_log.id = access_chain.entry_id
    WHERE access_chain.seq > :after ORDER BY access_chain.seq LIMIT :most
    """  # noqa: S608
)
CHAINED = sa.exists().where(access_chain.c.entry_id == access_log.c.id)
WAITS = sa.exists().where(access_unchained.c.entry_id == access_log.c.id)
THERE = sa.exists().where(access_log.c.id == access_unchained.c.entry_id)


@dataclass(frozen=True)
class Verdict:
    """What was found: the first place at which each kind of thing is wrong, none when all is as it was written."""

    findings: tuple[Finding, ...]
    rows: int
    signed: Head | None


def verify(database: Database, service: str, file: HeadFile | None) -> Verdict:
    """Read the whole log of one service. The head is read before the log, so that what is written meanwhile is no alarm."""
    try:
        signed, forged = (file.read() if file else None), False
    except Unreadable:
        signed, forged = None, True
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        verdict = examine(connection, service, signed)
        late = (
            None if forged or file is None or verdict.findings else _unsigned(connection, signed.seq if signed else 0)
        )
    more = Finding(Broken.FORGED) if forged else late
    return replace(verdict, findings=(*verdict.findings, more)) if more else verdict


def examine(connection: sa.Connection, service: str, signed: Head | None) -> Verdict:
    """The log as this connection's transaction sees it, against the head that was signed before that began."""
    walk = Walk(service, signed)
    along = _walk(connection, walk)
    found = [*([along] if along else []), *_beside(connection)]
    return Verdict(tuple(found), walk.seq, signed)


def _walk(connection: sa.Connection, walk: Walk) -> Finding | None:
    for at in _links(connection):
        if finding := walk.step(at):
            return finding
    return walk.end()


def _links(connection: sa.Connection) -> Iterator[Link]:
    after = 0
    while rows := connection.execute(LINKS, {"after": after, "most": AT_A_TIME}).all():
        for row in rows:
            yield Link(row[0], row[1], row[2], None if row[3] is None else row[3:])
        after = rows[-1][0]


def _beside(connection: sa.Connection) -> Iterator[Finding]:
    """Rows that no act has written, rows taken away before they were chained, and rows nobody has chained in time."""
    entry = access_log.c
    late = entry.at < sa.func.clock_timestamp() - LATE
    added = sa.select(entry.id, entry.at).where(~CHAINED, ~WAITS).order_by(entry.id).limit(1)
    lost = (
        sa.select(access_unchained.c.entry_id, sa.null()).where(~THERE).order_by(access_unchained.c.entry_id).limit(1)
    )
    waiting = sa.select(entry.id, entry.at).where(WAITS, late).order_by(entry.at).limit(1)
    for broken, query in ((Broken.ADDED, added), (Broken.LOST, lost), (Broken.WAITING, waiting)):
        for entry_id, at in connection.execute(query):
            yield Finding(broken, None, entry_id, at)


def _unsigned(connection: sa.Connection, signed: int) -> Finding | None:
    """The first row chained since the signed head, when it should have been signed long ago."""
    joined = access_chain.join(access_log, access_log.c.id == access_chain.c.entry_id)
    columns = access_chain.c.seq, access_log.c.id, access_log.c.at
    query = sa.select(*columns).select_from(joined).where(access_chain.c.seq == signed + 1)
    row = connection.execute(query.where(access_log.c.at < sa.func.clock_timestamp() - LATE)).first()
    return Finding(Broken.UNSIGNED, *row) if row else None
