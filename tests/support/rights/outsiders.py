"""Outsiders who try everything: with whole bodies and the right form token they read nothing and change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from shared.audit.tables import access_chain, access_log, access_unchained
from shared.bus.outbox import stream_name
from shared.bus.seal import Sealer
from shared.bus.tables import beat
from shared.events import SERVICES
from shared.service import Service
from tests.support.rights.doors import Door, Role, World
from tests.support.services import config_for, form_token, set_clock, sign_in

WRITTEN_ANYHOW = {access_log.name, access_chain.name, access_unchained.name, beat.name}
"""The log of who did what to what is their own, and the service's own roles go on with their work meanwhile."""


@dataclass
class Tried:
    """What came of it: the answers by door, what the process logged, and the doors whose refusal was not noted."""

    answers: dict[str, TestResponse] = field(default_factory=dict)
    lines: list[Any] = field(default_factory=list)
    unnoted: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """The tables in which something else stands than before."""

    def holding(self, secrets: Collection[str]) -> set[str]:
        """The doors whose answers hold one of these."""
        return {door for door, answer in self.answers.items() if any(word in answer.text for word in secrets)}

    def let_in(self) -> dict[str, int]:
        return {door: a.status_code for door, a in self.answers.items() if a.status_code not in (303, 401, 404)}

    def logging(self, secrets: Collection[str]) -> list[Any]:
        return [line for line in self.lines if any(word in str(line) for word in secrets)]


def everything(service: Service) -> dict[str, str]:
    """What stands in each table, as one mark."""
    with service.database.begin() as session:
        tables = sa.inspect(session.connection()).get_table_names()
        query = 'SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), $$$$) FROM "{}" t'
        rows = {name: session.scalar(sa.text(query.format(name))) for name in tables if name not in WRITTEN_ANYHOW}
    return {name: hashlib.sha256(str(row).encode()).hexdigest() for name, row in rows.items()}


def thefts(world: World, thief: str) -> Iterator[tuple[World, dict[str, str]]]:
    """What whoever has stolen a service's secrets can show at another's doors: a token for the stream that is its own, for
    that of the third service, and for none; each where the third one's stream is asked for."""
    name = world.service.name
    third = stream_name(name, next(peer for peer in SERVICES if peer not in (name, thief)))
    sealer = Sealer(thief, config_for(thief, world.service.database).pair_secrets)
    for scope in (stream_name(name, thief), third, ""):
        token = sealer.token(name, scope)
        yield replace(world, ids={**world.ids, "stream": third}), {"Authorization": f"Bearer {token}"}


def reads_own_stream(world: World, thief: str) -> bool:
    """Whether the secrets are good for what the service is let: else a walk with them would be about nothing."""
    stream = stream_name(world.service.name, thief)
    token = Sealer(thief, config_for(thief, world.service.database).pair_secrets).token(world.service.name, stream)
    address = f"/{world.service.name}/internal/v1/streams/{stream}"
    answer = world.app.test_client().get(address, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


def tries(world: World, role: Role) -> Tried:
    """Somebody at every door that is not theirs."""
    headers = {"X-Form-Token": form_token(world.service, role.person)} if role.person else {}
    return _at(world, role, headers, [door for door in world.guarded() if not role.may(door)])


def tries_with(world: World, headers: dict[str, str]) -> Tried:
    """Whoever holds a token, and no more, at every door."""
    return _at(world, Role(None), headers, list(world.guarded()))


def _at(world: World, role: Role, headers: dict[str, str], closed: list[Door]) -> Tried:
    set_clock(world.service, role.at)
    client, tried, before = world.app.test_client(), Tried(), everything(world.service)
    if role.person:
        sign_in(client, role.person)
    for door in closed:
        with capture_logs() as said:
            tried.answers[str(door)] = world.send(client, door, headers)
        tried.lines += said
        tried.unnoted += [] if any(line["event"] == "refused" for line in said) else [str(door)]
    tried.changed = {name for name, mark in everything(world.service).items() if mark != before[name]}
    return tried
