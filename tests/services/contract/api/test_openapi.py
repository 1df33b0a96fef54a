"""The published document: valid to somebody else's eyes, and true of every address that answers."""

from __future__ import annotations

import re
import warnings

from openapi_spec_validator import OpenAPIV31SpecValidator

from shared.web.api.door import Door
from tests.services.contract.api.desk import HERE, Desk


def test_the_document_is_public_valid_and_may_be_kept(admin: Desk) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # two schemas of one name would both be published under another
        answer = admin.of(None).get("/openapi.json")
    assert (answer.status_code, answer.json["openapi"]) == (200, "3.1.0")
    assert "max-age" in answer.headers["Cache-Control"]
    assert admin.of(None).get("/openapi.json", If_None_Match=answer.headers["ETag"]).status_code == 304
    assert list(OpenAPIV31SpecValidator(answer.json).iter_errors()) == []


def test_every_address_of_the_door_is_in_the_document_with_what_it_takes_and_answers(admin: Desk) -> None:
    document = admin.get("/openapi.json").json
    told = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    rules = [rule for rule in admin.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    there = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == there
    for path, methods in document["paths"].items():
        assert path.startswith(HERE)
        for method, operation in methods.items():
            if method == "parameters":
                continue
            assert {"summary", "responses", "security", "tags"} <= set(operation), (method, path)
            assert {"400", "401", "404"} <= set(operation["responses"])
            assert (method == "get") == ({"session": []} in operation["security"])


def test_every_concepts_door_says_what_it_is_for() -> None:
    from services.contract.app import BLUEPRINTS

    doors = [one for one in BLUEPRINTS if isinstance(one, Door)]
    assert doors
    assert all(door.description for door in doors)
