"""What a body may be: the rows "framing", "fields" and "auth" of the matrix of bad input, one by one."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from services.contract.app import METADATA
from tests.services.contract.api.desk import Desk, faults
from tests.services.contract.clinic import Clinic
from tests.support.services import form_token
from tests.support.texts.rewound import rows_in

JSON = "application/json"


def kept(desk: Desk) -> list[str]:
    """Every row in the database."""
    with desk.service.database.engine.connect() as connection:
        return rows_in(connection, METADATA)


def framed(body: bytes, content_type: str = JSON, **headers: str) -> tuple[bytes, dict[str, str]]:
    return body, {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}


FRAMES = {
    "no content type": (415, framed(b"{}", "")),
    "another content type": (415, framed(b"name=x", "application/x-www-form-urlencoded")),
    "xml": (415, framed(b"<a/>", "application/xml")),
    "another charset": (415, framed(b"{}", "application/json; charset=latin-1")),
    "compressed": (415, framed(gzip.compress(b"{}"), Content_Encoding="gzip")),
    "utf-16": (400, framed('{"name":"x"}'.encode("utf-16"))),
    "a byte order mark": (400, framed(b"\xef\xbb\xbf{}")),
    "not utf-8": (400, framed(b'{"name":"\xff"}')),
    "nothing": (400, framed(b"")),
    "truncated": (400, framed(b'{"name":"x"')),
    "trailing data": (400, framed(b"{} {}")),
    "duplicate keys": (400, framed(b'{"name":"x","name":"y"}')),
    "NaN": (400, framed(b'{"name":NaN}')),
    "Infinity": (400, framed(b'{"name":-Infinity}')),
    "beyond every float": (400, framed(b'{"name":1e400}')),
    "a number of 10,000 digits": (400, framed(b'{"name":' + b"9" * 10_000 + b"}")),
    "10,000 levels": (400, framed(b"[" * 10_000 + b"]" * 10_000)),
    "100 levels": (400, framed(b"[" * 100 + b"]" * 100)),
    "a list": (422, framed(b"[]")),
    "a number": (422, framed(b"-0")),
    "null": (422, framed(b"null")),
    "too large": (413, framed(json.dumps({"name": "x" * 1_100_000}).encode())),
}


def test_a_body_that_is_no_json_object_is_refused_in_one_shape(
    admin: Desk, unit: str, subtests: pytest.Subtests
) -> None:
    before, etag = admin.read(unit)
    rows = kept(admin)
    for name, (status, (body, headers)) in FRAMES.items():
        with subtests.test(name):
            answer = admin.send("PUT", unit, {"If-Match": etag, **headers}, data=body)
            assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
            assert {"type", "title", "status", "detail", "errors"} <= set(answer.json)
            assert "Traceback" not in answer.text
            assert kept(admin) == rows, "something of a refused request is kept"
    assert admin.get(unit).json == before


WRITTEN = ["Åre ⚕️ 診療所", "<script>alert(1)</script>", "{{7*7}} ${x} '; DROP", "a\u202eb", "=1+1"]

FIELDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "unknown": ({"extra": 1}, {"/extra"}),
    "read-only": ({"unit_id": "00000000-0000-4000-8000-000000000000"}, {"/unit_id"}),
    "null": ({"name": None}, {"/name"}),
    "a number for a text": ({"name": 5}, {"/name"}),
    "a list for a text": ({"name": ["x"]}, {"/name"}),
    "an object for a text": ({"name": {"x": 1}}, {"/name"}),
    "a text for a boolean": ({"neutral": "true"}, {"/neutral"}),
    "1 for true": ({"neutral": 1}, {"/neutral"}),
    "a text for a number": ({"hours": [{"weekday": "0", "opens": "07:00", "closes": "08:00"}]}, {"/hours/0/weekday"}),
    "true for 1": ({"hours": [{"weekday": True, "opens": "07:00", "closes": "08:00"}]}, {"/hours/0/weekday"}),
    "a fraction": ({"hours": [{"weekday": 0.5, "opens": "07:00", "closes": "08:00"}]}, {"/hours/0/weekday"}),
    "beyond 2^53": ({"hours": [{"weekday": 2**60, "opens": "07:00", "closes": "08:00"}]}, {"/hours/0/weekday"}),
    "unknown in a list": ({"hours": [{"weekday": 0, "opens": "07:00", "closes": "08:00", "x": 1}]}, {"/hours/0/x"}),
    "missing in a list": ({"hours": [{"weekday": 0, "opens": "07:00"}]}, {"/hours/0/closes"}),
    "24:00": ({"hours": [{"weekday": 0, "opens": "24:00", "closes": "08:00"}]}, {"/hours/0/opens"}),
    "backwards": ({"hours": [{"weekday": 0, "opens": "09:00", "closes": "08:00"}]}, {"/hours"}),
    "an object for a list": ({"hours": {}}, {"/hours"}),
    "no such day": ({"extra_closed": ["2026-02-29"]}, {"/extra_closed/0"}),
    "a day of another form": ({"extra_closed": ["20261224"]}, {"/extra_closed/0"}),
    "no such zone": ({"zone": "Europe/Stockholm\n"}, {"/zone"}),
    "no such number": ({"floor_number": "12345"}, {"/floor_number"}),
    "not a uuid": ({"head_id": "1"}, {"/head_id"}),
    "somebody from elsewhere": ({"head_id": "00000000-0000-4000-8000-000000000000"}, {"/head_id"}),
    "NUL": ({"name": "a\x00b"}, {"/name"}),
    "a control sign": ({"name": "a\x1bb"}, {"/name"}),
    "half a sign": ({"name": "a\ud800b"}, {"/name"}),
    "nothing but space": ({"name": "  "}, {"/name"}),
    "too long": ({"name": "x" * 201}, {"/name"}),
}


def test_each_wrong_field_is_named_by_its_pointer(
    admin: Desk, unit: str, sent: dict[str, Any], subtests: pytest.Subtests
) -> None:
    before, etag = admin.read(unit)
    rows = kept(admin)
    for name, (wrong, pointers) in FIELDS.items():
        with subtests.test(name):
            answer = admin("PUT", unit, {**sent, **wrong}, If_Match=etag)
            assert answer.status_code == 422, answer.text
            assert set(faults(answer)) == pointers
            assert kept(admin) == rows, "something of a refused request is kept"
    for missing in sent:
        with subtests.test("missing", field=missing):
            answer = admin("PUT", unit, {k: v for k, v in sent.items() if k != missing}, If_Match=etag)
            assert (answer.status_code, set(faults(answer))) == (422, {f"/{missing}"})
    assert admin.read(unit)[0] == before


def test_what_a_person_may_write_is_shown_back_unchanged(
    admin: Desk, unit: str, sent: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for name in WRITTEN:
        with subtests.test(name):
            answer = admin.change("PUT", unit, {**sent, "name": name})
            assert answer.status_code == 200, answer.text
            assert admin.read(unit)[0]["name"] == name
            assert answer.content_type == "application/json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_that_names_nothing_is_not_found(admin: Desk) -> None:
    for where in ["/units/1", "/units/..%2f", "/units/%00", "/units/1;x", "/nothing", "/"]:
        answer = admin.get(where)
        assert (answer.status_code, answer.json["type"]) == (404, "urn:samkontrakt:problem:not-found")


def test_a_method_that_an_address_does_not_know_is_told_with_those_it_does(admin: Desk, unit: str) -> None:
    answer = admin.send("PATCH", unit, {"X-HTTP-Method-Override": "PUT"}, json={})
    assert (answer.status_code, answer.json["status"]) == (405, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}


def test_a_body_where_none_is_read_is_refused(admin: Desk, unit: str) -> None:
    assert admin.send("GET", unit, {}, data=b"{}", content_type=JSON).status_code == 400


def test_parameters_that_stand_twice_or_mean_nothing_are_refused(admin: Desk) -> None:
    for query in ["?limit=1&limit=2", "?sort=floor_number", "?limit=0", "?limit=-1", "?limit=1000000000"]:
        assert admin.get(f"/units{query}").status_code == 400


def test_a_stranger_is_asked_to_sign_in_in_the_same_shape(clinic: Clinic, admin: Desk, unit: str) -> None:
    for method in ("GET", "PUT"):
        answer = admin.of(None)(method, unit, {} if method == "PUT" else None)
        assert (answer.status_code, answer.json["type"]) == (401, "urn:samkontrakt:problem:not-signed-in")
        assert "WWW-Authenticate" in answer.headers
    assert admin.of(clinic.other_admin).get(unit).status_code == 404


def test_without_the_sessions_own_token_nothing_changes(
    clinic: Clinic, admin: Desk, unit: str, sent: dict[str, Any]
) -> None:
    match = {"If-Match": admin.read(unit)[1]}
    for token in ("", "x" * 40, form_token(clinic.service, clinic.other_admin)):
        answer = admin.send("PUT", unit, {**match, "X-Form-Token": token}, json={**sent, "name": "X"})
        assert (answer.status_code, answer.json["status"]) == (403, 403)
    answer = admin.send("PUT", unit, {**match, "Origin": "https://elsewhere.example"}, json=sent)
    assert answer.status_code == 403
    assert admin.read(unit)[0]["name"] != "X"


def test_errors_speak_the_language_asked_for(admin: Desk, unit: str, sent: dict[str, Any]) -> None:
    for wish, said in [
        ("sv", "Skicka sant eller falskt."),
        ("en", "Send true or false."),
        ("de, sv;q=0.5", "Skicka sant eller falskt."),
    ]:
        answer = admin.send("PUT", unit, {"Accept-Language": wish}, json={**sent, "neutral": "yes"})
        assert faults(answer)["/neutral"] == said
