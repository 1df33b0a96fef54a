"""Thousands of requests made from the published document alone: nothing falls over, nothing outside the document is said."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared import auth
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import HERE, Desk, open_desk
from tests.services.contract.api.places import Operation, address, everybody, furnish, version_of
from tests.support.services import cookie_of, form_token

SECONDS = 40
"""Of our own work, not of the clock: on a busy machine as much is tried, and it takes longer."""
EXAMPLES = 8
ENDS = ("/ending", "/death")
"""Asked last in each round, so that the rest has somebody and something to be about."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def identity_of(desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    """The cookie and the headers of one person."""
    assert desk.person is not None
    return {auth.COOKIE_NAME: cookie_of(desk.person)}, {"X-Form-Token": form_token(desk.service, desk.person)}


@pytest.mark.full
@pytest.mark.timeout(900)
def test_what_the_document_allows_is_answered_as_the_document_says(agreed: Agreed) -> None:
    ids = furnish(agreed)
    desk = open_desk(agreed.clinic.service)
    schema = schemathesis.openapi.from_wsgi(f"{HERE}/openapi.json", desk.app)
    people = [one for name, one in everybody(agreed, desk).items() if name != "delegate"]
    every: list[Any] = list(schema.get_all_operations())
    found = sorted((one.ok() for one in every), key=lambda one: one.path.endswith(ENDS))
    ends, tried = time.process_time() + SECONDS, Counter[int]()
    for round_ in range(30):
        for number, operation in enumerate(found):
            if time.process_time() > ends:
                break
            tried.update(one_operation(operation, people[(round_ + number) % len(people)], ids, round_))
    assert tried.total() > len(found)
    assert {200, 201, 204, 404, 409, 422} <= set(tried)


def one_operation(operation: Any, desk: Desk, ids: dict[str, str], round_: int) -> list[int]:
    """Ask one person's way; three times of four about what is really there, in the version that is really there."""
    cookies, headers = identity_of(desk)
    here = address(Operation(operation.method, operation.path.removeprefix(HERE), None), ids)
    tried: list[int] = []

    @seed(round_)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        real = dict(headers)
        if len(tried) % 4:
            known = {name: value for name, value in ids.items() if f"{{{name}}}" in operation.path}
            case.path_parameters = {**(case.path_parameters or {}), **known}
            if operation.method.upper() != "GET":
                real["If-Match"] = version_of(desk, here)
        response = case.call(headers=real, cookies=cookies)
        tried.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    return tried
