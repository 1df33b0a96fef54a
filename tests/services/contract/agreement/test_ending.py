"""Ending an agreement: what ends with it, who may, and how a new one begins."""

from __future__ import annotations

import pytest

from services.contract.agreement import actions as writing
from services.contract.agreement import store
from services.contract.agreement.content.domain import Part
from services.contract.agreement.domain import State
from services.contract.agreement.ending import actions
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review import store as review_store
from services.contract.named_contact import actions as named_contacts
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as plans
from shared.errors import Refused
from shared.text import LIX_AIM, judge
from tests.services.contract.agreed import IN_TWO_DAYS, WHAT_MATTERS, Agreed
from tests.services.contract.agreement.test_words import sentences
from tests.services.contract.clinic import staff, words
from tests.support.services import told

ENDED = "se.samkontrakt.contract.contract.ended.v1"
CANCELLED = "se.samkontrakt.contract.next_contact.cancelled.v1"


@pytest.fixture
def in_force(agreed: Agreed) -> Agreed:
    agreed.written().both_confirm()
    return agreed


def end(agreed: Agreed, side: Side, reason: str = "") -> None:
    with agreed.acting(agreed.person(side)) as ctx:
        actions.end(ctx, agreed.contract, side, reason)


def test_B1_state_ended_the_patient_ends_it_without_a_reason_and_its_time_goes_with_it(in_force: Agreed) -> None:
    with in_force.acting(in_force.karin) as ctx:
        reviews.ask_for_review(ctx, in_force.contract)
    end(in_force, Side.PATIENT)
    end(in_force, Side.PATIENT)
    assert in_force.now().contract.state == State.ENDED
    assert in_force.now().next_contact is None
    events = told(in_force.clinic.service)
    assert (events.count(ENDED), events.count(CANCELLED)) == (1, 1)
    with in_force.clinic.service.act() as ctx:
        assert review_store.open_review(ctx.session, in_force.contract) is None
        assert store.open_of(ctx.session, in_force.karin) is None


def test_B1_state_ended_the_care_ends_it_only_with_a_reason(in_force: Agreed) -> None:
    with pytest.raises(Refused):
        end(in_force, Side.CARE)
    assert in_force.now().contract.state == State.ACTIVE
    end(in_force, Side.CARE, "You have moved to another region.")
    assert in_force.now().contract.end_reason == "You have moved to another region."


def test_B1_nothing_is_written_or_said_yes_to_after_the_end(in_force: Agreed) -> None:
    end(in_force, Side.PATIENT)
    page = in_force.browser(in_force.karin)
    shown = in_force.now().shown
    for path, form in (
        (f"/contract/agreement/{in_force.contract}/text/what_matters", {"words": "More."}),
        (f"/contract/agreement/{in_force.contract}/confirm", {"shown": shown}),
        (f"/contract/review/{in_force.contract}/begin", {}),
    ):
        assert page.post(path, form).status_code in (404, 409)


def test_B1_a_new_agreement_begins_with_the_words_of_the_last_one(in_force: Agreed) -> None:
    end(in_force, Side.PATIENT)
    with in_force.acting(in_force.karin) as ctx:
        again = writing.open_contract(ctx, patient_id=in_force.karin, unit_id=in_force.clinic.unit, by=in_force.karin)
        assert store.newest(ctx.session, again).own[Part.WHAT_MATTERS] == WHAT_MATTERS
    assert again != in_force.contract


@pytest.mark.parametrize(("things", "says"), [(1, "One thing in the plan"), (2, "2 things in the plan")])
def test_B1_state_ended_E1_the_page_says_what_is_left_in_the_plan(in_force: Agreed, things: int, says: str) -> None:
    for number in range(things):
        with in_force.acting(in_force.clinic.anita) as ctx:
            plans.add(
                ctx,
                in_force.karin,
                title=f"Visit {number}",
                party=Party.REGION_UNIT,
                responsible="The clinic",
                on_date=None,
            )
    assert says in words(in_force.browser(in_force.karin).text(f"/contract/ending/{in_force.contract}"))


def test_K21_the_page_counts_nothing_that_its_reader_is_not_shown(in_force: Agreed) -> None:
    with in_force.clinic.service.act() as ctx:
        nurse = staff(ctx, "Nils Ek", in_force.clinic.other_unit, "nurse")
    with in_force.acting(nurse) as ctx:
        plans.add(ctx, in_force.karin, only_ours=True, title="Talk", party="region_unit", kind="visit", responsible="B")
    address = f"/contract/ending/{in_force.contract}"
    assert "One thing in the plan" in words(in_force.browser(in_force.karin).text(address))
    assert "thing in the plan" not in words(in_force.browser(in_force.clinic.anita).text(address))


def test_E1_the_page_says_what_ends_and_asks_once_more(in_force: Agreed) -> None:
    karin, address = in_force.browser(in_force.karin), f"/contract/ending/{in_force.contract}"
    assert "The time Friday 27 November at 09:00 is cancelled." in words(karin.text(address))
    assert karin.post(address, {"reason": ""}).status_code == 422
    assert karin.post(address, {"sure": "1"}).status_code == 303
    assert in_force.now().contract.state == State.ENDED


def test_table_d_only_the_patient_and_the_contact_end_it(in_force: Agreed) -> None:
    clinic, address = in_force.clinic, f"/contract/ending/{in_force.contract}"
    allowed = {person: in_force.browser(person).get(address).status_code for person in (in_force.karin, clinic.anita)}
    refused = [clinic.esther, clinic.lisa, clinic.admin, clinic.other_admin]
    assert set(allowed.values()) == {200}
    assert {in_force.browser(person).post(address, {"sure": "1"}).status_code for person in refused} == {404}


def test_B12_the_page_reads_easily_in_swedish(in_force: Agreed) -> None:
    html = in_force.browser(in_force.karin).text(f"/contract/ending/{in_force.contract}", "sv")
    assert judge(sentences(html), "sv").score <= LIX_AIM


def test_B1_state_ended_no_time_and_no_contact_begins_in_an_agreement_that_has_ended(in_force: Agreed) -> None:
    end(in_force, Side.PATIENT)
    with pytest.raises(Refused):
        in_force.suggests(IN_TWO_DAYS, side=Side.PATIENT)
    with in_force.clinic.service.act() as ctx:
        assert next_contacts.current(ctx.session, in_force.contract) is None
    lisa, unit = in_force.clinic.lisa, in_force.clinic.unit
    with pytest.raises(Refused), in_force.acting(in_force.clinic.admin) as ctx:
        named_contacts.appoint(
            ctx, contract_id=in_force.contract, patient_id=in_force.karin, person_id=lisa, unit_id=unit
        )
