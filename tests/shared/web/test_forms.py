"""A form is read as people fill it in; what is wrong is said in their language."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import Schema, fields

from shared.i18n import speaking
from shared.web.api import schemas as api
from shared.web.fields import items, tel, typed
from shared.web.forms import ClockTime, Day, Errors, read_form
from tests.shared.web.gallery import Answers, gallery

FILLED: dict[str, Any] = {"matters": " Kören ", "weight": "72,5", "day": "2026-11-24", "urgent": "soon", "clock": ""}


def read(data: dict[str, Any], language: str = "sv", schema: Schema | None = None) -> tuple[dict[str, Any], Errors]:
    with gallery().test_request_context("/gallery/form", method="POST", data=data), speaking(language):
        answers, errors = read_form(schema or Answers())
        return answers, {name: [str(text) for text in texts] for name, texts in errors.items()}


def test_answers_are_read_without_space_blanks_or_fields_nobody_asked_for() -> None:
    data, errors = read(FILLED | {"form_token": "x", "ways": ["mail", "phone"]})
    assert errors == {}
    assert data == {
        "matters": "Kören",
        "weight": Decimal("72.5"),
        "day": date(2026, 11, 24),
        "urgent": "soon",
        "ways": ["mail", "phone"],
    }


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x85"])
def test_signs_that_nobody_writes_are_left_out(control: str) -> None:
    assert read(FILLED | {"matters": f"{control}Kö{control}ren"})[0]["matters"] == "Kören"
    assert list(read(FILLED | {"matters": f" {control} "})[1]) == ["matters"]
    assert read(FILLED | {"matters": "Kören\r\n\tsjunger"})[0]["matters"] == "Kören\r\n\tsjunger"


@pytest.mark.parametrize(
    ("written", "number"), [("72,5", "72.5"), ("72.5", "72.5"), ("1 200", "1200"), ("-0,5", "-0.5")]
)
def test_E_decimal_comma_is_accepted(written: str, number: str) -> None:
    assert read(FILLED | {"weight": written})[0]["weight"] == Decimal(number)


def test_errors_are_in_the_readers_language() -> None:
    broken = {"matters": "x" * 21, "weight": "heavy", "day": "soon", "urgent": ""}
    assert read(broken, "sv")[1] == {
        "matters": ["Skriv högst 20 tecken."],
        "weight": ["Skriv ett tal, till exempel 72,5."],
        "day": ["Skriv ett datum, till exempel 2026-11-24."],
        "urgent": ["Fyll i ett svar här."],
    }
    assert read(broken, "en")[1]["matters"] == ["Write at most 20 characters."]


def test_errors_inside_a_list_are_the_lists_own() -> None:
    assert list(read(FILLED | {"ways": ["mail", "pigeon"]})[1]) == ["ways"]


def test_each_of_our_fields_has_words_for_what_is_wrong_with_it() -> None:
    kinds = (fields.Integer, fields.Date, fields.Time, fields.DateTime, fields.Email, fields.UUID, fields.Boolean)
    schema = Schema.from_dict({kind.__name__: kind() for kind in kinds})()
    errors = read({kind.__name__: "?" for kind in kinds}, "sv", schema)[1]
    assert len(errors) == len(kinds)
    assert not [text for texts in errors.values() for text in texts if text.startswith("Not a valid")]


@pytest.mark.parametrize("written", ["0001-01-01", "1849-12-31", "2200-01-01", "9999-12-31"])
def test_P28_a_day_that_nobody_alive_can_mean_is_no_day(written: str) -> None:
    """Midnight of the first and last days there are is no instant at all in most of the world's zones."""
    schema = Schema.from_dict({"day": Day()})()
    assert read({"day": written}, schema=schema)[1] == {"day": ["Skriv ett datum, till exempel 2026-11-24."]}
    assert read({"day": "2026-11-24"}, schema=schema)[0] == {"day": date(2026, 11, 24)}


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31"])
def test_P28_nor_is_it_one_in_a_body(written: str) -> None:
    body = Schema.from_dict({"day": api.Day(), "at": api.Wall()})()
    assert set(body.validate({"day": written, "at": f"{written}T00:00"})) == {"day", "at"}
    assert body.validate({"day": "2026-11-24", "at": "2026-11-24T00:00"}) == {}


@pytest.mark.parametrize("written", ["21:00+01:00", "21:00Z", "21:00-00:00"])
def test_P29_a_time_of_another_clock_than_the_readers_is_no_time(written: str) -> None:
    schema = Schema.from_dict({"clock": ClockTime()})()
    assert read({"clock": written}, schema=schema)[1] == {"clock": ["Skriv ett klockslag, till exempel 09:00."]}
    assert read({"clock": "21:00"}, schema=schema)[0] == {"clock": time(21)}


def test_a_saved_number_is_shown_with_a_comma_in_swedish() -> None:
    with gallery().test_request_context("/"), speaking("sv"):
        assert [typed("x", Decimal("72.5")), typed("x", 3), typed("x", None)] == ["72,5", "3", ""]
    with gallery().test_request_context("/", method="POST", data={"x": "71"}):
        assert typed("x", Decimal("72.5")) == "71"


def test_choices_and_numbers_as_the_macros_read_them() -> None:
    assert items([(1, "One")]) == [{"value": "1", "text": "One", "hint": None}]
    assert tel("+46 10-242 10 00") == "+46102421000"
