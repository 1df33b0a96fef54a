"""FHIR R4 over HTTP: who finds what, page by page, and what goes wrong said in R4's own words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.contract.agreement import actions as writing
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.ending import actions as ending
from services.contract.delegates import actions as delegates
from services.contract.exchange.door.search.domain import PARAMETERS, BadSearch, asked, holds
from services.contract.exchange.outgoing.places.domain import role_id
from services.contract.exchange.r4.domain import faults
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.plan import store as plan_store
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as plan_writing
from shared.audit import access_log
from tests.services.contract.agreed import WHAT_MATTERS, Agreed
from tests.services.contract.api.desk import Answer, Desk
from tests.support.services import NOON

FHIR = "/contract/fhir"


class Door(Desk):
    """Somebody's program at the FHIR door."""

    def at(self, path: str, **headers: str) -> Answer:
        return self.get(f"{FHIR}/{path}", **headers)

    def found(self, path: str) -> list[dict[str, Any]]:
        answer = self.at(path)
        assert answer.status_code == 200, answer.text
        assert answer.content_type == "application/fhir+json; charset=utf-8"
        return [valid(entry["resource"]) for entry in answer.json.get("entry", [])]

    def ids(self, path: str) -> set[str]:
        return {one["id"] for one in self.found(path)}


def valid(resource: dict[str, Any]) -> dict[str, Any]:
    assert list(faults(resource, "")) == []
    return resource


def door(agreed: Agreed, person: UUID | None = None) -> Door:
    return Door(agreed.clinic.service, agreed.app, person)


@pytest.fixture
def active(agreed: Agreed) -> Agreed:
    agreed.written().both_confirm()
    return agreed


def test_metadata_is_open_and_names_every_type(agreed: Agreed) -> None:
    told = door(agreed).at("metadata").json
    assert told["fhirVersion"] == "4.0.1"
    valid({**told, "fhirVersion": "4.0.0"})  # HL7's schema of 4.0.1 knows no later version than this
    assert [one["type"] for one in told["rest"][0]["resource"]] == list(PARAMETERS)


def test_a_patient_finds_and_reads_all_of_their_own(active: Agreed) -> None:
    karin = door(active, active.karin)
    for kind in PARAMETERS:
        found = karin.found(kind)
        assert found or kind == "RelatedPerson", kind
        for one in found:
            assert karin.at(f"{kind}/{one['id']}").json == one
    plan = karin.found(f"CarePlan?status=active&patient={active.karin}")[0]
    assert plan["category"][0]["text"] == "Patientkontrakt"
    goals = {goal["description"]["text"] for goal in karin.found("Goal")}
    assert goals == {WHAT_MATTERS, "Walk to the shop by summer."}


def test_P31_what_is_not_yours_looks_like_what_is_not_there(active: Agreed) -> None:
    """Everybody at the door: what is found may be read, and nothing else of anybody's."""
    clinic, everybody = active.clinic, {kind: door(active, active.karin).ids(kind) for kind in PARAMETERS}
    for person in (clinic.esther, clinic.anita, clinic.lisa, clinic.admin, clinic.other_admin):
        visitor = door(active, person)
        for kind, ids in everybody.items():
            mine = visitor.ids(kind)
            for one in ids | mine:
                answer = visitor.at(f"{kind}/{one}")
                assert (answer.status_code == 200) == (one in mine), (kind, person)
                if one not in mine:
                    assert answer.json == visitor.at(f"{kind}/{uuid4()}").json
    assert door(active, clinic.other_admin).ids("Patient") == set()


def test_an_admin_sees_who_and_where_and_nothing_of_what_was_agreed(active: Agreed) -> None:
    admin = door(active, active.clinic.admin)
    assert str(active.karin) in admin.ids("Patient")
    assert str(active.contract) in admin.ids("CareTeam")
    for kind in ("CarePlan", "Goal", "Appointment"):
        assert admin.ids(kind) == set()
        assert admin.at(f"{kind}/{door(active, active.karin).found(kind)[0]['id']}").status_code == 404


def test_a_stranger_is_asked_to_sign_in_whatever_they_ask_for(agreed: Agreed) -> None:
    for kind in PARAMETERS:
        for path in (kind, f"{kind}/{uuid4()}"):
            answer = door(agreed).at(path)
            assert (answer.status_code, answer.json["issue"][0]["code"]) == (401, "login")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("Patient?name=Karin", {}, 400),
        ("Patient?_count=0", {}, 400),
        ("Patient?_id=a&_id=b", {}, 400),
        ("CarePlan?date=yesterday", {}, 400),
        ("CarePlan?date=2026-02-30", {}, 400),
        ("Patient?_cursor=mine", {}, 400),
        ("Contract", {}, 404),
        ("Observation/1", {}, 404),
        ("Patient", {"Accept": "application/fhir+xml"}, 406),
        ("Patient?_format=xml", {}, 406),
    ],
)
def test_what_can_not_be_answered_is_an_outcome(
    agreed: Agreed, path: str, headers: dict[str, str], status: int
) -> None:
    answer = door(agreed, agreed.karin).at(path, **headers)
    assert answer.status_code == status, answer.text
    assert answer.content_type.startswith("application/fhir+json")
    assert valid(answer.json)["resourceType"] == "OperationOutcome"


