"""Bringing contract back opens nothing that has been closed since the backup: what the others still know of it is closed again.

Contract alone says who may do what, and each other service keeps a copy (``shared.register``) that is not brought back with it.
Where the copy is narrower it wins: a block that stands there, a grant that has ended or is paused there, a role that is gone
there, a death. A copy that has heard less than the backup knows is not asked. What was wider since is gone, and is asked for
again by whoever wants it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from deploy import operator
from services.contract.blocks import actions as blocks
from services.contract.delegates import actions as delegates
from services.contract.delegates import store as grants
from services.contract.delegates.consents.tables import Consent
from services.contract.delegates.pausing import actions as pausing
from services.contract.people import actions as people
from services.contract.people import store as known_people
from shared.bus.outbox import stream_name
from shared.bus.tables import cursor, stream
from shared.context import Ctx
from shared.events import SERVICES, BlockChanged, StaffRole
from shared.register import tables

ALONE = "contract"
Roles = Mapping[UUID, frozenset[StaffRole]]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What one service knows of rights, having heard contract up to the number ``heard``: the blocks that stand, the ids of
    grants by the state in which they let nobody do anything, the roles of all staff, and who has died."""

    service: str
    heard: int
    blocks: Sequence[BlockChanged]
    ended: Collection[UUID]
    paused: Collection[UUID]
    roles: Roles
    dead: Mapping[UUID, date]


def copies() -> Iterator[Copy]:
    """What the others know now. A service whose database does not answer is left out."""
    for name in SERVICES:
        if name != ALONE:
            with suppress(SQLAlchemyError), operator.service(name) as made, made.act() as ctx:
                yield copy_of(ctx.session, name)


def copy_of(session: Session, name: str) -> Copy:
    """What this service knows, from its own database."""
    heard = sa.select(cursor.c.seq).where(cursor.c.stream == stream_name(ALONE, name), cursor.c.afresh.is_(None))
    standing = sa.select(tables.block).where(tables.block.c.ends.is_(None))
    person, grant = tables.person.c, tables.delegate.c
    died = sa.select(person.person_id, person.deceased).where(person.deceased.is_not(None))
    return Copy(
        service=name,
        heard=session.scalar(heard) or 0,
        blocks=[BlockChanged(**row) for row in session.execute(standing).mappings()],
        ended=set(session.scalars(sa.select(grant.delegation_id).where(grant.state == "ended"))),
        paused=set(session.scalars(sa.select(grant.delegation_id).where(grant.state == "paused"))),
        roles=_roles(session),
        dead={row.person_id: row.deceased for row in session.execute(died)},
    )


def _roles(session: Session) -> Roles:
    """Of everybody of the staff, those with none too."""
    person, role = tables.person.c, tables.role.c
    held: dict[UUID, set[StaffRole]] = {
        key: set() for key in session.scalars(sa.select(person.person_id).where(person.kind == "staff"))
    }
    for row in session.execute(sa.select(role.person_id, role.unit_id, role.role)):
        held.setdefault(row.person_id, set()).add(StaffRole(unit_id=row.unit_id, role=row.role))
    return {key: frozenset(found) for key, found in held.items()}


def narrow(ctx: Ctx, known: Sequence[Copy]) -> Counter[str]:
    """Close again what these know to be closed; each patient whom it concerns reads so in their log. Returns how many of each,
    by what an operator calls it, and the services that were asked."""
    done = Counter[str]()
    for copy in known:
        if copy.heard and copy.heard >= _told(ctx.session, copy.service):
            done[copy.service] = 1
            done["blocks"] += _closed(ctx, (_block(ctx, one) for one in copy.blocks))
            done["grants ended"] += _closed(ctx, (_end(ctx, one) for one in copy.ended))
            done["grants paused"] += _closed(ctx, (_pause(ctx, one) for one in copy.paused))
            done["deaths"] += _closed(ctx, (_bury(ctx, who, day) for who, day in copy.dead.items()))
            done["staff with fewer roles"] += _take_roles(ctx, copy.roles)
    return +done


def consents(session: Session) -> int:
    """How many yeses stand, which contract alone knows: whether one has been taken back since can't be found out."""
    return session.scalar(sa.select(sa.func.count()).select_from(Consent).where(Consent.withdrawn_at.is_(None))) or 0


def _told(session: Session, service: str) -> int:
    return session.scalar(sa.select(stream.c.head).where(stream.c.name == stream_name(ALONE, service))) or 0


def _closed(ctx: Ctx, whose: Iterable[UUID | None]) -> int:
    """How many there were to close again; ``whose`` tells for each whom it concerns, or None."""
    found = [one for one in whose if one is not None]
    ctx.saw(found)
    return len(found)


def _block(ctx: Ctx, known: BlockChanged) -> UUID | None:
    return known.patient_id if blocks.make_again(ctx, known) else None


def _end(ctx: Ctx, grant_id: UUID) -> UUID | None:
    grant = grants.for_change(ctx.session, grant_id)
    if grant is None or grant.state == "ended":
        return None
    delegates.end_now(ctx, grant)
    return grant.patient_id


def _pause(ctx: Ctx, grant_id: UUID) -> UUID | None:
    grant = grants.for_change(ctx.session, grant_id)
    if grant is None or grant.state in ("ended", "paused"):
        return None
    pausing.pause_again(ctx, grant_id)
    return grant.patient_id


def _bury(ctx: Ctx, person_id: UUID, day: date) -> UUID | None:
    person = known_people.get(ctx.session, person_id)
    if person is None or person.deceased:
        return None
    people.register_death(ctx, person_id, day)
    return person_id


def _take_roles(ctx: Ctx, theirs: Roles) -> int:
    """Whoever they have not heard of keeps theirs."""
    ours = _roles(ctx.session)
    fewer = {who: mine & theirs[who] for who, mine in ours.items() if who in theirs and not mine <= theirs[who]}
    for who, left in fewer.items():
        people.set_roles(ctx, who, sorted(left, key=lambda role: (role.unit_id, role.role)))
    return len(fewer)
