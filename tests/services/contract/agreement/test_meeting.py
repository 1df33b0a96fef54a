"""Before a meeting: what the patient wants from it, kept with that meeting, read by the contact, printed."""

from __future__ import annotations

import pytest

from services.contract.agreement.meeting import actions, store
from services.contract.next_contact.closing.actions import end
from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import Act, Side
from shared.errors import NotFound, Refused
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import words

TEXTS = {"questions": "Can I swim?", "comes_with": "My sister", "expects": "To sleep better"}


def prepares(agreed: Agreed, seen: int, side: Side = Side.PATIENT, how: str | None = None, **texts: str) -> int:
    with agreed.acting(agreed.person(side)) as ctx:
        return actions.prepare(ctx, agreed.contract, side, seen=seen, how=how, **{**TEXTS, **texts}).version


def test_A16_B1_row_8_it_is_kept_with_its_meeting_and_the_next_begins_empty(agreed: Agreed) -> None:
    with pytest.raises(NotFound):
        prepares(agreed, 0)
    agreed.suggests()
    agreed.accepts()
    assert prepares(agreed, 0) == 1
    assert prepares(agreed, 1, questions="Can I swim in the sea?") == 2
    with agreed.acting(agreed.clinic.anita) as ctx:
        end(ctx, agreed.contract, Act.CANCEL_BY_CARE, Side.CARE, "Anita is ill", then=Then(why_none="All is done"))
    agreed.suggests()
    with agreed.clinic.service.act() as ctx:
        before = store.earlier(ctx.session, agreed.contract, 5)
        assert [one.questions for one in before] == ["Can I swim in the sea?"]
    assert prepares(agreed, 0) == 1


def test_P3_two_pages_at_once_lose_nothing(agreed: Agreed) -> None:
    agreed.suggests()
    prepares(agreed, 0)
    with pytest.raises(Refused):
        prepares(agreed, 0, questions="Something else")
    assert "Can I swim?" in agreed.browser(agreed.karin).text(f"/contract/meeting/{agreed.contract}")


def test_K15_the_contact_writes_down_what_the_patient_told_and_says_how(agreed: Agreed) -> None:
    agreed.suggests()
    with pytest.raises(Refused):
        prepares(agreed, 0, Side.CARE)
    assert prepares(agreed, 0, Side.CARE, "paper") == 1


def test_A16_the_patient_writes_the_contact_reads_and_it_can_be_printed(agreed: Agreed) -> None:
    address = f"/contract/meeting/{agreed.contract}"
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert "No meeting is planned yet." in karin.text(address)
    agreed.suggests()
    assert "The patient has not written anything yet." in anita.text(address)
    assert karin.post(address, {**TEXTS, "questions": "Is <b>salt</b> bad?"}).status_code == 303
    assert karin.post(address, {**TEXTS, "questions": "An older page"}).status_code == 422
    for page in (anita.text(address), anita.text(f"{address}/paper"), karin.text(f"{address}/paper")):
        assert "Is &lt;b&gt;salt&lt;/b&gt; bad?" in page
    assert "My sister" in words(anita.text(address))
    assert agreed.browser(agreed.clinic.other_admin).get(address).status_code == 404
