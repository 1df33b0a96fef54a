"""Whom a contract leads to, as JSON: appointments, deputies, hand-over, and who answers at this instant."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.contract.named_contact import actions, store
from services.contract.named_contact.changing import store as changing
from services.contract.named_contact.schemas import (
    AnswerJson,
    AppointBody,
    CoverJson,
    DeputyBody,
    HandOverBody,
)
from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.api.door import Door, Resource

HERE = "/contracts/<uuid:contract_id>"
READERS = (Who.PATIENT, Who.DELEGATE, Who.CONTACT, Who.DEPUTY, Who.CONTACT_BEFORE, Who.ADMIN)
api = Door("named_contact", __name__, "Whom a contract leads to, and who answers now.", HERE)


def by_contract(ctx: Ctx, contract_id: UUID, **_more: object) -> Subject | None:
    facts = ctx.directory.covers_of(ctx.session, [contract_id]).get(contract_id)
    return Subject(facts.patient_id, facts.unit.unit_id, contract_id, "see_contract") if facts else None


def by_appointment(ctx: Ctx, contract_id: UUID, appointment_id: UUID) -> Subject | None:
    row = store.appointment(ctx.session, appointment_id)
    return by_contract(ctx, contract_id) if row and row.contract_id == contract_id else None


def _cover(ctx: Ctx, contract_id: UUID, **_more: object) -> dict[str, Any]:
    kept = store.cover_as_is(ctx.session, contract_id)
    if kept is None:
        raise NotFound
    rows = [] if kept.ended_at else store.standing(ctx.session, contract_id, ctx.now)
    names = ctx.directory.people(ctx.session, [row.person_id for row in rows])
    return {
        "contract_id": contract_id,
        "patient_id": kept.patient_id,
        "unit_id": kept.unit_id,
        "ended_at": kept.ended_at,
        "appointments": [
            {
                "appointment_id": row.id,
                "person_id": row.person_id,
                "name": names[row.person_id].name,
                "unit_id": row.unit_id,
                "primary": row.is_primary,
                "deputy_id": row.deputy_id,
                "starts": row.starts,
                "ends": row.ends,
                "asked_for": row.asked_for,
                "wish_unmet": row.wish_unmet,
            }
            for row in rows
        ],
        "new_contact": _new_contact(ctx, contract_id),
        "ahead": dataclasses.asdict(change) if (change := changing.ahead(ctx, contract_id)) else None,
    }


def _new_contact(ctx: Ctx, contract_id: UUID) -> dict[str, Any] | None:
    contact = changing.known(ctx, contract_id)
    return dataclasses.asdict(contact) if contact and contact.since else None


def _answer(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    answer = ctx.directory.who_answers_for(ctx.session, contract_id, ctx.now)
    if answer is None:
        raise NotFound
    person = ctx.directory.person(ctx.session, answer.person_id) if answer.person_id else None
    return {
        **dataclasses.asdict(answer),
        "contract_id": contract_id,
        "at": ctx.now,
        "name": person.name if person else None,
    }


COVER = Resource(CoverJson, of=_cover, hold=lambda ctx, contract_id, **_more: store.cover(ctx.session, contract_id))
ANSWER = Resource(AnswerJson, of=_answer)


@api.read("/cover", COVER)
@policy("named_contact", "read", *READERS, about=by_contract, log="saw who your named contact is")
def read_cover(ctx: Ctx, contract_id: UUID) -> None:
    """Who is appointed, and who stands in."""


@api.read("/answers-now", ANSWER)
@policy("named_contact", "ask", *READERS, about=by_contract, log="saw who answers you")
def who_answers_now(ctx: Ctx, contract_id: UUID) -> None:
    """The person or line that can be reached at this instant: never nobody."""


@api.act("/cover/appointments", COVER, AppointBody)
@policy("named_contact", "appoint", Who.ADMIN, about=by_contract, log="chose somebody to answer for you")
def appoint(ctx: Ctx, data: dict[str, Any], contract_id: UUID) -> None:
    """Appoint somebody from now on."""
    subject = ctx.subject
    if subject is None or subject.patient_id is None or subject.unit_id is None:
        raise NotFound
    _check_colleagues(ctx, data, "person_id", "deputy_id")
    where: dict[str, Any] = {"contract_id": contract_id, "patient_id": subject.patient_id, "unit_id": subject.unit_id}
    actions.appoint(ctx, **where, **data)


@api.act("/cover/appointments/<uuid:appointment_id>/deputy", COVER, DeputyBody)
@policy("named_contact", "set_deputy", Who.ADMIN, about=by_appointment, log="chose who stands in for your contact")
def set_deputy(ctx: Ctx, data: dict[str, Any], contract_id: UUID, appointment_id: UUID) -> None:
    """Who stands in for this contact at this contract."""
    _check_colleagues(ctx, data, "deputy_id")
    actions.set_deputy(ctx, appointment_id, data["deputy_id"])


@api.act("/cover/appointments/<uuid:appointment_id>/end", COVER, HandOverBody)
@policy("named_contact", "hand_over", Who.ADMIN, Who.CONTACT, about=by_appointment, log="handed over to somebody else")
def hand_over(ctx: Ctx, data: dict[str, Any], contract_id: UUID, appointment_id: UUID) -> None:
    """End an appointment with a note; a contact their own, an admin anybody's. Somebody always remains."""
    row = store.appointment(ctx.session, appointment_id)
    if row is None or (Who.ADMIN not in ctx.whos and row.person_id != ctx.viewer.person_id):
        raise NotFound
    _check_colleagues(ctx, data, "successor_id")
    actions.end_appointment(ctx, appointment_id=appointment_id, **data)


def _check_colleagues(ctx: Ctx, data: dict[str, Any], *fields: str) -> None:
    """Only those who work with patients at the contract's unit can be chosen."""
    unit = ctx.subject.unit_id if ctx.subject else None
    there = {person.id for person in people.staff_at(ctx.session, [unit] if unit else [])}
    for field in _chosen(data, fields):
        if data[field] not in there:
            raise Refused(_l("Choose somebody who works here."), field=field)


def _chosen(data: dict[str, Any], fields: Iterable[str]) -> list[str]:
    return [field for field in fields if data[field] is not None]
