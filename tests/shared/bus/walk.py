"""A whole walk through the three real services, told in their own events, and what they know at its end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as writing
from services.notify.delivery.tables import Delivery
from services.notify.requests.handling import actions as handling
from services.notify.requests.tables import ContactRequest
from services.selfcare.admission.actions import plan_stay
from services.selfcare.dialysis.actions import set_pattern
from services.selfcare.reminders.answer import actions as answers
from services.selfcare.reminders.tables import Reminder
from shared.db import Database
from shared.events import SERVICES, DeliveryDelivered, DeliveryFailed
from shared.service import Service
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic
from tests.services.selfcare.world import swedish
from tests.support.services import make_service, pump, set_clock, viewer_of

BOOKKEEPING = {"access_log", "access_chain", "access_unchained", "beat", "cursor", "inbox", "alembic_version"}
"""Tables that say how the bus and its readers got on, not what is so."""
LATER = datetime(2026, 11, 30, 10, 0)  # noqa: DTZ001
"""The time the next contact is moved to, on the patient's clock."""
VISIT = datetime(2026, 12, 9, 9, 0)  # noqa: DTZ001
"""The time of something in the plan, a Wednesday."""


class Walk:
    """The three services with their own handlers and due work, of which only the sending is left out."""

    def __init__(self, databases: dict[str, Database]) -> None:
        self.services: dict[str, Service] = {}
        for name in SERVICES:
            made = make_service(name, databases[name])
            self.services[name] = replace(made, due=[job for job in made.due if job.name != "send"])
        self.agreed: Agreed = open_agreed(open_clinic(self.services["contract"])).written()

    def at(self, text: str) -> None:
        """Everybody's clock stands there, and whatever is told or due is seen to."""
        for service in self.services.values():
            set_clock(service, swedish(text))
        self.pump()

    def pump(self) -> None:
        pump(self.services, due=True)

    def deliver(self) -> int:
        """As if notify had sent every reminder in its ledger: each is told as delivered, once."""
        notify = self.services["notify"]
        with notify.act() as ctx:
            rows = ctx.session.scalars(
                sa.select(Delivery).where(Delivery.attempt.is_not(None), Delivery.state == "scheduled")
            )
            told = list(rows)
            for row in told:
                row.state = "accepted"
                if row.subject_id and row.attempt:
                    reminder, attempt = row.subject_id, row.attempt
                    ctx.tell(DeliveryDelivered(reminder_id=reminder, attempt=attempt, channel="email", at=ctx.now))
        self.pump()
        return len(told)

    def whole(self) -> Walk:
        """Agreed, moved, reminded, answered, not answered, asked, answered by a person; times booked beside the plan; an
        absence and a death."""
        self.agreed.both_confirm()
        self.books()
        self.at("2026-11-24 12:00")
        self.agreed.suggests(LATER)
        self.agreed.accepts(LATER)
        self.at("2026-11-28 12:00")
        self.deliver()
        self.answer("cannot")
        self.answer("yes")
        self.at("2026-11-29 12:00")
        self.deliver()
        with self.services["notify"].act() as ctx:
            ctx.tell(DeliveryFailed(reminder_id=self.reminders()[0].id, attempt=9, reason_key="no_channel", at=ctx.now))
        with self.services["contract"].act() as ctx:
            clinic = self.agreed.clinic
            contacts.set_absence(ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=clinic.lisa, note="")
            people.save_person(
                ctx, kind="patient", name="Esther Lindqvist", identity="19500101-0007", deceased=date(2026, 11, 29)
            )
        self.pump()
        self.answer_request()
        self.at("2026-12-02 12:00")
        return self

    def books(self) -> None:
        """Something in the plan lands inside a dialysis session; another week is chosen, and then inside a stay."""
        karin, unit = self.agreed.karin, self.agreed.clinic.unit
        with self.agreed.acting(self.agreed.clinic.anita) as ctx:
            writing.add(ctx, karin, title="Visit", party=Party.REGION_UNIT, on_date=VISIT.date(), clock=VISIT.time())
        start = datetime.combine(VISIT, VISIT.time().min)
        zone = "Europe/Stockholm"
        where: dict[str, Any] = {"patient_id": karin, "contract_id": None, "unit_id": unit, "zone": zone}
        for days in ("MO,WE,FR", "TU"):
            self.pump()
            with self.services["selfcare"].act() as ctx:
                rule = f"FREQ=WEEKLY;BYDAY={days}"
                set_pattern(ctx, rule=rule, start_local=start, minutes=720, reminded=False, **where)
        self.pump()
        with self.services["selfcare"].act() as ctx:
            plan_stay(ctx, starts_local=VISIT - timedelta(days=1), nights=2, **where)
        self.pump()

    def answer(self, word: str) -> None:
        with self.services["selfcare"].act() as ctx:
            asked = answers.questions(ctx, self.agreed.karin, self.agreed.karin)
            if asked:
                answers.give(ctx, asked[0].reminder_id, self.agreed.karin, word)
        self.pump()

    def answer_request(self) -> None:
        notify = self.services["notify"]
        with notify.act() as ctx:
            row = ctx.session.scalars(sa.select(ContactRequest).where(ContactRequest.state != "closed")).first()
            if row is not None and row.responsible_id is not None:
                ctx.viewer = viewer_of(notify, ctx, row.responsible_id)
                handling.answer(ctx, row.id, "We will find another day.")
        self.pump()

    def reminders(self) -> list[Reminder]:
        with self.services["selfcare"].database.begin() as session:
            return list(session.scalars(sa.select(Reminder).order_by(Reminder.send_at, Reminder.id)))

    def ledger(self) -> list[tuple[str, str]]:
        """Every message that was ever to be sent, with what became of it."""
        with self.services["notify"].database.begin() as session:
            return [tuple(row) for row in session.execute(sa.text("SELECT dedup_key, state FROM delivery ORDER BY 1"))]


def dump(service: Service, leave_out: Collection[str] = ()) -> dict[str, list[str]]:
    """Everything a service knows, row for row."""
    found: dict[str, list[str]] = {}
    with service.database.begin() as session:
        for name in sorted(sa.inspect(session.connection()).get_table_names()):
            if name not in BOOKKEEPING and name not in leave_out:
                rows: Any = session.execute(sa.text(f'SELECT t::text FROM "{name}" t'))  # noqa: S608
                found[name] = sorted(rows.scalars())
    return found
