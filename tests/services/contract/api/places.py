"""One of everything behind the door, so that every operation of the published document can be tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.contract.agreement.engagement.tables import EngagementPreference
from services.contract.agreement.keeping import actions as keeping
from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.minutes import actions as minutes
from services.contract.agreement.understanding import actions as understanding
from services.contract.agreement.understanding.domain import Understood
from services.contract.blocks import actions as blocks
from services.contract.break_glass import actions as break_glass
from services.contract.break_glass import store as broken
from services.contract.delegates import actions as delegates
from services.contract.delegates import store as delegate_store
from services.contract.delegates.consents import actions as consents
from services.contract.exchange import actions as exchange
from services.contract.named_contact import actions as contacts
from services.contract.named_contact import store as contact_store
from services.contract.named_contact.proposing import actions as proposing
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.people.file import actions as sheets
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.domain import Party
from services.contract.plan.sharing import actions as sharing
from services.contract.plan.writing import actions as writing
from services.contract.signin.sessions import actions as sessions
from services.contract.units import actions as units
from shared.audit.review import actions as checking
from shared.context import Ctx
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import HERE, Desk
from tests.services.contract.clinic import FLOOR, staff

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    body: str | None
    """The name of the body's schema."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation there is, by the document alone."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                takes: dict[str, Any] = methods[method].get("requestBody", {})
                body = takes["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] if takes else None
                yield Operation(method.upper(), path.removeprefix(HERE), body)


def furnish(agreed: Agreed) -> dict[str, str]:
    """Karin's written agreement with a plan, a delegate, an absence, a proposal and an import; the ids by the name that
    stands for them in an address."""
    clinic = agreed.written().clinic
    item = agreed.promises(Side.PATIENT, "I walk to the shop.")
    agreed.both_confirm()
    with agreed.acting(clinic.admin) as ctx:
        anna = people.save_person(ctx, kind="delegate", name="Anna Ek", identity=None)
        people.know_at(ctx, anna, clinic.unit)
        people.know_at(ctx, agreed.karin, clinic.unit)
        appointment = contact_store.standing(ctx.session, agreed.contract, ctx.now)[0].id
        absence = contacts.set_absence(
            ctx,
            person_id=clinic.anita,
            starts=ctx.now + timedelta(days=30),
            ends=ctx.now + timedelta(days=40),
            deputy_id=clinic.lisa,
            note="",
        )
        proposal = proposing.propose(
            ctx, patient_id=clinic.esther, person_id=clinic.anita, unit_id=clinic.unit, source="a record"
        )
        sheet = sheets.keep(ctx, clinic.unit, b"kind,name,identity\nstaff,Sven Ek,SVE1\n")
        run = exchange.import_bundle(ctx, "x.json", b"{}", for_unit=clinic.unit).run_id
    with agreed.acting(agreed.karin) as ctx:
        activity = writing.add(
            ctx, agreed.karin, title="Physiotherapy", party=Party.MUNICIPALITY, responsible="", on_date=None
        )
        never = conflicts.say_not_then(ctx, agreed.karin, weekday=1, words="I work")
        share = sharing.share(ctx, activity, party=Party.MUNICIPALITY, recipient="Home care", allowed=True)
        consent = consents.give(ctx, patient_id=agreed.karin, kind="email")
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=anna, scopes=["see_contract"])
        signin = signed_in(ctx, agreed.karin)
        for one in (clinic.anita, clinic.lisa):
            signed_in(ctx, one)
    ids = notes_around(agreed, item) | {
        "signin_id": signin,
        "review_id": checked(agreed),
        "glass_id": opened(agreed),
        "block_id": kept_out(agreed),
        "unit_id": clinic.unit,
        "person_id": agreed.karin,
        "patient_id": agreed.karin,
        "contract_id": agreed.contract,
        "appointment_id": appointment,
        "absence_id": absence,
        "proposal_id": proposal,
        "run_id": run,
        "import_id": sheet,
        "not_then_id": never,
        "share_id": share,
        "activity_id": activity,
        "delegation_id": grant,
        "consent_id": consent,
        "item_id": item,
        "number": 1,
        "other": 1,
    }
    return {name: str(value) for name, value in ids.items()}


def signed_in(ctx: Ctx, person: UUID) -> UUID:
    known = people_store.get(ctx.session, person)
    assert known
    return sessions.begin(ctx, known).session_id


