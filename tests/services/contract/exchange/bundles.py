"""Small bundles for tests: valid FHIR R4 made of a few words, and the demo's files."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

DEMO = Path(__file__).parents[4] / "deploy" / "demo" / "bundles"
PERSONAS = ("esther.json", "emil.json")
HSA = "urn:oid:1.2.752.29.4.19"
PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"

Resource = dict[str, Any]


def bundle(*resources: Resource, kind: str = "transaction") -> dict[str, Any]:
    """A bundle of these resources; each is named ``urn:test:<its id>``."""
    entries = []
    for resource in deepcopy(resources):
        name = resource.pop("id")
        entry: Resource = {"fullUrl": f"urn:test:{name}", "resource": resource}
        if kind != "collection":
            entry["request"] = {"method": "POST", "url": resource["resourceType"]}
        entries.append(entry)
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def to(name: str) -> dict[str, str]:
    return {"reference": f"urn:test:{name}"}


def organization(name: str = "unit", /, **more: Any) -> Resource:
    return {"resourceType": "Organization", "id": name, "name": "Njurmottagningen", **more}


def practitioner(name: str = "nurse", /, **more: Any) -> Resource:
    return {"resourceType": "Practitioner", "id": name, "name": [{"text": f"Lisa {name.title()}"}], **more}


def patient(name: str = "patient", /, **more: Any) -> Resource:
    return {"resourceType": "Patient", "id": name, "name": [{"text": "Esther Lund"}], **more}


def role(person: str = "nurse", unit: str = "unit", code: str = "nurse", **more: Any) -> Resource:
    coding = {"system": "https://samkontrakt.example/fhir/staff-role", "code": code}
    told = {"practitioner": to(person), "organization": to(unit), "code": [{"coding": [coding]}]}
    return {"resourceType": "PractitionerRole", "id": f"{person}-{code}", **told, **more}


def team(
    *members: str,
    name: str = "team",
    start: str = "2026-01-01",
    status: str = "active",
    unit: str = "unit",
    **more: Any,
) -> Resource:
    return {
        "resourceType": "CareTeam",
        "id": name,
        "status": status,
        "subject": to("patient"),
        "period": {"start": start},
        "participant": [{"member": to(member)} for member in members],
        "managingOrganization": [to(unit)],
        **more,
    }


def plan(*codes: str, name: str = "plan", status: str = "active", **more: Any) -> Resource:
    return {
        "resourceType": "CarePlan",
        "id": name,
        "status": status,
        "intent": "plan",
        "subject": to("patient"),
        "activity": [{"detail": {"status": "in-progress", "code": concept(code)}} for code in codes],
        **more,
    }


def goal(name: str = "goal", /, **more: Any) -> Resource:
    told = {"lifecycleStatus": "active", "description": {"text": "Orka gå ut"}, "subject": to("patient")}
    return {"resourceType": "Goal", "id": name, **told, **more}


def condition(name: str = "condition", /, **more: Any) -> Resource:
    return {"resourceType": "Condition", "id": name, "code": concept("84114007"), "subject": to("patient"), **more}


def concept(code: str) -> Resource:
    return {"coding": [{"system": "http://snomed.info/sct", "code": code}], "text": f"Titel {code}"}


def whole() -> dict[str, Any]:
    """One of everything that is taken, and one thing that is not."""
    relative = {
        "resourceType": "RelatedPerson",
        "id": "daughter",
        "patient": to("patient"),
        "name": [{"text": "Karin"}],
    }
    encounter = {"resourceType": "Encounter", "id": "visit", "status": "finished", "class": {"code": "AMB"}}
    people = (organization(), practitioner(), patient(), relative, role())
    return bundle(*people, team("nurse"), plan("396550006"), goal(), condition(), encounter)
