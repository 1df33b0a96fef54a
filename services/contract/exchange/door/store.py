"""What a search finds as resources, and whom one resource is about."""

from __future__ import annotations

from uuid import UUID

from services.contract.agreement.tables import Version
from services.contract.delegates.tables import Delegation
from services.contract.exchange.door.find.domain import uuids
from services.contract.exchange.door.find.store import found, roles_found
from services.contract.exchange.door.reach.store import Reach, reach
from services.contract.exchange.door.search.domain import Asked, holds
from services.contract.exchange.door.show.care.store import goals
from services.contract.exchange.door.show.store import SHOW, roles
from services.contract.exchange.outgoing.promise.goals.domain import contract_of
from services.contract.exchange.outgoing.shape.domain import Json
from services.contract.exchange.value.domain import instant
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.tables import NextContact
from services.contract.people import store as people
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.policy import Subject
from shared.relations import roles_towards


def found_by(ctx: Ctx, kind: str, asked: Asked, scope: str) -> list[Json]:
    """What this viewer finds, in the order of ids; one more than asked for, where there is more."""
    within = reach(ctx, scope)
    if kind == "Goal":
        return _goals(ctx, asked, within)
    if kind == "PractitionerRole":
        return roles(ctx, within, roles_found(ctx, asked, within))
    return SHOW[kind](ctx, within, found(ctx, kind, asked, within))


def subject_of(ctx: Ctx, kind: str, id_: str, scope: str) -> Subject | None:
    """Whom a resource is about; None where there is none, so that what is not there looks like what is not yours."""
    if kind in ("Practitioner", "PractitionerRole", "Organization"):
        return Subject()
    if kind == "Goal":
        contract = contract_of(id_)
        return next_contacts.subject(ctx, contract, scope) if contract else None
    key = next(iter(uuids([id_])), None)
    return _subject(ctx, kind, key, scope) if key and str(key) == id_ else None


def _subject(ctx: Ctx, kind: str, key: UUID, scope: str) -> Subject | None:
    if kind == "Patient":
        person = people.get(ctx.session, key)
        known_at = people.units_of(ctx.session, key).intersection(run_by(roles_towards(ctx, key)))
        is_patient = person is not None and person.kind == "patient"
        return Subject(key, next(iter(known_at), None), scope=scope) if is_patient else None
    if kind == "RelatedPerson":
        grant = ctx.session.get(Delegation, key)
        return Subject(grant.patient_id) if grant else None
    if kind == "CareTeam":
        return next_contacts.subject(ctx, key, scope)
    row = ctx.session.get(Version if kind == "CarePlan" else NextContact, key)
    return next_contacts.subject(ctx, row.contract_id, scope) if isinstance(row, Version | NextContact) else None


def _goals(ctx: Ctx, asked: Asked, within: Reach) -> list[Json]:
    """Goals have no rows of their own: they are read from the contracts, which are as many as one person answers for."""
    contracts = set(within.covers)
    if asked.ids is not None:
        contracts &= {contract for one in asked.ids if (contract := contract_of(one))}
    wanted = asked.refers("patient")
    every = [
        goal
        for goal in goals(ctx, contracts)
        if _among(asked.ids, str(goal["id"]))
        and _among(asked.statuses, goal["lifecycleStatus"])
        and _among(wanted, goal["subject"]["reference"].removeprefix("Patient/"))
        and all(holds(when, *[instant(goal["meta"]["lastUpdated"])] * 2) for when in asked.updated)
        and (asked.after is None or str(goal["id"]) > asked.after)
    ]
    return every[: asked.count + 1]


def _among(wanted: frozenset[str] | None, value: str) -> bool:
    return wanted is None or value in wanted
