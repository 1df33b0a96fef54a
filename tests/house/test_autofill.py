"""What a browser may fill in by itself: what is the writer's own, where it is asked for, and nothing else.

Staff write about others, and some devices are used by many: a browser that fills in the nurse's own address, or offers what the
one before wrote, does harm. ``ui.field`` therefore says ``off`` unless it is told otherwise.
"""

from __future__ import annotations

import re

from deploy.folder import CHECKOUT

TEMPLATES = [
    path for part in ("services", "shared", "deploy") for path in sorted((CHECKOUT / part).rglob("templates/**/*.html"))
]
OWN = {("codes/enter.html", "code"): "one-time-code"}
"""What is the writer's own, with WHATWG's word for it. A personal identity number has none."""
FIELD = re.compile(r"""field\(\s*"(?P<name>\w+)"[^{}]*?autocomplete="(?P<token>[\w-]+)\"""")
INPUT = re.compile(r"<input[^>]*>")
NOT_WRITTEN = re.compile(r"""type="(hidden|checkbox|radio|submit|file|date|time)\"""")


def told(text: str) -> dict[str, str]:
    """The fields of a template that say what may be filled in, with what."""
    return {found["name"]: found["token"] for found in FIELD.finditer(text)}


def silent(text: str) -> list[str]:
    """The fields to write in, made by hand, that do not say it."""
    return [one for one in INPUT.findall(text) if not NOT_WRITTEN.search(one) and "autocomplete=" not in one]


def test_C_autofill_only_what_is_the_writers_own_is_filled_in_by_a_browser() -> None:
    assert len(TEMPLATES) > 50
    assert {
        (f"{path.parent.name}/{path.name}", name): token
        for path in TEMPLATES
        for name, token in told(path.read_text()).items()
    } == OWN


def test_C_autofill_no_field_is_left_to_the_browser() -> None:
    macros = (CHECKOUT / "shared" / "web" / "templates" / "web" / "macros.html").read_text()
    assert re.search(r'macro field\([^)]*autocomplete="off"\)', macros)
    assert {str(path): found for path in TEMPLATES if (found := silent(path.read_text()))} == {}


def test_what_is_said_and_what_is_not_is_seen() -> None:
    assert told('{{ ui.field("name", _("Name"), width=30, autocomplete="name") }}{{ ui.field("x", _("X")) }}') == {
        "name": "name"
    }
    assert silent('<input name="a" type="text"><input type="hidden" name="b"><input name="c" autocomplete="off">') == [
        '<input name="a" type="text">'
    ]
