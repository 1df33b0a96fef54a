"""The patient is told who their contact is, from when on and why, and what became of their own wish (B4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contract.named_contact import actions
from services.contract.named_contact.changing.domain import TOLD_FOR, Known, who_from_when, whose_wish
from shared.errors import Refused
from shared.i18n import speaking
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk
from tests.services.contract.clinic import words
from tests.support.services import NOON, set_clock

SECOND = timedelta(seconds=1)
REASON = "Anita Berg <slutar> på mottagningen."


def take_over(agreed: Agreed, **more: Any) -> None:
    form = {"act": "take_over", "person_id": str(agreed.clinic.lisa), "handover_note": "CANARY note.", "reason": REASON}
    path = f"/contract/named-contact/uncovered/{agreed.contract}"
    answer = agreed.browser(agreed.clinic.admin).post(path, {**form, **more})
    assert answer.status_code == 303, answer.text
    set_clock(agreed.clinic.service, NOON + SECOND)


def test_B4_point_5_the_words_name_who_and_from_which_day() -> None:
    lisa = Known(person_id=UUID(int=1), name="Lisa Ek", since=NOON, reason=REASON, asked_for=None, wish_unmet="")
    with speaking("sv"):
        assert who_from_when(lisa, own=True, zone="Europe/Stockholm", now=NOON) == (
            "Lisa Ek är din kontakt från tisdag 24 november."
        )
        assert who_from_when(lisa, own=False, zone="Europe/Stockholm", now=NOON).startswith("Lisa Ek är kontakt från")
        assert whose_wish(lisa, own=True) == ""


def test_B4_point_5_the_patient_and_who_helps_are_told_for_two_weeks_who_and_why(agreed: Agreed) -> None:
    eva, agreement = agreed.helper("see_contract"), f"/contract/agreement/{agreed.contract}"
    assert "is your contact from" not in agreed.browser(agreed.karin).text("/contract/home")
    take_over(agreed)
    shown = ((agreed.karin, "/contract/home", "your"), (agreed.karin, agreement, "your"), (eva, agreement, "the"))
    for at, told in ((NOON + SECOND, True), (NOON + TOLD_FOR - SECOND, True), (NOON + TOLD_FOR, False)):
        set_clock(agreed.clinic.service, at)
        for person, path, whose in shown:
            html = agreed.browser(person).text(path)
            assert (f"Lisa Ek is {whose} contact from Tuesday 24 November." in html) is told, (at, path)
            assert ("Anita Berg &lt;slutar&gt; på mottagningen." in html) is told
            assert "CANARY" not in html


def test_B4_point_5_no_primary_contact_goes_without_a_reason(agreed: Agreed) -> None:
    here: dict[str, Any] = {
        "contract_id": agreed.contract,
        "patient_id": agreed.karin,
        "unit_id": agreed.clinic.unit,
        "person_id": agreed.clinic.lisa,
        "handover_note": "Read the plan.",
    }
    with agreed.acting(agreed.clinic.admin) as ctx, pytest.raises(Refused) as refused:
        actions.appoint(ctx, **here, reason="  ")
    assert refused.value.field == "reason"
    with agreed.acting(agreed.clinic.admin) as ctx:
        actions.appoint(ctx, **here, primary=False)


def test_B4_row_1_that_the_patient_asked_for_this_person_is_shown_to_both(agreed: Agreed) -> None:
    take_over(agreed, asked_for="true")
    path = f"/contract/agreement/{agreed.contract}"
    assert "You asked for Lisa Ek." in words(agreed.browser(agreed.karin).text(path))
    assert "The patient asked for Lisa Ek." in words(agreed.browser(agreed.clinic.lisa).text(path))


def test_B4_row_1_why_a_wish_could_not_be_met_is_shown_as_long_as_that_contact_stands(agreed: Agreed) -> None:
    take_over(agreed, asked_for="false", wish_unmet="Maj <Sol> has no room for more.")
    set_clock(agreed.clinic.service, NOON + 2 * TOLD_FOR)
    for person, who in ((agreed.karin, "You"), (agreed.clinic.lisa, "The patient")):
        html = agreed.browser(person).text(f"/contract/agreement/{agreed.contract}", "en")
        assert (
            f"{who} asked for somebody else. Why it was not possible: Maj &lt;Sol&gt; has no room for more."
            in words(html)
        )


def test_B4_row_1_a_wish_that_was_met_has_no_reason_against_it(agreed: Agreed) -> None:
    form = {"act": "take_over", "person_id": str(agreed.clinic.lisa), "handover_note": "Note.", "reason": REASON}
    path = f"/contract/named-contact/uncovered/{agreed.contract}"
    for asked_for in ({"asked_for": "true"}, {}):
        answer = agreed.browser(agreed.clinic.admin).post(path, {**form, **asked_for, "wish_unmet": "No room."})
        assert answer.status_code == 422
        assert "wish_unmet-error" in answer.text


def test_B4_row_1_and_point_5_the_same_stands_in_the_cover_as_json(agreed: Agreed) -> None:
    cover = f"/contracts/{agreed.contract}/cover"
    admin = Desk(agreed.clinic.service, agreed.app, agreed.clinic.admin)
    assert admin.read(cover)[0]["new_contact"] is None
    body = {
        "person_id": str(agreed.clinic.lisa),
        "primary": True,
        "deputy_id": None,
        "handover_note": "Note.",
        "reason": "",
        "asked_for": False,
        "wish_unmet": "No room.",
    }
    assert admin.change("POST", f"{cover}/appointments", body, read=cover).status_code == 422
    answer = admin.change("POST", f"{cover}/appointments", {**body, "reason": REASON}, read=cover)
    assert answer.status_code == 200, answer.text
    shown = admin.of(agreed.karin).read(cover)[0]
    assert {key: shown["new_contact"][key] for key in ("name", "reason")} == {"name": "Lisa Ek", "reason": REASON}
    assert [(one["asked_for"], one["wish_unmet"]) for one in shown["appointments"]] == [(False, "No room.")]
