"""The demo's care records import as they stand, and tell of the people the demo needs."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import sqlalchemy as sa

from services.contract.agreement.actions import accept_proposal
from services.contract.exchange.actions import import_bundle
from services.contract.exchange.bundle.domain import TAKEN
from services.contract.exchange.outcome.domain import Outcome
from services.contract.exchange.problem.domain import Weight
from services.contract.named_contact.tables import ContactProposal
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.plan.tables import PlanActivity, PlanSource
from services.contract.units.domain import has_floor
from services.contract.units.store import facts
from services.contract.units.tables import CareUnit
from shared.db import Database
from shared.service import Service
from tests.services.contract.exchange.bundles import DEMO, PERSONAS
from tests.support.services import make_service

FILES = sorted(str(path.relative_to(DEMO)) for path in DEMO.rglob("*.json"))


@pytest.fixture
def service(contract_db: Database) -> Service:
    return make_service("contract", contract_db, handlers={}, due=[])


def load(service: Service, name: str) -> Outcome:
    with service.act() as ctx:
        return import_bundle(ctx, name, (DEMO / name).read_bytes())


@pytest.mark.parametrize("name", FILES)
def test_a_demo_bundle_imports_whole_and_twice_changes_nothing(service: Service, name: str) -> None:
    outcome = load(service, name)
    assert not outcome.refused
    assert outcome.of_weight(Weight.PROBLEM) == ()
    if name in PERSONAS:
        assert outcome.problems == ()
    content = json.loads((DEMO / name).read_text())
    types = Counter(entry["resource"]["resourceType"] for entry in content["entry"])
    assert {kind: counts["created"] for kind, counts in outcome.by_type()} == {t: types[t] for t in TAKEN if t in types}
    again = load(service, name)
    assert (again.total("created"), again.total("updated")) == (0, 0)
    assert again.total("unchanged") == outcome.total("created")


def test_esther_has_three_parties_one_blood_test_and_a_proposed_nurse(service: Service) -> None:
    load(service, "esther.json")
    with service.act() as ctx:
        people = {person.id: person for person in ctx.session.scalars(sa.select(Person))}
        blood_test = ctx.session.scalars(sa.select(PlanActivity).where(PlanActivity.title == "Blodprov")).one()
        asked_by = ctx.session.scalars(sa.select(PlanSource).where(PlanSource.activity_id == blood_test.id)).all()
        proposal = ctx.session.scalars(sa.select(ContactProposal)).one()
        units = {unit.id: facts(unit) for unit in ctx.session.scalars(sa.select(CareUnit))}
    assert sorted(source.party for source in asked_by) == ["municipality", "region_unit", "region_unit"]
    assert people[proposal.person_id].name == "Lisa Holm"
    assert units[proposal.unit_id].name == "Dialysmottagningen, Ekhaga sjukhus"
    assert all(has_floor(unit) and unit.head_id for unit in units.values())
    assert {person.name for person in people.values() if person.kind == "delegate"} == {"Karin Lund"}


@pytest.mark.parametrize(("name", "contact"), [("esther.json", "Lisa Holm"), ("emil.json", "Noor Hassan")])
def test_the_proposed_contact_can_be_accepted(service: Service, name: str, contact: str) -> None:
    load(service, name)
    with service.act() as ctx:
        proposal = ctx.session.scalars(sa.select(ContactProposal)).one()
        contract_id = accept_proposal(ctx, proposal.id)
        answer = ctx.directory.who_answers_for(ctx.session, contract_id, ctx.now)
        assert answer is not None
        assert answer.person_id is not None
        person = ctx.directory.person(ctx.session, answer.person_id)
    assert person is not None
    assert person.name == contact
    assert load(service, name).total("unchanged") > 0


def test_emils_units_have_neutral_names_and_someone_to_answer(service: Service) -> None:
    load(service, "emil.json")
    with service.act() as ctx:
        units = [facts(unit) for unit in ctx.session.scalars(sa.select(CareUnit))]
        roles = {held.role for held in ctx.session.scalars(sa.select(StaffRoleHeld))}
    assert len(units) == 2
    assert all(unit.neutral and has_floor(unit) and unit.head_id for unit in units)
    assert {"nurse", "ward", "head", "admin"} <= roles


def test_one_of_the_three_generated_patients_lives(service: Service) -> None:
    for name in FILES:
        if name not in PERSONAS:
            load(service, name)
    with service.act() as ctx:
        alive = ctx.session.scalars(sa.select(Person).where(Person.kind == "patient", Person.deceased.is_(None))).one()
        proposals = ctx.session.scalars(sa.select(ContactProposal)).all()
    assert alive.name == "Lean Fisher"
    assert {proposal.patient_id for proposal in proposals} == {alive.id}
