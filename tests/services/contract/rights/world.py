"""Everybody who may come to a clinic's doors and what each is to one patient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.contract.agreement import store as agreements
from services.contract.blocks import store as block_store
from services.contract.break_glass import store as broken
from services.contract.delegates import store as delegate_store
from services.contract.delegates.domain import SCOPES
from services.contract.exchange.outgoing.promise.goals.domain import MATTERS, goal_id
from services.contract.next_contact import store as next_contacts
from services.contract.people import actions as people
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.bodies import Schemas
from tests.services.contract.api.places import furnish, with_role
from tests.services.contract.rights.once import ELSEWHERE, roles_of_once
from tests.support.rights import doors
from tests.support.rights.doors import NOBODY, SIGNED_IN, Door
from tests.support.services import NOON

AWAY = NOON + timedelta(days=33)
"""Anita is away then, and Lisa stands in."""
OWN_DOORS = {"by_me", "mine"}
"""What these doors are about is whoever stands before them."""
INVITED, PARTY, ABSENT = {"by_own_invitation"}, {"by_party"}, {"by_staff", "by_absence"}
BROKEN = "by_glass"
"""For who opened these pages in an emergency, and for the unit's log reviewers."""
OF_PATIENT = {"by_consent", "by_grant", "by_grant_here", "by_helper", "by_patient", "by_patient_here", "by_told"}
FHIR_OF_PATIENT = "/fhir/(Patient|RelatedPerson)/"
"""What these doors are about is the patient, whichever agreement somebody has a part in."""
TRIED = ("see_contract", "confirm_contract", "see_times", "see_plan", "write_diary")
"""The scopes that let somebody do something here, each alone, and one that does not."""


@dataclass(frozen=True)
class Role(doors.Role):
    """Somebody towards Karin's agreement and her unit."""

    def towards(self, door: Door) -> frozenset[str]:
        if not door.about:
            return self.anywhere | SIGNED_IN
        if door.about in OWN_DOORS:
            return self.anywhere & {"patient"} | SIGNED_IN
        if door.about in INVITED | PARTY:
            parties = {"invited"} if door.about in INVITED else {"invited", "patient"}
            return self.anywhere | SIGNED_IN if self.is_a in parties else NOBODY
        if self.is_a == ELSEWHERE and not (door.about in OF_PATIENT or re.search(FHIR_OF_PATIENT, door.rule)):
            return SIGNED_IN
        if door.about == BROKEN:
            return SIGNED_IN | (self.here & ({"auditor", "staff"} if self.is_a == "opener" else {"auditor"}))
        if door.about in ABSENT:
            return SIGNED_IN | (self.here & {"admin"} or (self.here & {"staff"} if self.is_a == "contact" else NOBODY))
        return self.here | SIGNED_IN


@dataclass
class World(doors.World):
    """Karin's furnished agreement with everybody around it."""

    agreed: Agreed = field(kw_only=True)

    def __post_init__(self) -> None:
        self.document: dict[str, Any] = self.app.test_client().get("/contract/api/v1/openapi.json").json or {}

    def send(self, client: FlaskClient, door: Door, headers: Mapping[str, str]) -> TestResponse:
        """A form's fields, or the whole body that the published document asks for."""
        where = self.address(door, self.ids)
        if door.rule.startswith("/contract/fhir") and door.method == "POST":
            return client.post(where, data="{}", content_type="application/fhir+json", headers=dict(headers))
        if "/api/" not in door.rule:
            return super().send(client, door, headers)
        body = self.body(door)
        sent: dict[str, Any] = {} if body is None else {"json": body}
        told = {**headers, "If-Match": "*", "Idempotency-Key": "k" * 32}
        return client.open(where, method=door.method, headers=told, **sent)

    def body(self, door: Door) -> dict[str, Any] | None:
        path = door.rule.replace("<uuid:", "{").replace("<int:", "{").replace("<", "{").replace(">", "}")
        takes = self.document["paths"].get(path, {}).get(door.method.lower(), {}).get("requestBody")
        if takes is None:
            return None
        name = takes["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        return Schemas(self.document, self.ids).body(name)

    def address(self, door: Door, ids: dict[str, str]) -> str:
        part = "commitments" if "/items/" in door.rule or "/item/" in door.rule else "what_matters"
        known = {**ids, "person_id": ids["anita"]} if door.about in ABSENT else ids
        names = {
            "kind": "visit",
            "side": "patient",
            "screen": "1",
            "id_": fhir_id(door.rule, ids),
            "code": "nothing",
            "provider": "nobody",
            "stream": "contract.selfcare",
        }
        return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda name: {**names, **known}.get(name[1], part), door.rule)


