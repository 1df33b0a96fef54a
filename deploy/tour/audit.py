"""What became of everything during the tour, counted in the databases and the mail box, not in what the tour believes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from deploy import operator
from deploy.tour.stage import Stage
from services.notify.delivery.tables import Delivery
from services.notify.requests.tables import ContactRequest
from services.selfcare.reminders.tables import Reminder
from shared.bus.tables import inbox, outbox
from shared.events import SERVICES

PERCENT = 0.99


def events() -> dict[str, int]:
    """Told, received, handled, and what did not go through, over all six streams."""
    found: Counter[str] = Counter()
    for name in SERVICES:
        with operator.service(name) as service, service.act() as ctx:
            found["told"] += ctx.session.scalar(sa.select(sa.func.count()).select_from(outbox)) or 0
            for state, count in _by(ctx.session, inbox.c.state):
                found["received"] += count
                found["handled"] += count if state == "done" else 0
                found["parked"] += count if state in ("parked", "quarantined") else 0
    return {name: found[name] for name in ("told", "received", "handled", "parked")}


def reminders(stage: Stage) -> dict[str, Any]:
    """Every attempt that fell due, whether its mail lies in the box, once, and how late it came."""
    with operator.service("selfcare") as service, service.act() as ctx:
        planned = {
            row.id: row for row in ctx.session.execute(sa.select(Reminder.id, Reminder.send_at, Reminder.attempt))
        }
    attempts = sum(row.attempt for row in planned.values())
    with operator.service("notify") as service, service.act() as ctx:
        asked = Delivery.attempt.is_not(None)
        rows = ctx.session.execute(
            sa.select(
                Delivery.message_id, Delivery.state, Delivery.subject_id, Delivery.attempt, Delivery.settled_at
            ).where(asked)
        ).all()
    in_box = Counter(mail.message["Message-ID"] for mail in stage.box.newest(10_000))
    accepted = [row for row in rows if row.state == "accepted"]
    first = {row.message_id: planned[row.subject_id].send_at if row.attempt == 1 else None for row in accepted}
    late = sorted(_late(first[row.message_id], row.settled_at, stage.jumps) for row in accepted)
    return {
        "due": attempts,
        "delivered": len(accepted),
        "lost": attempts - len(rows) + sum(1 for row in accepted if not in_box[row.message_id]),
        "duplicates": sum(count - 1 for count in in_box.values()),
        "lateness_p99_s": round(late[min(int(len(late) * PERCENT), len(late) - 1)], 2) if late else None,
    }


def requests() -> dict[str, int]:
    """How many stand in which state."""
    with operator.service("notify") as service, service.act() as ctx:
        return dict(_by(ctx.session, ContactRequest.state))


def _by(session: Session, column: Any) -> list[tuple[str, int]]:
    return [(value, count) for value, count in session.execute(sa.select(column, sa.func.count()).group_by(column))]


def _late(planned: datetime | None, settled: datetime, jumps: Sequence[datetime]) -> float:
    """Seconds from the instant at which it could leave: its planned time, or the jump of the clock past that time."""
    jumped = max(jump for jump in jumps if jump <= settled)
    return (settled - max(planned or jumped, jumped)).total_seconds()
