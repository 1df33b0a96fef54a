"""One patient's question and messages at notify's doors, with everybody around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from services.notify.requests.asking import actions as asking
from services.notify.requests.domain import Priority
from services.notify.requests.tables import RequestMessage, RequestWatch
from services.notify.requests.telling.tables import WorkNotice
from shared.audit.review import actions as checking
from shared.events import ReminderDue
from shared.service import Service
from tests.services.notify.requests.world import acting, hear
from tests.support.rights import doors, people
from tests.support.rights.doors import NOBODY, SIGNED_IN, Door
from tests.support.rights.people import CONTACT, CONTRACT, DEAD, ENDED, OTHER, PATIENT, UNIT, ZONE, who
from tests.support.services import NOON, make_app, viewer_of

HELPER, DIED = "a helper of somebody who has died", "a patient who has died"
TRIED = ("message_contact", "see_times")
ASKER = "a helper who may message_contact"
PUT_BEFORE = "a nurse whom it was put before"
WORDS, INSIDE = "canary words of the patient", "canary words between colleagues"
REACHED = {"email": "canary-mail@protected.example", "phone": "+46701740699", "protected": True}


@dataclass(frozen=True)
class Role(doors.Role):
    """Somebody towards the patient's question, which is for who has to do with it and for who asked, and for nobody else."""

    def towards(self, door: Door) -> frozenset[str]:
        if door.rule.startswith("/notify/requests/"):
            return SIGNED_IN | (self.here if self.is_a in ("contact", PUT_BEFORE) else NOBODY)
        if door.rule.startswith("/notify/my/requests/"):
            return SIGNED_IN | (self.here if self.is_a == ASKER else self.here & {"patient"})
        if door.about == "mine":
            return SIGNED_IN | self.anywhere & {"patient"}
        return super().towards(door)


class World(doors.World):
    """Who asks for somebody names them in the address; a worklist shows what is the whole unit's."""

    def address(self, door: Door, ids: dict[str, str]) -> str:
        asked = {"/notify/ask": f"?whom={ids['patient_id']}", "/notify/worklist": "?list=unit"}
        found = super().address(door, ids)
        return found + next((more for begin, more in asked.items() if door.rule.startswith(begin)), "")


def furnished(service: Service) -> World:
    """A question that a helper asked, with a word between colleagues, put before a nurse; another of somebody who has died; a
    message to each of three; a notice of the death; a check of the log."""
    nurse = people.person("staff", PUT_BEFORE), people.work(PUT_BEFORE, UNIT, "nurse")
    hear(service, *people.facts(TRIED), *nurse, people.person("patient", "the patient", **REACHED))
    hear(service, people.person("patient", DIED, deceased=None))
    ids = {"request_id": question(service, ASKER, PATIENT, CONTRACT), "dead_id": question(service, HELPER, DEAD, ENDED)}
    hear(
        service, *(reminder(number, who(name)) for number, name in enumerate(("the patient", ASKER, "another patient")))
    )
    hear(service, people.person("patient", DIED))
    with service.act() as ctx:
        watch = {"level": 1, "since": ctx.now, "untold": False}
        ctx.session.add(RequestWatch(request_id=ids["request_id"], person_id=who(PUT_BEFORE), **watch))
        handover = {"kind": "handover", "author_id": CONTACT, "text": INSIDE, "at": ctx.now}
        ctx.session.add(RequestMessage(request_id=ids["request_id"], **handover))
        ctx.viewer = viewer_of(service, ctx, who("the unit's auditor"))
        day = ctx.now.date() - timedelta(days=1)
        ids["review_id"] = checking.document(ctx, UNIT, first=day, last=day, seed="luck", follow_up=[], note="")
        ids["notice_id"] = ctx.session.scalars(sa.select(WorkNotice.id).limit(1)).one()
    told = {name: str(value) for name, value in {**ids, "patient_id": PATIENT, "unit_id": UNIT}.items()}
    roles = people.roles(Role, TRIED)
    roles[ASKER] = replace(roles[ASKER], is_a=ASKER)
    roles[PUT_BEFORE] = Role(who(PUT_BEFORE), frozenset({"staff"}), frozenset({"staff"}), is_a=PUT_BEFORE)
    return World(service, make_app(service), told, roles)


def question(service: Service, asker: str, patient: UUID, contract: UUID) -> UUID:
    with acting(service, who(asker)) as ctx:
        return asking.ask(ctx, patient, contract, Priority.SOON, WORDS, once=patient)


def reminder(number: int, to: UUID) -> ReminderDue:
    """A message about one of the patient's times, or of the other's own."""
    return ReminderDue(
        reminder_id=UUID(int=500 + number),
        attempt=1,
        recipient_id=to,
        patient_id=OTHER if to == OTHER else PATIENT,
        unit_id=UNIT,
        kind="next_contact",
        starts_local=datetime(2026, 11, 26, 9, 0),  # noqa: DTZ001
        zone=ZONE,
        useful_until=NOON + timedelta(days=1),
        answer_until=NOON + timedelta(days=1),
    )
