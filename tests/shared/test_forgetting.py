"""What is kept for a while goes when its while is over, in batches; what is younger stays, and the log stays readable."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.contract.people import actions as people
from services.contract.people import store
from services.contract.signin.sessions import actions as sessions
from services.contract.signin.sessions.domain import KEPT_FOR, LONGEST
from services.contract.signin.sessions.tables import SigninSession
from services.contract.tasks import DUE as CONTRACT
from services.notify.tasks import DUE as NOTIFY
from services.selfcare.tasks import DUE as SELFCARE
from shared import forgetting
from shared.audit import access_log
from shared.db import Database, database_now
from shared.events import SessionEnded
from shared.register import ends
from shared.register.actions import APPLY
from shared.register.tables import session_end
from shared.service import Service
from tests.support.services import make_app, make_service, sign_in

SESSIONS = cast(sa.Table, SigninSession.__table__)
LOOKED = sa.select(access_log).order_by(*access_log.primary_key)


def old(service: Service, table: sa.Table, at: str, ids: list[UUID], ago: timedelta) -> None:
    (key,) = table.primary_key
    with service.database.begin() as session:
        began = database_now(session) - ago
        session.execute(sa.update(table).where(key.in_(ids)).values({at: began}))


def test_ends_of_sessions_go_after_two_days_in_batches(notify_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 3)
    service, ended = make_service("notify", notify_db), [uuid4() for _ in range(8)]
    with service.act() as ctx:
        for one in ended:
            APPLY[SessionEnded](ctx.session, SessionEnded(session_id=one))
        assert ends.FORGET.waiting(ctx.session, ctx.now) is None
    assert ends.FORGET.run(service) == 0
    old(service, session_end, "ended_at", ended[1:], ends.KEPT_FOR + timedelta(minutes=1))
    with service.act() as ctx:
        since = ends.FORGET.waiting(ctx.session, ctx.now)
        assert since is not None
        assert timedelta() < ctx.now - since < timedelta(minutes=2)
    assert ends.FORGET.run(service) == 7
    with service.database.begin() as session:
        assert list(session.scalars(sa.select(session_end.c.session_id))) == ended[:1]


def test_sessions_go_after_ninety_days_and_who_looked_is_read_as_before(contract_db: Database) -> None:
    service = make_service("contract", contract_db)
    with service.act() as ctx:
        esther = people.save_person(ctx, kind="patient", name="Esther Lindqvist", identity="19500101-0007")
        person = store.get(ctx.session, esther)
        assert person
        first, second, third = (sessions.begin(ctx, person).session_id for _ in range(3))
        sessions.end_session(ctx, first)
    browser = sign_in(make_app(service).test_client(), esther, second)
    assert browser.get("/contract/looked").status_code == 200
    with service.database.begin() as session:
        before = list(session.execute(LOOKED))
    assert {row.session_id for row in before if row.actor_id == esther} == {second}
    shown = browser.get("/contract/looked").text
    old(service, SESSIONS, "started_at", [first, second], KEPT_FOR + timedelta(minutes=1))
    old(service, SESSIONS, "started_at", [third], KEPT_FOR - timedelta(minutes=1))
    assert sessions.FORGET.run(service) == 2
    with service.database.begin() as session:
        assert list(session.scalars(sa.select(SigninSession.id))) == [third]
        assert list(session.execute(LOOKED))[: len(before)] == before
    assert len(browser.get("/contract/looked").text) >= len(shown)


def test_no_session_is_forgotten_while_it_stands_and_every_service_forgets() -> None:
    assert KEPT_FOR > LONGEST
    assert ends.KEPT_FOR > LONGEST
    assert sessions.FORGET in CONTRACT
    assert all(ends.FORGET in due for due in (CONTRACT, SELFCARE, NOTIFY))
