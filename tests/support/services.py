"""Services for tests: real wiring and real databases, a clock that stands still, and a bus that is a function call."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from shared import auth
from shared.bus import envelope, inbox, outbox, tables
from shared.bus.handling import handle_waiting
from shared.bus.seal import Sealer
from shared.config import Config
from shared.context import Ctx, Viewer
from shared.db import Database
from shared.events import SERVICES, Event
from shared.service import Due, Handle, Service
from shared.time import FixedClock

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
"""A Tuesday, 12.00 in Stockholm: inside everybody's working and waking hours."""

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PRIVATE, PUBLIC = KEY.private_bytes_raw(), KEY.public_key().public_bytes_raw()

APPS: dict[str, tuple[Service, Flask]] = {}
"""The app made last for each service's name, and whose it is."""


def config_for(name: str, database: Database) -> Config:
    """A configuration as the environment would give it, with secrets that only tests know."""
    peers = [peer for peer in SERVICES if peer != name]
    return Config(
        service=name,
        demo=False,
        public_url="http://localhost",
        database_url=database.url,
        broker_url=None,
        urls={peer: f"http://127.0.0.1:9/{peer}" for peer in peers},
        pair_secrets={peer: (_pair(name, peer),) for peer in peers},
        audit_keys=(_random_looking(f"audit {name}"),),
        form_keys=(_random_looking(f"form {name}"),),
        session_public_keys=(PUBLIC,),
        session_key=PRIVATE if name == "contract" else None,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="paminnelse@halsa.example",
        rate_factor=0,
    )


def make_service(
    name: str,
    database: Database,
    at: datetime = NOON,
    *,
    handlers: Mapping[type[Event], Handle] | None = None,
    due: Sequence[Due] | None = None,
    **settings: Any,
) -> Service:
    """The service as its app wires it (or with other handlers and due work), its clock standing at ``at``."""
    config = replace(config_for(name, database), **settings)
    importlib.import_module(f"services.{name}.app")
    tasks = importlib.import_module(f"services.{name}.tasks")
    return Service(
        name=name,
        config=config,
        database=database,
        sealer=Sealer(name, config.pair_secrets),
        clock=FixedClock(at),
        handlers=tasks.HANDLERS if handlers is None else handlers,
        due=tasks.DUE if due is None else due,
    )


def set_clock(service: Service, at: datetime) -> None:
    clock = service.clock
    assert isinstance(clock, FixedClock)
    clock.at = at


def make_app(service: Service) -> Flask:
    """The service's real web role: one for everybody who comes to the same service."""
    known = APPS.get(service.name)
    if known is None or known[0] is not service:
        module = importlib.import_module(f"services.{service.name}.app")
        web = importlib.import_module("shared.web.app")
        known = APPS[service.name] = service, web.create_app(service, module.BLUEPRINTS)
    return known[1]


def sign_in(
    client: FlaskClient, person_id: UUID, session_id: UUID | None = None, *, ago: float = 0, strong: bool = True
) -> FlaskClient:
    """Give the client the cookie that contract would have signed for who showed who they are that many seconds ago."""
    client.set_cookie(auth.COOKIE_NAME, cookie_of(person_id, session_id, ago=ago, strong=strong))
    return client


def cookie_of(person_id: UUID, session_id: UUID | None = None, *, ago: float = 0, strong: bool = True) -> str:
    """The value of that cookie."""
    vouch: dict[str, Any] = {"vouched_at": time.time() - ago, "strong": strong}
    return auth.sign_cookie(PRIVATE, session_id or UUID(int=person_id.int ^ 1), person_id, **vouch)


def form_token(service: Service, person_id: UUID) -> str:
    """The token that ``sign_in``'s session sends with a form."""
    return auth.form_token(service.config.form_keys[0], UUID(int=person_id.int ^ 1))


def viewer_of(service: Service, ctx: Ctx, person_id: UUID) -> Viewer:
    """The viewer that the guard would make of this person."""
    person = service.directory.person(ctx.session, person_id)
    assert person is not None
    roles = service.directory.roles(ctx.session, person_id)
    return Viewer(person_id, person.kind, person.name, person.language, roles)


class DirectFeed:
    """The feed without a network: the producer's relay numbers, its door answers, through the real envelope as JSON."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services

    def __call__(self, stream: str, after: int, last: UUID | None, limit: int) -> list[Any]:
        producer = self.services[stream.split(".", maxsplit=1)[0]]
        with producer.database.begin() as session:
            leader = outbox.lead(session, producer.name)
            outbox.number(session, stream, leader)
        try:
            with producer.database.begin() as session:
                events = outbox.read(session, stream, after, last, limit)
        except outbox.Regressed:
            raise inbox.FeedRegressed(stream) from None
        batch: list[Any] = json.loads(json.dumps([envelope.write(producer.name, event) for event in events]))
        return batch


def pump(services: Mapping[str, Service], *, due: bool = False) -> int:
    """Let the services tell each other everything until nobody has more to say. Returns how many events were handled."""
    feed, total = DirectFeed(services), 0
    while True:
        moved = 0
        for service in services.values():
            for stream in outbox.streams_to(service.name):
                if stream.split(".", maxsplit=1)[0] in services:
                    inbox.receive(service.database, feed, stream)
            moved += handle_waiting(service.database, service.sealer, service.handle)
            if due:
                moved += sum(job.run(service) for job in service.due)
        if not moved:
            return total
        total += moved


def waiting_for(service: Service) -> list[tuple[str, str]]:
    """(type, state) of everything received and not done: what a test expects to be empty."""
    table = tables.inbox
    with service.database.begin() as session:
        rows = session.execute(table.select().where(table.c.state != "done").order_by(table.c.id))
        return [(row.type, row.state) for row in rows]


def told(service: Service) -> list[str]:
    """The types of every event this service has told, oldest first, once per reader."""
    table = tables.outbox
    with service.database.begin() as session:
        return [row.type for row in session.execute(table.select().order_by(table.c.id))]


def _pair(one: str, other: str) -> str:
    return _random_looking("pair " + " ".join(sorted((one, other))))


def _random_looking(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
