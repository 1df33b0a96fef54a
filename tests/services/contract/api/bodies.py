"""A body for every operation of the published document, made from the document; and the places in it where text stands."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Place = tuple[str | int, ...]
USUAL = {"date": "2026-12-01", "uuid": "00000000-0000-0000-0000-000000000000"}


class Schemas:
    """The schemas of a document."""

    def __init__(self, document: dict[str, Any], ids: dict[str, str]) -> None:
        self.named: dict[str, Any] = document["components"]["schemas"]
        self.ids = ids

    def body(self, name: str) -> dict[str, Any]:
        """A whole body of this schema, every field filled in."""
        body: dict[str, Any] = self._value(name, self.named[name])
        return body

    def texts(self, name: str, body: dict[str, Any]) -> Iterator[tuple[Place, bool]]:
        """Every place of this body where a text stands, and whether any text may: no day, id or word of a list."""
        yield from self._texts(self.named[name], body, ())

    def _texts(self, schema: dict[str, Any], value: Any, at: Place) -> Iterator[tuple[Place, bool]]:
        schema = self._resolved(schema)
        if isinstance(value, str):
            yield at, not {"enum", "format", "pattern"} & set(schema)
        elif isinstance(value, dict):
            for key, inner in schema.get("properties", {}).items():
                yield from self._texts(inner, value.get(key), (*at, key))
        elif isinstance(value, list):
            for number, one in enumerate(value[:1]):
                yield from self._texts(schema.get("items", {}), one, (*at, number))

    def _value(self, name: str, schema: dict[str, Any]) -> Any:
        schema = self._resolved(schema)
        kind = schema.get("type", "object")
        kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
        if "enum" in schema:
            return next(one for one in schema["enum"] if one is not None)
        if kind == "object":
            return {key: self._value(key, inner) for key, inner in schema.get("properties", {}).items()}
        if kind == "array":
            return [self._value(name, schema["items"])]
        plain: dict[str, Any] = {"boolean": False, "integer": max(1, schema.get("minimum", 1)), "number": 1.5}
        return plain[kind] if kind in plain else self._text(name, schema)

    def _text(self, name: str, schema: dict[str, Any]) -> str:
        if schema.get("format") == "uuid":
            return self.ids.get(name, USUAL["uuid"])
        if "pattern" in schema:
            return "2026-12-01T10:00" if "T" in schema["pattern"] else "10:00"
        return USUAL.get(schema.get("format", ""), f"Words of {name}")

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema itself; of several that something may be, the first that is not nothing."""
        while "$ref" in schema or "anyOf" in schema or "allOf" in schema:
            if "$ref" in schema:
                schema = self.named[schema["$ref"].rpartition("/")[2]]
            else:
                options = schema.get("anyOf") or schema["allOf"]
                schema = next(one for one in options if one.get("type") != "null")
        return schema


def put(body: dict[str, Any], place: Place, text: str) -> dict[str, Any]:
    """The body with this text at this place."""
    made: Any = copy.deepcopy(body)
    inner = made
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = text
    whole: dict[str, Any] = made
    return whole


def text_at(body: dict[str, Any], place: Place) -> str:
    inner: Any = body
    for step in place:
        inner = inner[step]
    return str(inner)
