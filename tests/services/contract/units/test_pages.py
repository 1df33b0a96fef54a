"""The unit's form: an admin's own, with what is wrong beside the field; nobody else finds it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from services.contract.units import store
from shared.events import OpenHours, UnitChanged
from tests.services.contract.clinic import FLOOR, Clinic, words

FORM = {
    "name": "Njurmottagningen",
    "floor_number": FLOOR,
    "phone": "036-32 10 00",
    "open_0": "07.30–12.00, 13.00–16.30",
    "closed_on_holidays": "1",
}


def address(clinic: Clinic) -> str:
    return f"/contract/units/{clinic.unit}"


def facts(clinic: Clinic) -> UnitChanged:
    with clinic.service.act() as ctx:
        unit = store.get(ctx.session, clinic.unit)
        assert unit
        return store.facts(unit)


def test_an_admin_sees_the_own_units_and_what_is_missing(clinic: Clinic) -> None:
    text = words(clinic.browser(clinic.admin).text("/contract/units"))
    assert "Njurmottagningen" in text
    assert "No head of unit" in text
    assert "Hjärtmottagningen" not in text


def test_a_unit_is_changed_as_a_whole(clinic: Clinic) -> None:
    form = {**FORM, "head_id": str(clinic.lisa), "extra_closed": "2026-12-23", "duty_line": "08-465 004 02"}
    answer = clinic.browser(clinic.admin).post(address(clinic), {**form, "duty_6": "00.00–24.00"})
    assert answer.status_code == 303
    kept = facts(clinic)
    assert [(h.weekday, h.opens.hour, h.closes.hour) for h in kept.hours] == [(0, 7, 12), (0, 13, 16)]
    assert kept.duty_hours == (OpenHours(weekday=6, opens=time(), closes=time()),)
    assert (kept.head_id, kept.extra_closed, kept.duty_line) == (clinic.lisa, (date(2026, 12, 23),), "08-465 004 02")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"floor_number": ""}, "Without it no agreement can start here."),
        ({"floor_number": "12345"}, "No network has this phone number."),
        ({"open_0": "16-07"}, "Write hours like"),
        ({"extra_closed": "2026-02-30"}, "Write dates like"),
        ({"name": ""}, "Fill in an answer here."),
    ],
)
def test_K1_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(
    clinic: Clinic, wrong: dict[str, str], text: str
) -> None:
    before = facts(clinic)
    answer = clinic.browser(clinic.admin).post(address(clinic), {**FORM, **wrong})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert f'id="{next(iter(wrong))}-error"' in html
    assert text in html
    assert facts(clinic) == before


def test_the_head_is_somebody_who_works_there(clinic: Clinic) -> None:
    answer = clinic.browser(clinic.admin).post(address(clinic), {**FORM, "head_id": str(clinic.esther)})
    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["other_admin", "anita", "esther"])
def test_P32_another_units_admin_a_nurse_and_a_patient_find_nothing(clinic: Clinic, who: str) -> None:
    browser: Any = clinic.browser(getattr(clinic, who))
    assert browser.get(address(clinic)).status_code == 404
    assert browser.post(address(clinic), FORM).status_code == 404


def test_P32_a_stranger_is_asked_to_sign_in(clinic: Clinic) -> None:
    for path in ("/contract/units", address(clinic)):
        answer = clinic.stranger().get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/contract/signin")


def test_an_unknown_unit_is_not_there(clinic: Clinic) -> None:
    assert clinic.browser(clinic.admin).get(f"/contract/units/{clinic.esther}").status_code == 404


def test_the_page_speaks_swedish(clinic: Clinic) -> None:
    assert "Nummer som alltid besvaras" in clinic.browser(clinic.admin).text(address(clinic), "sv")