def test_pages_follow_each_other_without_gap_or_repeat_and_a_mark_is_for_one_person(active: Agreed) -> None:
    admin = door(active, active.clinic.admin)
    every, path = admin.ids("Practitioner"), "Practitioner?_count=1"
    seen: list[str] = []
    while path:
        page = admin.at(path).json
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        path = following[0].split(f"{FHIR}/")[1] if following else ""
        assert not path or door(active, active.karin).at(path).status_code == 400
    assert seen == sorted(every)


@pytest.mark.parametrize("kind", [kind for kind in PARAMETERS if kind != "PractitionerRole"])
def test_news_are_found_since_an_instant(active: Agreed, kind: str) -> None:
    karin = door(active, active.karin)
    every = karin.found(kind)
    changed = {one["id"]: one["meta"]["lastUpdated"] for one in every}
    latest = max(changed.values(), default="2026-01-01T00:00:00Z")
    assert karin.ids(f"{kind}?_lastUpdated=gt2999-01-01") == set()
    assert karin.ids(f"{kind}?_lastUpdated=lt2020") == set()
    assert {one["id"] for one in every if one["meta"]["lastUpdated"] == latest} <= karin.ids(
        f"{kind}?_lastUpdated=ge{latest}"
    )


def test_appointments_are_found_by_status_and_day(active: Agreed) -> None:
    karin = door(active, active.karin)
    (booked,) = karin.found("Appointment?status=booked,pending&date=2026-11-27")
    assert booked["start"] == "2026-11-27T08:00:00.000Z"
    assert karin.ids("Appointment?status=cancelled") == set()
    assert karin.ids("Appointment?date=lt2026-11-27") == set()
    assert karin.ids("Appointment?date=ge2026-11-27&date=lt2026-11-28") == {booked["id"]}
    assert karin.ids(f"Appointment?patient={active.clinic.esther}") == set()
    assert karin.ids(f"Appointment?patient=Patient/{active.karin}") == {booked["id"]}


def test_B1_a_new_version_replaces_the_one_before(active: Agreed) -> None:
    active.promises(Side.PATIENT, "I walk every day.")
    active.both_confirm()
    karin = door(active, active.karin)
    (now,), (before,) = karin.found("CarePlan?status=active"), karin.found("CarePlan?status=completed")
    assert now["replaces"] == [{"reference": f"CarePlan/{before['id']}"}]


def test_B1_an_ended_contract_is_completed_and_pursues_nothing(active: Agreed) -> None:
    with active.acting(active.clinic.anita) as ctx:
        ending.end(ctx, active.contract, Side.CARE, "We have reached what we wanted.")
    karin = door(active, active.karin)
    (plan,) = karin.found("CarePlan?status=completed")
    assert plan["period"]["end"]
    assert karin.ids("CarePlan?status=active") == set()
    assert {goal["lifecycleStatus"] for goal in karin.found("Goal")} == {"cancelled"}


def test_H21_protected_identity_never_leaves_with_an_address_or_a_number(active: Agreed) -> None:
    with active.clinic.service.act() as ctx:
        people.save_person(
            ctx,
            kind="patient",
            name="Karin Ek",
            identity="19480101-0009",
            phone="0701740605",
            email="karin@example.org",
            protected=True,
            person_id=active.karin,
        )
    for person in (active.karin, active.clinic.anita, active.clinic.admin):
        (told,) = door(active, person).found(f"Patient?_id={active.karin}")
        assert told["meta"]["security"][0]["code"] == "sekretessmarkering"
        assert not {"telecom", "address"} & told.keys()
    assert door(active, active.karin).found("CarePlan")[0]["meta"]["security"]


def test_K21_an_item_hidden_from_a_unit_does_not_leave_to_it(agreed: Agreed) -> None:
    active = agreed
    with active.acting(active.karin) as ctx:
        plan_writing.add(
            ctx, active.karin, title="Psykoterapi", party=Party.REGION_UNIT, responsible="Psykiatrin", on_date=None
        )
        (row,) = plan_store.activities(ctx.session, active.karin)
        row.visible_to = [str(active.clinic.other_unit)]
        item = {"text": "Sluta dricka.", "visible_to": [str(active.clinic.other_unit)]}
        writing.write_item(ctx, active.contract, Side.PATIENT, Part.GOALS, item, before=mark(""))
    active.written().both_confirm()
    for words, kind in (("Psykoterapi", "CarePlan"), ("Sluta dricka", "CarePlan"), ("Sluta dricka", "Goal")):
        assert words in door(active, active.karin).at(kind).text
        assert words not in door(active, active.clinic.anita).at(kind).text


