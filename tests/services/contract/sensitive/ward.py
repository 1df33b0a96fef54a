"""A psychiatric unit that has a part in Karin's care: with a contact in her agreement, and one for the unit alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.contract.agreement.content.domain import mark
from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as writing
from services.contract.units import actions as units
from services.contract.units import store as known
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import FLOOR, staff

NAME = "canary psychiatric unit"
PROMISE, ACTIVITY = "canary psychiatric promise", "canary psychiatric activity"


@dataclass(frozen=True)
class Ward:
    """Petra is Karin's contact there. ``contract`` is what Karin has with the unit alone."""

    unit: UUID
    petra: UUID
    contract: UUID
    activity: UUID


def psychiatry(agreed: Agreed) -> Ward:
    """Made, and what Petra writes in Karin's other agreement and in her plan."""
    with agreed.clinic.service.act() as ctx:
        unit = units.save_unit(ctx, key="SE7", name=NAME, phone="036-32 20 00", floor_number=FLOOR)
        row = known.get(ctx.session, unit)
        assert row
        units.change_unit(ctx, replace(known.facts(row), sensitive=True))
        petra = staff(ctx, "Petra Psyk", unit, "nurse")
        people.know_at(ctx, agreed.karin, unit)
        both: dict[str, Any] = {"patient_id": agreed.karin, "person_id": petra, "unit_id": unit}
        contacts.appoint(ctx, contract_id=agreed.contract, primary=False, **both)
        own = uuid4()
        contacts.appoint(ctx, contract_id=own, **both)
    browser = agreed.browser(petra)
    form = {"words": PROMISE, "by": "care", "before": mark("")}
    answer = browser.post(f"/contract/agreement/{agreed.contract}/items/commitments/new", form)
    assert answer.status_code == 303, answer.text
    with agreed.acting(petra) as ctx:
        day = date(2026, 12, 3)
        activity = writing.add(ctx, agreed.karin, title=ACTIVITY, party=Party.REGION_UNIT, on_date=day, only_ours=False)
    return Ward(unit, petra, own, activity)
