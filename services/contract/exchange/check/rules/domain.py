"""The rules of R4 that its JSON Schema can't say, each by HL7's own name where it has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.contract.exchange.envelope.domain import ABSOLUTE
from services.contract.exchange.problem.domain import Problem, Weight
from services.contract.exchange.r4.domain import resource_types
from services.contract.exchange.value.domain import instant
from shared.i18n import Lazy, _l

Resource = Mapping[str, Any]
Found = Iterator[tuple[str, Lazy]]

REQUIRED = {
    "CarePlan": ("status", "intent"),
    "Goal": ("lifecycleStatus",),
    "Appointment": ("status",),
    "AppointmentResponse": ("participantStatus",),
    "Observation": ("status",),
    "Encounter": ("status",),
    "Task": ("status", "intent"),
    "ServiceRequest": ("status", "intent"),
    "Bundle": ("type",),
}
"""Simple values that must be there. HL7's schema asks for none of them, because an extension may stand in its place."""

HTML = re.compile(r"<\s*/?\s*([A-Za-z][A-Za-z0-9]*)([^>]*)>")
FORBIDDEN_HTML = frozenset(
    {"script", "style", "form", "input", "button", "iframe", "object", "embed", "link", "base", "meta"}
)
BINARY = frozenset({"data", "valueBase64Binary", "hash"})
PACKED = re.compile(r"^\s*(?:[A-Za-z0-9+/]\s*){0,}={0,2}\s*$")
"""Sampled data, which has an origin, is told in numbers."""
ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);)")
EVENT = re.compile(r"\bon[a-z]+\s*=|javascript:", re.IGNORECASE)
REST = re.compile(r"^https?://\S+/([A-Z][A-Za-z]+)/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?$")
RELATIVE = re.compile(r"^([A-Za-z]+)/")
VERSIONED = re.compile(r"/_history/[^/]+$")
TIMELESS = ("proposed", "cancelled", "waitlist")
WITH_REASON = ("cancelled", "noshow")

TXT_1 = _l("txt-1: a narrative holds text and simple marks, no script and nothing that acts.")
ENTITIES = _l("A narrative names no signs but those of XML: write others as they are.")
FOREIGN = _l("The reference names a resource type that FHIR R4 does not have.")
CONTAINED = _l("ref-1: nothing of this name is contained in the resource.")
PER_1 = _l("per-1: it ends before it begins.")
CPL_3 = _l("An activity has either a reference or details, never both.")
APP_1 = _l("app-1: a participant has a type or is somebody.")
APP_2 = _l("app-2: start and end stand together or not at all.")
APP_3 = _l("app-3: only what is proposed or cancelled may be without a time.")
APP_4 = _l("app-4: only what is cancelled or missed has a reason for it.")
CTM_1 = _l("ctm-1: only a practitioner can act on behalf of an organisation.")
ORG_1 = _l("org-1: an organisation has a name or an identifier.")
PAT_1 = _l("pat-1: a contact has a name, an address, a number or an organisation.")
MISSING = _l("The field “%(field)s” is missing.")
LINK_ONCE = _l("bdl: a link of this kind stands once.")
BDL_8 = _l("bdl-8: a full address names no version.")
ABSOLUTE_URL = _l("A full address must be absolute.")
BASE64 = _l("This is not base64.")


def broken(resource: Resource, place: str) -> Iterator[Problem]:
    """Every rule that the resource breaks, whatever type it is of."""
    for name in REQUIRED.get(resource["resourceType"], ()):
        if not resource.get(name) and f"_{name}" not in resource:
            yield Problem(f"{place}.{name}".lstrip("."), MISSING, {"field": name}, Weight.REFUSAL)
    found = (*_of_type(resource), *_everywhere(resource, resource, ""))
    for where, text in found:
        yield Problem(f"{place}{where}".lstrip("."), text, {}, Weight.REFUSAL)


def _of_type(resource: Resource) -> Found:
    rule = BY_TYPE.get(resource["resourceType"])
    return rule(resource) if rule else iter(())


