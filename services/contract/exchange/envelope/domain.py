"""The rules that refuse a bundle whole. Each finding names its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.contract.exchange.problem.domain import Problem, Weight
from services.contract.exchange.r4.domain import faults, resource_types
from shared.i18n import _l

WITH_REQUESTS = frozenset({"transaction", "batch"})
KINDS = WITH_REQUESTS | {"collection"}
METHODS = frozenset({"POST", "PUT"})

ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
RELATIVE = re.compile(r"^([A-Za-z]+)[/?]")


def refusals(bundle: Any) -> Iterator[Problem]:
    """Every reason why this JSON value can't be imported as a bundle."""
    finding = _kind(bundle)
    if finding:
        yield finding
        return
    yield from faults(bundle, "")
    entries = bundle["entry"] if isinstance(bundle["entry"], list) else []
    seen: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            place = f"entry[{index}]"
            yield from _address(place, entry.get("fullUrl"), seen)
            yield from _entry(place, entry, asks=bundle["type"] in WITH_REQUESTS)


def references(value: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object with a literal reference in it, and its place, in the order of the file."""
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from references(part, f"{place}[{index}]")
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield f"{place}.reference", value
        for name, part in value.items():
            yield from references(part, f"{place}.{name}")


def _kind(bundle: Any) -> Problem | None:
    found = bundle.get("resourceType") if isinstance(bundle, dict) else None
    if not isinstance(found, str) or found not in resource_types():
        return _refusal("resourceType", _l("This is not FHIR R4: no resource type of R4 is named."))
    if found != "Bundle":
        return _refusal("resourceType", _l("This is a single %(type)s. Only bundles are imported."), type=found)
    if bundle.get("type") not in KINDS:
        return _refusal("type", _l("Only transaction, batch and collection bundles are imported."))
    if not bundle.get("entry"):
        return _refusal("entry", _l("The bundle is empty."))
    return None


def _address(place: str, full_url: Any, seen: dict[str, str]) -> Iterator[Problem]:
    if not isinstance(full_url, str):
        return
    if not ABSOLUTE.match(full_url):
        yield _refusal(f"{place}.fullUrl", _l("A full address must be absolute."))
    if full_url in seen:
        yield _refusal(f"{place}.fullUrl", _l("The same resource stands at %(other)s too."), other=seen[full_url])
    seen[full_url] = place


def _entry(place: str, entry: Mapping[str, Any], *, asks: bool) -> Iterator[Problem]:
    resource = entry.get("resource")
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    if asks:
        yield from _request(f"{place}.request", entry.get("request"), found)
    if not isinstance(resource, dict):
        yield _refusal(f"{place}.resource", _l("The entry holds no resource."))
    elif not isinstance(found, str) or found not in resource_types():
        yield _refusal(f"{place}.resource.resourceType", _l("FHIR R4 has no such resource type."))
    else:
        yield from faults(resource, f"{place}.resource")
        yield from _foreign_types(f"{place}.resource", resource)


def _request(place: str, request: Any, resource_type: Any) -> Iterator[Problem]:
    if not isinstance(request, dict):
        yield _refusal(place, _l("The entry does not say what is asked: “request” is missing."))
        return
    if request.get("method") not in METHODS:
        yield _refusal(f"{place}.method", _l("Only POST and PUT can be imported."))
    url = request.get("url")
    if not isinstance(url, str) or not url:
        yield _refusal(f"{place}.url", _l("The address of the request is missing."))
    elif re.split(r"[/?]", url)[0] != resource_type:
        yield _refusal(f"{place}.url", _l("The address of the request names another type than the resource."))


def _foreign_types(place: str, resource: Mapping[str, Any]) -> Iterator[Problem]:
    for where, reference in references(resource, place):
        named = RELATIVE.match(reference["reference"])
        if named and named[1] not in resource_types():
            yield _refusal(where, _l("The reference names a resource type that FHIR R4 does not have."))


def _refusal(place: str, text: str, **values: str) -> Problem:
    return Problem(place, text, values, Weight.REFUSAL)
