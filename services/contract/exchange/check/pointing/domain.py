"""Where references lead, within a bundle and among several files: nowhere is told, more than one thing is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from typing import Any

from services.contract.exchange.envelope.domain import references
from services.contract.exchange.links.domain import NOWHERE, SEVERAL, shown
from services.contract.exchange.problem.domain import Problem, Weight
from shared.i18n import _l

VERSION = re.compile(r"/_history/([^/]+)$")
NO_VERSION = _l("“%(reference)s” names a version that is not in this bundle.")

Resources = list[tuple[str, Mapping[str, Any], str | None]]
"""A file's resources: place, resource, full address."""


def names(resources: Resources) -> frozenset[str]:
    """Everything by which others may point at these resources."""
    return frozenset(name for _place, resource, url in resources for name in _names(resource, url))


def astray(resources: Resources, elsewhere: Set[str]) -> Iterator[Problem]:
    """References that lead to more than one resource, to a version that is not there, or nowhere at all."""
    counted = Counter(name for _place, resource, url in resources for name in _names(resource, url))
    for place, resource, _url in resources:
        for where, reference in references(resource, f"{place}.resource"):
            yield from _judged(where, reference, counted, elsewhere, resources)


def _judged(
    where: str, reference: Mapping[str, Any], counted: Counter[str], elsewhere: Set[str], resources: Resources
) -> Iterator[Problem]:
    written = reference["reference"]
    plain = VERSION.sub("", written)
    version = VERSION.search(written)
    if written.startswith("#"):
        return
    if version and counted[plain] and version[1] not in _versions(resources, plain):
        yield Problem(where, NO_VERSION, {"reference": written}, Weight.REFUSAL)
    elif not version and counted[plain] > 1:
        yield Problem(where, SEVERAL, {"reference": shown(reference)}, Weight.REFUSAL)
    elif not counted[plain] and plain not in elsewhere:
        yield Problem(where, NOWHERE, {"reference": shown(reference)})


def _versions(resources: Resources, name: str) -> set[str]:
    named = [resource for _place, resource, url in resources if name in _names(resource, url)]
    return {str(resource.get("meta", {}).get("versionId", "")) for resource in named}


def _names(resource: Mapping[str, Any], url: str | None) -> set[str]:
    kind = resource.get("resourceType", "")
    found = resource.get("identifier", [])
    identifiers = [found] if isinstance(found, dict) else found
    told = {f"{kind}?identifier={one.get('system', '')}|{one.get('value', '')}" for one in identifiers}
    return told | ({f"{kind}/{resource['id']}"} if "id" in resource else set()) | ({url} if url else set())
