"""How a system is doing, as facts: its processes, each service's roles and its part of the bus. No personal data."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from deploy import fitting, system
from deploy.fitting import Away
from deploy.folder import Folder
from deploy.supervise.control import Supervisor
from deploy.trouble import Trouble
from shared.bus.tables import cursor, inbox, outbox, stream
from shared.clock_row import shift_of
from shared.db import Database
from shared.events import SERVICES
from shared.watch.domain import judge, told
from shared.watch.store import facts

STUCK_STATES = ("parked", "quarantined")
WAITING_STATES = ("waiting", "held", *STUCK_STATES)


def bus() -> dict[str, Any]:
    """Per service: what it tells and its readers have not stored yet, what it has received and not handled yet."""
    return {service: _of_service(service, _bus) for service in SERVICES}


def whole(folder: Folder) -> dict[str, Any]:
    """Everything ``samkontrakt status`` says. ``ok`` is false when something does not do its work.

    Services are asked through their databases, not through their pages: it can be said when those do not answer.
    """
    services = {service: _of_service(service, partial(_service, service)) for service in SERVICES}
    supervised = Supervisor(folder).states()
    processes = {state.name: {"state": state.state, "pid": state.pid} for state in supervised}
    here = system.is_here()
    running = bool(processes) or not here
    all_run = all(process["state"] == "RUNNING" for process in processes.values())
    return {
        "ok": running and all_run and all(service["ok"] for service in services.values()),
        "running": running,
        "data": str(folder.root),
        "processes": processes,
        "services": services,
    }


def parked(service: str) -> list[tuple[str, str, datetime, str]]:
    """The events a service could not handle or not read: id, type, when received, why not."""
    columns = (sa.cast(inbox.c.event_id, sa.Text), inbox.c.type, inbox.c.received_at, inbox.c.problem)
    query = sa.select(*columns).where(inbox.c.state.in_(STUCK_STATES)).order_by(inbox.c.id)
    database = fitting.database(service)
    try:
        with database.begin() as session:
            return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
    finally:
        database.close()


def _of_service(service: str, ask: Any) -> dict[str, Any]:
    url = system.config_of(service).database_url
    try:
        fitting.check(service, url)
    except Away:
        return _silent("its database does not answer")
    except Trouble as trouble:
        return _silent(str(trouble))
    database = Database(url)
    try:
        with database.begin() as session:
            facts: dict[str, Any] = ask(session)
            return facts
    except sa.exc.OperationalError:
        return _silent("its database does not answer")
    finally:
        database.close()


def _silent(problem: str) -> dict[str, Any]:
    return {"ok": False, "problem": problem}


def _service(service: str, session: Session) -> dict[str, Any]:
    due = importlib.import_module(f"services.{service}.tasks").DUE
    now = datetime.now(UTC) + (shift_of(session) if system.config_of(service).demo else timedelta())
    found = facts(session, service, due, now)
    return told(judge(found), found)


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
