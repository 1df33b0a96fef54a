"""Drafts of people, roles and relatives: what would be stored, before anything is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.contract.exchange.bundle.domain import HSA_SYSTEM, PERSONAL_SYSTEMS, Entry
from services.contract.exchange.links.domain import Key, Links
from services.contract.exchange.problem.domain import Problem, Weight
from services.contract.exchange.unit.domain import OURS
from services.contract.exchange.value import domain as value
from services.contract.exchange.value.domain import SNOMED, Code
from shared.i18n import LANGUAGES, _l
from shared.roles import ROLES as OURS_CALLED

PROTECTING_LABELS = frozenset({"skyddadFolkbokforing", "sekretessmarkering"})

STAFF_ROLE = f"{OURS}/staff-role"
HL7_ROLE = "http://terminology.hl7.org/CodeSystem/practitioner-role"
OUR_ROLES = tuple(OURS_CALLED)
ROLES: dict[Code, str] = {
    **{Code(STAFF_ROLE, role): role for role in OUR_ROLES},
    Code(HL7_ROLE, "nurse"): "nurse",
    Code(HL7_ROLE, "doctor"): "physician",
    Code(SNOMED, "106292003"): "nurse",
    Code(SNOMED, "224535009"): "nurse",
    Code(SNOMED, "158965000"): "physician",
    Code(SNOMED, "309343006"): "physician",
}
NUCC = "http://nucc.org/provider-taxonomy"
NUCC_PHYSICIANS = "20"
"""Physicians' codes in the United States' list of professions all begin so."""


@dataclass(frozen=True)
class PersonDraft:
    """``kind`` is patient, staff or delegate. ``dead`` without ``deceased``: the record leaves out the day of death."""

    kind: str
    name: str
    identity: str | None
    language: str
    zone: str
    email: str | None
    phone: str | None
    birth_date: date | None
    dead: bool = False
    deceased: date | None = None
    protected: bool = False


@dataclass(frozen=True)
class RoleDraft:
    """What one member of staff is at one unit; both are keys. A role that has ended keeps its place with no names."""

    person: Key | None
    unit: Key | None
    roles: tuple[str, ...]


@dataclass(frozen=True)
class RelativeDraft:
    """A person close to a patient (a key), and what they are to them."""

    person: PersonDraft
    patient: Key | None
    relationship: str


def person(entry: Entry, kind: str) -> PersonDraft:
    resource = entry.resource
    country = value.country_of(resource)
    numbers = [value.phone(raw, country) for raw in value.telecoms(resource, "phone")]
    addresses = [value.email(raw) for raw in value.telecoms(resource, "email")]
    died = resource.get("deceasedDateTime")
    return PersonDraft(
        kind=kind,
        name=full_name(resource),
        identity=_identity(resource),
        language=_language(resource),
        zone=value.zone(resource),
        email=next((address for address in addresses if address), None),
        phone=next((number for number in numbers if number), None),
        birth_date=value.day(resource.get("birthDate")),
        dead=bool(died or resource.get("deceasedBoolean")),
        deceased=value.day(died),
        protected=any(label.get("code") in PROTECTING_LABELS for label in resource.get("meta", {}).get("security", [])),
    )


def role(entry: Entry, links: Links) -> RoleDraft:
    resource = entry.resource
    names = {_role_of(code) for code in value.codes_of(resource.get("code", []))}
    holds = resource.get("active", True)
    return RoleDraft(
        person=links.target(resource.get("practitioner"), "Practitioner"),
        unit=links.target(resource.get("organization"), "Organization"),
        roles=tuple(sorted(name for name in names if name)) if holds else (),
    )


def relative(entry: Entry, links: Links) -> RelativeDraft:
    resource = entry.resource
    relationships = (value.words_of(concept) for concept in resource.get("relationship", []))
    return RelativeDraft(
        person=person(entry, "delegate"),
        patient=links.target(resource["patient"], "Patient"),
        relationship=next((words for words in relationships if words), ""),
    )


def unusable(entry: Entry) -> Iterator[Problem]:
    """The values that a resource holds and that can't be used: they are left blank, and told."""
    resource, place = entry.resource, f"{entry.place}.resource"
    country = value.country_of(resource)
    for index, telecom in enumerate(resource.get("telecom", [])):
        where, raw = f"{place}.telecom[{index}].value", telecom.get("value")
        if telecom.get("system") == "phone" and raw and not value.phone(raw, country):
            yield _note(where, _l("No network has this phone number: it is left blank."))
        if telecom.get("system") == "email" and raw and not value.email(raw):
            yield _note(where, _l("This can't be an e-mail address: it is left blank."))
    for name in ("birthDate", "deceasedDateTime"):
        if resource.get(name) and not value.day(resource[name]):
            yield _note(f"{place}.{name}", _l("The calendar has no such day: it is left blank."))
    if entry.type == "PractitionerRole" and not any(map(_role_of, value.codes_of(resource.get("code", [])))):
        yield _note(f"{place}.code", _l("This role gives no rights here: it is kept without any."))


def _note(place: str, text: str) -> Problem:
    return Problem(place, text, {}, Weight.NOTE)


def full_name(resource: Mapping[str, Any]) -> str:
    """The name in use: the official one before the usual one, never an old or a maiden name while there is another."""
    order = {"official": 0, "usual": 1, None: 2, "nickname": 3, "anonymous": 4, "temp": 5, "maiden": 6, "old": 7}
    for name in sorted(resource.get("name", []), key=lambda one: order.get(one.get("use"), 8)):
        words = value.text(name.get("text")) or value.text(
            " ".join(part for part in (*name.get("given", []), name.get("family")) if part)
        )
        if words:
            return value.name(words)
    return ""


def _identity(resource: Mapping[str, Any]) -> str | None:
    for identifier in resource.get("identifier", []):
        if identifier.get("system") in (*PERSONAL_SYSTEMS, HSA_SYSTEM) and identifier.get("value"):
            return value.text(identifier["value"])
    return None


def _language(resource: Mapping[str, Any]) -> str:
    """The preferred language if the product speaks it, else Swedish."""
    told = sorted(resource.get("communication", []), key=lambda one: not one.get("preferred", False))
    for one in told:
        concept = one.get("language", one)
        for coding in concept.get("coding", []):
            spoken = str(coding.get("code", "")).split("-")[0].lower()
            if spoken in LANGUAGES:
                return spoken
    return "sv"


def _role_of(code: Code) -> str | None:
    if code.system == NUCC and code.code.startswith(NUCC_PHYSICIANS):
        return "physician"
    return ROLES.get(code)
