"""Rights before and after something changes: the next request is answered by what is so now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.delegates import actions as delegates
from services.contract.delegates import store as delegate_store
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.pausing import actions as pausing
from services.contract.named_contact import actions as contacts
from services.contract.named_contact import store as contact_store
from services.contract.people import actions as people
from shared.events import StaffRole
from tests.services.contract.agreed import Agreed, later
from tests.services.contract.api.places import with_role
from tests.support.services import set_clock

Change = Callable[[Agreed], None]


def reads(agreed: Agreed, person: UUID) -> bool:
    return bool(agreed.browser(person).get(f"/contract/agreement/{agreed.contract}").status_code == 200)


def may_write(agreed: Agreed, person: UUID) -> bool:
    return bool(agreed.browser(person).get(f"/contract/agreement/{agreed.contract}/text/options").status_code == 200)


def grant_of(agreed: Agreed) -> UUID:
    with agreed.acting(agreed.karin) as ctx:
        return delegate_store.of_patient(ctx.session, agreed.karin)[0].id


def revoked(agreed: Agreed) -> None:
    grant = grant_of(agreed)
    with agreed.acting(agreed.karin) as ctx:
        delegates.revoke(ctx, grant)


def paused(agreed: Agreed) -> None:
    grant = grant_of(agreed)
    with agreed.acting(agreed.clinic.anita) as ctx:
        pausing.pause(ctx, grant, "I am worried.", ctx.now.date() + timedelta(days=3))


def run_out(agreed: Agreed) -> None:
    set_clock(agreed.clinic.service, later(days=366))


def helper_died(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        eva = delegate_store.of_patient(ctx.session, agreed.karin)[0].delegate_id
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.register_death(ctx, eva, ctx.now.date())


@pytest.mark.parametrize("change", [revoked, paused, run_out, helper_died])
def test_P35_a_helper_reads_until_it_ends_and_not_after(agreed: Agreed, change: Change) -> None:
    eva = agreed.helper(*SCOPES)
    assert reads(agreed, eva)
    change(agreed)
    assert not reads(agreed, eva)
    assert reads(agreed, agreed.karin)


def test_P32_a_deputy_reads_and_writes_while_the_contact_is_away_and_neither_before_nor_after(agreed: Agreed) -> None:
    lisa = agreed.clinic.lisa
    with agreed.acting(agreed.clinic.anita) as ctx:
        days = {"starts": later(days=2), "ends": later(days=4)}
        absence = contacts.set_absence(ctx, person_id=agreed.clinic.anita, deputy_id=None, note="", **days)
    assert (reads(agreed, lisa), may_write(agreed, lisa)) == (False, False)
    set_clock(agreed.clinic.service, later(days=3))
    assert (reads(agreed, lisa), may_write(agreed, lisa)) == (True, True)
    with agreed.acting(agreed.clinic.anita) as ctx:
        contacts.end_absence(ctx, absence)
    assert (reads(agreed, lisa), may_write(agreed, lisa)) == (False, False)


def test_P32_whoever_has_handed_over_reads_for_fourteen_days_and_writes_no_more(agreed: Agreed) -> None:
    before, clinic = agreed.clinic.anita, agreed.clinic
    assert (reads(agreed, before), may_write(agreed, before)) == (True, True)
    with agreed.acting(clinic.admin) as ctx:
        held = contact_store.standing(ctx.session, agreed.contract, ctx.now)[0].id
        contacts.end_appointment(
            ctx, appointment_id=held, handover_note="All is well.", reason="She moves.", successor_id=clinic.lisa
        )
    assert (reads(agreed, before), may_write(agreed, before)) == (True, False)
    assert (reads(agreed, clinic.lisa), may_write(agreed, clinic.lisa)) == (True, True)
    set_clock(clinic.service, later(days=15))
    assert not reads(agreed, before)


def test_P32_what_staff_see_of_a_unit_follows_where_they_work(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, clinic.unit)
    nurse = with_role(agreed, clinic.unit, "nurse")
    consents = f"/contract/consents/of/{agreed.karin}"
    assert agreed.browser(nurse).get(consents).status_code == 200
    with clinic.service.act() as ctx:
        people.set_roles(ctx, nurse, [StaffRole(unit_id=clinic.other_unit, role="nurse")])
    assert agreed.browser(nurse).get(consents).status_code == 404


def test_P32_an_admin_elsewhere_sees_a_person_from_when_their_unit_knows_them(agreed: Agreed) -> None:
    clinic, page = agreed.clinic, f"/contract/people/{agreed.karin}"
    with clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, clinic.unit)
    assert agreed.browser(clinic.other_admin).get(page).status_code == 404
    with clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, clinic.other_unit)
    assert agreed.browser(clinic.other_admin).get(page).status_code == 200
