"""Every class of every row of the table of bad input has a test that carries it, or a reason why there is none.

``bad_input.toml`` is the index: a table for each row, a line for each class, and in it one or more of ``file: test # case``
(the file by its name in ``[files]``, the test without ``test_``, the case by words that stand in the file), or ``none: why``.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
DATA = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", TESTS.parents[1] / "shared" / "data"))
PROMISES = DATA.parent / "promises.md"
INDEX = tomllib.loads((Path(__file__).parent / "bad_input.toml").read_text())
FILES, ROWS = INDEX.pop("files"), INDEX
REASON = "none: "


def classes(text: str) -> dict[str, list[str]]:
    """The rows of table (c), each with its classes."""
    found = re.search(r"^## \(c\).*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, "no table (c)"
    rows = [line.strip("|").split("|") for line in found[0].splitlines() if line.startswith("| ")][1:]
    return {row[0].strip(): [_plain(one) for one in _apart(row[1])] for row in rows}


def _apart(cell: str) -> list[str]:
    """What commas part, but for those in parentheses and in code."""
    return re.split(r",\s+(?![^(]*\))(?!` quotes)", cell.replace("`,`,", "`,` ,").strip())


def _plain(words: str) -> str:
    return words.replace("`,` ,", "`,`,").strip()


def names_in(path: Path) -> set[str]:
    return set(re.findall(r"^\s*def test_(\w+)", path.read_text(), re.MULTILINE))


def wrong(told: str) -> str | None:
    """What is wrong with one entry; None for a test that is there and a reason that is one."""
    if told.startswith(REASON):
        return None if len(told) > len(REASON) + 15 else "is no reason"
    file, _, rest = told.partition(": ")
    test, _, case = rest.partition(" # ")
    path = TESTS / FILES.get(file, "nowhere")
    if not path.is_file():
        return f"there is no file {file}"
    if test not in names_in(path):
        return f"{file} has no test {test}"
    return None if not case or case in path.read_text() else f"{file} has no case {case}"


def told(entry: str | list[str]) -> list[str]:
    return entry if isinstance(entry, list) else [entry]


def test_C_every_row_and_class_stands_in_the_index_and_nothing_else() -> None:
    if not PROMISES.is_file():
        pytest.skip(f"third-party data is absent: {PROMISES}, see SAMKONTRAKT_SHARED_DATA")
    assert {row: sorted(found) for row, found in ROWS.items()} == {
        row: sorted(found) for row, found in classes(PROMISES.read_text(encoding="utf-8")).items()
    }


@pytest.mark.parametrize("row", ROWS)
def test_C_every_class_has_a_test_that_is_there(row: str) -> None:
    found = {(name, one): why for name, entry in ROWS[row].items() for one in told(entry) if (why := wrong(one))}
    assert found == {}
    assert all(told(entry) for entry in ROWS[row].values())


def test_what_is_wrong_in_an_index_is_seen() -> None:
    assert wrong("reading: a_body_where_none_is_read_is_refused") is None
    assert wrong("reading: a_body_that_is_no_json_object_is_refused_in_one_shape # NaN") is None
    assert wrong("reading: a_test_that_is_not_there")
    assert wrong("reading: a_body_where_none_is_read_is_refused # words that stand nowhere")
    assert wrong("nowhere: a_body_where_none_is_read_is_refused")
    assert wrong("none: so")
    assert wrong("none: nothing of the kind is taken in") is None
    assert classes("## (c) X\n| surface | classes |\n|---|---|\n| a | b (c, d), e, `,`, f |\n") == {
        "a": ["b (c, d)", "e", "`,`", "f"]
    }
