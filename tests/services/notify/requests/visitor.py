"""A person with a browser of their own, for the tests of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.service import Service
from tests.support.services import form_token, sign_in


class Visitor:
    """One person with their own browser."""

    def __init__(self, app: Flask, service: Service, person_id: UUID | None) -> None:
        client: FlaskClient = app.test_client()
        self.client = sign_in(client, person_id) if person_id else client
        self.token = form_token(service, person_id) if person_id else ""

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers=headers or None)

    def post(self, address: str, **fields: object) -> TestResponse:
        return self.client.post(address, data={**fields, "form_token": self.token})

    def reads(self, address: str) -> str:
        answer = self.get(address)
        assert answer.status_code == 200, answer.text
        return words_of(answer)


def words_of(answer: TestResponse) -> str:
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0]))
    return re.sub(r" ([.,:])", r"\1", plain)


Visit = Callable[..., Visitor]
"""Makes the visitor of a person's id; without one, a stranger."""
