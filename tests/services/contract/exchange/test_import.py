"""Importing into a real database: counts, the same again, changes, all or nothing, whose things are whose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.exchange import store
from services.contract.exchange.actions import import_bundle, preview
from services.contract.exchange.outcome.domain import Outcome
from services.contract.exchange.tables import ImportRun, SourceRecord
from services.contract.named_contact.tables import ContactProposal
from services.contract.people import actions as people
from services.contract.people.tables import Person, StaffRoleHeld
from services.contract.plan.tables import PlanActivity, PlanSource
from services.contract.units import actions as units
from services.contract.units.tables import CareUnit
from shared.context import Viewer
from shared.db import Database
from shared.events import StaffRole
from shared.service import Service
from tests.services.contract.exchange.bundles import (
    PERSONNUMMER,
    bundle,
    condition,
    encoded,
    goal,
    organization,
    patient,
    plan,
    practitioner,
    role,
    team,
    to,
    whole,
)
from tests.support.services import make_service, told, viewer_of

Import = Callable[..., Outcome]


@pytest.fixture
def service(contract_db: Database) -> Service:
    return make_service("contract", contract_db, handlers={}, due=[])


@pytest.fixture
def load(service: Service) -> Import:
    def run(content: Any, **more: Any) -> Outcome:
        with service.act() as ctx:
            return import_bundle(ctx, "file.json", content if isinstance(content, bytes) else encoded(content), **more)

    return run


def rows(service: Service, table: type[Any]) -> list[Any]:
    with service.act() as ctx:
        return list(ctx.session.scalars(sa.select(table)))


def one(service: Service, table: type[Any]) -> Any:
    (row,) = rows(service, table)
    return row


def test_a_bundle_becomes_people_units_and_plans(service: Service, load: Import) -> None:
    outcome = load(whole())
    assert not outcome.refused
    assert outcome.problems == ()
    assert outcome.as_json() | {"by_type": {}, "problems": []} == {
        "file": "file.json",
        "created": 9,
        "updated": 0,
        "unchanged": 0,
        "left_out": 0,
        "not_taken": 1,
        "refused": False,
        "reason": None,
        "by_type": {},
        "types_not_taken": {"Encounter": 1},
        "problems": [],
        "problem_count": 0,
    }
    assert {person.kind: person.name for person in rows(service, Person)} == {
        "patient": "Esther Lund",
        "staff": "Lisa Nurse",
        "delegate": "Karin",
    }
    assert one(service, CareUnit).name == "Njurmottagningen"
    assert one(service, StaffRoleHeld).role == "nurse"
    assert one(service, PlanActivity).title == "Titel 396550006"


def test_the_same_file_twice_changes_nothing(service: Service, load: Import) -> None:
    load(whole())
    before = told(service)
    outcome = load(whole())
    assert (outcome.total("created"), outcome.total("updated"), outcome.total("unchanged")) == (0, 0, 9)
    assert told(service) == before
    assert len(rows(service, SourceRecord)) == 9


def test_only_what_a_record_says_otherwise_is_updated(service: Service, load: Import) -> None:
    load(whole())
    changed = whole()
    changed["entry"][2]["resource"]["name"] = [{"text": "Esther Holm"}]
    changed["entry"][2]["resource"]["maritalStatus"] = {"text": "something not imported"}
    outcome = load(changed)
    assert dict(outcome.by_type())["Patient"] == {"created": 0, "updated": 1, "unchanged": 0, "left_out": 0}
    assert outcome.total("updated") == 1
    assert "Esther Holm" in {person.name for person in rows(service, Person)}


def test_a_trial_stores_nothing_and_counts_the_same(service: Service, load: Import) -> None:
    with service.act() as ctx:
        expected = preview(ctx, "file.json", encoded(whole()))
    assert rows(service, Person) == rows(service, SourceRecord) == rows(service, ImportRun) == []
    assert told(service) == []
    kept = load(whole())
    assert replace(kept, run_id=expected.run_id) == expected
    assert [run.id for run in rows(service, ImportRun)] == [kept.run_id]


def test_a_refused_file_stores_nothing_but_its_refusal(service: Service, load: Import) -> None:
    broken = whole()
    del broken["entry"][8]["request"]["url"]
    outcome = load(broken)
    assert outcome.refused
    assert outcome.reason("en") == "entry[8].request.url: The address of the request is missing."
    assert rows(service, Person) == rows(service, SourceRecord) == []
    run = one(service, ImportRun)
    assert run.refused
    assert run.problems[0]["place"] == "entry[8].request.url"


def test_what_a_neighbour_refuses_takes_the_whole_file_back(service: Service, load: Import) -> None:
    """A rule of another concept may say no half-way; what was stored before it goes too."""
    load(bundle(practitioner(identifier=[{"system": "urn:x", "value": "1"}]), organization()))
    with service.act() as ctx:
        person = ctx.session.scalars(sa.select(Person)).one()
        person.kind = "delegate"
    outcome = load(
        bundle(patient(), practitioner(identifier=[{"system": "urn:x", "value": "1"}]), organization(), role())
    )
    assert outcome.refused
    assert [person.kind for person in rows(service, Person)] == ["delegate"]


def test_a_reference_by_identifier_finds_an_earlier_import(service: Service, load: Import) -> None:
    npi = {"system": "urn:npi", "value": "77"}
    member: dict[str, Any] = {"participant": [{"member": {"reference": "Practitioner?identifier=urn:npi|77"}}]}
    content = bundle(organization(), patient(), team(**member))

    first = load(content)
    assert [p.said("en") for p in first.problems] == [
        "“Practitioner?identifier=urn:npi|…” is neither in this file nor known from earlier imports."
    ]
    load(bundle(practitioner(identifier=[npi]), kind="batch"))
    second = load(content)
    assert second.problems == ()
    assert dict(second.by_type())["CareTeam"]["updated"] == 1
    nurse = next(person for person in rows(service, Person) if person.kind == "staff")
    assert one(service, ContactProposal).person_id == nurse.id
    assert load(content).total("unchanged") == 3


def test_a_reference_that_fits_two_earlier_records_is_reported_and_not_followed(service: Service, load: Import) -> None:
    twice = {"system": "urn:shared", "value": "5"}
    for number in ("1", "2"):
        own = {"system": "urn:own", "value": number}
        load(bundle(practitioner(f"p{number}", identifier=[own, twice])))
    member: dict[str, Any] = {"participant": [{"member": {"reference": "Practitioner?identifier=urn:shared|5"}}]}
    outcome = load(bundle(organization(), patient(), team(**member)))
    assert len(outcome.problems) == 1
    assert rows(service, ContactProposal) == []


def test_what_has_no_patient_is_left_out_and_told(service: Service, load: Import) -> None:
    outcome = load(bundle(goal(), condition()))
    assert not outcome.refused
    assert dict(outcome.left_out) == {"Goal": 1, "Condition": 1}
    assert "It is left out, because its patient is not known." in {p.said("en") for p in outcome.problems}


def test_relative_names_of_two_senders_never_mean_the_same_patient(service: Service, load: Import) -> None:
    """``Patient/7`` is somebody else at another clinic."""
    load(whole())
    unit = one(service, CareUnit).id

    def sent(name: str) -> dict[str, Any]:
        content = bundle(patient(name=[{"text": name}]))
        content["entry"][0]["request"] = {"method": "PUT", "url": "Patient/7"}
        del content["entry"][0]["fullUrl"]
        return content

    load(sent("Anna"))
    load(sent("Berit"), for_unit=unit)
    assert {"Anna", "Berit"} <= {person.name for person in rows(service, Person)}


def test_a_name_that_was_a_patients_never_becomes_a_units(service: Service, load: Import) -> None:
    load(bundle(patient("one")))
    outcome = load(bundle(organization("one")))
    assert dict(outcome.left_out) == {"Organization": 1}
    assert rows(service, CareUnit) == []
    assert not load(bundle(patient("one", name=[{"text": "Esther Ny"}]))).refused
    assert one(service, Person).name == "Esther Ny"


def test_a_person_known_by_identity_number_is_the_same_whoever_sends(service: Service, load: Import) -> None:
    number = {"system": PERSONNUMMER, "value": "195006142524"}
    load(bundle(patient("a", identifier=[{"system": "urn:clinic", "value": "1"}, number])))
    load(bundle(patient("b", identifier=[number])))
    assert one(service, Person).identity == "195006142524"


def test_K17_a_record_of_a_death_makes_the_person_dead_and_proposes_nobody(service: Service, load: Import) -> None:
    load(bundle(organization(), practitioner(), patient(deceasedDateTime="2026-02-21T20:44:05+01:00"), team("nurse")))
    person = next(person for person in rows(service, Person) if person.kind == "patient")
    assert str(person.deceased) == "2026-02-21"
    assert rows(service, ContactProposal) == []


def test_K17_a_death_without_a_day_counts_from_the_day_it_was_heard_of(service: Service, load: Import) -> None:
    load(bundle(patient(deceasedBoolean=True)))
    assert str(one(service, Person).deceased) == "2026-11-24"


def test_K17_a_record_of_a_death_to_come_is_refused_whole(service: Service, load: Import) -> None:
    outcome = load(bundle(patient(deceasedDateTime="2126-02-21")))
    assert outcome.refused
    assert rows(service, Person) == []


def test_a_record_that_says_alive_raises_nobody_from_the_dead(service: Service, load: Import) -> None:
    load(bundle(patient(deceasedDateTime="2026-02-21")))
    outcome = load(bundle(patient()))
    assert one(service, Person).deceased is not None
    assert [p.said("en") for p in outcome.problems] == ["The register says that this person has died."]


def test_same_coded_activities_of_active_plans_are_one_with_every_source(service: Service, load: Import) -> None:
    plans = (plan("1", "2", name="a"), plan("1", name="b"), plan("1", name="c", status="completed"))
    load(bundle(patient(), *plans))
    assert sorted(activity.title for activity in rows(service, PlanActivity)) == ["Titel 1", "Titel 2"]
    assert len(rows(service, PlanSource)) == 3


def test_an_activity_that_a_plan_asks_for_no_more_is_stopped(service: Service, load: Import) -> None:
    load(bundle(patient(), plan("1", "2")))
    load(bundle(patient(), plan("1")))
    assert {a.title: a.state for a in rows(service, PlanActivity)} == {"Titel 1": "in_progress", "Titel 2": "stopped"}


def test_a_plan_that_ends_ends_its_activities(service: Service, load: Import) -> None:
    load(bundle(patient(), plan("1")))
    load(bundle(patient(), plan("1", status="completed")))
    assert one(service, PlanActivity).state == "done"


def test_a_role_taken_out_of_the_record_takes_the_right_away_and_no_other(service: Service, load: Import) -> None:
    load(bundle(organization(), practitioner(), role(), role(code="admin")))
    with service.act() as ctx:
        held = ctx.session.scalars(sa.select(StaffRoleHeld)).all()
        by_hand = StaffRole(unit_id=held[0].unit_id, role="coordinator")
        known = [StaffRole(unit_id=one.unit_id, role=one.role) for one in held]
        people.set_roles(ctx, held[0].person_id, [*known, by_hand])
    load(bundle(organization(), practitioner(), role(active=False), role(code="admin")))
    assert {held.role for held in rows(service, StaffRoleHeld)} == {"admin", "coordinator"}


def test_a_head_answers_for_the_unit(service: Service, load: Import) -> None:
    load(bundle(organization(), practitioner(), role(code="head")))
    assert one(service, CareUnit).head_id == one(service, Person).id


def test_a_proposal_follows_the_newest_team(service: Service, load: Import) -> None:
    people_of_it = (organization(), practitioner("old"), practitioner("new"), patient())
    load(bundle(*people_of_it, team("old", name="first", start="2025-01-01")))
    load(bundle(*people_of_it, team("new", name="second", start="2026-01-01")))
    names = {person.id: person.name for person in rows(service, Person)}
    assert {names[p.person_id]: p.state for p in rows(service, ContactProposal)} == {
        "Lisa Old": "replaced",
        "Lisa New": "open",
    }


def test_goals_conditions_and_relatives_can_be_asked_for(service: Service, load: Import) -> None:
    load(whole())
    person = next(person for person in rows(service, Person) if person.kind == "patient")
    with service.act() as ctx:
        assert [goal.text for goal in store.goals_of(ctx.session, person.id)] == ["Orka gå ut"]
        assert [one.code for one in store.conditions_of(ctx.session, person.id)] == ["84114007"]
        assert len(store.relatives_of(ctx.session, person.id)) == 1


# --- an admin's import, which may only touch what is theirs ------------------------------------------------------------


@pytest.fixture
def admin(service: Service, load: Import) -> tuple[UUID, UUID]:
    """An admin and her unit."""
    load(bundle(organization("hers"), practitioner("boss"), role("boss", "hers", "admin")))
    held = one(service, StaffRoleHeld)
    return held.person_id, held.unit_id


def load_as(service: Service, who: tuple[UUID, UUID], content: Any) -> Outcome:
    with service.act() as ctx:
        viewer: Viewer = viewer_of(service, ctx, who[0])
    with service.act(viewer) as ctx:
        return import_bundle(ctx, "file.json", encoded(content), for_unit=who[1])


def test_an_admin_gives_no_rights_at_other_units(service: Service, admin: tuple[UUID, UUID]) -> None:
    content = bundle(organization("theirs"), practitioner("boss2"), role("boss2", "theirs", "admin"))
    outcome = load_as(service, admin, content)
    assert dict(outcome.left_out) == {"PractitionerRole": 1}
    assert len(rows(service, StaffRoleHeld)) == 1


def test_P32_no_admin_gives_herself_a_role_by_an_import(service: Service, admin: tuple[UUID, UUID]) -> None:
    content = bundle(organization("hers"), practitioner("boss"), role("boss", "hers", "nurse"))
    outcome = load_as(service, admin, content)
    assert dict(outcome.left_out) == {"PractitionerRole": 1}
    assert {held.role for held in rows(service, StaffRoleHeld)} == {"admin"}


def test_an_admin_changes_nobody_whom_only_another_unit_knows(
    service: Service, load: Import, admin: tuple[UUID, UUID]
) -> None:
    number = [{"system": PERSONNUMMER, "value": "195006142524"}]
    load(bundle(organization(), practitioner(), patient(identifier=number), team("nurse")))
    changed = patient(
        identifier=number, name=[{"text": "Mallory"}], telecom=[{"system": "email", "value": "m@x.example"}]
    )
    outcome = load_as(service, admin, bundle(changed, goal()))
    assert dict(outcome.left_out) == {"Patient": 1, "Goal": 1}
    assert "Mallory" not in {person.name for person in rows(service, Person)}


def test_an_admin_changes_no_helper_whom_only_another_unit_knows(service: Service, admin: tuple[UUID, UUID]) -> None:
    with service.act() as ctx:
        there = units.save_unit(ctx, key="SE9", name="Elsewhere", floor_number="08-465 004 01")
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity="195006142524", email="eva@example.org")
        people.know_at(ctx, eva, there)
    number = [{"system": PERSONNUMMER, "value": "195006142524"}]
    mail = [{"system": "email", "value": "m@x.example"}]
    helper = {"resourceType": "RelatedPerson", "id": "helper", "patient": to("patient"), "name": [{"text": "Mallory"}]}
    outcome = load_as(service, admin, bundle(patient(), {**helper, "identifier": number, "telecom": mail}))
    assert dict(outcome.left_out) == {"RelatedPerson": 1}
    assert "eva@example.org" in {person.email for person in rows(service, Person)}


def test_an_admins_new_patients_are_known_at_her_unit(service: Service, admin: tuple[UUID, UUID]) -> None:
    outcome = load_as(service, admin, bundle(patient(), goal()))
    assert outcome.total("created") == 2
    again = load_as(service, admin, bundle(patient(birthDate="1950-06-14"), goal()))
    assert (again.total("updated"), again.total("unchanged")) == (1, 1)


def test_a_run_is_listed_for_the_unit_that_made_it(service: Service, admin: tuple[UUID, UUID]) -> None:
    load_as(service, admin, bundle(patient()))
    with service.act() as ctx:
        found, more = store.runs(ctx.session, [admin[1]])
    assert {run.unit_id for run in found} == {admin[1], None}
    assert not more
