"""The register as a sheet: nothing in it runs, nobody protected can be reached by it, and it can come back."""

from __future__ import annotations

import csv
import io
from datetime import date

from services.contract.people import actions as people
from services.contract.people.file.domain import COLUMNS, PersonRow, check, rows, text_of
from services.contract.people.file.sheet.domain import Listed, sheet
from tests.services.contract.clinic import Clinic

EVIL = ("=1+1", "+46", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0")


def test_H_no_cell_begins_as_a_formula() -> None:
    made = sheet(Listed("staff", words, "S1", "sv", words, words, False, ["nurse"]) for words in EVIL)
    cells = [cell for row in csv.reader(io.StringIO(made[1:], newline=""), delimiter=";") for cell in row]
    assert len(cells) == len(COLUMNS) * (len(EVIL) + 1)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_P3_what_is_taken_out_can_be_read_in() -> None:
    one = Listed("staff", 'Åsa; "Öman"', "S1", "sv", "asa@example.org", "+46701740605", False, ["nurse", "head"])
    ((number, cells),) = rows(text_of(sheet([one]).encode()))
    found = check(number, cells, date(2026, 11, 24))
    assert isinstance(found, PersonRow)
    assert (found.name, found.email, found.phone, found.roles) == (one.name, one.email, one.phone, ("head", "nurse"))


def test_H_the_sheet_holds_ones_own_unit_and_not_how_the_protected_are_reached(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        known = {"kind": "patient", "name": "Karin Ek", "identity": "19480101-0009", "protected": True}
        karin = people.save_person(ctx, **known, email="karin@example.org", phone="0701740617")  # type: ignore[arg-type]
        people.know_at(ctx, karin, clinic.unit)
    here = f"/contract/people/file/{clinic.unit}.csv"
    answer = clinic.browser(clinic.admin).get(here)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "Karin Ek" in answer.text
    assert "Anita Berg" in answer.text
    assert "karin@example.org" not in answer.text
    assert "174" not in answer.text
    assert here in clinic.browser(clinic.admin).text("/contract/people/file")
    for other in (clinic.other_admin, clinic.anita, clinic.esther):
        assert clinic.browser(other).get(here).status_code == 404
