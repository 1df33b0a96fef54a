"""How the patient wants to take part: three answers with their dates, one of them under the agreement's hash."""

from __future__ import annotations

import pytest

from services.contract.agreement import actions as writing
from services.contract.agreement import store as agreements
from services.contract.agreement.actions import Stale
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.engagement import actions, store
from services.contract.agreement.engagement.domain import Preference, is_asked_at_review
from services.contract.agreement.review import actions as reviews
from services.contract.next_contact.domain import Side
from shared.errors import Refused
from tests.services.contract.agreed import Agreed, later
from tests.services.contract.clinic import words
from tests.support.services import NOON, set_clock, told

TOGETHER = Preference(decides="together", doing="some", knowing="main")
YOU = Preference(decides="you_decide", doing="little", knowing="must")


def chooses(agreed: Agreed, wish: Preference, before: str = "", *, side: Side = Side.PATIENT, how: str = "") -> None:
    with agreed.acting(agreed.person(side)) as ctx:
        actions.choose(ctx, agreed.contract, wish, before=mark(before), writer=side, how=how or None)


def history(agreed: Agreed) -> list[tuple[str, str | None, str | None, str]]:
    with agreed.clinic.service.act() as ctx:
        return [(row.decides, row.doing, row.knowing, row.how) for row in store.page(ctx.session, agreed.karin, 10)]


def in_agreement(agreed: Agreed) -> object:
    with agreed.clinic.service.act() as ctx:
        return agreements.newest(ctx.session, agreed.contract).own.get(Part.ENGAGEMENT)


def test_B9_each_answer_is_kept_with_its_date_and_the_agreement_says_the_newest(agreed: Agreed) -> None:
    chooses(agreed, TOGETHER)
    set_clock(agreed.clinic.service, later(days=30))
    chooses(agreed, YOU, "together")
    chooses_again = later(days=60)
    set_clock(agreed.clinic.service, chooses_again)
    chooses(agreed, YOU, "you_decide")
    assert [one[0] for one in history(agreed)] == ["you_decide", "you_decide", "together"]
    assert in_agreement(agreed) == "you_decide"
    with agreed.clinic.service.act() as ctx:
        assert [row.at for row in store.page(ctx.session, agreed.karin, 10)] == [chooses_again, later(days=30), NOON]


def test_B9_who_decides_is_covered_by_the_hash_and_the_other_two_are_not(agreed: Agreed) -> None:
    agreed.written()
    chooses(agreed, TOGETHER)
    agreed.both_confirm()
    shown = agreed.now().shown
    chooses(agreed, Preference(decides="together", doing="much", knowing="all"), "together")
    assert agreed.now().in_force
    assert agreed.now().shown == shown
    chooses(agreed, YOU, "together")
    assert not agreed.now().in_force
    assert agreed.now().shown != shown


def test_B9_an_answer_through_another_door_is_in_the_history_too(agreed: Agreed) -> None:
    chooses(agreed, TOGETHER)
    set_clock(agreed.clinic.service, later(days=1))
    with agreed.acting(agreed.karin) as ctx:
        before = mark("together")
        writing.write_text(ctx, agreed.contract, Side.PATIENT, Part.ENGAGEMENT, "i_decide", before=before)
    assert history(agreed)[0] == ("i_decide", "some", "main", "web")


def test_B9_two_pages_at_once_lose_nothing(agreed: Agreed) -> None:
    chooses(agreed, TOGETHER)
    with pytest.raises(Stale):
        chooses(agreed, YOU, "")
    assert [one[0] for one in history(agreed)] == ["together"]


def test_K15_the_contact_writes_down_what_the_patient_told_and_says_how(agreed: Agreed) -> None:
    with pytest.raises(Refused):
        chooses(agreed, YOU, side=Side.CARE)
    chooses(agreed, YOU, side=Side.CARE, how="spoken")
    assert history(agreed) == [("you_decide", "little", "must", "spoken")]
    page = agreed.browser(agreed.karin).text(f"/contract/engagement/{agreed.contract}")
    assert "Anita Berg for Karin Ek" in words(page)


def test_B9_it_is_asked_anew_at_each_review() -> None:
    assert not is_asked_at_review([NOON], None)
    assert is_asked_at_review([NOON], later(days=1))
    assert not is_asked_at_review([NOON, later(days=2)], later(days=1))
    assert is_asked_at_review([], NOON)


def test_B9_a_review_asks_until_there_is_an_answer(agreed: Agreed) -> None:
    agreed.written()
    chooses(agreed, TOGETHER)
    agreed.both_confirm()
    set_clock(agreed.clinic.service, later(days=30))
    with agreed.acting(agreed.karin) as ctx:
        reviews.ask_for_review(ctx, agreed.contract)
    address, again = f"/contract/engagement/{agreed.contract}", "Do you still want to take part in the same way?"
    assert again in agreed.browser(agreed.karin).text(address)
    set_clock(agreed.clinic.service, later(days=31))
    chooses(agreed, TOGETHER, "together")
    assert again not in agreed.browser(agreed.karin).text(address)


def test_B9_the_page_asks_three_questions_and_the_contact_reads_the_answers(agreed: Agreed) -> None:
    address = f"/contract/engagement/{agreed.contract}"
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    form = {"decides": "together", "doing": "some", "before": mark("")}
    assert karin.post(address, form).status_code == 422
    assert karin.post(address, {**form, "knowing": "main"}).status_code == 303
    page = words(anita.text(address))
    assert "How the patient wants to take part" in page
    assert "The main things" in page
    assert agreed.browser(agreed.clinic.other_admin).get(address).status_code == 404
    assert f'<a href="{address}">' in karin.text(f"/contract/agreement/{agreed.contract}")


def test_B9_a_changed_wish_is_told_and_the_same_again_is_not(agreed: Agreed) -> None:
    kind = "se.samkontrakt.contract.engagement_preference.changed.v1"
    chooses(agreed, TOGETHER)
    first = told(agreed.clinic.service).count(kind)
    assert first >= 1
    set_clock(agreed.clinic.service, later(days=1))
    chooses(agreed, TOGETHER, "together")
    assert told(agreed.clinic.service).count(kind) == first
    set_clock(agreed.clinic.service, later(days=2))
    chooses(agreed, YOU, "together")
    assert told(agreed.clinic.service).count(kind) > first
