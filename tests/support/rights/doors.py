"""Every door of a service, who may come to it, and what the table of rights alone says about each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.bus.outbox import stream_name
from shared.events import SERVICES
from shared.policy import Policy, policy_of
from shared.rights import TABLE
from shared.service import Service
from tests.support.services import NOON, set_clock, sign_in

PUBLIC = "anyone"
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = frozenset({"signed_in"})
FRAGMENT = {"HX-Request": "true"}
FORM = {"text": "Mine now", "reason": "Because", "note": "Mine", "words": "Mine", "name": "Mine", "last": "2026-11-30"}
"""What many forms ask for: nothing of it may arrive anywhere."""


@dataclass(frozen=True)
class Door:
    """One method of one address, with what it declares."""

    method: str
    rule: str
    declared: Policy

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def about(self) -> str:
        """The name of what finds the subject; empty where there is none."""
        found: Any = self.declared.about
        found = found.func if isinstance(found, partial) else found
        return found.__name__ if found else ""


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(method, rule.rule, policy_of(app.view_functions[rule.endpoint]))


@dataclass(frozen=True)
class Role:
    """Somebody: what they are towards one patient and the patient's unit, and what they are anywhere.

    ``at`` is when they come. ``is_a`` tells what they are to one thing and to nothing else. Of whoever is ``gone`` nothing is
    left but a cookie: they are strangers.
    """

    person: UUID | None
    here: frozenset[str] = NOBODY
    anywhere: frozenset[str] = NOBODY
    scopes: frozenset[str] = NOBODY
    at: datetime = NOON
    is_a: str = ""
    gone: bool = False

    def may(self, door: Door) -> bool:
        """Whether the table lets them in, by what they are and by nothing the product says."""
        if self.gone or self.person is None:
            return False
        row, whos = TABLE[door.declared.resource, door.declared.action], self.towards(door)
        if "delegate" in whos and door.about and not row.scopes <= self.scopes:
            whos = whos - {"delegate"}
        return bool(whos & row.who)

    def towards(self, door: Door) -> frozenset[str]:
        """What they are to what this door is about. A service that finds it in ways of its own says so here."""
        return SIGNED_IN | (self.here if door.about else self.anywhere)


@dataclass
class World:
    """One patient's furnished service with everybody around it; nobody who only knocks changes it."""

    service: Service
    app: Flask
    ids: dict[str, str]
    """By the names that stand for them in an address."""
    roles: Mapping[str, Role] = field(default_factory=dict)

    def guarded(self) -> Iterator[Door]:
        """The doors that are not everybody's."""
        return (door for door in doors(self.app) if PUBLIC not in door.declared.audience)

    def ask(
        self, role: Role, door: Door, ids: dict[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """Knock at the door, without the token that a change needs: whoever is let in is told 403, and nothing changes."""
        set_clock(self.service, role.at)
        client = self.app.test_client()
        if role.person:
            sign_in(client, role.person)
        return client.open(self.address(door, ids or self.ids), method=door.method, headers=dict(headers or {}))

    def send(self, client: FlaskClient, door: Door, headers: Mapping[str, str]) -> TestResponse:
        """The same with a whole body and whatever tokens the headers hold."""
        form = {**FORM, "form_token": headers.get("X-Form-Token", "")} if door.method == "POST" else None
        return client.open(self.address(door, self.ids), method=door.method, data=form, headers=dict(headers))

    def address(self, door: Door, ids: dict[str, str]) -> str:
        name = self.service.name
        other = next(peer for peer in SERVICES if peer != name)
        known = {"stream": stream_name(name, other), "role": "web", **ids}
        return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda part: known[part[1]], door.rule)

    def others(self) -> dict[str, str]:
        """As many ids that nothing has, each in the form of the one it stands for."""
        return {name: _other(value) for name, value in self.ids.items()}


def _other(value: str) -> str:
    """Another id of this form: with dashes, without, or several in one; another word stays what it is."""
    if len(value) == len(str(UUID(int=0))):
        return str(uuid4())
    return re.sub(r"[0-9a-f]{32}", lambda _: uuid4().hex, value)
