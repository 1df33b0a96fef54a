"""Address rules that compile late write what Werkzeug's own rules write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from werkzeug.routing import BuildError, Map, MapAdapter, Rule

from shared.web.rules import LateRule

ESTHER = UUID(int=1)
RULES = ("/people", "/people/<uuid:person_id>/days/<int:day>", "/låt oss/<string:rule>", "/files/<path:self>")


def adapter(kind: type[Rule]) -> MapAdapter:
    rules = [kind(text, endpoint=text) for text in RULES]
    return Map([*rules, kind("/first", endpoint="page", defaults={"page": 1})]).bind("localhost")


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        (RULES[0], {}),
        (RULES[0], {"q": "Åsa & co", "page": 2}),
        (RULES[1], {"person_id": ESTHER, "day": 7}),
        (RULES[1], {"person_id": ESTHER, "day": 7, "values": "x"}),
        (RULES[2], {"rule": "så här/där"}),
        (RULES[3], {"self": "a/b"}),
        ("page", {"page": 1}),
        ("page", {}),
    ],
)
def test_an_address_is_what_werkzeug_writes(endpoint: str, values: dict[str, Any]) -> None:
    late, usual = adapter(LateRule), adapter(Rule)
    for _ in ("compiled now", "and known"):
        for unknown in (True, False):
            assert late.build(endpoint, values, append_unknown=unknown) == usual.build(
                endpoint, values, append_unknown=unknown
            )


def test_an_address_that_lacks_something_is_none() -> None:
    with pytest.raises(BuildError):
        adapter(LateRule).build(RULES[1], {"day": 7})
