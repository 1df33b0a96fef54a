"""Every row of the domain's tables has a test that carries its id, or stands here with the reason why it has none yet.

An id is the section and what the row is in it: ``K17`` and ``H3`` by number; ``B3_rule_2`` of a numbered list, or of a
paragraph of rules; ``B4_row_3`` of a table of sourced rules; ``B1_state_proposed`` and ``B4_priority_soon`` of a table of
those; ``B1_point_2`` of a list of points; a section of prose alone is its own: ``B9``. A name may carry several:
``test_B1_point_1_3_H1_…``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
DATA = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", TESTS.parents[1] / "shared" / "data"))
DOMAIN = DATA.parent / "domain.md"
SECTIONS = ("B1", "B2", "B3", "B4", "B8", "B9", "B10", "B12", "H", "K")
CARRIED = re.compile(r"(?<=_)(?:[HK]\d+|(B\d+)(_rule|_row|_point)((?:_\d+)+))(?=_)")

PEOPLE = "what people do and decide; nothing here to check"
BEDS = "self-managed admission has its request for a stay, and no beds, offers and quotas yet"
SESSIONS = "self-dialysis has its times, and no prescriptions, levels, log and judged values yet"
NOT_YET = {
    "B1_row_3": PEOPLE,
    "B3_rule_3": "two of a kind by different units are not looked for yet",
    "B3_rule_5": "opposite instructions are not flagged yet",
    "B3_rule_6": "the burden is not counted yet",
    "B4_row_6": "notices of admission do not come here yet",
    "B4_row_8": PEOPLE,
    "B4_row_10": BEDS,
    "H11": f"{BEDS}; {SESSIONS}",
    "H12": BEDS,
    "H13": BEDS,
    "H15": BEDS,
    "H16": SESSIONS,
    "H17": SESSIONS,
    "H18": SESSIONS,
    "H23": "SMS is not sent yet",
    "H25": "who can't be reached is told to the contact; letters and calls are no channels yet",
    "K6": BEDS,
    "K7": BEDS,
    "K9": SESSIONS,
    "K10": SESSIONS,
    "K11": SESSIONS,
    "K12": SESSIONS,
    "K13": "there are no programmes and series of values yet",
    "K14": SESSIONS,
    "K16": "being away or in hospital is not noted yet",
    "K23": "the burden is not counted yet",
}
"""Rows without a test, each with its reason."""

PARTLY: dict[str, str] = {}
"""Rows with a test of a part of them, each with what is left."""


def rows(text: str, *sections: str) -> dict[str, str]:
    """Every row of the sections by its id, with its words."""
    found: dict[str, str] = {}
    for name in sections:
        section = re.search(rf"^##? {name}\. .*?\n(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)
        assert section, f"no section {name}"
        found |= dict(rows_of(name, section[1])) or {name: name}
    return found


def rows_of(name: str, section: str) -> Iterator[tuple[str, str]]:
    head, row, point = "", 0, 0
    for line in section.splitlines():
        cell = re.sub(r"\W.*", "", line.strip("| `"))
        if number := re.match(r"(\d+)\. ", line):
            yield f"{name}{number[1]}" if name == "K" else f"{name}_rule_{number[1]}", line
        elif line.startswith("- ") and name != "H":
            point += 1
            yield f"{name}_point_{point}", line
        elif line.startswith("|") and not head:
            head, row = cell, 0
        elif line.startswith("|") and not line.startswith("|--"):
            row += 1
            by_name = head in {"State", "Priority"}
            yield f"{name}_{head}_{cell}".lower().replace(name.lower(), name) if by_name else place(name, row), line
        elif line.startswith("Rules (own): "):
            clauses = line.removeprefix("Rules (own): ").split("; ")
            yield from ((f"{name}_rule_{number}", clause) for number, clause in enumerate(clauses, 1))
        head = head if line.startswith("|") else ""


def place(name: str, row: int) -> str:
    return f"H{row}" if name == "H" else f"{name}_row_{row}"


def carries(names: str, row: str) -> bool:
    """Whether one of the names carries the row's id, alone or after others of its kind."""
    kind, _, number = row.rpartition("_")
    return re.search(rf"_{kind}(?:_\d+)*_{number}(?![a-z\d])" if kind else rf"_{row}(?!\d)", names) is not None


def names_in(text: str) -> str:
    return "\n".join(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


def ids_in(names: str) -> set[str]:
    """Every numbered id that the names carry."""
    found = set()
    for match in CARRIED.finditer(names):
        section, kind, numbers = match.groups()
        found |= {f"{section}{kind}_{one}" for one in re.findall(r"\d+", numbers or "")} or {match[0]}
    return found


@pytest.fixture(scope="module")
def domain() -> dict[str, str]:
    if not DOMAIN.is_file():
        pytest.skip(f"third-party data is absent: {DOMAIN}, see SAMKONTRAKT_SHARED_DATA")
    return rows(DOMAIN.read_text(encoding="utf-8"), *SECTIONS)


@pytest.fixture(scope="module")
def names() -> str:
    return "\n".join(names_in(path.read_text()) for path in TESTS.rglob("test_*.py"))


def test_every_row_has_a_test_or_a_reason(domain: dict[str, str], names: str) -> None:
    without = {row: words[:80] for row, words in domain.items() if row not in NOT_YET and not carries(names, row)}
    assert without == {}


def test_no_reason_outlives_its_row_or_its_want_of_a_test(domain: dict[str, str], names: str) -> None:
    assert {row for row in NOT_YET if row not in domain or carries(names, row)} == set()
    assert {row for row in PARTLY if row not in domain or not carries(names, row)} == set()


def test_no_test_carries_an_id_that_no_row_has(domain: dict[str, str], names: str) -> None:
    section = re.compile(r"[A-Z]+\d*")
    known = {name for row in domain for name in section.findall(row)[:1]}
    of_these = {one for one in ids_in(names) if section.findall(one)[0] in known or one[0] in "HK"}
    assert of_these - set(domain) == set()


SMALL = """\
# B. Rules
## B1. Things
| Rule | Source |
|---|---|
| One | [A] |
| Two | [B] |

1. Is it so?

| State | May go to |
|---|---|
| `draft` | `under_way` |
| `under_way` | – |

- Never this.
- Always that.
## B8. Others
Rules (own): first; second.
## B9. Prose
Words.
# H. Traps
| Trap | Test |
|---|---|
| A trap | Its test |

- No row.
# K. Safety
17. A death.
"""


def test_what_is_a_row_and_what_carries_it() -> None:
    found = set(rows(SMALL, "B1", "B8", "B9", "H", "K"))
    of_b1 = {"B1_row_1", "B1_row_2", "B1_rule_1", "B1_state_draft", "B1_state_under_way", "B1_point_1", "B1_point_2"}
    assert found == of_b1 | {"B8_rule_1", "B8_rule_2", "B9", "H1", "K17"}
    names = names_in(
        "def test_B1_row_1_2_and_K17_hold() -> None:\n    def test_H1_inside():\ndef test_B1_state_draft() ->"
    )
    assert {row for row in found if carries(names, row)} == {"B1_row_1", "B1_row_2", "K17", "B1_state_draft"}
    assert ids_in(names) == {"B1_row_1", "B1_row_2", "K17"}
    assert not carries("test_B1_row_12_K1_x", "B1_row_1")
    assert not carries("test_K170_x", "K17")
