"""Delegates: nothing holds before they say yes, and everything ends at once when either wants it (B8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.contract.delegates import actions, store
from services.contract.delegates.domain import SCOPES, default_end
from services.contract.people import actions as people
from shared.errors import NotFound, Refused
from shared.events import DelegateChanged
from tests.services.contract.clinic import Clinic
from tests.support.services import NOON, set_clock, told


@pytest.fixture
def maria(clinic: Clinic) -> UUID:
    with clinic.service.act() as ctx:
        return people.save_person(ctx, kind="delegate", name="Maria Lindqvist", identity=None)


def invite(clinic: Clinic, delegate: UUID, *scopes: str, ends: datetime | None = None) -> UUID:
    with clinic.service.act() as ctx:
        return actions.invite(
            ctx, patient_id=clinic.esther, delegate_id=delegate, scopes=scopes or ("see_times",), ends=ends
        )


def accept(clinic: Clinic, grant: UUID) -> None:
    with clinic.service.act() as ctx:
        actions.accept(ctx, grant)


def may(clinic: Clinic, delegate: UUID) -> frozenset[str]:
    with clinic.service.act() as ctx:
        return clinic.service.directory.scopes(ctx.session, delegate, clinic.esther, ctx.now)


def test_B8_rule_1_2_nothing_holds_before_the_delegate_has_said_yes(clinic: Clinic, maria: UUID) -> None:
    grant = invite(clinic, maria, "receive_reminders", "see_times")
    assert may(clinic, maria) == frozenset()
    accept(clinic, grant)
    assert may(clinic, maria) == {"receive_reminders", "see_times"}


def test_B8_each_scope_is_its_own_and_off_by_default(clinic: Clinic, maria: UUID) -> None:
    accept(clinic, invite(clinic, maria, "see_times"))
    assert may(clinic, maria) == {"see_times"}
    assert len(SCOPES) == 13


def test_P35_B8_rule_4_revoking_ends_it_at_once(clinic: Clinic, maria: UUID) -> None:
    grant = invite(clinic, maria)
    accept(clinic, grant)
    for _ in range(2):
        with clinic.service.act() as ctx:
            actions.revoke(ctx, grant)
    assert may(clinic, maria) == frozenset()
    assert told(clinic.service).count(DelegateChanged.type) == 6
    with clinic.service.act() as ctx, pytest.raises(NotFound):
        actions.accept(ctx, grant)


def test_B8_rule_3_it_ends_by_itself_after_twelve_months(clinic: Clinic, maria: UUID) -> None:
    accept(clinic, invite(clinic, maria))
    set_clock(clinic.service, NOON + timedelta(days=364))
    assert may(clinic, maria)
    set_clock(clinic.service, NOON + timedelta(days=365))
    assert not may(clinic, maria)


def test_an_old_invitation_can_not_be_accepted(clinic: Clinic, maria: UUID) -> None:
    grant = invite(clinic, maria, ends=NOON + timedelta(days=1))
    set_clock(clinic.service, NOON + timedelta(days=2))
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.accept(ctx, grant)


def test_inviting_again_replaces_what_was_granted(clinic: Clinic, maria: UUID) -> None:
    accept(clinic, invite(clinic, maria, "see_times", "see_contract"))
    accept(clinic, invite(clinic, maria, "see_times"))
    assert may(clinic, maria) == {"see_times"}
    with clinic.service.act() as ctx:
        assert len(store.of_patient(ctx.session, clinic.esther)) == 1
        assert len(store.of_delegate(ctx.session, maria)) == 1


def test_what_can_not_be_granted_is_refused(clinic: Clinic, maria: UUID) -> None:
    for scopes in ((), ("see_everything",)):
        with clinic.service.act() as ctx, pytest.raises(Refused) as refused:
            actions.invite(ctx, patient_id=clinic.esther, delegate_id=maria, scopes=scopes)
        assert refused.value.field == "scopes"
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.invite(ctx, patient_id=clinic.esther, delegate_id=clinic.esther, scopes=["see_times"])
    with pytest.raises(Refused):
        invite(clinic, maria, ends=NOON)
    with pytest.raises(NotFound):
        invite(clinic, uuid4())


def test_staff_can_not_grant_in_a_colleagues_name(clinic: Clinic, maria: UUID) -> None:
    with clinic.service.act() as ctx, pytest.raises(NotFound):
        actions.invite(ctx, patient_id=clinic.anita, delegate_id=maria, scopes=["see_times"])


def test_a_grant_made_on_a_leap_day_ends_the_day_before_the_next_march() -> None:
    assert default_end(datetime(2028, 2, 29, 11, tzinfo=UTC), "Europe/Stockholm") == datetime(
        2029, 2, 28, 11, tzinfo=UTC
    )
