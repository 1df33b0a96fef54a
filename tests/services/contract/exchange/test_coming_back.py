"""A transaction is all or nothing, and what was told from here changes nothing when it comes back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.exchange.actions import import_bundle
from services.contract.exchange.bundle.domain import TAKEN
from services.contract.exchange.door.search.domain import PARAMETERS, Asked
from services.contract.exchange.door.store import found_by
from services.contract.exchange.problem.domain import Weight
from services.contract.next_contact.domain import Side
from services.contract.people.tables import Person
from services.contract.tables import Base
from shared.service import Service
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Answer
from tests.services.contract.exchange.bundles import (
    DEMO,
    PERSONAS,
    bundle,
    encoded,
    organization,
    patient,
    practitioner,
    role,
)
from tests.services.contract.exchange.test_door import FHIR, Door, door, valid
from tests.support.services import viewer_of

BOOKS = frozenset(
    {"import_run", "source_record", "source_name", "access_log", "access_chain", "access_unchained", "api_answered"}
)
"""What an import writes about itself."""


def everything(service: Service) -> dict[str, list[str]]:
    """Every row of the service but those that tell of imports, when they changed aside."""
    with service.act() as ctx:
        return {
            name: sorted(repr(row) for row in ctx.session.execute(sa.select(*_columns(table))))
            for name, table in Base.metadata.tables.items()
            if name not in BOOKS
        }


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if column.name != "changed_at"]


def told_to(service: Service, person: UUID) -> list[dict[str, Any]]:
    """Everything that this person finds at the door."""
    with service.act() as ctx:
        ctx.viewer = viewer_of(service, ctx, person)
        return [
            one
            for kind in PARAMETERS
            for one in found_by(ctx, kind, Asked(count=200), "see_times" if kind == "Appointment" else "see_contract")
        ]


def as_bundle(resources: list[dict[str, Any]]) -> bytes:
    entries = [
        {
            "fullUrl": f"https://contract.example/fhir/{one['resourceType']}/{one['id']}",
            "resource": valid(one),
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in resources
    ]
    return encoded({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def test_what_was_told_from_here_changes_nothing_when_it_comes_back(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    agreed.promises(Side.PATIENT, "I walk every day.")
    for person in (agreed.karin, agreed.clinic.anita, agreed.clinic.admin):
        _comes_back(agreed.clinic.service, person)


def test_a_protected_person_in_another_zone_comes_back_as_they_were(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        row = ctx.session.get(Person, agreed.karin)
        assert row is not None
        row.protected, row.zone, row.phone = True, "Atlantic/Canary", "+46701740605"
    _comes_back(agreed.clinic.service, agreed.karin)


@pytest.mark.parametrize("name", PERSONAS)
def test_a_demo_persona_comes_back_as_they_were(contract: Service, name: str) -> None:
    with contract.act() as ctx:
        assert not import_bundle(ctx, name, (DEMO / name).read_bytes()).refused
        persons = list(ctx.session.scalars(sa.select(Person.id).where(Person.kind == "patient")))
    for person in persons:
        _comes_back(contract, person)


def _comes_back(service: Service, person: UUID) -> None:
    resources = told_to(service, person)
    assert resources
    before = everything(service)
    for _time in range(2):
        with service.act() as ctx:
            outcome = import_bundle(ctx, "back.json", as_bundle(resources))
        assert not outcome.refused, outcome.reason("en")
        assert outcome.of_weight(Weight.REFUSAL) == ()
        assert outcome.left_out == {}
        assert sum(outcome.tally.values()) == sum(one["resourceType"] in TAKEN for one in resources)
        after = everything(service)
        assert {name: rows for name, rows in after.items() if rows != before[name]} == {}


def test_changed_details_of_a_person_told_from_here_are_taken_up(agreed: Agreed) -> None:
    resources = told_to(agreed.clinic.service, agreed.karin)
    (karin,) = [one for one in resources if one["resourceType"] == "Patient"]
    karin["telecom"] = [{"system": "phone", "value": "070-174 06 05"}]
    with agreed.clinic.service.act() as ctx:
        import_bundle(ctx, "back.json", as_bundle([karin]))
        row = ctx.session.get(Person, agreed.karin)
        assert row is not None
        assert row.phone == "+46701740605"


def test_nobody_owns_a_thing_here_by_claiming_its_number(agreed: Agreed) -> None:
    """The other unit's admin sends our patient's own id with another name."""
    (karin,) = [one for one in told_to(agreed.clinic.service, agreed.karin) if one["resourceType"] == "Patient"]
    karin["name"] = [{"text": "Somebody Else"}]
    answer = post(door(agreed, agreed.clinic.other_admin), as_bundle([karin]))
    assert answer.status_code == 422
    with agreed.clinic.service.act() as ctx:
        row = ctx.session.get(Person, agreed.karin)
        assert row is not None
        assert row.name == "Karin Ek"


def post(visitor: Door, data: bytes, query: str = "", kind: str = "application/fhir+json") -> Answer:
    return visitor.send("POST", FHIR + query, {"Content-Type": kind}, data=data)


def test_a_transaction_answers_each_entry_in_its_order(agreed: Agreed) -> None:
    admin = door(agreed, agreed.clinic.admin)
    sent = encoded(bundle(practitioner(), patient(), {"resourceType": "Device", "id": "d"}))
    answer = post(admin, sent)
    assert answer.status_code == 200, answer.text
    told = valid(answer.json)
    assert told["type"] == "transaction-response"
    statuses = [entry["response"]["status"] for entry in told["entry"]]
    assert statuses == ["201 Created", "201 Created", "204 No Content"]
    assert admin.at(told["entry"][1]["response"]["location"]).json["name"][0]["text"] == "Esther Lund"
    again = post(admin, sent).json["entry"]
    assert [entry["response"]["status"] for entry in again][:2] == ["200 OK", "200 OK"]


def test_a_transaction_that_can_not_be_taken_whole_leaves_nothing_and_says_where(agreed: Agreed) -> None:
    admin = door(agreed, agreed.clinic.admin)
    before = everything(agreed.clinic.service)
    elsewhere = organization("elsewhere", identifier=[{"system": "urn:oid:1.2.752.29.4.19", "value": "SE2"}])
    answer = post(admin, encoded(bundle(patient(), elsewhere, practitioner(), role(unit="elsewhere"))))
    assert answer.status_code == 422, answer.text
    assert {"Bundle.entry[1].resource"} <= {one["expression"][0] for one in valid(answer.json)["issue"]}
    wrong = post(admin, encoded(bundle(patient(birthDate="yesterday"))))
    assert [one["expression"] for one in wrong.json["issue"]] == [["Bundle.entry[0].resource.birthDate"]]
    assert everything(agreed.clinic.service) == before


def test_a_transaction_speaks_of_our_patients_by_their_address(agreed: Agreed) -> None:
    goal = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"text": "Walk"},
        "subject": {"reference": f"Patient/{agreed.karin}"},
    }
    (entry,) = post(door(agreed, agreed.clinic.admin), encoded(bundle(goal))).json["entry"]
    assert entry["response"] == {"status": "201 Created"}


@pytest.mark.parametrize(
    ("who", "query", "kind", "status"),
    [
        ("karin", "", "application/fhir+json", 404),
        ("nobody", "", "application/fhir+json", 401),
        ("admin", "", "application/xml", 415),
        ("admin", "?unit=mine", "application/fhir+json", 400),
        ("admin", "?name=x", "application/fhir+json", 400),
    ],
)
def test_a_transaction_is_for_the_admins_of_a_unit(
    agreed: Agreed, who: str, query: str, kind: str, status: int
) -> None:
    person = {"karin": agreed.karin, "admin": agreed.clinic.admin}.get(who)
    answer = post(door(agreed, person), encoded(bundle(patient())), query, kind)
    assert answer.status_code == status, answer.text
    assert valid(answer.json)["resourceType"] == "OperationOutcome"


def test_without_the_sessions_token_nothing_is_changed(agreed: Agreed) -> None:
    admin = door(agreed, agreed.clinic.admin)
    headers = {"Content-Type": "application/fhir+json", "X-Form-Token": "forged"}
    assert admin.send("POST", FHIR, headers, data=encoded(bundle(patient()))).status_code == 403
