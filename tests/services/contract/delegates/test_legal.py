"""Who acts by law: recorded by staff from a document, stepping down with a child's age, hidden from a protected child."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.contract.delegates import store
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.legal.domain import SEEING, STEPS, birthday, ends_at, step_at
from services.contract.people import actions as people
from tests.services.contract.clinic import Clinic, words
from tests.support.services import NOON, set_clock

HERE = "/contract/delegates/of"
FORM = {"kind": "guardian", "name": "Mor Ek", "document": "Folkbokföringen 2026-11-01", "scopes": list(SCOPES)}


def child(clinic: Clinic, born: date, **more: object) -> UUID:
    with clinic.service.act() as ctx:
        found = people.save_person(ctx, kind="patient", name="Kim Ek", identity=None, birth_date=born, **more)  # type: ignore[arg-type]
        people.know_at(ctx, found, clinic.unit)
        return found


def may(clinic: Clinic, patient: UUID) -> frozenset[str]:
    with clinic.service.act() as ctx:
        grants = store.of_patient(ctx.session, patient)
        return frozenset(
            scope
            for grant in grants
            for scope in clinic.service.directory.scopes(ctx.session, grant.delegate_id, patient, ctx.now)
        )


@pytest.mark.parametrize(
    ("born", "until"),
    [(date(2016, 5, 1), 13), (date(2013, 11, 25), 13), (date(2013, 11, 24), 16), (date(2010, 11, 24), None)],
)
def test_B8_rule_9_guardians_step_down_with_the_childs_age(born: date, until: int | None) -> None:
    step = step_at(born, date(2026, 11, 24))
    assert (step.until if step else None) == until


def test_B8_a_birthday_begins_at_local_midnight() -> None:
    assert ends_at(date(2016, 5, 1), STEPS[0], "Europe/Stockholm") == datetime(2029, 4, 30, 22, tzinfo=UTC)
    assert birthday(date(2016, 2, 29), 13) == date(2029, 2, 28)


def test_B8_a_guardian_of_a_small_child_may_everything_until_the_birthday(clinic: Clinic) -> None:
    kim = child(clinic, date(2013, 11, 26))
    assert clinic.browser(clinic.lisa).post(f"{HERE}/{kim}", FORM).status_code == 303
    assert may(clinic, kim) == frozenset(SCOPES)
    set_clock(clinic.service, datetime(2026, 11, 25, 22, 59, tzinfo=UTC))
    assert may(clinic, kim) == frozenset(SCOPES)
    set_clock(clinic.service, datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    assert may(clinic, kim) == frozenset()


def test_B8_from_13_the_unit_decides_and_a_guardian_only_sees(clinic: Clinic) -> None:
    kim = child(clinic, date(2012, 1, 1))
    lisa = clinic.browser(clinic.lisa)
    answer = lisa.post(f"{HERE}/{kim}", FORM)
    assert answer.status_code == 422
    assert 'id="decided-error"' in answer.get_data(as_text=True)
    assert lisa.post(f"{HERE}/{kim}", {**FORM, "decided": "1"}).status_code == 303
    assert may(clinic, kim) == frozenset(SEEING)


def test_B8_from_16_nobody_is_guardian(clinic: Clinic) -> None:
    answer = clinic.browser(clinic.lisa).post(f"{HERE}/{child(clinic, date(2010, 1, 1))}", {**FORM, "decided": "1"})
    assert answer.status_code == 422


def test_B8_a_protected_child_is_hidden_from_guardians_at_once(clinic: Clinic) -> None:
    kim = child(clinic, date(2018, 1, 1))
    lisa = clinic.browser(clinic.lisa)
    lisa.post(f"{HERE}/{kim}", FORM)
    child_now = {"kind": "patient", "name": "Kim Ek", "identity": None, "person_id": kim, "protected": True}
    with clinic.service.act() as ctx:
        people.save_person(ctx, **child_now)  # type: ignore[arg-type]
    assert may(clinic, kim) == frozenset()
    assert lisa.post(f"{HERE}/{kim}", FORM).status_code == 422


def test_B8_rule_9_a_god_man_is_recorded_with_the_document(clinic: Clinic) -> None:
    lisa, form = clinic.browser(clinic.lisa), {**FORM, "kind": "god_man", "scopes": ["see_times"]}
    assert lisa.post(f"{HERE}/{clinic.esther}", {**form, "document": ""}).status_code == 422
    assert lisa.post(f"{HERE}/{clinic.esther}", {**form, "scopes": []}).status_code == 422
    assert lisa.post(f"{HERE}/{clinic.esther}", form).status_code == 303
    assert "(god man): Folkbokföringen 2026-11-01" in words(lisa.text(f"{HERE}/{clinic.esther}"))
    esther = clinic.browser(clinic.esther)
    assert "Your care has written this down from a document." in words(esther.text("/contract/delegates"))
    with clinic.service.act() as ctx:
        (grant,) = store.of_patient(ctx.session, clinic.esther)
    assert esther.post(f"/contract/delegates/{grant.id}/end").status_code == 409
    assert may(clinic, clinic.esther) == {"see_times"}
    assert lisa.post(f"{HERE}/grant/{grant.id}/end").status_code == 303
    assert may(clinic, clinic.esther) == frozenset()


def test_B8_rule_4_H19_a_delegate_revoked_while_having_a_page_open_is_refused_in_clear_words(clinic: Clinic) -> None:
    clinic.browser(clinic.lisa).post(f"{HERE}/{clinic.esther}", {**FORM, "kind": "god_man", "scopes": ["see_times"]})
    with clinic.service.act() as ctx:
        (grant,) = store.of_patient(ctx.session, clinic.esther)
    delegate = clinic.browser(grant.delegate_id)
    assert "Esther Lindqvist" in delegate.text("/contract/delegates")
    clinic.browser(clinic.lisa).post(f"{HERE}/grant/{grant.id}/end")
    answer = delegate.get(f"/contract/next-contact/{clinic.contract}")
    assert answer.status_code == 404
    assert "Esther" not in answer.get_data(as_text=True)
    assert "Nobody has invited you." in delegate.text("/contract/delegates")


def test_P35_only_the_patients_own_care_sees_and_records(clinic: Clinic) -> None:
    set_clock(clinic.service, NOON + timedelta(hours=1))
    for person in (clinic.esther, clinic.other_admin):
        assert clinic.browser(person).get(f"{HERE}/{clinic.esther}").status_code == 404
    assert "The patient has no delegates." in clinic.browser(clinic.admin).text(f"{HERE}/{clinic.esther}")