def test_a_delegate_finds_what_they_are_let_see_until_it_is_taken_back(active: Agreed) -> None:
    with active.acting(active.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=active.karin, delegate_id=eva, scopes=["see_times"], relation="dotter")
    with active.acting(eva) as ctx:
        delegates.accept(ctx, grant)
    assert len(door(active, eva).ids("Appointment")) == 1
    assert door(active, eva).ids("CarePlan") == door(active, eva).ids("Patient") == set()
    assert door(active, active.karin).ids("RelatedPerson") == {str(grant)}
    with active.acting(active.karin) as ctx:
        delegates.revoke(ctx, grant)
    assert door(active, eva).ids("Appointment") == set()
    assert door(active, active.karin).ids("RelatedPerson") == set()


def test_B8_a_delegate_finds_nothing_of_somebody_who_has_died(active: Agreed) -> None:
    eva, kinds = (
        door(active, active.helper("see_contract", "see_times")),
        ("CarePlan", "Goal", "Patient", "Appointment"),
    )
    assert all(eva.ids(kind) for kind in kinds)
    with active.acting(active.clinic.admin) as ctx:
        people.register_death(ctx, active.karin, NOON.date())
    assert not any(eva.ids(kind) for kind in (*kinds, "CareTeam"))


def test_table_d_a_delegate_reads_the_name_of_whom_they_help_and_not_how_they_are_reached(active: Agreed) -> None:
    with active.acting(active.clinic.admin) as ctx:
        who: dict[str, Any] = {"kind": "patient", "name": "Karin Ek", "identity": "19480101-0009"}
        people.save_person(ctx, **who, person_id=active.karin, email="karin@patient.example", phone="0701740605")
    (theirs,) = door(active, active.helper("see_contract")).found("Patient")
    (own,) = door(active, active.karin).found("Patient")
    assert theirs["name"] == own["name"]
    assert theirs["communication"] == own["communication"]
    for secret in ("0009", "karin@patient.example", "740605", "1948"):
        assert secret in str(own)
        assert secret not in str(theirs)


def test_the_access_log_says_that_another_system_read_it(active: Agreed) -> None:
    door(active, active.clinic.anita).found("CarePlan")
    with active.clinic.service.act() as ctx:
        query = sa.select(access_log.c.actor_id, access_log.c.patient_id, access_log.c.what, access_log.c.actor_as)
        rows = ctx.session.execute(query.where(access_log.c.resource == "fhir.CarePlan")).all()
    assert (active.clinic.anita, active.karin, "read the agreement, for another system", "staff") in rows


def test_staff_see_each_other_at_work_and_patients_how_to_name_them(active: Agreed) -> None:
    clinic = active.clinic
    assert role_id(clinic.anita, clinic.unit) in door(active, clinic.admin).ids(
        f"PractitionerRole?organization={clinic.unit}"
    )
    assert door(active, active.karin).ids(f"PractitionerRole?practitioner={clinic.anita}") == {
        role_id(clinic.anita, clinic.unit)
    }


@pytest.mark.parametrize(
    ("written", "at", "expected"),
    [
        ("2026-11-27", "2026-11-26T23:00:00Z", True),
        ("2026-11-27", "2026-11-27T23:00:00Z", False),
        ("2026", "2026-06-01T00:00:00Z", True),
        ("ne2026", "2026-06-01T00:00:00Z", False),
        ("gt2026-11-27T09:00:00+01:00", "2026-11-27T08:00:01Z", True),
        ("lt2026-12", "2026-11-30T22:59:59Z", True),
        ("ge2026-12", "2026-11-30T22:59:59Z", False),
        ("le2026-11-27", "2026-11-27T22:59:59Z", True),
    ],
)
def test_a_date_means_the_stretch_it_names(written: str, at: str, expected: bool) -> None:
    (when,) = asked("Appointment", [("date", written)], None).dates
    instant = datetime.fromisoformat(at)
    assert holds(when, instant, instant) is expected


def test_the_day_the_clocks_change_is_an_hour_longer() -> None:
    (when,) = asked("Appointment", [("date", "2026-10-25")], None).dates
    assert when.ends - when.starts == timedelta(hours=25)


@pytest.mark.parametrize("value", ["0", "201", "-1", "٣", "1e2", ""])
def test_a_count_out_of_reason_is_refused(value: str) -> None:
    with pytest.raises(BadSearch):
        asked("Patient", [("_count", value)], None)
