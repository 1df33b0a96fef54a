"""One patient's times, dialysis and stay at selfcare's doors, with everybody around them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.selfcare.admission.actions import ask_to_come_in, plan_stay
from services.selfcare.dialysis.actions import set_pattern
from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.tables import Reminder
from shared.audit.review import actions as checking
from shared.auth import answer_token
from shared.events import NextContactAgreed
from shared.service import Service
from tests.services.selfcare.world import hear
from tests.support.rights import doors, people
from tests.support.rights.doors import SIGNED_IN, Door
from tests.support.rights.people import CONTRACT, DEAD, ENDED, PATIENT, UNIT, ZONE, who
from tests.support.services import make_app, viewer_of

TRIED = ("see_times", "answer_reminders", "see_contract")
WARD = UUID(int=107)
WARD_NAME = "Canary psychiatry"
HELPED = who("a helper whose time is over")
"""Whose link to a question anybody may hold here: it no longer opens one."""
TOMORROW = datetime(2026, 11, 26, 9, 0)  # noqa: DTZ001
"""09.00 on the patient's clock, near enough to be asked about at noon."""


@dataclass(frozen=True)
class Role(doors.Role):
    """Somebody towards the patient's times: what is one's own is whoever's who stands there, or of the first they help."""

    def towards(self, door: Door) -> frozenset[str]:
        if door.about != "mine":
            return super().towards(door)
        helps = frozenset({"delegate"}) if self.scopes else frozenset()
        return SIGNED_IN | self.anywhere & {"patient"} | helps


def furnished(service: Service) -> doors.World:
    """A next contact and an answer waited for, a week of dialysis, a stay at a ward whose name tells too much, a wish to
    come in, and a check of the log."""
    hear(service, people.unit(WARD, WARD_NAME, neutral=True), *people.facts(TRIED))
    hear(service, told_of(PATIENT, CONTRACT, UUID(int=301)), told_of(DEAD, ENDED, UUID(int=302)))
    with service.act() as ctx:
        week: dict[str, Any] = {
            "rule": "FREQ=WEEKLY;BYDAY=MO,WE,FR",
            "minutes": 240,
            "start_local": TOMORROW - timedelta(days=3),
        }
        set_pattern(ctx, patient_id=PATIENT, contract_id=CONTRACT, unit_id=UNIT, zone=ZONE, **week)
        stay: dict[str, Any] = {"starts_local": TOMORROW - timedelta(days=1), "nights": 3, "zone": ZONE}
        plan_stay(ctx, patient_id=PATIENT, contract_id=None, unit_id=WARD, **stay)
        ask_to_come_in(ctx, PATIENT)
    claim_due(service)
    with service.act() as ctx:
        ctx.viewer = viewer_of(service, ctx, who("the unit's auditor"))
        day = ctx.now.date() - timedelta(days=1)
        review = checking.document(ctx, UNIT, first=day, last=day, seed="luck", follow_up=[], note="")
    ids = {
        "patient_id": PATIENT,
        "reminder_id": reminder_of(service, PATIENT),
        "unit_id": UNIT,
        "review_id": review,
    }
    told = {name: str(value) for name, value in ids.items()}
    told["token"] = answer_token(service.config.pair_secrets["notify"][0], ids["reminder_id"], HELPED)
    return doors.World(service, make_app(service), told, people.roles(Role, TRIED))


def told_of(patient: UUID, contract: UUID, contact: UUID) -> NextContactAgreed:
    when: dict[str, Any] = {"starts_local": TOMORROW, "zone": ZONE, "way": "visit", "version": 1}
    return NextContactAgreed(next_contact_id=contact, contract_id=contract, patient_id=patient, unit_id=UNIT, **when)


def reminder_of(service: Service, patient: UUID) -> UUID:
    """The patient's question that waits for an answer."""
    asked = sa.select(Reminder.id).where(Reminder.patient_id == patient, Reminder.answer_until.is_not(None))
    with service.database.begin() as session:
        return session.scalars(asked.limit(1)).one()
