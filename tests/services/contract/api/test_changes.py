"""Versions, requests asked again, and pages: nobody overwrites what they have not seen, nothing is made twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.audit.tables import access_log
from shared.web.api.again import FORGET, KEPT_FOR
from shared.web.api.tables import answered
from tests.services.contract.api.desk import Desk, faults
from tests.services.contract.clinic import Clinic
from tests.support.services import NOON


def test_every_answer_has_a_version_and_is_not_sent_twice(admin: Desk, unit: str, sent: dict[str, Any]) -> None:
    _shown, etag = admin.read(unit)
    again = admin.get(unit, If_None_Match=etag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    changed = admin("PUT", unit, {**sent, "name": "Another"}, If_Match=etag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == admin.read(unit)[1] != etag
    assert admin.get(unit, If_None_Match=etag).status_code == 200


def test_a_change_without_a_version_is_428_with_an_old_one_412_with_both(
    admin: Desk, unit: str, sent: dict[str, Any]
) -> None:
    _shown, etag = admin.read(unit)
    assert admin("PUT", unit, sent).status_code == 428
    assert admin("PUT", unit, sent, If_Match="*").status_code == 428
    assert admin("PUT", unit, sent, If_Match=f"W/{etag}").status_code == 412
    assert admin("PUT", unit, {**sent, "name": "First"}, If_Match=etag).status_code == 200
    late = admin("PUT", unit, {**sent, "name": "Second"}, If_Match=etag)
    assert late.status_code == 412
    assert (late.json["current"]["name"], late.json["sent"]["name"]) == ("First", "Second")
    assert late.headers["ETag"] == admin.read(unit)[1]


def test_B10_point_3_how_long_an_emergency_lasts_is_read_and_changed_and_never_more_than_an_hour(
    admin: Desk, unit: str, sent: dict[str, Any]
) -> None:
    known, etag = admin.read(unit)
    assert known["break_glass_minutes"] == 60
    changed = admin("PUT", unit, {**sent, "break_glass_minutes": 20}, If_Match=etag)
    assert (changed.status_code, admin.read(unit)[0]["break_glass_minutes"]) == (200, 20)
    for minutes in (0, 61, "20", None):
        refused = admin("PUT", unit, {**sent, "break_glass_minutes": minutes}, If_Match=admin.read(unit)[1])
        assert faults(refused).keys() == {"/break_glass_minutes"}
    made = admin.create("/units", {**sent, "break_glass_minutes": 5, "head_id": None}, "key-5")
    assert made.json["break_glass_minutes"] == 5


def test_of_twenty_changes_to_one_version_one_counts(admin: Desk, unit: str, sent: dict[str, Any]) -> None:
    etag = admin.read(unit)[1]

    def change(number: int) -> int:
        return admin("PUT", unit, {**sent, "name": f"Name {number}"}, If_Match=etag).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(change, range(20)))
    assert statuses == [200] + [412] * 19


def test_a_change_on_the_page_makes_the_version_old(
    clinic: Clinic, admin: Desk, unit: str, sent: dict[str, Any]
) -> None:
    etag = admin.read(unit)[1]
    form = {"name": "By hand", "floor_number": sent["floor_number"]}
    assert clinic.browser(clinic.admin).post(f"/contract{unit}", form).status_code == 303
    assert admin("PUT", unit, sent, If_Match=etag).status_code == 412


def test_the_same_key_gives_the_same_answer_and_makes_one(admin: Desk, sent: dict[str, Any]) -> None:
    first, second = (admin.create("/units", sent, "key-1") for _ in range(2))
    assert (first.status_code, first.json, first.headers["Location"]) == (201, second.json, second.headers["Location"])
    assert second.headers["ETag"] == first.headers["ETag"] == admin.read(first.headers["Location"])[1]
    assert len(admin.get("/units").json["items"]) == 2


def renamed(clinic: Clinic, table: str, name: str) -> None:
    with clinic.service.act() as ctx:
        ctx.session.execute(sa.text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_P37_an_answer_given_again_is_logged_again_or_not_given(clinic: Clinic, admin: Desk) -> None:
    body = {"kind": "patient", "name": "Nils Ask", "identity": None, "language": "sv", "protected": False}
    body |= {"email": None, "phone": None}
    first, second = (admin.create("/people", body, "key-1") for _ in range(2))
    assert (first.status_code, second.json) == (201, first.json), first.text
    added = sa.select(access_log.c.what, access_log.c.unit_id).where(
        access_log.c.patient_id == UUID(first.json["person_id"])
    )
    with clinic.service.act() as ctx:
        before, after = ctx.session.execute(added).all()
    assert before == after
    renamed(clinic, "access_log", "hidden")
    try:
        refused = admin.create("/people", body, "key-1")
    finally:
        renamed(clinic, "hidden", "access_log")
    assert refused.status_code >= 500
    assert "Nils" not in refused.text


def test_the_same_key_for_another_request_is_refused(clinic: Clinic, admin: Desk, sent: dict[str, Any]) -> None:
    admin.create("/units", sent, "key-1")
    assert admin.create("/units", {**sent, "name": "Another"}, "key-1").status_code == 422
    other = admin.of(clinic.other_admin).create("/units", {**sent, "name": "Mine"}, "key-1")
    assert (other.status_code, other.json["name"]) == (201, "Mine")


def test_a_key_is_needed_and_can_be_wrong(admin: Desk, sent: dict[str, Any]) -> None:
    assert admin("POST", "/units", sent).status_code == 400
    for key in ("", "x" * 10_000, "å", "a\tb"):
        assert admin("POST", "/units", sent, Idempotency_Key=key).status_code == 400
    assert len(admin.get("/units").json["items"]) == 1


def test_what_was_refused_may_be_tried_again_with_its_key(admin: Desk, sent: dict[str, Any]) -> None:
    assert admin.create("/units", {**sent, "zone": "Mars"}, "key-1").status_code == 422
    assert admin.create("/units", sent, "key-1").status_code == 201


def test_of_twenty_requests_with_one_key_one_acts(admin: Desk, sent: dict[str, Any]) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _number: admin.create("/units", sent, "key-1"), range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json["unit_id"] for answer in answers if answer.status_code == 201}) == 1
    assert len(admin.get("/units").json["items"]) == 2


def test_an_answer_that_was_lost_after_the_commit_is_given_again(
    clinic: Clinic, admin: Desk, sent: dict[str, Any]
) -> None:
    class Dies:
        """A server that is killed between its commit and the first byte of the answer."""

        def __init__(self) -> None:
            self.inner = admin.app.wsgi_app

        def __call__(self, environ: Any, _start: Any) -> Any:
            for _part in self.inner(environ, lambda *_answer: lambda _data: None):
                pass
            raise ConnectionResetError

    whole = admin.app.wsgi_app
    admin.app.wsgi_app = Dies()  # type: ignore[method-assign, assignment]
    try:
        admin.create("/units", sent, "key-1")
    except ConnectionResetError:
        pass
    else:
        raise AssertionError("the answer arrived")
    finally:
        admin.app.wsgi_app = whole  # type: ignore[method-assign]
    answer = admin.create("/units", sent, "key-1")
    assert answer.status_code == 201
    assert {unit["unit_id"] for unit in admin.get("/units").json["items"]} == {str(clinic.unit), answer.json["unit_id"]}


def test_an_act_asked_again_gives_its_answer_though_the_version_is_old_now(
    admin: Desk, unit: str, sent: dict[str, Any]
) -> None:
    etag = admin.read(unit)[1]
    twice = [admin("PUT", unit, {**sent, "name": "X"}, If_Match=etag, Idempotency_Key="k") for _ in range(2)]
    assert [answer.status_code for answer in twice] == [200, 200]
    assert twice[0].json == twice[1].json


def test_answers_are_sealed_and_forgotten_after_two_days(clinic: Clinic, admin: Desk, sent: dict[str, Any]) -> None:
    admin.create("/units", sent, "key-1")
    database = clinic.service.database
    with database.begin() as session:
        assert sent["floor_number"].encode() not in session.execute(sa.select(answered.c.answer)).scalar_one()
        assert not FORGET.waiting(session, NOON)
        session.execute(sa.update(answered).values(at=answered.c.at - KEPT_FOR - timedelta(minutes=1)))
        assert FORGET.waiting(session, NOON)
    assert FORGET.run(clinic.service) == 1
    assert admin.create("/units", sent, "key-1").status_code == 201
    assert len(admin.get("/units").json["items"]) == 3


def test_pages_hold_everything_once(admin: Desk, sent: dict[str, Any]) -> None:
    for number in range(6):
        assert admin.create("/units", {**sent, "name": f"Unit {number}"}).status_code == 201
    found, where = [], "/units?limit=3"
    while where:
        answer = admin.get(where)
        found += [unit["unit_id"] for unit in answer.json["items"]]
        where = answer.json["next"]
    assert len(found) == len(set(found)) == 7


def test_a_cursor_is_ones_own_and_unbroken(clinic: Clinic, admin: Desk, sent: dict[str, Any]) -> None:
    admin.create("/units", sent)
    cursor = admin.get("/units?limit=1").json["cursor"]
    assert admin.get(f"/units?cursor={cursor}").status_code == 200
    for broken in (cursor[:-1], "x" + cursor, cursor.swapcase(), "", "x" * 2000):
        answer = admin.get(f"/units?cursor={broken}")
        assert answer.status_code == 400, broken
        assert "/cursor" in faults(answer)
    assert admin.of(clinic.other_admin).get(f"/units?cursor={cursor}").status_code == 400


def test_whoever_makes_a_unit_runs_it(clinic: Clinic, admin: Desk, sent: dict[str, Any]) -> None:
    made = admin.create("/units", {**sent, "name": "New"})
    assert admin.change("PUT", made.headers["Location"], {**sent, "name": "Newer"}).status_code == 200
    assert admin.of(clinic.other_admin).get(made.headers["Location"]).status_code == 404
    assert admin.of(clinic.anita).create("/units", sent).status_code == 404
