"""Outsiders who try everything: with whole bodies and the right form token they read nothing and change nothing."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from shared.audit.tables import access_chain, access_log, access_unchained
from shared.bus.seal import Sealer
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.api.bodies import Schemas
from tests.services.contract.clinic import open_clinic
from tests.services.contract.rights.world import PUBLIC, Door, World, address, doors, furnished
from tests.support.databases import WorkerDatabases
from tests.support.services import config_for, form_token, make_service, sign_in

OUTSIDERS = ["a stranger", "another patient", "another unit's nurse", "a helper who may write_diary", "notify's token"]
SECRETS = ("sister on Sundays", "weigh myself", "Physiotherapy", "Karin", "19480101-0009", "Walk to the shop by summer")
WRITTEN_ANYHOW = {access_log.name, access_chain.name, access_unchained.name}
"""The log of who did what to what is their own."""

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def world(worker_databases: WorkerDatabases) -> World:
    return furnished(open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract")))))


def everything(agreed: Agreed) -> dict[str, str]:
    """What stands in each table, as one mark."""
    with agreed.clinic.service.database.begin() as session:
        tables = sa.inspect(session.connection()).get_table_names()
        query = 'SELECT coalesce(string_agg(t::text, chr(10) ORDER BY t::text), $$$$) FROM "{}" t'
        rows = {name: session.scalar(sa.text(query.format(name))) for name in tables if name not in WRITTEN_ANYHOW}
    return {name: hashlib.sha256(str(row).encode()).hexdigest() for name, row in rows.items()}


def body_for(world: World, door: Door, document: dict[str, Any]) -> dict[str, Any] | None:
    """A whole body of a JSON operation, by the published document."""
    path = door.rule.replace("<uuid:", "{").replace("<int:", "{").replace("<", "{").replace(">", "}")
    takes = document["paths"].get(path, {}).get(door.method.lower(), {}).get("requestBody")
    if takes is None:
        return None
    name = takes["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return Schemas(document, world.ids).body(name)


def knock(
    world: World, client: FlaskClient, door: Door, headers: dict[str, str], document: dict[str, Any]
) -> TestResponse:
    where = address(door, world.ids)
    if door.rule.startswith("/contract/fhir") and door.method == "POST":
        return client.post(where, data="{}", content_type="application/fhir+json", headers=headers)
    if "/api/" not in door.rule:
        form = {**FORM, "form_token": headers.get("X-Form-Token", "")}
        return client.open(where, method=door.method, data=form if door.method == "POST" else None, headers=headers)
    body = body_for(world, door, document)
    sent: dict[str, Any] = {} if body is None else {"json": body}
    return client.open(
        where, method=door.method, headers={**headers, "If-Match": "*", "Idempotency-Key": "k" * 32}, **sent
    )


FORM = {"text": "Mine now", "reason": "Because", "note": "Mine", "words": "Mine", "name": "Mine", "last": "2026-11-30"}
"""What many forms ask for: nothing of it may arrive anywhere."""


@pytest.mark.parametrize("name", OUTSIDERS)
def test_P32_an_outsider_reads_nothing_and_changes_nothing_and_is_noted(world: World, name: str) -> None:
    service, client = world.agreed.clinic.service, world.agreed.app.test_client()
    role, headers = world.roles.get(name), {}
    if role is None:
        stream = "contract.notify"
        token = Sealer("notify", config_for("notify", service.database).pair_secrets).token("contract", stream)
        headers = {"Authorization": f"Bearer {token}"}
    elif role.person:
        headers = {"X-Form-Token": form_token(service, role.person)}
        sign_in(client, role.person)
    tried = [
        door
        for door in doors(world.agreed.app)
        if PUBLIC not in door.declared.audience and not (role and role.may(door))
    ]
    document = world.agreed.app.test_client().get("/contract/api/v1/openapi.json").json or {}
    before = everything(world.agreed)
    answers: dict[str, TestResponse] = {}
    lines: list[Any] = []
    unnoted: list[str] = []
    for door in tried:
        with capture_logs() as said:
            answers[str(door)] = knock(world, client, door, headers, document)
        lines += said
        unnoted += [] if any(line["event"] == "refused" for line in said) else [str(door)]
    assert len(tried) > 200
    assert {door for door, answer in answers.items() if any(word in answer.text for word in SECRETS)} == set()
    assert {door: a.status_code for door, a in answers.items() if a.status_code not in (303, 401, 404)} == {}
    assert {name for name, mark in everything(world.agreed).items() if mark != before[name]} == set()
    assert unnoted == []
    assert not [line for line in lines if any(word in str(line) for word in SECRETS)]