def checked(agreed: Agreed) -> UUID:
    """A check of the unit's log."""
    with agreed.acting(with_role(agreed, agreed.clinic.unit, "auditor")) as ctx:
        yesterday = ctx.now.date() - timedelta(days=1)
        return checking.document(
            ctx, agreed.clinic.unit, first=yesterday, last=yesterday, seed="luck", follow_up=[], note=""
        )


def opened(agreed: Agreed) -> UUID:
    """Karin's pages, opened in an emergency by somebody of the unit who is nothing else to her."""
    with agreed.acting(with_role(agreed, agreed.clinic.unit, "physician")) as ctx:
        karin = people_store.get(ctx.session, agreed.karin)
        assert karin
        assert karin.identity
        return break_glass.open_(ctx, identity=karin.identity, reason="She has fallen in the stairs.")


def kept_out(agreed: Agreed) -> UUID:
    """The ward, whose nurse was a contact of Karin's not long ago, and which she has blocked since."""
    where: dict[str, Any] = {"contract_id": agreed.contract, "patient_id": agreed.karin, "unit_id": agreed.clinic.unit}
    with agreed.acting(agreed.clinic.admin) as ctx:
        ward = units.save_unit(ctx, key="SE9", name="Medicinavdelningen", floor_number=FLOOR)
        people.know_at(ctx, agreed.karin, ward)
        nurse = staff(ctx, "Sara ward", ward, "nurse")
        beside = contacts.appoint(ctx, person_id=nurse, primary=False, **where)
        contacts.end_appointment(ctx, appointment_id=beside, handover_note="Nothing.")
    with agreed.acting(agreed.karin) as ctx:
        return blocks.make(ctx, patient_id=agreed.karin, unit_id=ward)


def notes_around(agreed: Agreed, item: str) -> dict[str, Any]:
    """One of everything that is noted around an agreement in force."""
    with agreed.acting(agreed.clinic.anita) as ctx:
        taught = understanding.note(
            ctx, agreed.contract, asked="Salt", patient_words="Less of it", understood=Understood.FULLY
        )
        spent = minutes.note(ctx, agreed.contract, minutes=20, on_day=ctx.now.date())
    with agreed.acting(agreed.karin) as ctx:
        kept = keeping.note(
            ctx, agreed.contract, item, Side.PATIENT, kept=Kept.KEPT, on_day=ctx.now.date(), words="", how=None
        )
        wish = {"decides": "together", "doing": "some", "knowing": "all", "how": "web", "at": ctx.now}
        chosen = EngagementPreference(patient_id=agreed.karin, by=agreed.karin, **wish)
        ctx.session.add(chosen)
        ctx.session.flush()
        preference = chosen.id
    return {"teach_back_id": taught, "minutes_id": spent, "note_id": kept, "preference_id": preference}


def address(operation: Operation, ids: dict[str, str]) -> str:
    """The operation's address in this clinic."""
    part = "commitments" if "/items/" in operation.path else "what_matters"
    return re.sub(r"\{(\w+)\}", lambda name: ids.get(name[1], part), operation.path)


def version_of(desk: Desk, path: str) -> str:
    """The version of the thing that an address is about: its own, or of what it is a part of."""
    while path:
        answer = desk.get(path)
        if answer.status_code == 200:
            return answer.headers["ETag"]
        path = path.rpartition("/")[0]
    return '"nothing"'


def with_role(agreed: Agreed, unit: UUID, role: str) -> UUID:
    """Somebody new at this unit."""
    with agreed.clinic.service.act() as ctx:
        return staff(ctx, f"Sara {role}", unit, role)


def everybody(agreed: Agreed, desk: Desk) -> dict[str, Desk]:
    """The people who meet at this agreement."""
    who = {"patient": agreed.karin, "contact": agreed.clinic.anita, "admin": agreed.clinic.admin}
    who["reviewer"] = with_role(agreed, agreed.clinic.unit, "auditor")
    with agreed.clinic.service.act() as ctx:
        (anna,) = delegate_store.of_patient(ctx.session, agreed.karin)
        who["delegate"] = anna.delegate_id
        who["in an emergency"] = broken.of_patient(ctx.session, agreed.karin, None, 1)[0].person_id
    return {name: desk.of(person) for name, person in who.items()}
