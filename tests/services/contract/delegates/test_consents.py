"""Consents: each by itself, in the very words shown, given and taken back in one touch."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.delegates.consents import actions, store
from services.contract.delegates.consents.domain import KINDS, VERSION, WORDS, scope_of
from services.contract.delegates.consents.tables import Consent
from services.contract.people import actions as people
from services.contract.units import actions as units
from shared.context import Viewer
from shared.errors import NotFound, Refused
from shared.i18n.catalogue import translator
from tests.services.contract.clinic import Clinic, words

HERE = "/contract/consents"
WORDS_OF_VERSION = {"2026-11": "9c42"}


def given(clinic: Clinic) -> list[Consent]:
    with clinic.service.act() as ctx:
        return store.of_patient(ctx.session, clinic.esther)


def stands(clinic: Clinic, kind: str, about: str = "") -> bool:
    with clinic.service.act() as ctx:
        return store.consent_stands(ctx.session, clinic.esther, kind, about)


def give(clinic: Clinic, kind: str, about: str = "") -> UUID:
    with clinic.service.act(Viewer(clinic.esther, "patient")) as ctx:
        return actions.give(ctx, patient_id=clinic.esther, kind=kind, about=about)


def test_B10_point_1_no_word_changes_without_a_new_version() -> None:
    spoken = [translator(language)(str.__str__(WORDS[kind])) for kind in sorted(WORDS) for language in ("en", "sv")]
    said = "\n".join(spoken)
    assert set(WORDS) == set(KINDS)
    assert WORDS_OF_VERSION[VERSION] == hashlib.sha256(said.encode()).hexdigest()[:4], "raise VERSION with the words"


def test_B10_point_1_a_patient_says_yes_and_takes_it_back_in_one_touch(clinic: Clinic) -> None:
    browser = clinic.browser(clinic.esther)
    assert "You have said yes to nothing yet." in words(browser.text(HERE))
    assert browser.post(HERE, {"kind": "sms", "about": str(clinic.unit)}).status_code == 303
    assert stands(clinic, "sms", str(clinic.unit))
    assert not stands(clinic, "sms", str(clinic.other_unit))
    assert not stands(clinic, "email")
    (consent,) = given(clinic)
    assert (consent.how, consent.asked_by, consent.wording) == ("self", clinic.esther, VERSION)
    assert consent.words.startswith("Njurmottagningen får skicka SMS till mig.")
    assert consent.words in browser.text(HERE)
    assert browser.post(f"{HERE}/{consent.id}/withdraw").status_code == 303
    assert not stands(clinic, "sms", str(clinic.unit))
    text = words(browser.text(HERE))
    assert "Taken back before" in text
    assert consent.words in text


def test_B10_point_1_nobody_is_asked_for_a_channel_that_is_not_set_up_and_an_earlier_yes_stays(clinic: Clinic) -> None:
    pages = [(clinic.esther, HERE), (clinic.lisa, f"{HERE}/of/{clinic.esther}")]
    for person, page in pages:
        text = words(clinic.browser(person).text(page))
        assert "SMS" not in text
        assert "E-mail" in text
    give(clinic, "sms", str(clinic.unit))
    for person, page in pages:
        assert "SMS from Njurmottagningen" in words(clinic.browser(person).text(page))


def test_B10_point_1_the_words_agreed_to_stay_when_the_unit_gets_another_name(clinic: Clinic) -> None:
    give(clinic, "sms", str(clinic.unit))
    before = given(clinic)[0].words
    with clinic.service.act() as ctx:
        units.save_unit(ctx, key="SE1", name="Dialysen")
    assert given(clinic)[0].words == before


def test_B10_point_1_staff_write_down_what_the_patient_said(clinic: Clinic) -> None:
    lisa = clinic.browser(clinic.lisa)
    page = f"{HERE}/of/{clinic.esther}"
    assert "The patient has said yes to nothing." in words(lisa.text(page))
    form = {"what": "share_plan", "about": "Hemtjänsten  Jönköping", "how": "paper"}
    assert lisa.post(page, form).status_code == 303
    assert stands(clinic, "share_plan", "hemtjänsten jönköping")
    assert "asked by Lisa Ek" in words(clinic.browser(clinic.esther).text(HERE))
    assert lisa.post(page, {**form, "about": ""}).status_code == 422
    assert lisa.post(page, {**form, "how": "self"}).status_code == 422
    (consent,) = given(clinic)
    assert lisa.post(f"{HERE}/{consent.id}/withdraw").status_code == 303
    assert not stands(clinic, "share_plan", "Hemtjänsten Jönköping")


def test_P35_consents_are_nobody_elses(clinic: Clinic) -> None:
    consent = give(clinic, "email")
    with clinic.service.act() as ctx:
        other = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
    for person in (other, clinic.admin, clinic.other_admin):
        browser = clinic.browser(person)
        assert browser.get(f"{HERE}/of/{clinic.esther}").status_code == 404
        assert browser.post(f"{HERE}/{consent}/withdraw").status_code == 404
    assert clinic.stranger().get(HERE).status_code == 303
    assert stands(clinic, "email")


def test_B10_a_yes_twice_is_one_also_at_the_same_time(clinic: Clinic) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: give(clinic, "tell_family"), range(8)))) == 1


def test_K17_nothing_is_agreed_to_for_the_dead(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        people.register_death(ctx, clinic.esther, (ctx.now - timedelta(days=1)).date())
    with pytest.raises(Refused):
        give(clinic, "email")
    with clinic.service.act() as ctx:
        people.withdraw_death(ctx, clinic.esther)
    assert give(clinic, "email")


@pytest.mark.parametrize(("kind", "about"), [("nothing", ""), ("sms", "x"), ("sms", str(UUID(int=1)))])
def test_an_unknown_consent_is_not_there(clinic: Clinic, kind: str, about: str) -> None:
    with pytest.raises(NotFound):
        give(clinic, kind, about)


def test_what_a_consent_is_compared_by() -> None:
    assert scope_of("share_plan", " Kommunen \n AB ") == "kommunen ab"
    assert scope_of("email", "anything") == ""
    one = UUID("9ce67fec-e729-4cfc-9c6e-a287474bccbb")
    for written in (one.hex, f"urn:uuid:{one}", f"{{{one}}}", str(one).upper()):
        assert scope_of("share_unit", written) == str(one), "one yes, taken back as one"
