"""Bad input at the door, row by row of the table: each is refused in words, and nothing is kept of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.contract.app import METADATA
from services.contract.people.tables import Person
from shared import auth
from shared.db import Database
from tests.services.contract.api.desk import Answer, Desk, faults, open_desk
from tests.services.contract.clinic import Clinic, open_clinic
from tests.shared.test_auth import NOT_OURS
from tests.support.services import PRIVATE, make_app, make_service
from tests.support.texts.rewound import Rewound

ANYBODY = UUID(int=7)
ANOTHER = "00000000-0000-4000-8000-000000000000"
DAYS = [
    "0000-00-00", "2023-02-29", "2026-13-01", "2026-11-31", "10000-01-01", "-001-01-01", "20261224", "2026-W48-2", "24/12/2026",
    "2026-12-24T00:00", "2026-12-24Z", "2026-12-24\n", " 2026-12-24", "٢٠٢٦-١٢-٢٤", "", "null", "1e3", "0001-01-01",
]  # fmt: skip
CLOCKS = [
    "07:0٧",
    "24:00",
    "23:59:60",
    "25:00",
    "7:0",
    "07:00Z",
    "07:00z",
    "07:00+01:00",
    "07.00",
    "-1:00",
    "07:00\n",
    "",
    "٠٧:٠٠",
]
WALLS = [
    "2026-12-04", "2026-12-04T24:00", "2026-12-04T11:00Z", "2026-12-04T11:00z", "2026-12-04T11:00+25:00", "2026-12-04T11:00+01:00",
    "2023-02-29T11:00", "0000-00-00T00:00", "10000-01-01T11:00",
    "2026-12-04T23:59:60", "2026-12-04 11:00\n", "", "0001-01-01T00:00",
]  # fmt: skip
ZONES = [
    "Europe/Stockholm\n",
    "europe/stockholm ",
    "Mars/Base",
    "UTC+25",
    "../../etc/passwd",
    "/etc/localtime",
    "",
    "CET\0",
    "posix/UTC",
]


@dataclass
class There:
    """A clinic whose database can be compared with what it was."""

    clinic: Clinic
    database: Rewound
    admin: Desk

    def refused(self, answer: Answer, *statuses: int) -> None:
        """In words, for a reason the sender can mend, and with nothing kept."""
        assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"]
        assert "Traceback" not in answer.text


@pytest.fixture
def there(contract_db: Database) -> Iterator[There]:
    rewound = Rewound(contract_db, METADATA)
    clinic = open_clinic(make_service("contract", rewound))
    yield There(clinic, rewound, open_desk(clinic.service, clinic.admin))
    rewound.close()


@pytest.fixture
def untouched(there: There) -> Iterator[There]:
    """The same, whose rows must be at the end what they were at the beginning."""
    before = there.database.rows()
    yield there
    assert there.database.rows() == before, "something of a refused request is kept"


def unit_of(there: There) -> tuple[str, dict[str, Any], str]:
    path = f"/units/{there.clinic.unit}"
    body, etag = there.admin.read(path)
    return path, {name: value for name, value in body.items() if name != "unit_id"}, etag


def test_C_dates_a_day_or_a_clock_time_that_is_none_is_refused_at_its_place(
    untouched: There, subtests: pytest.Subtests
) -> None:
    path, sent, etag = unit_of(untouched)
    wrong: dict[str, list[dict[str, Any]]] = {
        "/extra_closed/0": [{"extra_closed": [day]} for day in DAYS],
        "/hours/0/opens": [{"hours": [{"weekday": 0, "opens": clock, "closes": "23:00"}]} for clock in CLOCKS],
        "/zone": [{"zone": zone} for zone in ZONES],
    }
    for pointer, bodies in wrong.items():
        for body in bodies:
            with subtests.test(str(body)):
                answer = untouched.admin("PUT", path, {**sent, **body}, If_Match=etag)
                untouched.refused(answer, 422)
                assert set(faults(answer)) == {pointer}


def test_C_dates_an_instant_that_is_none_or_has_another_clock_is_refused(
    untouched: There, subtests: pytest.Subtests
) -> None:
    path = f"/contracts/{untouched.clinic.contract}/next-contact"
    anita = untouched.admin.of(untouched.clinic.anita)
    _now, etag = anita.read(path)
    for wall in WALLS:
        with subtests.test(wall):
            body = {"local": wall, "minutes": 30}
            answer = anita("POST", f"{path}/suggestion", body, If_Match=etag, Idempotency_Key=uuid4().hex)
            untouched.refused(answer, 422)
            assert any(pointer.startswith("/local") for pointer in faults(answer)), answer.json


def test_C_fields_a_word_of_a_list_in_other_letters_and_somebody_elses_id_are_refused(untouched: There) -> None:
    unit, person = str(untouched.clinic.unit), f"/people/{untouched.clinic.lisa}/roles"
    etag = untouched.admin.read(person)[1]
    for role in ("Nurse", "NURSE", "nurse ", "operator", "service", 1, None, ["nurse"]):
        body = {"roles": [{"unit_id": unit, "role": role}]}
        untouched.refused(untouched.admin("PUT", person, body, If_Match=etag), 422)
    for elsewhere in (str(untouched.clinic.other_unit), ANOTHER, "1", f"{unit}\n"):
        body = {"roles": [{"unit_id": elsewhere, "role": "nurse"}]}
        answer = untouched.admin("PUT", person, body, If_Match=etag)
        untouched.refused(answer, 422)
        assert next(iter(faults(answer))).startswith("/roles")
    with untouched.database.undone():
        body = {"roles": [{"unit_id": unit.replace("-", ""), "role": "nurse"}]}
        answer = untouched.admin("PUT", person, body, If_Match=etag)
        assert answer.status_code == 200, "the same id, written without its dashes"
        assert [role["unit_id"] for role in answer.json["roles"]] == [unit]


def test_C_ids_what_names_nothing_or_somebody_elses_looks_the_same(untouched: There) -> None:
    clinic, admin = untouched.clinic, untouched.admin
    elsewhere = admin.get(f"/units/{clinic.other_unit}")
    nowhere = admin.get(f"/units/{ANOTHER}")
    assert (elsewhere.status_code, elsewhere.json) == (nowhere.status_code, nowhere.json)
    upper = admin.get(f"/units/{str(clinic.unit).upper()}")
    assert (upper.status_code, upper.json) == (200, admin.get(f"/units/{clinic.unit}").json)
    short = str(clinic.unit)
    for name in (
        "1",
        "null",
        "undefined",
        short[:-1],
        short + "0",
        "{" + short + "}",
        f"urn:uuid:{short}",
        "%2e%2e",
        "%00",
        "..;",
    ):
        untouched.refused(admin.get(f"/units/{name}"), 404)
    for query in (
        "?limit=1&limit=1",
        "?cursor=a&cursor=b",
        "?sort=identity",
        "?limit=0",
        "?limit=-1",
        "?limit=1e9",
    ):
        untouched.refused(admin.get(f"/units{query}"), 400)


def test_C_concurrency_a_version_that_is_weak_old_or_anything_counts_as_none(untouched: There) -> None:
    path, sent, etag = unit_of(untouched)
    changed = {**sent, "name": "Another name"}
    for version in (f"W/{etag}", "*", '"x"', "", f"{etag}x", "x" * 5000):
        answer = untouched.admin("PUT", path, changed, If_Match=version)
        untouched.refused(answer, 428 if version == "*" else 412)
    untouched.refused(untouched.admin("PUT", path, changed), 428)


def test_C_auth_who_is_nobody_or_two_changes_nothing_in_any_way(untouched: There) -> None:
    path, sent, etag = unit_of(untouched)
    changed = {**sent, "name": "Another name"}
    ways: list[tuple[Desk, dict[str, str], set[int]]] = [
        (untouched.admin.of(None), {}, {401}),
        (untouched.admin.of(None), {"Authorization": "Bearer x.y.z"}, {401}),
        (untouched.admin.of(None), {"Authorization": "Basic YWRtaW46YWRtaW4="}, {401}),
        (untouched.admin, {"Authorization": "Bearer x.y.z"}, {401, 403}),
        (untouched.admin, {"X-Form-Token": ""}, {403}),
        (untouched.admin, {"Origin": "null"}, {403}),
        (untouched.admin, {"Origin": "http://localhost.elsewhere.example"}, {403}),
        (untouched.admin, {"Sec-Fetch-Site": "cross-site"}, {403}),
        (untouched.admin, {"Host": "elsewhere.example"}, {400}),
        (untouched.admin, {"X-Forwarded-Host": "elsewhere.example", "Origin": "http://elsewhere.example"}, {400}),
        (untouched.admin.of(untouched.clinic.esther), {}, {404}),
        (untouched.admin.of(untouched.clinic.other_admin), {}, {404}),
    ]
    for desk, headers, statuses in ways:
        answer = desk.send("PUT", path, {"If-Match": etag, **headers}, json=changed)
        untouched.refused(answer, *statuses)
    post = untouched.admin.send("POST", path, {"If-Match": etag, "X-HTTP-Method-Override": "PUT"}, json=changed)
    untouched.refused(post, 405)


def test_C_ids_what_is_gone_looks_like_what_never_was(there: There) -> None:
    clinic, admin = there.clinic, there.admin
    sheet = {"unit_id": str(clinic.unit), "content": "kind,name,identity\nstaff,Bo Ek,A1\n"}
    made = admin.create("/people/files", sheet).headers["Location"]
    with clinic.service.act() as ctx:
        bo = ctx.session.scalars(sa.select(Person.id).where(Person.name == "Bo Ek")).one()
    assert admin.get(f"/people/{bo}").status_code == 200
    assert admin.change("POST", f"{made}/undoing", read=made).status_code == 200
    before = there.database.rows()
    gone, never = admin.get(f"/people/{bo}"), admin.get(f"/people/{ANOTHER}")
    assert (gone.status_code, gone.json) == (never.status_code, never.json) == (404, never.json)
    for method, path, body in (("PUT", "/roles", {"roles": []}), ("POST", "/death", {"deceased": "2026-11-20"})):
        there.refused(admin(method, f"/people/{bo}{path}", body, If_Match='"x"'), 404)
    assert there.database.rows() == before


def test_C_auth_a_cookie_that_is_none_is_nobody_in_one_shape(untouched: There, subtests: pytest.Subtests) -> None:
    """Forged, of the future, run out, of another kind: nobody learns which."""
    path, sent, etag = unit_of(untouched)
    nobody = untouched.admin.of(None).get(path)
    until = time.time() - 1
    old = {
        "run out": auth.sign_cookie(PRIVATE, ANYBODY, untouched.clinic.admin, until - 60, until),
        "too old": auth.sign_cookie(PRIVATE, ANYBODY, untouched.clinic.admin, until - auth.COOKIE_SECONDS),
    }
    for name, value in {**NOT_OURS, **old}.items():
        with subtests.test(name):
            cookie = {"Cookie": f"{auth.COOKIE_NAME}={value}"}
            stranger = Desk(untouched.clinic.service, untouched.admin.app)
            answer = stranger.send("GET", path, cookie)
            assert (answer.status_code, answer.json) == (nobody.status_code, nobody.json) == (401, nobody.json)
            token = auth.form_token(untouched.clinic.service.config.form_keys[0], ANYBODY)
            headers = {**cookie, "If-Match": etag, "X-Form-Token": token}
            untouched.refused(stranger.send("PUT", path, headers, json={**sent, "name": "Another name"}), 401)


def test_C_state_nobody_is_put_in_their_own_place(untouched: There) -> None:
    clinic, admin = untouched.clinic, untouched.admin
    body = {"person_id": str(clinic.anita), "first": "2026-12-01", "last": "2026-12-05", "note": ""}
    with untouched.database.undone():
        assert admin.create("/absences", {**body, "deputy_id": str(clinic.lisa)}).status_code == 201
    answer = admin.create("/absences", {**body, "deputy_id": str(clinic.anita)})
    untouched.refused(answer, 422)
    assert set(faults(answer)) == {"/deputy_id"}


OPEN = {
    "contract": {
        "signin.use_link", "codes.ask", "codes.enter", "codes.use_link", "sessions.renew", "sessions.sign_out",
        "sessions.stay",
    },
    "selfcare": {"answer.answer"},
    "notify": set[str](),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_C_callbacks_nothing_is_posted_by_a_stranger_but_what_signs_in_or_answers(
    databases: dict[str, Database], name: str
) -> None:
    """No other system calls back: whoever may post without a session does so with a link's or a code's own secret."""
    app, open_posts = make_app(make_service(name, databases[name])), set()
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "policy", None)
        if declared and {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()) and "anyone" in declared.audience:
            open_posts.add(rule.endpoint)
    assert open_posts == OPEN[name]
