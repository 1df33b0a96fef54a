"""What single resources become: names, numbers, deaths, roles, hours, teams, activities."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from services.contract.exchange.bundle.domain import read
from services.contract.exchange.care.domain import MemberDraft, TeamDraft, propose
from services.contract.exchange.domain import Draft, content, draft, resolved
from services.contract.exchange.links.domain import Key
from services.contract.exchange.plan.domain import told
from services.contract.exchange.problem.domain import Weight
from services.contract.exchange.who.domain import NUCC, PersonDraft
from services.contract.plan.domain import Party
from shared.events import OpenHours
from tests.services.contract.exchange.bundles import (
    HSA,
    PERSONNUMMER,
    bundle,
    concept,
    encoded,
    goal,
    organization,
    patient,
    plan,
    practitioner,
    role,
    team,
    to,
)

AT = datetime(2026, 11, 22, tzinfo=UTC)


def drafts(*resources: dict[str, Any]) -> Draft:
    return draft(read(encoded(bundle(*resources))), {})


def person(**fields: Any) -> PersonDraft:
    body = drafts(patient(**fields)).items[0].body
    assert isinstance(body, PersonDraft)
    return body


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([{"text": "Maria Ljungberg", "given": ["Maria", "Birgitta"], "family": "Ljungberg"}], "Maria Ljungberg"),
        ([{"given": ["Esther"], "family": "Lund"}], "Esther Lund"),
        ([{"use": "maiden", "text": "Esther Ek"}, {"use": "official", "text": "Esther Lund"}], "Esther Lund"),
        ([{"use": "old", "text": "Esther Ek"}], "Esther Ek"),
        ([{"text": "Esther\u202e\u200b  Lund\n"}], "Esther Lund"),
    ],
)
def test_a_person_is_called_by_the_name_in_use(names: list[dict[str, Any]], expected: str) -> None:
    assert person(name=names).name == expected


def test_a_person_without_a_name_is_left_out_and_told() -> None:
    found = drafts(patient(name=[{"use": "official"}]))
    assert found.items == ()
    assert [problem.said("en") for problem in found.problems] == ["It is left out, because it has no name."]


def test_only_identities_that_hold_everywhere_are_identities() -> None:
    assert person(identifier=[{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999"}]).identity is None
    assert person(identifier=[{"system": PERSONNUMMER, "value": "195006142524"}]).identity == "195006142524"


def test_numbers_that_can_be_reached_are_taken_and_others_told() -> None:
    telecom = [
        {"system": "phone", "value": "555-0100", "use": "home"},
        {"system": "phone", "value": "070-174 06 05", "use": "mobile"},
        {"system": "phone", "value": "031-390 06 10", "use": "old"},
        {"system": "email", "value": "esther@example.se\r\nBcc: all@example.se"},
        {"system": "email", "value": "esther@example.se"},
    ]
    found = drafts(patient(telecom=telecom))
    body = found.items[0].body
    assert (body.phone, body.email) == ("+46701740605", "esther@example.se")
    assert [(p.place, p.weight) for p in found.problems] == [
        ("entry[0].resource.telecom[0].value", Weight.NOTE),
        ("entry[0].resource.telecom[3].value", Weight.NOTE),
    ]


def test_K17_a_death_is_a_death_with_or_without_a_day() -> None:
    assert (person(deceasedDateTime="2026-02").dead, person(deceasedDateTime="2026-02").deceased) == (
        True,
        date(2026, 2, 1),
    )
    assert (person(deceasedBoolean=True).dead, person(deceasedBoolean=True).deceased) == (True, None)
    assert not person(deceasedBoolean=False).dead


def test_a_day_that_the_calendar_does_not_have_is_left_blank_and_told() -> None:
    found = drafts(patient(birthDate="2023-02-29"))
    assert found.items[0].body.birth_date is None
    assert found.problems[0].place == "entry[0].resource.birthDate"


def test_a_protected_identity_is_protected() -> None:
    label = {"system": "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel", "code": "skyddadFolkbokforing"}
    assert person(meta={"security": [label]}).protected
    assert not person(meta={"security": [{"code": "DEMO"}]}).protected


@pytest.mark.parametrize(("code", "spoken"), [("sv", "sv"), ("en-US", "en"), ("fi", "sv")])
def test_the_language_is_one_that_the_product_speaks(code: str, spoken: str) -> None:
    assert person(communication=[{"language": {"coding": [{"code": code}]}}]).language == spoken


def test_a_unit_tells_what_R4_has_no_place_for() -> None:
    ours = "https://samkontrakt.example/fhir/"
    times = [{"url": "opens", "valueTime": "07:30:00"}, {"url": "closes", "valueTime": "16:30:00"}]
    hours = {"url": f"{ours}opening-hours", "extension": [{"url": "day", "valueCode": "mon"}, *times]}
    floor = {"url": f"{ours}floor-number", "valueString": "031-390 06 11"}
    body = drafts(organization(extension=[hours, floor, {"url": f"{ours}neutral", "valueBoolean": True}])).items[0].body
    assert body.hours == (OpenHours(weekday=0, opens=time(7, 30), closes=time(16, 30)),)
    assert (body.floor_number, body.neutral, body.duty_line) == ("+46313900611", True, None)


def test_roles_are_read_from_the_lists_in_use_and_an_ended_one_gives_none() -> None:
    physician = {"code": [{"coding": [{"system": NUCC, "code": "208D00000X"}]}]}
    people = (organization(), practitioner())
    assert drafts(*people, role()).items[-1].body.roles == ("nurse",)
    assert drafts(*people, role() | physician).items[-1].body.roles == ("physician",)
    assert drafts(*people, role(active=False)).items[-1].body.roles == ()
    unknown = drafts(*people, role(code="gardener"))
    assert unknown.items[-1].body.roles == ()
    assert unknown.problems[0].weight is Weight.NOTE


def teams(*told_teams: tuple[str, str, str]) -> list[TeamDraft]:
    """Teams of one member each: who, from when, in which status."""
    return [
        TeamDraft(
            patient=Key("p"),
            status=status,
            starts=datetime.fromisoformat(starts).replace(tzinfo=UTC),
            ends=None,
            unit=None,
            members=(MemberDraft(Key(who), None, "other"),),
        )
        for who, starts, status in told_teams
    ]


def test_the_newest_active_team_points_out_the_contact() -> None:
    told_teams = (("old", "2025-01-01", "active"), ("new", "2026-01-01", "active"), ("gone", "2026-06-01", "inactive"))
    member = propose(teams(*told_teams), AT)
    assert member is not None
    assert member.person == "new"
    assert propose(teams(("gone", "2026-06-01", "inactive")), AT) is None


def test_a_team_that_has_ended_or_has_no_professional_points_out_nobody() -> None:
    ended = team("nurse", period={"start": "2026-01-01", "end": "2026-02-01"})
    relatives_only = team("patient")
    for told_team in (ended, relatives_only):
        found = drafts(organization(), practitioner(), patient(), told_team)
        assert propose([item.body for item in found.items if item.type == "CareTeam"], AT) is None


def test_the_team_says_itself_who_is_contact_else_a_nurse_comes_first() -> None:
    ours = "https://samkontrakt.example/fhir/care-team-role"
    people = [practitioner(name) for name in ("doctor", "nurse", "named", "standin")]
    nurse = {"role": [concept("224535009")], "member": to("nurse")}
    named = {"role": [{"coding": [{"system": ours, "code": "named-contact"}]}], "member": to("named")}
    deputy = {"role": [{"coding": [{"system": ours, "code": "deputy"}]}], "member": to("standin")}
    for participants, expected in (
        ([deputy, {"member": to("doctor")}, nurse, named], "urn:test:named"),
        ([deputy, {"member": to("doctor")}, nurse], "urn:test:nurse"),
        ([deputy], None),
    ):
        told_team = team(participant=participants)
        found = drafts(organization(), *people, patient(), told_team)
        member = propose([item.body for item in found.items if item.type == "CareTeam"], AT)
        assert (member.person if member else None) == expected


def test_an_activity_tells_who_does_it_and_for_which_principal() -> None:
    party = {"type": [{"coding": [{"system": "https://samkontrakt.example/fhir/party", "code": "municipality"}]}]}
    activities = [
        {"detail": {"status": "scheduled", "code": concept("1"), "performer": [to("unit")]}},
        {"detail": {"status": "in-progress", "code": concept("1"), "performer": [to("patient")]}},
        {"detail": {"status": "in-progress", "description": "Promenad"}},
        {"detail": {"status": "in-progress"}},
    ]
    told_plan = plan(activity=activities, author=to("nurse"))
    found = drafts(organization(**party), practitioner(), patient(), told_plan)
    body = next(item.body for item in found.items if item.type == "CarePlan")
    first, second, third = told("id", body)
    assert (first.party, first.responsible, first.status) == (Party.MUNICIPALITY, "Njurmottagningen", "scheduled")
    assert (second.party, second.responsible) == (Party.PATIENT, "Esther Lund")
    assert (third.title, third.responsible, third.code) == ("Promenad", "Lisa Nurse", "")
    assert len({first.source_keys, second.source_keys, third.source_keys}) == 3
    assert [p.place for p in found.problems] == ["entry[3].resource.activity[3]"]


def test_an_activity_that_is_a_request_is_read_where_the_file_holds_it() -> None:
    request = {
        "resourceType": "ServiceRequest",
        "id": "request",
        "status": "active",
        "intent": "order",
        "code": concept("7"),
        "subject": to("patient"),
    }
    found = drafts(patient(), request, plan(activity=[{"reference": to("request")}]))
    (activity,) = next(item.body for item in found.items if item.type == "CarePlan").activities
    assert (activity.code.code, activity.title) == ("7", "Titel 7")


def test_both_a_reference_and_details_are_one_too_many() -> None:
    both = {"reference": {"display": "x"}, "detail": {"status": "in-progress", "code": concept("1")}}
    found = drafts(patient(), plan(activity=[both]))
    assert "never both" in found.problems[0].said("en")


def test_content_is_equal_exactly_when_the_record_says_the_same() -> None:
    """Ids are ours, so the same reference by another name changes nothing; another person does."""
    body = drafts(patient(), goal()).items[-1].body
    ids = {Key("urn:test:patient"): UUID(int=1)}
    assert content(resolved(body, ids)) == content(resolved(body, dict(ids)))
    assert content(resolved(body, ids)) != content(resolved(body, {Key("urn:test:patient"): UUID(int=2)}))
    assert resolved(body, {}).patient is None


def test_an_hsa_id_identifies_staff() -> None:
    (item,) = drafts(practitioner(identifier=[{"system": HSA, "value": "SE-1"}])).items
    assert item.body.identity == "SE-1"
