"""A delegate under suspicion of pressure is paused at once, for a time, and the patient sees it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.contract.delegates import actions, store
from services.contract.delegates.pausing import actions as pauses
from services.contract.people import actions as people
from shared.errors import Refused
from tests.services.contract.clinic import Clinic, words
from tests.support.services import NOON, set_clock

PAUSING = "/contract/delegates/pausing"
REASON = {"reason": "Esther seems afraid", "last": "2026-12-01"}


@pytest.fixture
def grant(clinic: Clinic) -> UUID:
    with clinic.service.act() as ctx:
        maria = people.save_person(ctx, kind="delegate", name="Maria Lindqvist", identity=None)
        found = actions.invite(ctx, patient_id=clinic.esther, delegate_id=maria, scopes=["see_times", "see_contract"])
        actions.accept(ctx, found)
        return found


def may(clinic: Clinic) -> frozenset[str]:
    with clinic.service.act() as ctx:
        (grant,) = store.of_patient(ctx.session, clinic.esther)
        return clinic.service.directory.scopes(ctx.session, grant.delegate_id, clinic.esther, ctx.now)


def test_B8_rule_6_H20_a_delegate_under_pressure_is_paused_at_once_and_for_a_time(clinic: Clinic, grant: UUID) -> None:
    assert may(clinic)
    answer = clinic.browser(clinic.lisa).post(f"{PAUSING}/{grant}", REASON)
    assert answer.status_code == 303
    assert may(clinic) == frozenset()
    set_clock(clinic.service, NOON + timedelta(days=7, hours=10))
    assert pauses.resume_due(clinic.service) == 0
    set_clock(clinic.service, NOON + timedelta(days=7, hours=13))
    assert pauses.resume_due(clinic.service) == 1
    assert may(clinic)


def test_B8_rule_8_the_patient_sees_who_paused_it_and_why_the_delegate_only_that(clinic: Clinic, grant: UUID) -> None:
    clinic.browser(clinic.lisa).post(f"{PAUSING}/{grant}", REASON)
    patients = words(clinic.browser(clinic.esther).text("/contract/delegates"))
    assert "Lisa Ek at your care unit has paused this" in patients
    assert "Esther seems afraid" in patients
    with clinic.service.act() as ctx:
        delegate = store.get(ctx.session, grant).delegate_id  # type: ignore[union-attr]
    delegates = words(clinic.browser(delegate).text("/contract/delegates"))
    assert "You can do nothing for Esther Lindqvist right now." in delegates
    assert "afraid" not in delegates


def test_B8_a_pause_can_not_be_got_round_by_a_new_invitation(clinic: Clinic, grant: UUID) -> None:
    with clinic.service.act() as ctx:
        pauses.pause(ctx, grant, "pressure", date(2026, 12, 1))
        delegate = store.get(ctx.session, grant).delegate_id  # type: ignore[union-attr]
        actions.revoke(ctx, grant)
    with clinic.service.act() as ctx, pytest.raises(Refused) as refused:
        actions.invite(ctx, patient_id=clinic.esther, delegate_id=delegate, scopes=["see_times"])
    assert "has paused this" in str.__str__(refused.value.text)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"last": "2026-11-23"}, "last"),
        ({"last": "2026-12-25"}, "last"),
        ({"last": ""}, "last"),
    ],
)
def test_B8_rule_6_a_pause_says_why_and_how_long(
    clinic: Clinic, grant: UUID, wrong: dict[str, str], field: str
) -> None:
    answer = clinic.browser(clinic.lisa).post(f"{PAUSING}/{grant}", {**REASON, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert may(clinic)


def test_P35_only_the_patients_own_care_pauses(clinic: Clinic, grant: UUID) -> None:
    for person in (clinic.esther, clinic.other_admin):
        assert clinic.browser(person).post(f"{PAUSING}/{grant}", REASON).status_code == 404
    admin = clinic.browser(clinic.admin)
    assert "Pause a delegate" in admin.text(f"{PAUSING}/{grant}")
    assert admin.post(f"{PAUSING}/{grant}", REASON).status_code == 303
    assert admin.post(f"{PAUSING}/{grant}/resume").status_code == 303
    assert may(clinic)


def test_B8_rule_3_the_patient_says_again_after_twelve_months_that_it_is_to_hold(clinic: Clinic, grant: UUID) -> None:
    browser = clinic.browser(clinic.esther)
    assert "Twelve more months" not in browser.text("/contract/delegates")
    set_clock(clinic.service, NOON + timedelta(days=330))
    assert "Twelve more months for Maria Lindqvist" in browser.text("/contract/delegates")
    assert browser.post(f"/contract/delegates/{grant}/renew").status_code == 303
    set_clock(clinic.service, NOON + timedelta(days=400))
    assert may(clinic)


def test_K17_nobody_is_invited_to_help_the_dead(clinic: Clinic, grant: UUID) -> None:
    with clinic.service.act() as ctx:
        people.register_death(ctx, clinic.esther, date(2026, 11, 23))
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.invite(ctx, patient_id=clinic.esther, delegate_id=eva, scopes=["see_times"])
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.accept(ctx, grant)
