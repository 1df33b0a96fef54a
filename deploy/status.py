"""How a system is doing, as facts: its processes, each service's roles and its part of the bus. No personal data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from deploy import system
from deploy.folder import Folder
from deploy.supervise.control import Supervisor
from deploy.supervise.programs import ROLES
from shared.bus.tables import beat, cursor, inbox, outbox, stream
from shared.db import Database
from shared.events import SERVICES

SILENT_SECONDS = 15
"""A role that has not finished a round for this long is not doing its work, whatever its process says."""
STUCK_STATES = ("parked", "quarantined")
WAITING_STATES = ("waiting", "held", *STUCK_STATES)


def bus() -> dict[str, Any]:
    """Per service: what it tells and its readers have not stored yet, what it has received and not handled yet."""
    return {service: _of_service(service, _bus) for service in SERVICES}


def whole(folder: Folder) -> dict[str, Any]:
    """Everything ``samkontrakt status`` says. ``ok`` is false when something does not do its work."""
    services = {service: _of_service(service, _service) for service in SERVICES}
    processes = {state.name: {"state": state.state, "pid": state.pid} for state in Supervisor(folder).states()}
    running = all(process["state"] == "RUNNING" for process in processes.values())
    return {
        "ok": running and all(service["ok"] for service in services.values()),
        "data": str(folder.root),
        "processes": processes,
        "services": services,
    }


def parked(service: str) -> list[tuple[str, str, datetime, str]]:
    """The events a service could not handle or not read: id, type, when received, why not."""
    columns = (sa.cast(inbox.c.event_id, sa.Text), inbox.c.type, inbox.c.received_at, inbox.c.problem)
    query = sa.select(*columns).where(inbox.c.state.in_(STUCK_STATES)).order_by(inbox.c.id)
    database = Database(system.config_of(service).database_url)
    with database.begin() as session:
        return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def _of_service(service: str, ask: Any) -> dict[str, Any]:
    database = Database(system.config_of(service).database_url)
    try:
        with database.begin() as session:
            facts: dict[str, Any] = ask(session)
            return facts
    except sa.exc.OperationalError:
        return {"ok": False, "problem": "its database does not answer"}
    finally:
        database.close()


def _service(session: Session) -> dict[str, Any]:
    now: datetime = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    ages = {row.role: round((now - row.at).total_seconds(), 1) for row in session.execute(sa.select(beat))}
    told = _bus(session)
    stuck = sum(told["inbox"][state] for state in STUCK_STATES)
    working = min(ages.get("work", SILENT_SECONDS), ages.get("stand_in", SILENT_SECONDS)) < SILENT_SECONDS
    alive = working and ages.get("relay", SILENT_SECONDS) < SILENT_SECONDS
    return {
        "ok": alive and not stuck,
        "seconds_since": {role: ages.get(role) for role in (*ROLES[1:], "stand_in")},
        "bus": told,
    }


def _bus(session: Session) -> dict[str, Any]:
    unnumbered = sa.select(sa.func.count()).where(outbox.c.seq.is_(None))
    states = sa.select(inbox.c.state, sa.func.count()).where(inbox.c.state.in_(WAITING_STATES)).group_by(inbox.c.state)
    counted = {row[0]: row[1] for row in session.execute(states)}
    return {
        "unnumbered": session.execute(unnumbered).scalar_one(),
        "tells": {
            row.name: {"head": row.head, "confirmed": row.confirmed} for row in session.execute(sa.select(stream))
        },
        "hears": {row.stream: {"seq": row.seq, "problem": _trouble(row)} for row in session.execute(sa.select(cursor))},
        "inbox": {state: counted.get(state, 0) for state in WAITING_STATES},
    }


def _trouble(row: Any) -> str | None:
    """Why a stream is not read as usual, in words."""
    told = [row.problem] if row.problem else []
    if row.gap_since:
        told.append(f"number {row.seq + 1} has not come since {row.gap_since:%Y-%m-%d %H:%M:%S} UTC")
    if row.afresh:
        told.append("is being read from its first event")
    return "; ".join(told) or None
