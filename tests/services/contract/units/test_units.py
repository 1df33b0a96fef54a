"""Care units: numbers that exist, hours that can be kept, and nothing told that nobody changed."""

from __future__ import annotations

import dataclasses
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest

from services.contract.units import actions, store
from services.contract.units.domain import (
    DEFAULT_HOURS,
    has_floor,
    plain_hours,
    read_days,
    read_hours,
    stored_hours,
    write_hours,
)
from services.contract.units.tables import CareUnit
from shared.errors import NotFound, Refused
from shared.events import OpenHours, UnitChanged
from shared.phone import readable, telephone
from shared.service import Service
from tests.services.contract.clinic import FLOOR
from tests.support.services import told

CHANGED = UnitChanged.type


def facts_of(contract: Service, key: str) -> UnitChanged:
    with contract.act() as ctx:
        unit = store.for_change(ctx.session, key=key)
        assert unit
        return store.facts(unit)


@pytest.mark.parametrize(
    ("written", "number", "shown"),
    [
        ("036-32 10 00", "+4636321000", "036-32 10 00"),
        ("+46 36 32 10 00", "+4636321000", "036-32 10 00"),
        ("0046363210 00", "+4636321000", "036-32 10 00"),
        ("+45 33 12 34 56", "+4533123456", "+45 33 12 34 56"),
        ("12345", None, "12345"),
        ("ring us", None, "ring us"),
        ("", None, ""),
    ],
)
def test_numbers_are_kept_as_people_read_them(written: str, number: str | None, shown: str) -> None:
    assert telephone(written) == number
    assert readable(written) == shown


@pytest.mark.parametrize(("number", "answered"), [(FLOOR, True), ("", False), ("0000", False), ("1177", False)])
def test_K1_only_a_number_that_exists_is_a_floor(contract: Service, number: str, answered: bool) -> None:
    with contract.act() as ctx:
        actions.save_unit(ctx, key="SE1", name="Njurmottagningen", floor_number=number)
    assert has_floor(facts_of(contract, "SE1")) is answered


@pytest.mark.parametrize(
    "written", ["07.30–16.30", "07.30–12.00, 13.00–16.30", "00.00–24.00", ""], ids=["a day", "lunch", "always", "shut"]
)
def test_hours_come_back_as_they_were_written(written: str) -> None:
    assert write_hours(read_hours(2, written), 2) == written


def test_hours_are_read_as_people_write_them() -> None:
    expected = (OpenHours(weekday=0, opens=time(7, 30), closes=time(16, 30)),)
    assert read_hours(0, " 7:30 - 16.30 ") == expected
    assert stored_hours(plain_hours(expected)) == expected


@pytest.mark.parametrize("wrong", ["7-16", "16.30–07.30", "25.00–26.00", "08.00–12.00, 11.00–13.00", "open", "08.00"])
def test_hours_that_can_not_be_kept_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_hours(0, wrong)


def test_closed_days_are_told_once_each_and_in_order() -> None:
    assert read_days("2026-12-24\n2026-12-23, 2026-12-24") == (date(2026, 12, 23), date(2026, 12, 24))
    with pytest.raises(ValueError, match=r".+"):
        read_days("2026-02-30")


def test_the_same_key_is_the_same_unit_and_only_changes_are_told(contract: Service) -> None:
    for _ in range(3):
        with contract.act() as ctx:
            actions.save_unit(ctx, key="SE1", name="Njurmottagningen", phone="+46363210 00", floor_number=FLOOR)
    assert told(contract).count(CHANGED) == 2
    with contract.act() as ctx:
        first = actions.save_unit(ctx, key="SE1", name="Njurmottagningen Ryhov")
        again = actions.save_unit(ctx, key="SE1", name="Njurmottagningen Ryhov")
    assert first == again
    assert told(contract).count(CHANGED) == 4


def test_a_record_that_knows_less_takes_nothing_away(contract: Service) -> None:
    hours = (OpenHours(weekday=0, opens=time(), closes=time()),)
    line: dict[str, Any] = {"duty_line": "08-465 004 02", "duty_hours": hours}
    with contract.act() as ctx:
        actions.save_unit(ctx, key="SE1", name="Mottagningen", floor_number=FLOOR, neutral=True, **line)
        actions.save_unit(ctx, key="SE1", name="Mottagningen")
    kept = facts_of(contract, "SE1")
    assert (kept.floor_number, kept.neutral, kept.duty_line) == (FLOOR, True, "08-465 004 02")
    assert kept.duty_hours == hours


def test_a_new_unit_is_open_on_weekdays_and_has_no_line_that_nobody_answers(contract: Service) -> None:
    with contract.act() as ctx:
        actions.save_unit(ctx, key="SE1", name="Njurmottagningen")
    kept = facts_of(contract, "SE1")
    assert (kept.hours, kept.duty_hours, kept.duty_line) == (DEFAULT_HOURS, (), None)


def test_units_without_a_key_are_never_taken_for_each_other(contract: Service) -> None:
    with contract.act() as ctx:
        one, other = (actions.save_unit(ctx, key=None, name="Vårdcentralen") for _ in range(2))
    assert one != other


def test_the_whole_unit_can_be_changed_and_numbers_taken_away(contract: Service) -> None:
    with contract.act() as ctx:
        unit_id = actions.save_unit(ctx, key="SE1", name="Mottagningen", floor_number=FLOOR, neutral=True)
        known = store.facts(ctx.session.get_one(CareUnit, unit_id))
        actions.change_unit(ctx, dataclasses.replace(known, floor_number="", neutral=False, hours=()))
    kept = facts_of(contract, "SE1")
    assert (kept.floor_number, kept.neutral, kept.hours) == ("", False, ())


@pytest.mark.parametrize(("field", "value"), [("name", "  "), ("zone", "Europe/Nowhere")])
def test_what_can_not_be_is_refused_at_its_field(contract: Service, field: str, value: str) -> None:
    told_of: dict[str, Any] = {"name": "Mottagningen", field: value}
    with contract.act() as ctx, pytest.raises(Refused) as refused:
        actions.save_unit(ctx, key="SE1", **told_of)
    assert refused.value.field == field
    assert told(contract) == []


def test_an_unknown_unit_is_not_there(contract: Service) -> None:
    with contract.act() as ctx:
        actions.save_unit(ctx, key="SE1", name="Mottagningen")
    with contract.act() as ctx, pytest.raises(NotFound):
        actions.change_unit(ctx, dataclasses.replace(facts_of(contract, "SE1"), unit_id=uuid4()))