def _everywhere(value: Any, whole: Resource, place: str) -> Found:
    """Rules of parts that stand in any resource. A resource inside is judged by itself."""
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from _everywhere(part, whole, f"{place}[{index}]")
    elif isinstance(value, dict):
        yield from _part(value, whole, place)
        for name, part in value.items():
            if not (name == "resource" and isinstance(part, dict) and "resourceType" in part):
                yield from _everywhere(part, whole, f"{place}.{name}")


def _part(value: Mapping[str, Any], whole: Resource, place: str) -> Found:
    if isinstance(value.get("div"), str) and not _is_plain(value["div"]):
        yield f"{place}.div", TXT_1
    if isinstance(value.get("div"), str) and ENTITY.search(value["div"]):
        yield f"{place}.div", ENTITIES
    for name in BINARY & value.keys():
        if isinstance(value[name], str) and "origin" not in value and not PACKED.match(value[name]):
            yield f"{place}.{name}", BASE64
    if isinstance(value.get("reference"), str):
        yield from _reference(value["reference"], whole, f"{place}.reference")
    starts, ends = instant(value.get("start")), instant(value.get("end"))
    if starts and ends and ends < starts and value["start"][:10] != value["end"][:10]:
        yield place, PER_1


def _is_plain(div: str) -> bool:
    marks = HTML.findall(re.sub(r"<!--.*?-->", "", div, flags=re.DOTALL))
    return all(name.lower() not in FORBIDDEN_HTML and not EVENT.search(rest) for name, rest in marks)


def _reference(written: str, whole: Resource, place: str) -> Found:
    named = REST.match(written) or RELATIVE.match(written)
    if named and named[1] not in resource_types():
        yield place, FOREIGN
    inside = {one.get("id") for one in whole.get("contained", []) if isinstance(one, dict)}
    if written.startswith("#") and len(written) > 1 and written[1:] not in inside:
        yield place, CONTAINED


def _care_plan(resource: Resource) -> Found:
    for index, activity in enumerate(resource.get("activity", [])):
        if "detail" in activity and "reference" in activity:
            yield f".activity[{index}]", CPL_3


def _appointment(resource: Resource) -> Found:
    for index, one in enumerate(resource.get("participant", [])):
        if not one.get("type") and not one.get("actor"):
            yield f".participant[{index}]", APP_1
    if ("start" in resource) != ("end" in resource):
        yield ".start", APP_2
    if "start" not in resource and resource.get("status") not in TIMELESS:
        yield ".start", APP_3
    if "cancelationReason" in resource and resource.get("status") not in WITH_REASON:
        yield ".cancelationReason", APP_4


def _care_team(resource: Resource) -> Found:
    for index, one in enumerate(resource.get("participant", [])):
        member = str(one.get("member", {}).get("reference", "Practitioner"))
        other = RELATIVE.match(member)
        if "onBehalfOf" in one and other and other[1] != "Practitioner":
            yield f".participant[{index}].onBehalfOf", CTM_1


def _organization(resource: Resource) -> Found:
    if not resource.get("name") and not resource.get("identifier"):
        yield "", ORG_1


def _patient(resource: Resource) -> Found:
    for index, contact in enumerate(resource.get("contact", [])):
        if not {"name", "telecom", "address", "organization"} & contact.keys():
            yield f".contact[{index}]", PAT_1


def _bundle(resource: Resource) -> Found:
    seen: set[str] = set()
    for index, link in enumerate(resource.get("link", [])):
        if link.get("relation") in seen:
            yield f".link[{index}]", LINK_ONCE
        seen.add(link.get("relation", ""))
    for index, entry in enumerate(resource.get("entry", [])):
        url = str(entry.get("fullUrl", "")) if isinstance(entry, dict) else ""
        if VERSIONED.search(url):
            yield f".entry[{index}].fullUrl", BDL_8
        if url and not ABSOLUTE.match(url):
            yield f".entry[{index}].fullUrl", ABSOLUTE_URL


BY_TYPE: Mapping[str, Callable[[Resource], Found]] = {
    "Appointment": _appointment,
    "Bundle": _bundle,
    "CarePlan": _care_plan,
    "CareTeam": _care_team,
    "Organization": _organization,
    "Patient": _patient,
}
