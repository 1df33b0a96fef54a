"""The CapabilityStatement: what this door does, for programs to read before they ask."""

from __future__ import annotations

from services.contract.exchange.door.search.domain import EVERYWHERE, PARAMETERS
from services.contract.exchange.outgoing.shape.domain import Json

SINCE = "2026-11-26"
TYPES = {
    "_id": "token",
    "_lastUpdated": "date",
    "date": "date",
    "status": "token",
    "lifecycle-status": "token",
    "patient": "reference",
    "practitioner": "reference",
    "organization": "reference",
}

ABOUT = """\
Patient contracts as R4. A version of a contract is a CarePlan of category patientkontrakt, never a Contract. Who may read
what is the same as on the pages: sign in there, the session cookie is the key, and everything but GET carries the
session's token in X-Form-Token. What is not yours looks like what is not there. Nobody is found by name or number here,
because neither may stand in an address. A transaction is an import: all of it or nothing."""


def capability(base: str) -> Json:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SINCE,
        "kind": "instance",
        "software": {"name": "Samkontrakt"},
        "implementation": {"description": "Samkontrakt", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": ABOUT,
                "resource": [_resource(kind) for kind in PARAMETERS],
                "interaction": [{"code": "transaction"}],
            }
        ],
    }


def _resource(kind: str) -> Json:
    names = (*EVERYWHERE, *PARAMETERS[kind])
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchParam": [{"name": name, "type": TYPES[name]} for name in names],
    }