def fhir_id(rule: str, ids: dict[str, str]) -> str:
    """The resource of the type that the address names; nothing where it names none."""
    return ids.get(f"fhir_{rule.removeprefix('/contract/fhir/').partition('/')[0]}", "")


def fhir_ids(agreed: Agreed) -> dict[str, str]:
    """One resource of each type that can be read."""
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        version = agreements.in_state(ctx.session, agreed.contract, "active")
        meeting = next_contacts.current(ctx.session, agreed.contract)
        assert version is not None
        assert meeting is not None
        grant = next(one for one in delegate_store.of_patient(ctx.session, agreed.karin) if one.state == "active")
        found = {
            "RelatedPerson": grant.id,
            "CarePlan": version.id,
            "Appointment": meeting.id,
            "Practitioner": clinic.anita,
        }
    known = {"Patient": agreed.karin, "CareTeam": agreed.contract, "Organization": clinic.unit}
    named = {"Goal": goal_id(agreed.contract, {"id": MATTERS})}
    named["PractitionerRole"] = clinic.anita.hex + clinic.unit.hex
    return {f"fhir_{kind}": str(one) for kind, one in (found | known | named).items()}


def furnished(agreed: Agreed) -> World:
    """The world, once built; nobody who only knocks changes it."""
    ids = furnish(agreed) | {"anita": str(agreed.clinic.anita)}
    clinic, patient, staff = agreed.clinic, frozenset({"patient"}), frozenset({"staff"})
    with clinic.service.act() as ctx:
        (invited,) = [one.delegate_id for one in delegate_store.of_patient(ctx.session, agreed.karin)]
        ward = block_store.of_patient(ctx.session, agreed.karin)[0].unit_id
        (kept_out,) = ctx.directory.staff_of(ctx.session, ward, ["nurse"])
        opener = broken.of_patient(ctx.session, agreed.karin, None, 1)[0].person_id
        ulla = people.save_person(ctx, kind="patient", name="Ulla Berg", identity=None)
        people.know_at(ctx, ulla, clinic.unit)
        for person in (clinic.anita, clinic.lisa):
            people.know_at(ctx, person, clinic.unit)
    admin, auditor, contact = frozenset({"admin", "staff"}), frozenset({"auditor"}), frozenset({"contact", "staff"})
    roles = {
        "a stranger": Role(None),
        "the patient": Role(agreed.karin, patient, patient, is_a="patient"),
        "another patient": Role(ulla, NOBODY, patient),
        "somebody invited": Role(invited, NOBODY, frozenset({"delegate"}), is_a="invited"),
        "the contact": Role(clinic.anita, contact, staff, is_a="contact"),
        "the deputy while the contact is there": Role(clinic.lisa, staff, staff),
        "the deputy": Role(clinic.lisa, frozenset({"deputy", "staff"}), staff, at=AWAY),
        "a nurse of the unit": Role(with_role(agreed, clinic.unit, "nurse"), staff, staff),
        "who opened the pages in an emergency": Role(opener, staff | {"break_glass"}, staff, is_a="opener"),
        "a nurse of a blocked unit": Role(kept_out, NOBODY, staff),
        "the admin of a blocked unit": Role(with_role(agreed, ward, "admin"), NOBODY, admin),
        "another unit's nurse": Role(with_role(agreed, clinic.other_unit, "nurse"), NOBODY, staff),
        "the unit's admin": Role(clinic.admin, frozenset({"admin"}), admin),
        "another unit's admin": Role(clinic.other_admin, NOBODY, admin),
        "the unit's auditor": Role(with_role(agreed, clinic.unit, "auditor"), auditor, auditor),
        "another unit's auditor": Role(with_role(agreed, clinic.other_unit, "auditor"), NOBODY, auditor),
    }
    for scopes in ([*SCOPES], *([one] for one in TRIED)):
        name = "with every scope" if len(scopes) > 1 else f"who may {scopes[0]}"
        who = frozenset({"delegate"})
        roles[f"a helper {name}"] = Role(agreed.helper(*scopes), who, who, frozenset(scopes))
    roles |= roles_of_once(agreed, ulla, Role)
    ids |= fhir_ids(agreed)
    return World(clinic.service, agreed.app, ids, roles, agreed=agreed)
