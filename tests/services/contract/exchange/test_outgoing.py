"""What is told as FHIR R4: valid by HL7's own schema, the same when it comes back, and nothing that may not leave."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.agreement.content.domain import Content, Part
from services.contract.exchange.bundle.domain import read
from services.contract.exchange.care.domain import team
from services.contract.exchange.links.domain import Links
from services.contract.exchange.outgoing.meeting.domain import STATUS as MEETINGS
from services.contract.exchange.outgoing.meeting.domain import Meeting, appointment
from services.contract.exchange.outgoing.people.domain import patient, practitioner, relative
from services.contract.exchange.outgoing.places.domain import UNNAMED, organization, practitioner_role
from services.contract.exchange.outgoing.promise.domain import Plan, Progress, care_plan
from services.contract.exchange.outgoing.promise.goals.domain import Goals, Stood, goals
from services.contract.exchange.outgoing.shape.domain import system_of
from services.contract.exchange.outgoing.team.domain import Team, care_team
from services.contract.exchange.r4.domain import faults
from services.contract.exchange.unit.domain import UnitDraft, unit
from services.contract.exchange.who.domain import OUR_ROLES, PersonDraft, person, role
from services.contract.exchange.who.domain import relative as read_relative
from services.contract.next_contact.domain import Kind, Side, State, Way
from services.contract.plan.domain import Party
from services.contract.plan.domain import State as Progressed
from shared.events import Absence, Appointment, OpenHours
from tests.services.contract.exchange.bundles import encoded

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
PATIENT, ANITA, LISA, UNIT, CONTRACT, VERSION, GOAL = (UUID(int=number) for number in range(1, 8))
WALK, SHOPPING = str(UUID(int=21)), str(UUID(int=22))

names = st.sampled_from(["Åsa Öberg", "Esther Lindqvist", "Ng", "Jean-Marie d'Aubigné Åkesson", "<b>Bo</b> & Co"])
identities = st.sampled_from(["194801010009", "194801610009", "19240301AA06", "SE2321000131-E000000000001"])
people = st.builds(
    PersonDraft,
    kind=st.just("patient"),
    name=names,
    identity=st.none() | identities,
    language=st.sampled_from(["sv", "en"]),
    zone=st.sampled_from(["Europe/Stockholm", "Atlantic/Canary"]),
    email=st.none() | st.just("esther@example.org"),
    phone=st.none() | st.just("+46701740605"),
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2026, 1, 1)),
)
clocks = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
hours = st.lists(
    st.builds(OpenHours, weekday=st.integers(0, 6), opens=clocks, closes=clocks),
    unique_by=lambda one: (one.weekday, one.opens),
).map(lambda found: tuple(sorted(found, key=lambda one: (one.weekday, one.opens))))
units = st.builds(
    UnitDraft,
    name=names,
    zone=st.just("Europe/Stockholm"),
    phone=st.just("+4636321000"),
    floor_number=st.just("+4684650040"),
    duty_line=st.none() | st.just("+4684650041"),
    hours=hours,
    duty_hours=hours,
    neutral=st.booleans(),
)


def checked(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource, once HL7's schema has found nothing and no field is empty."""
    assert list(faults(resource, "")) == []
    assert not [part for part in _parts(resource) if part in (None, "", [], {})]
    return resource


