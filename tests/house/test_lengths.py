"""Every text that somebody may send has a longest length, or says by its form what it can be."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in (ROOT / "services").rglob("schemas.py")
)
ENDING: tuple[type, ...] = (validate.Length, validate.OneOf, validate.Equal, validate.Regexp)
NO_END = {
    "content": "a file, as long as an upload may be",
    "floor_number": "a telephone number: no network has longer ones",
    "duty_line": "a telephone number: no network has longer ones",
    "phone": "a telephone number: no network has longer ones",
    "zone": "one of the zones there are",
}
"""Texts without a length of their own, and what ends them."""


def sent(module: str) -> Iterator[type[Schema]]:
    """What the module says of forms and bodies."""
    for found in vars(importlib.import_module(module)).values():
        if isinstance(found, type) and issubclass(found, Schema) and found.__name__.endswith(("Form", "Body")):
            yield found


def endless(name: str, field: fields.Field[Any]) -> Iterator[str]:
    if isinstance(field, fields.List):
        yield from endless(name, field.inner)
    elif isinstance(field, fields.String) and not ends(field):
        yield name


def ends(field: fields.Field[Any]) -> bool:
    return any(isinstance(one, ENDING) for one in field.validators)


@pytest.mark.parametrize("module", MODULES)
def test_C_every_text_that_is_sent_has_an_end(module: str) -> None:
    found = {
        f"{schema.__name__}.{place}"
        for schema in sent(module)
        for name, field in schema().load_fields.items()
        if name not in NO_END
        for place in endless(name, field)
    }
    assert found == set()
