"""The parts every resource is built of: ids, references, codes, times, labels. What is not known is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.contract.exchange.bundle.domain import HSA_SYSTEM, PERSONAL_SYSTEMS
from services.contract.exchange.unit.domain import OURS

Json = dict[str, Any]

OWN_ID = f"{OURS}/id"
"""The identifier by which a file that comes back is known to speak of what is kept here."""

OWN_IDENTITY = f"{OURS}/identity"
"""Numbers of people in no register we know."""

SECURITY_LABEL = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PROTECTED = {"system": SECURITY_LABEL, "code": "sekretessmarkering", "display": "Sekretessmarkering"}
"""Said of everybody protected: which of the two Swedish forms of protection it is, is not kept here."""

PERSONAL = re.compile(r"^\d{6,8}\d{4}$")
RESERVE = re.compile(r"^\d{6,8}[A-Z0-9]{4}$")
LATEST_DAY = 31


def resource(kind: str, id_: str, *, changed: datetime | None, protected: bool = False, **fields: Any) -> Json:
    """One resource: empty fields are left out, and somebody's protection stands on everything about them."""
    meta = {"lastUpdated": instant(changed), "security": [PROTECTED] if protected else None}
    return present({"resourceType": kind, "id": id_, "meta": present(meta), "language": "sv", **fields})


def present(fields: Mapping[str, Any]) -> Json:
    """The fields that say something; FHIR allows neither null nor empty lists and objects."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {}, ())}


def reference(kind: str, id_: UUID | str, display: str = "") -> Json:
    return present({"reference": f"{kind}/{id_}", "display": display})


def concept(system: str, code: str, display: str = "") -> Json:
    coding = present({"system": system, "code": code, "display": display})
    return present({"coding": [coding], "text": display})


def own_identifier(id_: UUID | str) -> Json:
    return {"system": OWN_ID, "value": str(id_)}


def identifiers(id_: UUID, identity: str | None) -> list[Json]:
    """The number that holds everywhere, if there is one, and ours."""
    known = [{"system": system_of(identity), "value": identity}] if identity else []
    return [*known, own_identifier(id_)]


def system_of(identity: str) -> str:
    """Whose number it is, by its form: personnummer, samordningsnummer (the day plus 60), reserve number, HSA-id."""
    personal, coordination, reserve = PERSONAL_SYSTEMS
    if PERSONAL.match(identity):
        return personal if int(identity[-6:-4]) <= LATEST_DAY else coordination
    if RESERVE.match(identity):
        return reserve
    return HSA_SYSTEM if identity.upper().startswith("SE") else OWN_IDENTITY


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def period(starts: datetime | date | None, ends: datetime | date | None) -> Json:
    return present({"start": _point(starts), "end": _point(ends)})


def telecoms(phone: str | None, email: str | None) -> list[Json]:
    told = [("phone", phone), ("email", email)]
    return [{"system": system, "value": value} for system, value in told if value]


def extensions(found: Iterable[tuple[str, str, Any]]) -> list[Json]:
    """Extensions of (address, field, value); one without a value is left out."""
    return [{"url": url, field: value} for url, field, value in found if value not in (None, "", False)]


def _point(at: datetime | date | None) -> str | None:
    return instant(at) if isinstance(at, datetime) else at.isoformat() if at else None
