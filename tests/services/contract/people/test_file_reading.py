"""A sheet of people is read as it was saved, and each thing that is wrong is told with its row and column."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import date

import pytest

from services.contract.people.file.domain import PersonRow, Unreadable, Wrong, check, rows, text_of
from shared.sheet import safe_cell

TODAY = date(2026, 11, 24)
SHEET = "Typ;Namn;Personnummer;Telefon;Roller\npatient;Åsa Öberg;19460823-9986;070-174 06 01;\npersonal;Bo Ek;SE1;;Nurse+admin\n"


def read(text: str) -> list[PersonRow | list[Wrong]]:
    return [check(number, cells, TODAY) for number, cells in rows(text)]


def only(text: str) -> PersonRow:
    (row,) = read(text)
    assert isinstance(row, PersonRow)
    return row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-mark"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_C_a_sheet_is_read_in_every_form_it_is_saved_in(encoding: str, separator: str, line: str) -> None:
    text = SHEET.replace(";", separator).replace("\n", line)
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding.endswith("mark") else text.encode(encoding)
    asa, bo = read(text_of(data))
    assert isinstance(asa, PersonRow)
    assert (asa.row, asa.name, asa.identity, asa.phone) == (2, "Åsa Öberg", "194608239986", "+46701740601")
    assert isinstance(bo, PersonRow)
    assert bo.roles == ("admin", "nurse")


def test_C_quotes_and_line_breaks_inside_a_cell_stay_in_it() -> None:
    sheet = 'kind,name,identity\nstaff,"Ek, ""Bo""\nKarl",A1\n\nstaff,Eva Ek,A2\n'
    bo, eva = read(sheet)
    assert isinstance(bo, PersonRow)
    assert bo.name == 'Ek, "Bo" Karl'
    assert isinstance(eva, PersonRow)
    assert eva.row == 4


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        ("", "must name the columns"),
        ("kind,name\nstaff,Bo", "must name the columns"),
        (" \n\n", "must name the columns"),
        ("kind,name,identity\n", "nobody below them"),
        ("kind;name;identity\r\n;;\r\n ; ;\r\n", "nobody below them"),
        ("kind,name,identity,namn\n", "stands twice"),
        ('kind,name,identity\nstaff,"Bo,A1\n', "quotation mark"),
    ],
)
def test_C_a_sheet_that_is_none_is_refused_as_a_whole(sheet: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(sheet)
    assert says in str.__str__(refused.value.text)


@pytest.mark.full
@pytest.mark.parametrize("number", [2, 100_001])
def test_C_a_row_far_down_that_is_wrong_keeps_its_number(number: int) -> None:
    people = [f"staff,Bo Ek,A{row}" for row in range(2, 100_002)]
    people[number - 2] = "cat,Bo Ek,A1"
    found = [
        one
        for row, cells in rows("kind,name,identity\n" + "\n".join(people))
        if isinstance(one := check(row, cells, TODAY), list)
    ]
    assert [(one.row, one.column) for (one,) in found] == [(number, "kind")]


def test_C_a_picture_is_no_sheet() -> None:
    with pytest.raises(Unreadable):
        text_of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"kind": "cat"}, "kind"),
        ({"name": " "}, "name"),
        ({"name": "=1+1"}, "name"),
        ({"identity": "19460823-9985"}, "identity"),
        ({"identity": ""}, "identity"),
        ({"phone": "12"}, "phone"),
        ({"email": "a@b@c"}, "email"),
        ({"language": "klingon"}, "language"),
        ({"protected": "maybe"}, "protected"),
        ({"roles": "nurse"}, "roles"),
        ({"kind": "staff", "roles": "king"}, "roles"),
        ({"kind": "staff", "identity": "A\0B"}, "identity"),
    ],
)
def test_C_what_is_wrong_is_told_with_row_and_column(cells: dict[str, str], column: str) -> None:
    right = {"kind": "patient", "name": "Åsa Öberg", "identity": "19460823-9986"}
    found = check(7, right | cells, TODAY)
    assert isinstance(found, list)
    assert [(one.row, one.column) for one in found] == [(7, column)]


def test_C_columns_we_do_not_know_and_short_rows_do_no_harm() -> None:
    row = only("shoe size;kind;name;identity;phone\n42;staff;Bo Ek;A1\n")
    assert (row.name, row.phone) == ("Bo Ek", None)


def test_C_no_cell_of_ours_is_run_as_a_formula() -> None:
    assert [safe_cell(text) for text in ("=1+1", "@x", "+46", "-1", "Bo")] == ["'=1+1", "'@x", "'+46", "'-1", "Bo"]
    assert only("kind,name,identity,phone\nstaff,Bo Ek,A1,'+46701740601\n").phone == "+46701740601"


MILLION = 1_000_000


def measured(read_all: Callable[[], int]) -> tuple[int, int]:
    """What it returns, and the most memory it held meanwhile, in bytes."""
    tracemalloc.start()
    found = read_all()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found, peak


def test_C_rows_are_read_one_at_a_time() -> None:
    sheet = "kind,name,identity\n" + "".join(f"staff,Bo Ek,A{number}\n" for number in range(20_000))
    found, peak = measured(lambda: sum(1 for _row in rows(sheet)))
    assert found == 20_000
    assert peak < 4 * len(sheet) + 1_000_000


@pytest.mark.parametrize("row", ["staff,Bo Ek,A1\n", "\n", ",,\n", ","])
def test_C_a_million_rows_are_refused_at_the_limit_and_not_read_to_their_end(row: str) -> None:
    """A hundred thousand are the most that a sheet may hold; empty ones count. A million separators are one row."""
    sheet = "kind,name,identity\n" + row * MILLION
    began = time.process_time()
    with pytest.raises(Unreadable) as refused:
        measured(lambda: sum(1 for _row in rows(sheet)))
    tracemalloc.stop()
    assert time.process_time() - began < 10
    assert "100 000 rows" in str.__str__(refused.value.text) or row == ","
