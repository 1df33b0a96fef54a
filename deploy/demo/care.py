"""What the personas and their care have decided when a demonstration begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from deploy.demo.personas import DAVID, EMIL, ESTHER, HELENA, KARIN, LISA, MAY, NOOR, ULLA, Persona
from deploy.trouble import Trouble
from services.contract.agreement import actions as agreement
from services.contract.delegates import actions as delegates
from services.contract.named_contact import actions as named_contacts
from services.contract.named_contact.tables import ContactProposal
from services.contract.people import store as people
from services.contract.people.actions import set_roles
from services.contract.people.domain import identity_key
from services.contract.plan.domain import Party
from services.contract.plan.lead.actions import name_lead
from services.selfcare.admission.actions import plan_stay
from services.selfcare.dialysis.actions import set_pattern
from shared.context import Ctx
from shared.events import StaffRole
from shared.time import to_local

ZONE = "Europe/Stockholm"
DIALYSIS_DAYS, DIALYSIS_STARTS, DIALYSIS_MINUTES = "FREQ=WEEKLY;BYDAY=MO,WE,FR", time(7, 30), 270
STAY_STARTS, STAY_NIGHTS, STAY_IN_DAYS = time(15, 0), 3, 1


@dataclass(frozen=True)
class Course:
    """One patient's agreed way: their contract, and the unit where it takes place."""

    patient_id: UUID
    contract_id: UUID
    unit_id: UUID


@dataclass(frozen=True)
class Weeks:
    """Whose weeks self-care plans."""

    esther: Course
    emil: Course


def find(ctx: Ctx, persona: Persona) -> UUID:
    """The persona's id in the register."""
    person = people.by_identity(ctx.session, persona.kind, identity_key(persona.identity) or "")
    if person is None:
        raise Trouble(f"the demo records hold no {persona.kind} {persona.identity}")
    return person.id


def decide(ctx: Ctx) -> Weeks:
    """In contract: both have a contract, Emil's contact and deputy stand, Esther's daughter may help."""
    esther, emil = find(ctx, ESTHER), find(ctx, EMIL)
    dialysis_unit, clinic, ward = (_unit_of(ctx, persona) for persona in (LISA, NOOR, DAVID))
    _accept_what_is_proposed(ctx, emil)
    for patient, unit in ((esther, dialysis_unit), (emil, clinic)):
        leads = ctx.directory.units(ctx.session)[unit]
        name_lead(ctx, patient, principal=Party.REGION_UNIT, name=leads.name, reach=leads.phone)
    hers = agreement.open_contract(ctx, patient_id=esther, unit_id=dialysis_unit, by=None)
    his = agreement.open_contract(ctx, patient_id=emil, unit_id=clinic, by=None)
    noor, helena = find(ctx, NOOR), find(ctx, HELENA)
    named_contacts.appoint(ctx, contract_id=his, patient_id=emil, person_id=noor, unit_id=clinic, deputy_id=helena)
    _let_help(ctx, esther, find(ctx, KARIN))
    _let_check_logs(ctx, find(ctx, ULLA), clinic, ward)
    return Weeks(Course(esther, hers, dialysis_unit), Course(emil, his, ward))


def plan(ctx: Ctx, weeks: Weeks) -> None:
    """In selfcare: Esther dialyses three mornings a week, Emil comes in tomorrow for a stay."""
    today = to_local(ctx.now, ZONE)
    set_pattern(
        ctx,
        **vars(weeks.esther),
        rule=DIALYSIS_DAYS,
        start_local=_next_monday(today),
        zone=ZONE,
        minutes=DIALYSIS_MINUTES,
    )
    comes = datetime.combine(today.date() + timedelta(days=STAY_IN_DAYS), STAY_STARTS)
    plan_stay(ctx, **vars(weeks.emil), starts_local=comes, nights=STAY_NIGHTS, zone=ZONE)


def _next_monday(today: datetime) -> datetime:
    return datetime.combine(today.date() + timedelta(days=7 - today.weekday()), DIALYSIS_STARTS)


def _unit_of(ctx: Ctx, persona: Persona) -> UUID:
    return people.roles(ctx.session, find(ctx, persona))[0].unit_id


def _accept_what_is_proposed(ctx: Ctx, patient_id: UUID) -> None:
    open_ones = (ContactProposal.patient_id == patient_id, ContactProposal.state == "open")
    for proposal in ctx.session.scalars(sa.select(ContactProposal.id).where(*open_ones)).all():
        agreement.accept_proposal(ctx, proposal)


def _let_help(ctx: Ctx, patient_id: UUID, delegate_id: UUID) -> None:
    grant = delegates.invite(ctx, patient_id=patient_id, delegate_id=delegate_id, scopes=MAY, relation="dotter")
    delegates.accept(ctx, grant)


def _let_check_logs(ctx: Ctx, person_id: UUID, *units: UUID) -> None:
    """Whoever opens a patient's pages in an emergency, from any door, is looked at by somebody who has a door too."""
    held = people.roles(ctx.session, person_id)
    set_roles(ctx, person_id, [*held, *(StaffRole(unit_id=unit, role="auditor") for unit in units)])
