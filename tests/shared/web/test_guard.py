"""The gate of every route: strangers get nothing, "not yours" looks like "not there", and what is shown is logged."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Blueprint, request
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from shared import auth
from shared.audit import access_log
from shared.context import Ctx
from shared.db import Database
from shared.events import (
    Appointment,
    CoverChanged,
    OpenHours,
    PersonChanged,
    SessionEnded,
    StaffRole,
    StaffRolesChanged,
    UnitChanged,
)
from shared.policy import Subject, Who, policy
from shared.register.actions import APPLY
from shared.service import Service
from shared.web.app import LARGEST_FORM, create_app
from shared.web.ways import safe_next
from tests.support.services import NOON, PRIVATE, form_token, make_service, sign_in

ESTHER, OTHER, NURSE, ADMIN, UNIT, CONTRACT = (uuid4() for _ in range(6))


def toy() -> Blueprint:
    door = Blueprint("toy", __name__)

    def about(_ctx: Ctx, patient_id: UUID) -> Subject | None:
        return Subject(patient_id, UNIT, CONTRACT) if patient_id in (ESTHER, OTHER) else None

    @door.get("/notify/toy/<uuid:patient_id>")
    @policy("toy", "read", Who.PATIENT, Who.CONTACT, about=about, log="read the toy")
    def show(ctx: Ctx, patient_id: UUID) -> str:
        return f"toy of {patient_id}"

    @door.post("/notify/toy/<uuid:patient_id>")
    @policy("toy", "change", Who.PATIENT, about=about, log="changed the toy")
    def change(_ctx: Ctx, patient_id: UUID) -> str:
        return "changed"

    @door.get("/notify/toy/broken/<uuid:patient_id>")
    @policy("toy", "break", Who.PATIENT, about=about, log="broke the toy")
    def broken(_ctx: Ctx, patient_id: UUID) -> str:
        raise RuntimeError("Esther's secret words")

    @door.get("/notify/toy/asked")
    @policy("toy", "ask", Who.SIGNED_IN)
    def asked(ctx: Ctx) -> str:
        return str(ctx.session.scalar(sa.select(sa.cast(request.args["number"], sa.BigInteger))))

    return door


@pytest.fixture
def service(notify_db: Database) -> Service:
    made = make_service("notify", notify_db, due=[], handlers={})
    start = datetime(2026, 1, 1, tzinfo=UTC)
    nurse = Appointment(person_id=NURSE, unit_id=UNIT, primary=True, deputy_id=None, starts=start, ends=None)
    week = tuple(
        OpenHours(weekday=day, opens=NOON.time().replace(hour=7), closes=NOON.time().replace(hour=17))
        for day in range(5)
    )
    facts = [
        UnitChanged(
            unit_id=UNIT, name="U", zone="Europe/Stockholm", phone="1", floor_number="2", duty_line=None, head_id=None,
            hours=week, duty_hours=(),
        ),
        *(
            PersonChanged(person_id=person, kind=kind, name="N", language="sv", zone="Europe/Stockholm")
            for person, kind in ((ESTHER, "patient"), (OTHER, "patient"), (NURSE, "staff"), (ADMIN, "staff"))
        ),
        StaffRolesChanged(person_id=ADMIN, roles=(StaffRole(unit_id=UNIT, role="admin"),)),
        StaffRolesChanged(person_id=NURSE, roles=(StaffRole(unit_id=UNIT, role="nurse"),)),
        CoverChanged(contract_id=CONTRACT, patient_id=ESTHER, unit_id=UNIT, appointments=(nurse,)),
    ]  # fmt: skip
    with made.act() as ctx:
        for fact in facts:
            APPLY[type(fact)](ctx.session, fact)
    return made


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service, [toy()]).test_client()


def logged(service: Service) -> list[tuple[UUID | None, str, str]]:
    with service.database.begin() as session:
        rows = session.execute(sa.select(access_log).order_by(access_log.c.id))
        return [(row.patient_id, row.actor_as, row.what) for row in rows]


def test_a_stranger_is_asked_to_sign_in_and_learns_nothing(client: FlaskClient, service: Service) -> None:
    answer = client.get(f"/notify/toy/{ESTHER}")
    assert answer.status_code == 303
    assert answer.location == f"/contract/signin?next=/notify/toy/{ESTHER}"
    assert logged(service) == []


def test_what_a_patient_reads_of_herself_is_shown_and_logged(client: FlaskClient, service: Service) -> None:
    answer = sign_in(client, ESTHER).get(f"/notify/toy/{ESTHER}")
    assert answer.text == f"toy of {ESTHER}"
    assert logged(service) == [(ESTHER, "patient", "read the toy")]


@pytest.mark.parametrize("person", [OTHER, ADMIN, uuid4()])
def test_not_yours_looks_like_not_there(client: FlaskClient, service: Service, person: UUID) -> None:
    sign_in(client, person)
    mine, nobodys = client.get(f"/notify/toy/{ESTHER}"), client.get(f"/notify/toy/{uuid4()}")
    assert (mine.status_code, mine.location) == (nobodys.status_code, nobodys.location) or mine.status_code == 303
    assert "toy of" not in mine.text
    assert logged(service) == []


def test_whoever_was_let_in_just_now_is_told_to_wait_and_not_sent_round_in_circles(
    client: FlaskClient, service: Service
) -> None:
    new = uuid4()
    sign_in(client, new)
    unheard_of = client.get(f"/notify/toy/{ESTHER}")
    assert (unheard_of.status_code, "nyss tillagd" in unheard_of.text) == (404, True)
    with service.act() as ctx:
        known = PersonChanged(person_id=new, kind="staff", name="N", language="sv", zone="Europe/Stockholm")
        APPLY[PersonChanged](ctx.session, known)
    without_role, nobodys = client.get(f"/notify/toy/{ESTHER}"), client.get(f"/notify/toy/{uuid4()}")
    assert (without_role.status_code, "nyss fått en roll" in without_role.text) == (404, True)
    assert (nobodys.status_code, "nyss fått en roll" in nobodys.text) == (404, True)
    assert "nyss fått en roll" not in sign_in(client, NURSE).get(f"/notify/toy/{OTHER}").text


def test_P32_every_refused_attempt_is_noted_without_a_name(client: FlaskClient) -> None:
    with capture_logs() as lines:
        client.get(f"/notify/toy/{ESTHER}")
        sign_in(client, ADMIN).get(f"/notify/toy/{ESTHER}")
    act = {"resource": "toy", "action": "read", "method": "GET", "event": "refused", "log_level": "warning"}
    session = str(UUID(int=ADMIN.int ^ 1))
    assert lines == [{**act, "kind": "stranger", "session": "None"}, {**act, "kind": "staff", "session": session}]


def test_the_named_contact_may_read_her_patients_and_no_others(client: FlaskClient, service: Service) -> None:
    sign_in(client, NURSE)
    assert client.get(f"/notify/toy/{ESTHER}").status_code == 200
    assert client.get(f"/notify/toy/{OTHER}").status_code == 404
    assert logged(service) == [(ESTHER, "contact", "read the toy")]


def test_P35_an_appointment_gives_no_right_to_somebody_who_has_lost_every_role(
    client: FlaskClient, service: Service
) -> None:
    with service.act() as ctx:
        APPLY[StaffRolesChanged](ctx.session, StaffRolesChanged(person_id=NURSE, roles=()))
    assert sign_in(client, NURSE).get(f"/notify/toy/{ESTHER}").status_code == 404
    assert logged(service) == []


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, service: Service) -> None:
    sign_in(client, ESTHER)
    assert client.post(f"/notify/toy/{ESTHER}").status_code == 403
    assert client.post(f"/notify/toy/{ESTHER}", data={"form_token": form_token(service, OTHER)}).status_code == 403
    token = {"form_token": form_token(service, ESTHER)}
    assert client.post(f"/notify/toy/{ESTHER}", data=token).text == "changed"
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post(f"/notify/toy/{ESTHER}", data=token, headers=elsewhere).status_code == 403
    assert client.post(f"/notify/toy/{ESTHER}", data=token, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("origin", ["http://[", "null", "x", "http://localhost.evil.example"])
def test_an_origin_that_is_not_ours_or_no_address_changes_nothing(
    client: FlaskClient, service: Service, origin: str
) -> None:
    sign_in(client, ESTHER)
    token = {"form_token": form_token(service, ESTHER)}
    assert client.post(f"/notify/toy/{ESTHER}", data=token, headers={"Origin": origin}).status_code == 403


def test_an_old_cookie_is_renewed_first_and_the_post_goes_on(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = time.time() - auth.COOKIE_SECONDS - 1
    client.set_cookie(auth.COOKIE_NAME, auth.sign_cookie(PRIVATE, uuid4(), ESTHER, earlier))
    answer = client.post(f"/notify/toy/{ESTHER}")
    assert answer.status_code == 307
    assert answer.location.startswith("/contract/signin/renew?next=")


def test_P35_an_ended_session_is_a_stranger_at_once(client: FlaskClient, service: Service) -> None:
    session_id = uuid4()
    sign_in(client, ESTHER, session_id)
    assert client.get(f"/notify/toy/{ESTHER}").status_code == 200
    with service.act() as ctx:
        APPLY[SessionEnded](ctx.session, SessionEnded(session_id=session_id))
    assert client.get(f"/notify/toy/{ESTHER}").status_code == 303


def test_a_cookie_that_contract_did_not_sign_is_nobody(client: FlaskClient) -> None:
    client.set_cookie(auth.COOKIE_NAME, "x.y.z")
    assert client.get(f"/notify/toy/{ESTHER}").status_code == 303
    good = auth.sign_cookie(PRIVATE, uuid4(), ESTHER)
    head, body, signature = good.split(".")
    client.set_cookie(auth.COOKIE_NAME, f"{head}.{body[:-2]}AA.{signature}")
    assert client.get(f"/notify/toy/{ESTHER}").status_code == 303


def test_two_cookies_of_one_name_are_nobody(client: FlaskClient) -> None:
    one, other = (auth.sign_cookie(PRIVATE, uuid4(), ESTHER) for _ in range(2))
    bare = client.application.test_client(use_cookies=False)

    def status(*values: str) -> int:
        head = "; ".join(f"{auth.COOKIE_NAME}={value}" for value in values)
        return bare.get(f"/notify/toy/{ESTHER}", headers={"Cookie": head}).status_code

    assert status(one) == 200
    assert [status(one, other), status(one, "x.y.z"), status("x.y.z", one), status(one, one)] == [303] * 4


def test_a_failure_shows_no_words_of_the_error_and_logs_none(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = sign_in(client, ESTHER).get(f"/notify/toy/broken/{ESTHER}")
    assert answer.status_code == 500
    said = capsys.readouterr()
    assert "secret words" not in answer.text + said.out + said.err


@pytest.mark.parametrize("number", ["9" * 25, "%00", "x"])
def test_a_value_that_no_database_holds_is_a_bad_question_and_said_in_the_log(
    client: FlaskClient, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    answer = sign_in(client, ESTHER).get(f"/notify/toy/asked?number={number}")
    assert answer.status_code == 400
    assert "DataError" in capsys.readouterr().out + capsys.readouterr().err
    assert client.get("/notify/toy/asked?number=7").text == "7"


def test_the_row_in_the_access_log_falls_with_the_act(client: FlaskClient, service: Service) -> None:
    sign_in(client, ESTHER).get(f"/notify/toy/broken/{ESTHER}")
    assert logged(service) == []


def test_the_access_log_is_only_added_to(service: Service, client: FlaskClient) -> None:
    sign_in(client, ESTHER).get(f"/notify/toy/{ESTHER}")
    truncate = sa.text("TRUNCATE access_log")
    for statement in (sa.delete(access_log), sa.update(access_log).values(what="nothing"), truncate):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), service.database.begin() as session:
            session.execute(statement)


def test_too_large_a_form_is_heard_out_so_that_its_sender_reads_why(client: FlaskClient) -> None:
    sent = io.BytesIO(b"x" * (LARGEST_FORM + 70_000))
    answer = sign_in(client, ESTHER).post(
        f"/notify/toy/{ESTHER}",
        input_stream=sent,
        content_length=LARGEST_FORM + 70_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413
    assert sent.read() == b""


@pytest.mark.parametrize(("more", "status"), [(0, 403), (1, 413), (70_000, 413)])
def test_a_form_of_untold_length_is_never_cut_short_in_silence(client: FlaskClient, more: int, status: int) -> None:
    """One that is read whole lacks its token here."""
    sent = io.BytesIO(b"x" * (LARGEST_FORM + more))
    answer = sign_in(client, ESTHER).post(
        f"/notify/toy/{ESTHER}",
        input_stream=sent,
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == status
    assert sent.read() == b""


def test_nothing_in_the_environment_turns_debugging_on(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(service, [toy()])
    assert not app.debug
    answer = sign_in(app.test_client(), ESTHER).get(f"/notify/toy/broken/{ESTHER}")
    assert answer.status_code == 500
    assert "RuntimeError" not in answer.text


def test_every_answer_carries_strict_headers(client: FlaskClient) -> None:
    headers = sign_in(client, ESTHER).get(f"/notify/toy/{ESTHER}").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", None, ""]
)
def test_no_redirect_leads_away(path: str | None) -> None:
    assert safe_next(path, "/contract/home") == "/contract/home"


def test_a_local_address_is_kept() -> None:
    assert safe_next("/selfcare/times?week=2", "/") == "/selfcare/times?week=2"


def test_who_says_in_two_ways_who_they_are_is_nobody(client: FlaskClient, service: Service) -> None:
    peer = make_service("selfcare", service.database, due=[], handlers={})
    sign_in(client, ESTHER)
    for token in (peer.sealer.token("notify", "notify.selfcare"), "forged"):
        both = {"Authorization": f"Bearer {token}"}
        assert client.get(f"/notify/toy/{ESTHER}", headers=both).status_code == 303
        assert client.get("/notify/internal/v1/streams/notify.selfcare", headers=both).status_code == 401


def test_the_feed_answers_its_reader_alone(client: FlaskClient, service: Service) -> None:
    peer = make_service("selfcare", service.database, due=[], handlers={})
    url = "/notify/internal/v1/streams/notify.selfcare"

    def ask(token: str, path: str = url) -> int:
        return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code

    assert ask(peer.sealer.token("notify", "notify.selfcare")) == 200
    assert ask(peer.sealer.token("notify", "notify.contract")) == 401
    assert ask(peer.sealer.token("contract", "notify.selfcare")) == 401
    assert ask("") == 401
    assert ask(peer.sealer.token("notify", "notify.contract"), url.replace("selfcare", "contract")) == 404
