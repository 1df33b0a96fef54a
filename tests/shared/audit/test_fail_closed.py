"""What can't be written in the access log is not shown and not done: the read fails, and says nothing of what it would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Blueprint
from flask.testing import FlaskClient

from shared.context import Ctx
from shared.db import Database
from shared.events import PersonChanged
from shared.policy import Subject, Who, policy
from shared.register.actions import APPLY
from shared.register.tables import person
from shared.service import Service
from shared.web.app import create_app
from tests.support.services import form_token, make_service, sign_in

ESTHER = uuid4()
WORDS = "Esthers words"
FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON access_log EXECUTE FUNCTION full_disk();
"""
FAULTS = {
    "the right to add is taken away": (
        "REVOKE INSERT ON access_log FROM notify",
        "GRANT INSERT ON access_log TO notify",
    ),
    "the table is gone": ("ALTER TABLE access_log RENAME TO hidden", "ALTER TABLE hidden RENAME TO access_log"),
    "the disk is full": (FULL, "DROP TRIGGER full_disk ON access_log; DROP FUNCTION full_disk"),
    "nothing can wait to be chained": (
        "ALTER TABLE access_unchained RENAME TO hidden",
        "ALTER TABLE hidden RENAME TO access_unchained",
    ),
}


def toy() -> Blueprint:
    door = Blueprint("toy", __name__)

    def about(_ctx: Ctx, patient_id: UUID) -> Subject:
        return Subject(patient_id)

    @door.get("/notify/toy/<uuid:patient_id>")
    @policy("toy", "read", Who.PATIENT, about=about, log="read the toy")
    def show(_ctx: Ctx, patient_id: UUID) -> str:
        return WORDS

    @door.post("/notify/toy/<uuid:patient_id>")
    @policy("toy", "change", Who.PATIENT, about=about, log="changed the toy")
    def change(ctx: Ctx, patient_id: UUID) -> str:
        ctx.session.execute(sa.update(person).where(person.c.person_id == patient_id).values(name="Changed"))
        return WORDS

    return door


@pytest.fixture
def service(notify_db: Database) -> Service:
    made = make_service("notify", notify_db)
    known = PersonChanged(
        person_id=ESTHER, kind="patient", name="Esther Ek", language="en", zone="Europe/Stockholm", protected=False,
        deceased=None, email=None, phone=None,
    )  # fmt: skip
    with made.act() as ctx:
        APPLY[PersonChanged](ctx.session, known)
    return made


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return sign_in(create_app(service, [toy()]).test_client(), ESTHER)


@contextmanager
def broken(database: Database, fault: str) -> Iterator[None]:
    run: Callable[[str], None] = lambda statement: _run(database, statement)  # noqa: E731
    breaks, mends = FAULTS[fault]
    run(breaks)
    try:
        yield
    finally:
        run(mends)


def _run(database: Database, statement: str) -> None:
    with database.begin() as session:
        session.execute(sa.text(statement))


@pytest.mark.parametrize("fault", FAULTS)
def test_P34_fault_25_what_can_not_be_logged_is_not_shown_and_not_done(
    service: Service, client: FlaskClient, fault: str
) -> None:
    path, sent = f"/notify/toy/{ESTHER}", {"form_token": form_token(service, ESTHER)}
    with broken(service.database, fault):
        answers = [client.get(path), client.post(path, data=sent)]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(WORDS not in answer.text for answer in answers)
    with service.database.begin() as session:
        assert session.execute(sa.select(person.c.name)).scalars().all() == ["Esther Ek"]
    assert client.get(path).text == WORDS, "it works again when the log does"
