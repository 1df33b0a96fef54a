"""Everybody who may come to a clinic's doors, what each is to one patient, and every door there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from services.contract.break_glass import store as broken
from services.contract.delegates import store as delegate_store
from services.contract.delegates.domain import SCOPES
from services.contract.people import actions as people
from shared.policy import Policy, policy_of
from shared.rights import TABLE
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.places import furnish, with_role
from tests.support.services import NOON, set_clock, sign_in

AWAY = NOON + timedelta(days=33)
"""Anita is away then, and Lisa stands in."""
OWN_DOORS = {"by_me", "mine"}
"""What these doors are about is whoever stands before them."""
INVITED, PARTY, ABSENT = {"by_own_invitation"}, {"by_party"}, {"by_staff", "by_absence"}
BROKEN = "by_glass"
"""For who opened these pages in an emergency, and for the unit's log reviewers."""
PUBLIC = "anyone"
TRIED = ("see_contract", "confirm_contract", "see_times", "see_plan", "write_diary")
"""The scopes that let somebody do something here, each alone, and one that does not."""
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """One method of one address, with what it declares."""

    method: str
    rule: str
    declared: Policy

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def about(self) -> str:
        """The name of what finds the subject; empty where there is none."""
        found: Any = self.declared.about
        found = found.func if isinstance(found, partial) else found
        return found.__name__ if found else ""


def doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(method, rule.rule, policy_of(app.view_functions[rule.endpoint]))


@dataclass(frozen=True)
class Role:
    """Somebody: what they are towards Karin's agreement and her unit, and what they are anywhere."""

    person: UUID | None
    here: frozenset[str] = NOBODY
    anywhere: frozenset[str] = NOBODY
    scopes: frozenset[str] = NOBODY
    away: bool = False
    """Comes while Anita is away."""
    is_a: str = ""

    def may(self, door: Door) -> bool:
        """Whether the table lets them in, by what they are and by nothing the product says."""
        row = TABLE[door.declared.resource, door.declared.action]
        whos = self._towards(door) | ({"signed_in"} if self.person and door.about not in INVITED | PARTY else set())
        if "delegate" in whos and door.about and not row.scopes <= self.scopes:
            whos = whos - {"delegate"}
        return bool(whos & row.who)

    def _towards(self, door: Door) -> frozenset[str]:
        if not door.about:
            return self.anywhere
        if door.about in OWN_DOORS:
            return self.anywhere & {"patient"}
        if door.about in INVITED | PARTY:
            parties = {"invited"} if door.about in INVITED else {"invited", "patient"}
            return self.anywhere | {"signed_in"} if self.is_a in parties else NOBODY
        if door.about == BROKEN:
            return self.here & ({"auditor", "staff"} if self.is_a == "opener" else {"auditor"})
        if door.about in ABSENT:
            return self.here & {"admin"} or (self.here & {"staff"} if self.is_a == "contact" else NOBODY)
        return self.here


@dataclass
class World:
    """Karin's furnished agreement with everybody around it."""

    agreed: Agreed
    ids: dict[str, str]
    roles: dict[str, Role] = field(default_factory=dict)

    def ask(self, role: Role, door: Door, ids: dict[str, str] | None = None, **headers: str) -> TestResponse:
        """Knock at the door, without the token that a change needs: whoever is let in is told 403, and nothing changes."""
        set_clock(self.agreed.clinic.service, AWAY if role.away else NOON)
        client = self.agreed.app.test_client()
        if role.person:
            sign_in(client, role.person)
        return client.open(address(door, ids or self.ids), method=door.method, headers=headers)

    def others(self) -> dict[str, str]:
        """As many ids that nothing has."""
        return {name: str(uuid4()) if len(value) == 36 else value for name, value in self.ids.items()}


def address(door: Door, ids: dict[str, str]) -> str:
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
    kind = rule.split("/")[3] if rule.startswith("/contract/fhir/") else ""
    name = {"Patient": "patient_id", "RelatedPerson": "delegation_id", "CareTeam": "contract_id"}.get(
        kind, "version_id"
    )
    return ids[name]


def furnished(agreed: Agreed) -> World:
    """The world, once built; nobody who only knocks changes it."""
    ids = furnish(agreed) | {"anita": str(agreed.clinic.anita), "version_id": str(uuid4())}
    clinic, patient, staff = agreed.clinic, frozenset({"patient"}), frozenset({"staff"})
    with clinic.service.act() as ctx:
        (invited,) = [one.delegate_id for one in delegate_store.of_patient(ctx.session, agreed.karin)]
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
        "the deputy": Role(clinic.lisa, frozenset({"deputy", "staff"}), staff, away=True),
        "a nurse of the unit": Role(with_role(agreed, clinic.unit, "nurse"), staff, staff),
        "who opened the pages in an emergency": Role(opener, staff | {"break_glass"}, staff, is_a="opener"),
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
    return World(agreed, ids, roles)
