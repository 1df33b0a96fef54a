"""What the relay does for the access log: it chains what was committed, and signs how far it has come."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from shared.audit.domain import ENTRY, Head, genesis, link, sign
from shared.audit.heads import HeadFile, Unreadable, head_file
from shared.audit.tables import access_chain, access_unchained
from shared.config import Config
from shared.db import Database, insert_all

AT_MOST = 5000
SIGN_SECONDS = 5.0
SAY_SECONDS = 600.0
"""How often the head stands in the process's own log too: a third place, which is kept elsewhere."""
WAITS = sa.exists(sa.select(access_unchained.c.entry_id))
"""Whether anything waits to be chained: a part of a question that is asked anyway."""
TAKE = sa.text(
    f"""
    WITH waiting AS (
        SELECT waits.entry_id FROM access_unchained waits JOIN access_log ON access_log.id = waits.entry_id
        ORDER BY waits.entry_id LIMIT :most FOR UPDATE OF waits
    ), taken AS (
        DELETE FROM access_unchained USING waiting WHERE access_unchained.entry_id = waiting.entry_id
        RETURNING access_unchained.entry_id
    )
    SELECT {", ".join(f"access_log.{name}" for name in ENTRY)}
    FROM access_log JOIN taken ON taken.entry_id = access_log.id ORDER BY access_log.id
    """  # noqa: S608
)
log = structlog.get_logger()


def chain(session: Session, service: str, most: int = AT_MOST) -> int:
    """Chain rows of the log that are committed and wait, ``most`` at once. Returns how many.

    Who comes second while another chains waits for the rows, and finds the chain as that one left it.
    """
    entries = session.execute(TAKE, {"most": most}).all()
    seq, before = newest(session) or (0, genesis(service))
    rows = []
    for seq, entry in enumerate(entries, seq + 1):  # noqa: B020
        before = link(before, entry)
        rows.append({"seq": seq, "entry_id": entry.id, "hash": before})
    return insert_all(session, access_chain, rows)


def newest(session: Session) -> tuple[int, bytes] | None:
    """The last number of the chain and its hash."""
    row = session.execute(
        sa.select(access_chain.c.seq, access_chain.c.hash).order_by(access_chain.c.seq.desc()).limit(1)
    )
    return next(((seq, hash_) for seq, hash_ in row), None)


def continues(session: Session, signed: Head) -> bool:
    """Whether the chain still is the one that was signed."""
    query = sa.select(access_chain.c.hash).where(access_chain.c.seq == signed.seq)
    found = session.execute(query).scalar_one_or_none()
    return found is not None and found.hex() == signed.hash


class Chainer:
    """The relay's hand on one service's chain. What goes wrong here is told and holds up nothing else of the relay's."""

    def __init__(self, config: Config, database: Database) -> None:
        self._service, self._database = config.service, database
        self._secret = config.audit_keys[0]
        self._file: HeadFile | None = head_file(config.audit_heads, config.service, config.audit_keys)
        self._moved = True
        self._signed = self._said = -SAY_SECONDS

    def add(self) -> bool:
        """Chain what waits, some thousands at most. True when there may be more."""
        try:
            with self._database.begin() as session:
                count = chain(session, self._service)
        except sa.exc.DBAPIError as error:
            log.error("the access log can't be chained", error=type(error).__name__)
            return False
        self._moved = self._moved or count > 0
        return count == AT_MOST

    def sign(self) -> None:
        """Sign the head when the chain has moved and some seconds have passed; at the start whether it has or not."""
        if not self._moved or time.monotonic() - self._signed < SIGN_SECONDS:
            return
        self._signed = time.monotonic()
        try:
            self._moved = not self._sign()
        except Unreadable:
            log.error("the signed head of the access log is not ours: samkontrakt audit verify")
        except (OSError, sa.exc.DBAPIError) as error:
            log.error("the head of the access log can't be kept", error=type(error).__name__)

    def _sign(self) -> bool:
        before = self._file.read() if self._file else None
        with self._database.begin() as session:
            if before and not continues(session, before):
                log.error("the access log is not the one that was signed: samkontrakt audit verify", seq=before.seq)
                return False
            found = newest(session)
        if found:
            self._keep(Head(self._service, found[0], found[1].hex(), datetime.now(UTC).isoformat(timespec="seconds")))
        return True

    def _keep(self, head: Head) -> None:
        if self._file:
            self._file.write(head)
        if time.monotonic() - self._said >= SAY_SECONDS:
            log.info("head of the access log", head=sign(head, self._secret))
            self._said = time.monotonic()
