"""Those whose time at a clinic's doors is over or has not come: helpers, contacts and nurses of once, and the dead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.contract.delegates import actions as delegates
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.pausing import actions as pausing
from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.units import actions as units
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.places import with_role
from tests.services.contract.clinic import FLOOR
from tests.support.rights.doors import NOBODY, Role
from tests.support.services import NOON

AnyRole = TypeVar("AnyRole", bound=Role)
DAY = timedelta(days=1)
FORMER = frozenset({"a helper whose time is over", "a helper who is paused", "a helper who was let go"})
ELSEWHERE = "elsewhere"
"""Is contact of the patient at another unit, for another agreement."""
NAMES = (
    "a patient who has died",
    "a helper of somebody who has died",
    "a helper whose time has not begun",
    "a helper, once it has begun",
    "a helper, before it was over",
    *sorted(FORMER),
    "another patient's contact",
    "the contact at another unit",
    "a nurse whose work has ended",
    "a contact whose work has ended",
)


def roles_of_once(agreed: Agreed, other_patient: UUID, make: Callable[..., AnyRole]) -> dict[str, AnyRole]:
    """By the names above. Whoever still has a part in something here says so."""
    staff, helps, every = frozenset({"staff"}), frozenset({"delegate"}), frozenset(SCOPES)
    later, over = lets(agreed, starts=NOON + DAY), lets(agreed, ends=NOON + DAY)
    died, helper_of_dead = dead(agreed)
    with agreed.clinic.service.act() as ctx:
        third = units.save_unit(ctx, key="SE3", name="Lungmottagningen", floor_number=FLOOR)
    others, elsewhere = (with_role(agreed, unit, "nurse") for unit in (agreed.clinic.other_unit, third))
    appointed(agreed, other_patient, others, agreed.clinic.other_unit)
    appointed(agreed, agreed.karin, elsewhere, third)
    nobody = {
        "a helper who is paused": lets(agreed, "paused"),
        "a helper who was let go": lets(agreed, "ended"),
        "a helper of somebody who has died": helper_of_dead,
        "a helper whose time has not begun": later,
    }
    return {
        "a patient who has died": make(died, gone=True),
        "a helper, once it has begun": make(later, helps, helps, every, at=NOON + 2 * DAY),
        "a helper, before it was over": make(over, helps, helps, every),
        "a helper whose time is over": make(over, NOBODY, helps, at=NOON + 2 * DAY),
        "another patient's contact": make(others, NOBODY, staff),
        "the contact at another unit": make(elsewhere, frozenset({"contact"}), staff, is_a=ELSEWHERE),
        "a nurse whose work has ended": make(left(agreed, agreed.clinic.unit)),
        "a contact whose work has ended": make(left(agreed, agreed.clinic.unit, appointed_first=True)),
    } | {name: make(person, NOBODY, helps) for name, person in nobody.items()}


def lets(
    agreed: Agreed,
    becomes: str = "active",
    *,
    patient: UUID | None = None,
    scopes: Sequence[str] = tuple(SCOPES),
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> UUID:
    """Somebody whom the patient lets do everything from then until then, and what becomes of it."""
    patient = patient or agreed.karin
    with agreed.acting(patient) as ctx:
        helper = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        during: dict[str, Any] = {"starts": starts, "ends": ends}
        grant = delegates.invite(ctx, patient_id=patient, delegate_id=helper, scopes=scopes, **during)
    with agreed.acting(helper) as ctx:
        delegates.accept(ctx, grant)
    with agreed.acting(agreed.clinic.anita) as ctx:
        if becomes == "paused":
            pausing.pause(ctx, grant, "I am worried.", ctx.now.date() + timedelta(days=3))
        elif becomes == "ended":
            delegates.revoke(ctx, grant)
    return helper


def dead(agreed: Agreed) -> tuple[UUID, UUID]:
    """Somebody who has died, and whom they had let do everything for them."""
    with agreed.clinic.service.act() as ctx:
        patient = people.save_person(ctx, kind="patient", name="Nils Ask", identity=None)
        people.know_at(ctx, patient, agreed.clinic.unit)
    helper = lets(agreed, patient=patient)
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.register_death(ctx, patient, ctx.now.date())
    return patient, helper


def appointed(agreed: Agreed, patient: UUID, contact: UUID, unit: UUID) -> None:
    with agreed.clinic.service.act() as ctx:
        contacts.appoint(ctx, contract_id=uuid4(), patient_id=patient, person_id=contact, unit_id=unit)


def left(agreed: Agreed, unit: UUID, *, appointed_first: bool = False) -> UUID:
    """Somebody of staff who works nowhere any more."""
    person = with_role(agreed, unit, "nurse")
    with agreed.clinic.service.act() as ctx:
        if appointed_first:
            facts: dict[str, Any] = {"contract_id": agreed.contract, "patient_id": agreed.karin, "unit_id": unit}
            contacts.appoint(ctx, person_id=person, primary=False, **facts)
        people.set_roles(ctx, person, [])
    return person
