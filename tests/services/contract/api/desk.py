"""Somebody's records system at the JSON door: signed in, sending JSON, remembering nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from shared.service import Service
from tests.support.services import form_token, make_app, sign_in

HERE = "/contract/api/v1"


class Answer(TestResponse):
    """An answer of which a test expects JSON."""

    json: Any


@dataclass(frozen=True)
class Desk:
    """One person at the door. Answers come in English unless ``Accept-Language`` says otherwise."""

    service: Service
    app: Flask
    person: UUID | None = None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send; ``If_Match="…"`` becomes the header ``If-Match``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"json": body}
        return self.send(method, path, named, **content)

    def send(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> Answer:
        """Send exactly this; path from the service's root or from the door."""
        client = self.app.test_client()
        own = {"Accept-Language": "en"}
        if self.person is not None:
            sign_in(client, self.person)
            own["X-Form-Token"] = form_token(self.service, self.person)
        where = path if path.startswith("/contract/") else HERE + path
        return cast(Answer, client.open(where, method=method, headers={**own, **headers}, **content))

    def get(self, path: str, **headers: str) -> Answer:
        return self("GET", path, **headers)

    def read(self, path: str) -> tuple[dict[str, Any], str]:
        """What stands there, and its ETag."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json, answer.headers["ETag"]

    def create(self, path: str, body: Any, key: str | None = None) -> Answer:
        return self("POST", path, body, Idempotency_Key=key or uuid4().hex)

    def change(self, method: str, path: str, body: Any = None, *, read: str | None = None) -> Answer:
        """Change what was read just now (``read``: the address of the thing, where it is not ``path``)."""
        return self(method, path, body, If_Match=self.read(read or path)[1])

    def of(self, person: UUID | None) -> Desk:
        return Desk(self.service, self.app, person)


def open_desk(service: Service, person: UUID | None = None) -> Desk:
    return Desk(service, make_app(service), person)


def faults(answer: Answer) -> dict[str, str]:
    """What a problem says of each field."""
    assert answer.content_type == "application/problem+json", answer.text
    return {one["pointer"]: one["detail"] for one in answer.json["errors"]}
