"""An admin opens an agreement for somebody whom no proposal reached, and sees nothing of what it says."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.opening import actions
from services.contract.named_contact.load.store import loads
from services.contract.people import actions as people
from services.contract.units import actions as units
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import Clinic, words

HERE = "/contract/opening"
SAID_YES = {"answered": "spoken", "said_on": "2026-11-23"}


def nils(clinic: Clinic) -> UUID:
    with clinic.service.act() as ctx:
        found = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        people.know_at(ctx, found, clinic.unit)
        return found


def test_K22_an_admin_opens_an_agreement_and_somebody_answers_at_once(clinic: Clinic) -> None:
    patient, admin = nils(clinic), clinic.browser(clinic.admin)
    assert "Nils Ny" in words(admin.text(HERE))
    assert "Open an agreement" in words(admin.text(f"/contract/people/{patient}"))
    assert "Anita Berg, Njurmottagningen: 1 patient" in words(admin.text(f"{HERE}/{patient}"))
    answer = admin.post(f"{HERE}/{patient}", SAID_YES | {"contact": f"{clinic.unit} {clinic.lisa}"})
    assert answer.status_code == 303
    with clinic.service.act() as ctx:
        contract = agreements.open_of(ctx.session, patient)
        assert contract is not None
        who = clinic.service.directory.who_answers_for(ctx.session, contract.id, ctx.now)
        assert who is not None
        assert who.person_id == clinic.lisa
    assert "Nils Ny" not in words(admin.text(HERE))
    assert admin.get(f"/contract/agreement/{contract.id}").status_code == 404


def test_an_agreement_is_opened_once_and_by_somebody_who_works_here(clinic: Clinic) -> None:
    patient, admin = nils(clinic), clinic.browser(clinic.admin)
    assert (
        admin.post(f"{HERE}/{patient}", SAID_YES | {"contact": f"{clinic.other_unit} {clinic.lisa}"}).status_code == 422
    )
    assert admin.post(f"{HERE}/{patient}", {}).status_code == 422
    form = SAID_YES | {"contact": f"{clinic.unit} {clinic.lisa}"}
    assert admin.post(f"{HERE}/{patient}", form).status_code == 303
    again = admin.post(f"{HERE}/{patient}", form)
    assert again.status_code == 422
    assert "There is an agreement already." in again.get_data(as_text=True)


def test_K17_no_agreement_is_opened_for_the_dead_until_it_is_taken_back(clinic: Clinic) -> None:
    patient, admin = nils(clinic), clinic.browser(clinic.admin)
    with clinic.service.act() as ctx:
        people.register_death(ctx, patient, (ctx.now - timedelta(days=1)).date())
    form = SAID_YES | {"contact": f"{clinic.unit} {clinic.lisa}"}
    answer = admin.post(f"{HERE}/{patient}", form)
    assert answer.status_code == 422
    assert "This person has died." in answer.get_data(as_text=True)
    with clinic.service.act() as ctx:
        people.withdraw_death(ctx, patient)
    assert admin.post(f"{HERE}/{patient}", form).status_code == 303


def test_P35_only_admins_of_the_patients_unit_open(clinic: Clinic) -> None:
    patient = nils(clinic)
    for person in (clinic.other_admin, clinic.lisa, clinic.esther, patient):
        assert clinic.browser(person).get(f"{HERE}/{patient}").status_code == 404
    assert "Every patient of your units has an agreement." in words(clinic.browser(clinic.other_admin).text(HERE))


def test_B4_point_6_an_admin_is_warned_when_a_contact_has_too_many(clinic: Clinic) -> None:
    patient = nils(clinic)
    with clinic.service.act() as ctx:
        actions.open_with_contact(ctx, patient_id=patient, unit_id=clinic.unit, person_id=clinic.anita, answer=None)
        units.set_contact_limit(ctx, clinic.unit, 1)
    with clinic.service.act() as ctx:
        assert [(one.name, one.patients, one.over) for one in loads(ctx, [clinic.unit])] == [
            ("Anita Berg", 2, True),
            ("Lisa Ek", 0, False),
        ]
    admin = clinic.browser(clinic.admin)
    assert "Over the limit of 1" in words(admin.text("/contract/named-contact/load"))
    assert "Nils" not in admin.text("/contract/named-contact/load")
    assert "2 patients, over the limit of 1" in words(admin.text(f"{HERE}/{nils(clinic)}"))


def test_the_contact_finds_consents_and_delegates_from_the_patients_page(agreed: Agreed) -> None:
    text = agreed.browser(agreed.clinic.anita).text(f"/contract/agreement/{agreed.contract}")
    for page in (f"/contract/consents/of/{agreed.karin}", f"/contract/delegates/of/{agreed.karin}"):
        assert page in text
        assert agreed.browser(agreed.clinic.anita).get(page).status_code == 200
    assert "/contract/consents/of/" not in agreed.browser(agreed.karin).text(f"/contract/agreement/{agreed.contract}")
