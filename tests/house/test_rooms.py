"""The same rooms everywhere: know one concept, know all. And no room grows until nobody wants to enter it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from shared.i18n.gaps import gaps
from shared.web.pages import EMPTY

ROOT = Path(__file__).parent.parent.parent
ROOMS = {
    "__init__.py",
    "domain.py",
    "tables.py",
    "store.py",
    "actions.py",
    "schemas.py",
    "api.py",
    "pages.py",
    "templates",
}
DATA = {
    "services/contract/exchange/r4/SOURCES.md",
    "services/contract/exchange/r4/fhir-r4.schema.json.gz",
}
"""What others have made and a rule reads as it is, with where it comes from and its licence."""
SERVICE_ROOMS = {"__init__.py", "app.py", "tasks.py", "tables.py", "migrations", "README.md"}
CONCEPTS = {
    "contract": [
        "units",
        "people",
        "delegates",
        "signin",
        "named_contact",
        "blocks",
        "break_glass",
        "next_contact",
        "plan",
        "agreement",
        "exchange",
    ],
    "selfcare": ["reminders", "dialysis", "admission"],
    "notify": ["delivery", "requests"],
}
LONGEST_FILE = 200
LONGEST_FUNCTION = 30
CODE = sorted(
    path.relative_to(ROOT).as_posix()
    for top in ("deploy", "services", "shared")
    for path in (ROOT / top).rglob("*.py")
    if not {"migrations", "node_modules"} & set(path.parts)
)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != "__pycache__"}


def strangers(folder: Path, allowed: set[str]) -> set[str]:
    """What stands in the folder and has no business there. A folder of Python in it is a smaller concept, with the same
    rooms."""
    found = {name for name in names_in(folder) - allowed if (folder / name) not in {ROOT / path for path in DATA}}
    smaller = {name for name in found if (folder / name / "__init__.py").is_file()}
    inside = {f"{name}/{stranger}" for name in smaller for stranger in strangers(folder / name, allowed)}
    return (found - smaller) | inside


@pytest.mark.parametrize("service", CONCEPTS)
def test_a_service_holds_its_concepts_and_nothing_else(service: str) -> None:
    folder = ROOT / "services" / service
    assert names_in(folder) == SERVICE_ROOMS | set(CONCEPTS[service])


@pytest.mark.parametrize("concept", [f"{s}/{c}" for s, all_of in CONCEPTS.items() for c in all_of])
def test_a_concept_has_only_the_rooms_with_the_known_names(concept: str) -> None:
    assert strangers(ROOT / "services" / concept, ROOMS) == set()


def test_a_room_with_another_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "smaller").mkdir()
    for name in ("domain.py", "utils.py", "smaller/__init__.py", "smaller/helpers.py"):
        (tmp_path / name).touch()
    assert strangers(tmp_path, ROOMS) == {"utils.py", "smaller/helpers.py"}


@pytest.mark.parametrize("path", CODE)
def test_a_file_stays_small_and_says_what_it_is(path: str) -> None:
    text = (ROOT / path).read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= LONGEST_FILE
    assert not text.strip() or ast.get_docstring(tree), "no module docstring"
    too_long = [node.name for node in functions(tree) if length(node) > LONGEST_FUNCTION]
    assert too_long == []


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def length(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring and without the functions inside it."""
    inside = sum(length(inner) for child in node.body for inner in functions(child))
    documented = node.body[0] if ast.get_docstring(node) else None
    doc = (documented.end_lineno or 0) - documented.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - inside - doc


@pytest.mark.parametrize(
    "path", [path for path in CODE if path.endswith("schemas.py") and path.startswith("services/")]
)
def test_a_form_takes_only_days_and_clock_times_that_a_rule_can_count_with(path: str) -> None:
    """The library's own fields take the year 1 and times with an offset, on which arithmetic with zones breaks."""
    named = re.findall(r"fields\.(Date|Time|DateTime|AwareDateTime)\b", (ROOT / path).read_text())
    assert named == [], "use Day and ClockTime of shared.web.forms"


TEMPLATES = sorted(path for part in ("services", "shared", "deploy") for path in (ROOT / part).rglob("*.html"))


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "{% extends" in path.read_text()], ids=str)
def test_a_page_takes_no_name_that_the_frame_around_it_shows(path: Path) -> None:
    """A macro called ``said`` would stand in the notice's place on every page that brings it in."""
    text = path.read_text()
    brought = re.findall(r"\bimport ([^%]+?)(?: with context)? %}", text)
    named = {name.split(" as ")[-1].strip() for names in brought for name in names.split(",")}
    named |= set(re.findall(r"{%-? (?:macro|set) (\w+)", text))
    assert named & {*EMPTY, "viewer", "language", "places", "fragment", "now"} == set()


def test_every_text_has_its_swedish() -> None:
    assert [str(gap) for gap in gaps()] == []
