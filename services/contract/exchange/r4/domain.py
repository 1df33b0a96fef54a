"""Strict JSON, and the structure of FHIR R4 resources by HL7's own JSON Schema, each finding with its place."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import ValidationError

from services.contract.exchange.problem.domain import Problem, Weight, refused
from shared.i18n import _l

LARGEST_FILE = 100 * 1024 * 1024

SURE_DIGITS = 15
"""A number with no more signs than this is kept exactly."""

ALLOWED_CONTROLS = frozenset("\t\n\r")


def parse(data: bytes) -> Any:
    """The JSON value in ``data``. Raises ``Refused`` for anything that two readers could understand differently."""
    if len(data) > LARGEST_FILE:
        raise refused("", _l("The file is larger than %(limit)s MB."), limit=str(LARGEST_FILE // 1024**2))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(_byte(error.start), _l("The text is not UTF-8, which JSON must be.")) from None
    try:
        value = json.loads(text, object_pairs_hook=_no_doubles, parse_constant=_no_constants, parse_float=_exactly)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise refused(where, _l("This is not JSON. It goes wrong at this place.")) from None
    except RecursionError:
        raise refused("", _l("The file is nested too deeply.")) from None
    except ValueError:
        raise refused("", _l("A number in the file is too long.")) from None
    _no_control_characters(value)
    return value


@cache
def resource_types() -> frozenset[str]:
    """Every resource type of R4."""
    return frozenset(
        name for name, rule in _definitions().items() if "const" in rule.get("properties", {}).get("resourceType", {})
    )


def faults(resource: dict[str, Any], place: str) -> Iterator[Problem]:
    """Where the resource departs from the structure of its type, which must be one of ``resource_types``."""
    for error in _validator(resource["resourceType"]).iter_errors(resource):
        at = _path(place, error)
        for text, values in _reasons(error):
            yield Problem(at, text, values, Weight.REFUSAL)


@cache
def _definitions() -> dict[str, Any]:
    packed = files(__package__).joinpath("fhir-r4.schema.json.gz").read_bytes()
    definitions: dict[str, Any] = json.loads(gzip.decompress(packed))["definitions"]
    # Resources inside resources are judged by their own type, one at a time: a choice of all types says nothing useful.
    definitions["ResourceList"] = {"type": "object"}
    return definitions


@cache
def _validator(resource_type: str) -> Draft6Validator:
    return Draft6Validator({"$ref": f"#/definitions/{resource_type}", "definitions": _definitions()})


def _reasons(error: ValidationError) -> Iterator[tuple[str, dict[str, str]]]:
    """Our own words, because the library's repeat the value, which may be somebody's name or number."""
    match error.validator:
        case "additionalProperties":
            for name in sorted(set(error.instance) - set(error.schema["properties"])):
                yield _l("FHIR R4 has no field “%(field)s” here."), {"field": name[:60]}
        case "required":
            for name in sorted(set(error.validator_value) - set(error.instance)):
                yield _l("The field “%(field)s” is missing."), {"field": name}
        case _:
            yield _l("The value does not fit this field of FHIR R4."), {}


def _path(place: str, error: ValidationError) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return (place + "".join(steps)).lstrip(".")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two equal names counts; in a care record that is not ours to choose."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refused("", _l("The field “%(field)s” stands twice in one object."), field=twice[:60])
    return value


def _no_constants(name: str) -> float:
    raise refused("", _l("“%(constant)s” is not a JSON number."), constant=name)


def _exactly(written: str) -> float:
    """A number that would become another one by being read is refused: it may be a dose."""
    number = float(written)
    if len(written) > SURE_DIGITS and math.isfinite(number) and Decimal(repr(number)) != Decimal(written):
        raise refused("", _l("A number in the file has more digits than can be kept exactly."))
    return number


def _no_control_characters(value: Any) -> None:
    """FHIR allows none but tab and line breaks, the database none at all."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        place, part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend((place, name) for name in part)
            waiting.extend((f"{place}.{name}".lstrip("."), inner) for name, inner in part.items())
        elif isinstance(part, list):
            waiting.extend((f"{place}[{index}]", inner) for index, inner in enumerate(part))
        elif isinstance(part, str) and any(map(_forbidden, part)):
            raise refused(place, _l("The text holds a control character or half a character."))


def _forbidden(character: str) -> bool:
    return (character < " " and character not in ALLOWED_CONTROLS) or "\ud800" <= character <= "\udfff"


def _byte(position: int) -> str:
    return f"byte {position + 1}"