def _parts(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [value, *(part for one in inner for part in _parts(one))]


def back(*resources: dict[str, Any]) -> Links:
    """The resources as a file that comes back, read."""
    entries = [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in map(checked, resources)
    ]
    return Links(read(encoded({"resourceType": "Bundle", "type": "transaction", "entry": entries})), {})


@given(people)
def test_a_person_comes_back_as_they_were(draft: PersonDraft) -> None:
    (entry,) = back(patient(PATIENT, draft, NOON)).reading.taken
    assert person(entry, "patient") == draft
    (entry,) = back(practitioner(ANITA, draft, NOON, reachable=True)).reading.taken
    read_again = person(entry, "patient")
    assert (read_again.name, read_again.identity, read_again.phone) == (draft.name, draft.identity, draft.phone)


@given(units)
def test_a_unit_comes_back_as_it_was(draft: UnitDraft) -> None:
    (entry,) = back(organization(UNIT, draft, "SE2321000131-E1", NOON)).reading.taken
    assert unit(entry) == draft


@given(st.sets(st.sampled_from(OUR_ROLES), min_size=1))
def test_a_role_comes_back_with_everything_it_gives(roles: set[str]) -> None:
    away = (Absence(absence_id=GOAL, starts=NOON, ends=None, deputy_id=LISA), "")
    told = practitioner_role((ANITA, "Anita Berg"), (UNIT, "Njurmottagningen"), roles, [away], NOON)
    links = back(told, practitioner(ANITA, draft_of("Anita Berg")), organization(UNIT, unit_of("Njurmottagningen")))
    (entry,) = links.reading.of("PractitionerRole")
    assert role(entry, links).roles == tuple(sorted(roles))
    assert told["notAvailable"] == [{"description": "Frånvarande", "during": {"start": "2026-11-24T11:00:00.000Z"}}]


def test_H21_protected_identity_leaves_with_its_label_and_without_any_way_to_reach_them() -> None:
    draft = draft_of("Esther Lindqvist", protected=True, phone="+46701740605", email="e@example.org")
    told = checked(patient(PATIENT, draft, NOON))
    assert [label["code"] for label in told["meta"]["security"]] == ["sekretessmarkering"]
    assert not {"telecom", "address", "extension"} & told.keys()
    daughter = checked(relative(GOAL, (LISA, draft), PATIENT, "dotter", during=(NOON, None)))
    assert "telecom" not in daughter
    (entry,) = back(told).reading.taken
    assert person(entry, "patient").protected


def test_a_relative_comes_back_with_what_the_patient_calls_them() -> None:
    told = relative(GOAL, (LISA, draft_of("Lisa Ek")), PATIENT, "dotter", during=(NOON, NOON + timedelta(days=9)))
    links = back(told, patient(PATIENT, draft_of("Esther Lindqvist")))
    (entry,) = links.reading.of("RelatedPerson")
    found = read_relative(entry, links)
    assert (found.relationship, found.person.name, found.patient) == (
        "dotter",
        "Lisa Ek",
        next(links.reading.of("Patient")).key,
    )
    assert told["period"] == {"start": "2026-11-24T11:00:00.000Z", "end": "2026-12-03T11:00:00.000Z"}


@pytest.mark.parametrize(
    ("identity", "system"),
    [
        ("194801010009", "personnummer"),
        ("194801610009", "samordningsnummer"),
        ("19240301AA06", "nationelltReservnummer"),
        ("SE2321000131-E000000000001", "urn:oid:1.2.752.29.4.19"),
        ("M-17", "identity"),
    ],
)
def test_a_number_is_told_with_the_register_it_is_from(identity: str, system: str) -> None:
    assert system_of(identity).endswith(system)


def test_a_unit_whose_name_tells_too_much_is_not_named_to_those_who_do_not_work_there() -> None:
    psychiatry = unit_of("Psykiatriska mottagningen", neutral=True)
    assert organization(UNIT, psychiatry, "SE1", inside=False)["name"] == UNNAMED
    assert organization(UNIT, psychiatry, "SE1")["name"] == "Psykiatriska mottagningen"


def test_B4_the_team_names_the_contact_and_the_deputy_with_from_and_to() -> None:
    appointed = Appointment(
        person_id=ANITA, unit_id=UNIT, primary=True, deputy_id=LISA, starts=NOON, ends=NOON + timedelta(days=30)
    )
    told = checked(care_team(team_of(appointed)))
    contact, deputy = told["participant"]
    assert contact["role"][0]["text"] == "Fast vårdkontakt"
    assert contact["member"] == {"reference": f"Practitioner/{ANITA}", "display": "Anita Berg"}
    assert contact["period"] == deputy["period"]
    assert deputy["role"][0]["coding"][0]["code"] == "deputy"
    links = back(told, practitioner(ANITA, draft_of("Anita")), practitioner(LISA, draft_of("Lisa")))
    assert [member.part for member in team(next(links.reading.of("CareTeam")), links).members] == ["contact", "deputy"]


def test_B4_who_stands_in_for_one_absence_is_told_with_its_days() -> None:
    away = Absence(absence_id=GOAL, starts=NOON, ends=NOON + timedelta(days=7), deputy_id=LISA)
    appointed = Appointment(person_id=ANITA, unit_id=UNIT, primary=True, deputy_id=None, starts=NOON, ends=None)
    _contact, deputy = checked(care_team(team_of(appointed, away)))["participant"]
    assert deputy["period"] == {"start": "2026-11-24T11:00:00.000Z", "end": "2026-12-01T11:00:00.000Z"}


def test_B1_a_version_is_a_care_plan_that_replaces_the_one_before() -> None:
    told = checked(care_plan(plan_of(replaces=GOAL, appointment=GOAL)))
    assert (told["resourceType"], told["intent"], told["status"]) == ("CarePlan", "plan", "active")
    assert told["category"][0]["coding"][0]["code"] == "patientkontrakt"
    assert told["replaces"] == [{"reference": f"CarePlan/{GOAL}"}]
    assert told["careTeam"] == [{"reference": f"CareTeam/{CONTRACT}"}]
    assert all(("detail" in one) != ("reference" in one) for one in told["activity"])
    assert {"reference": {"reference": f"Appointment/{GOAL}"}} in told["activity"]


def test_both_sides_promises_stand_alike_with_who_made_them() -> None:
    details = [one["detail"] for one in checked(care_plan(plan_of()))["activity"]]
    promised = {one["code"]["text"]: one["performer"][0] for one in details if one["status"] == "in-progress"}
    assert promised["I weigh myself."]["reference"] == f"Patient/{PATIENT}"
    assert promised["We ring on Fridays."]["reference"] == f"Organization/{UNIT}"
    assert promised["My daughter shops."]["display"] == "Närstående"
    assert details[0]["scheduledPeriod"] == {"end": "2027-01-01"}
    assert details[0]["extension"][0]["valueString"] == "daily"


def test_a_goal_is_one_through_all_versions_and_told_as_the_version_in_force_words_it() -> None:
    told = goals(
        Goals(
            CONTRACT,
            PATIENT,
            (
                Stood("draft", content_of("Walk far.", extra="Sleep."), None),
                Stood("active", content_of("Walk."), NOON),
                Stood("superseded", content_of("Walk a bit."), NOON),
            ),
        )
    )
    found = {checked(goal)["description"]["text"]: goal for goal in told}
    assert {text: goal["lifecycleStatus"] for text, goal in found.items()} == {
        "See my sister.": "active",
        "Walk.": "active",
        "Sleep.": "proposed",
    }
    assert found["Walk."]["target"] == [{"dueDate": "2027-03-01"}]
    assert all(goal["expressedBy"] == {"reference": f"Patient/{PATIENT}"} for goal in told)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("timed", [True, False])
def test_B2_every_next_contact_is_an_appointment_that_R4_allows(state: State, timed: bool) -> None:
    told = checked(
        appointment(
            Meeting(
                id=GOAL,
                patient_id=PATIENT,
                state=state,
                kind=Kind.WINDOW,
                way=Way.VISIT,
                agreed=NOON if timed else None,
                earliest=date(2026, 12, 1),
                latest=date(2026, 12, 14),
                contact=(ANITA, "Anita Berg"),
            )
        )
    )
    assert ("start" in told) == ("end" in told) == timed
    assert timed or told["status"] in ("proposed", "cancelled")
    assert not timed or told["status"] == MEETINGS[state]
    assert told["requestedPeriod"] == [{"start": "2026-12-01", "end": "2026-12-14"}]


def test_B2_a_suggested_time_waits_for_the_other_side() -> None:
    meeting = Meeting(
        id=GOAL,
        patient_id=PATIENT,
        state=State.SUGGESTED,
        kind=Kind.EXACT,
        way=Way.PHONE,
        suggested=NOON,
        suggested_by=Side.CARE,
    )
    told = checked(appointment(meeting))
    assert [one["status"] for one in told["participant"]] == ["needs-action", "accepted"]


def test_B2_an_appointment_ends_after_its_length() -> None:
    usual = Meeting(id=GOAL, patient_id=PATIENT, state=State.BOOKED, kind=Kind.EXACT, way=Way.PHONE, agreed=NOON)
    told = checked(appointment(dataclasses.replace(usual, minutes=45)))
    assert datetime.fromisoformat(told["end"]) - datetime.fromisoformat(told["start"]) == timedelta(minutes=45)
    assert told["minutesDuration"] == 45
    assert checked(appointment(usual))["minutesDuration"] == 30


def draft_of(name: str, **more: Any) -> PersonDraft:
    told = {"email": None, "phone": None, "birth_date": None, **more}
    return PersonDraft(kind="patient", name=name, identity=None, language="sv", zone="Europe/Stockholm", **told)


def unit_of(name: str, **more: Any) -> UnitDraft:
    told = {"neutral": False, **more}
    return UnitDraft(name, "Europe/Stockholm", "+4636321000", "+4684650040", None, (), (), **told)


def team_of(appointed: Appointment, *away: Absence) -> Team:
    names = {ANITA: "Anita Berg", LISA: "Lisa Ek"}
    return Team(CONTRACT, PATIENT, UNIT, (appointed,), {ANITA: away}, names)


def content_of(goal: str = "Walk.", extra: str = "") -> Content:
    added = [{"id": SHOPPING, "text": extra}] if extra else []
    return Content(
        own={
            Part.WHAT_MATTERS: "See my sister.",
            Part.GOALS: [{"id": WALK, "text": goal, "by_day": "2027-03-01"}, *added],
            Part.WATCH_FOR: "If I gain two kilos I ring.",
            Part.ENGAGEMENT: "together",
            Part.COMMITMENTS: [
                {"id": "a", "text": "I weigh myself.", "by": "patient", "often": "daily", "until": "2027-01-01"},
                {"id": "b", "text": "My daughter shops.", "by": "family"},
                {"id": "c", "text": "We ring on Fridays.", "by": "care"},
            ],
        },
        next_step={"kind": "window", "earliest": "2026-12-01", "latest": "2026-12-14", "event": ""},
        plan=(
            {"id": WALK, "title": "Hemtjänst", "party": Party.MUNICIPALITY.value, "responsible": "Kommunen"},
            {"id": SHOPPING, "title": "Psykoterapi", "party": Party.REGION_UNIT.value, "responsible": ""},
        ),
        named_contact=str(ANITA),
    )


def plan_of(**more: Any) -> Plan:
    return Plan(
        id=VERSION,
        contract_id=CONTRACT,
        number=2,
        state="active",
        content=content_of(),
        patient_id=PATIENT,
        unit_id=UNIT,
        made=NOON,
        active=NOON,
        progress={WALK: Progress(Progressed.PLANNED, date(2026, 12, 3))},
        **more,
    )
