"""Every operation of the published document, tried by those who have no business there, and with nonsense by those who do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, open_desk
from tests.services.contract.api.places import Operation, address, everybody, furnish, operations, with_role

OWN = {
    "GET /session": "one's own session",
    "GET /sessions": "one's own devices",
    "GET /sessions/standing": "how many they are",
    "POST /sessions/standing/ending": "signing out there",
    "GET /units": "the units where one works oneself",
    "GET /contracts": "the contracts one has a part in oneself",
    "GET /absences": "one's own absences",
    "POST /absences": "an absence for oneself; for others it is refused further in",
    "POST /break-glass": "an emergency, with a number and a reason",
    "POST /break-glass/past-block": "the same, when they have been told of a block",
}
"""What any nurse may ask for herself."""


@pytest.fixture
def desk(agreed: Agreed) -> Desk:
    return open_desk(agreed.clinic.service)


@pytest.fixture
def ids(agreed: Agreed) -> dict[str, str]:
    return furnish(agreed)


def every(desk: Desk) -> list[Operation]:
    found = list(operations(desk.get("/openapi.json").json))
    assert len(found) > 60
    return found


def test_P30_a_stranger_is_nobody_to_every_operation(
    desk: Desk, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    for operation in every(desk):
        with subtests.test(str(operation)):
            answer = desk(operation.method, address(operation, ids), {} if operation.body else None)
            assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
            assert set(answer.json) == {"type", "title", "status", "detail", "errors"}


def test_P30_another_units_nurse_finds_nothing(
    agreed: Agreed, desk: Desk, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    nurse = desk.of(with_role(agreed, agreed.clinic.other_unit, "nurse"))
    names = {value for value in ids.values() if len(value) == 36}
    for operation in every(desk):
        with subtests.test(str(operation)):
            answer = nurse(operation.method, address(operation, ids), {} if operation.body else None)
            if str(operation) in OWN:
                assert answer.status_code in (200, 400, 422)
                assert not [name for name in names if name in answer.text]
            else:
                assert (answer.status_code, answer.json["status"]) == (404, 404)


def test_P30_an_admin_never_gets_what_an_agreement_says(agreed: Agreed, desk: Desk, ids: dict[str, str]) -> None:
    admin = desk.of(agreed.clinic.admin)
    for operation in every(desk):
        if operation.method == "GET":
            said = admin.get(address(operation, ids)).text
            assert not [words for words in ("sister on Sundays", "weigh myself", "Physiotherapy") if words in said]


def test_every_get_answers_somebody_and_every_change_wants_a_version_or_a_key(
    agreed: Agreed, desk: Desk, ids: dict[str, str], subtests: pytest.Subtests
) -> None:
    people = everybody(agreed, desk)
    for operation in every(desk):
        meant = {200} if operation.method == "GET" or operation.path.endswith("/search") else {400, 422, 428}
        body: Any = {} if operation.body else None
        with subtests.test(str(operation)):
            answers = (one(operation.method, address(operation, ids), body) for one in people.values())
            answer = next((one for one in answers if one.status_code != 404), None)
            assert answer is not None
            assert answer.status_code in meant
            assert operation.method != "GET" or "ETag" in answer.headers
