"""The published AsyncAPI document: valid, complete, true to the golden files, and the one that is committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from deploy.asyncapi.document import document
from deploy.cli import samkontrakt
from shared.bus import envelope
from shared.db import Database
from shared.events import EVENTS, ReminderCancelled, from_data
from tests.shared.material import shared_data
from tests.support.services import DirectFeed, make_service

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "deploy" / "asyncapi" / "asyncapi.json"
GOLDEN = ROOT / "tests" / "shared" / "events" / "golden"
DOCUMENT = document()
TOLD = [(name, reader) for name, event in sorted(EVENTS.items()) for reader in event.readers]


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    whole = {**schema, "components": DOCUMENT["components"]}
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def test_the_document_is_valid_by_the_official_schema() -> None:
    schema = shared_data("asyncapi/asyncapi-3.0.0.schema.json")
    official = jsonschema.Draft7Validator(schema)
    assert [error.message for error in official.iter_errors(DOCUMENT)] == []
    assert not official.is_valid({**DOCUMENT, "channels": {"x": {"address": 7}}})


def test_the_committed_document_is_what_the_classes_say() -> None:
    assert json.loads(COMMITTED.read_text()) == DOCUMENT, "samkontrakt bus asyncapi > deploy/asyncapi/asyncapi.json"


def test_the_command_prints_the_document() -> None:
    result = CliRunner().invoke(samkontrakt, ["bus", "asyncapi"])
    assert result.exit_code == 0
    assert json.loads(result.output) == DOCUMENT


@pytest.mark.parametrize(("name", "reader"), TOLD)
def test_every_event_stands_in_the_channel_of_each_of_its_readers(name: str, reader: str) -> None:
    channel = DOCUMENT["channels"][f"{name.split('.')[2]}.{reader}"]
    assert f"{name}.for.{reader}" in channel["messages"]


@pytest.mark.parametrize(("name", "reader"), TOLD)
def test_P23_every_golden_file_is_valid_by_its_message(name: str, reader: str) -> None:
    golden = from_data(name, json.loads((GOLDEN / f"{name}.json").read_text())).data_for(reader)
    schema = validator(DOCUMENT["components"]["messages"][f"{name}.for.{reader}"]["payload"])
    assert [error.message for error in schema.iter_errors(golden)] == []
    assert not schema.is_valid({**golden, next(iter(golden)): 7.5})
    assert not schema.is_valid(dict(list(golden.items())[1:]))


def test_a_field_that_a_reader_must_not_have_is_not_in_its_message() -> None:
    messages = DOCUMENT["components"]["messages"]
    assert "email" not in messages["se.samkontrakt.contract.person.changed.v1.for.selfcare"]["payload"]["properties"]
    assert "email" in messages["se.samkontrakt.contract.person.changed.v1.for.notify"]["payload"]["properties"]


def test_no_message_is_left_without_its_event() -> None:
    assert set(DOCUMENT["components"]["messages"]) == {f"{name}.for.{reader}" for name, reader in TOLD}


def test_what_the_feed_gives_has_the_attributes_that_are_promised(selfcare_db: Database) -> None:
    service = make_service("selfcare", selfcare_db, due=[])
    golden = json.loads((GOLDEN / f"{ReminderCancelled.type}.json").read_text())
    with service.act() as ctx:
        ctx.tell(from_data(ReminderCancelled.type, golden))
    (event,) = DirectFeed({"selfcare": service})("selfcare.notify", 0, None, 10)
    headers = validator(DOCUMENT["components"]["messageTraits"]["cloudevent"]["headers"])
    assert [error.message for error in headers.iter_errors(event)] == []
    assert event.keys() - {"data"} == set(headers.schema["properties"])
    assert DOCUMENT["channels"]["selfcare.notify"]["address"] == "/selfcare/internal/v1/streams/selfcare.notify"
    assert event["datacontenttype"] == envelope.SEALED
