"""Family and others: invited on one page, ended in one touch, and seen by nobody else."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.delegates import actions, store
from services.contract.delegates.tables import Delegation
from services.contract.people import actions as people
from shared.audit import access_log
from tests.services.contract.agreement.test_pages import hidden
from tests.services.contract.clinic import Clinic, words

HERE = "/contract/delegates"
FORM = {"name": "Maria Lindqvist", "relation": "my daughter", "scopes": ["receive_reminders", "see_times"]}


@pytest.fixture
def grant(clinic: Clinic) -> Delegation:
    assert clinic.browser(clinic.esther).post(f"{HERE}/new", FORM).status_code == 303
    return only(clinic)


def only(clinic: Clinic) -> Delegation:
    with clinic.service.act() as ctx:
        (found,) = store.of_patient(ctx.session, clinic.esther)
        return found


def count(clinic: Clinic) -> int:
    with clinic.service.act() as ctx:
        return len(store.of_patient(ctx.session, clinic.esther))


def may(clinic: Clinic, delegate: UUID) -> frozenset[str]:
    with clinic.service.act() as ctx:
        return clinic.service.directory.scopes(ctx.session, delegate, clinic.esther, ctx.now)


def test_a_patient_invites_and_the_other_says_yes(clinic: Clinic, grant: Delegation) -> None:
    text = words(clinic.browser(clinic.esther).text(HERE))
    assert "Maria Lindqvist" in text
    assert "Has not said yes yet" in text
    maria = clinic.browser(grant.delegate_id)
    assert "Esther Lindqvist lets you do this." in words(maria.text(HERE))
    assert maria.post(f"{HERE}/{grant.id}/accept").status_code == 303
    assert may(clinic, grant.delegate_id) == {"receive_reminders", "see_times"}
    assert "May do this now" in words(clinic.browser(clinic.esther).text(HERE))


def test_P35_the_patient_ends_it_in_one_touch(clinic: Clinic, grant: Delegation) -> None:
    clinic.browser(grant.delegate_id).post(f"{HERE}/{grant.id}/accept")
    assert clinic.browser(clinic.esther).post(f"{HERE}/{grant.id}/end").status_code == 303
    assert may(clinic, grant.delegate_id) == frozenset()
    assert "You have invited nobody." in words(clinic.browser(clinic.esther).text(HERE))


def test_the_delegate_may_say_no(clinic: Clinic, grant: Delegation) -> None:
    maria = clinic.browser(grant.delegate_id)
    maria.post(f"{HERE}/{grant.id}/leave")
    assert count(clinic) == 0
    assert "Nobody has invited you." in words(maria.text(HERE))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"email": "no"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"last": "2020-01-01"}, "last"),
        ({"last": "9999-12-31"}, "last"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nobody_is_invited(
    clinic: Clinic, wrong: dict[str, object], field: str
) -> None:
    answer = clinic.browser(clinic.esther).post(f"{HERE}/new", {**FORM, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert count(clinic) == 0


def test_P34_what_the_delegate_does_stands_in_the_patients_access_log(clinic: Clinic, grant: Delegation) -> None:
    clinic.browser(grant.delegate_id).post(f"{HERE}/{grant.id}/accept")
    with clinic.service.act() as ctx:
        rows = ctx.session.execute(sa.select(access_log).order_by(access_log.c.id.desc())).all()
    assert (rows[0].patient_id, rows[0].actor_id) == (clinic.esther, grant.delegate_id)
    assert rows[0].what == "said yes to your invitation"


def test_P32_nobody_else_ends_accepts_or_sees_it(clinic: Clinic, grant: Delegation) -> None:
    with clinic.service.act() as ctx:
        other = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
    for who in (other, clinic.admin, clinic.anita):
        browser = clinic.browser(who)
        for act in ("end", "accept", "leave"):
            assert browser.post(f"{HERE}/{grant.id}/{act}").status_code == 404, act
    assert clinic.browser(clinic.esther).post(f"{HERE}/{grant.id}/accept").status_code == 404
    assert clinic.browser(grant.delegate_id).post(f"{HERE}/{grant.id}/end").status_code == 404
    assert "Maria" not in clinic.browser(other).text(HERE)
    assert clinic.browser(clinic.anita).get(HERE).status_code == 404
    assert only(clinic).state == "invited"


def test_P32_a_delegate_never_grants_further(clinic: Clinic, grant: Delegation) -> None:
    clinic.browser(grant.delegate_id).post(f"{HERE}/{grant.id}/accept")
    assert clinic.browser(grant.delegate_id).post(f"{HERE}/new", FORM).status_code == 404
    assert clinic.browser(clinic.anita).get(f"{HERE}/new").status_code == 404
    assert count(clinic) == 1


def test_P32_a_stranger_signs_in(clinic: Clinic) -> None:
    assert clinic.stranger().get(HERE).status_code == 303
    assert clinic.stranger().post(f"{HERE}/new", data=FORM).status_code == 303
    assert count(clinic) == 0


def test_the_clinic_finds_the_delegate_to_help_them_sign_in(clinic: Clinic, grant: Delegation) -> None:
    assert "Maria Lindqvist" in clinic.browser(clinic.admin).text("/contract/people")


def test_a_grant_that_was_replaced_can_not_be_accepted(clinic: Clinic, grant: Delegation) -> None:
    with clinic.service.act() as ctx:
        actions.revoke(ctx, grant.id)
    assert clinic.browser(grant.delegate_id).post(f"{HERE}/{grant.id}/accept").status_code == 404


def test_P3_an_invitation_that_is_sent_twice_invites_once(clinic: Clinic) -> None:
    esther = clinic.browser(clinic.esther)
    form = {**FORM, "form_mark": hidden(esther.text(f"{HERE}/new"), "form_mark")}
    assert {esther.post(f"{HERE}/new", form).status_code for _ in range(2)} == {303}
    assert count(clinic) == 1


def test_B8_a_delegate_whose_right_has_ended_reads_so_and_a_stranger_reads_nothing(
    clinic: Clinic, grant: Delegation
) -> None:
    page = f"/contract/next-contact/{clinic.contract}"
    maria = clinic.browser(grant.delegate_id)
    maria.post(f"{HERE}/{grant.id}/accept")
    assert maria.get(page).status_code == 200
    clinic.browser(clinic.esther).post(f"{HERE}/{grant.id}/end")
    gone = maria.get(page)
    assert (gone.status_code, "has ended or is paused" in gone.text) == (404, True)
    other = clinic.browser(clinic.other_admin).get(page)
    assert (other.status_code, "has ended" in other.text) == (404, False)
    with clinic.service.act() as ctx:
        nobody = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
    assert "has ended" not in clinic.browser(nobody).get(page).text
