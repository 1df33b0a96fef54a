"""One patient on one page: what is on it, who may open it, how little it asks of the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.domain import State
from services.contract.agreement.keeping import actions as keeping
from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.meeting import actions as meeting
from services.contract.agreement.patient.domain import Standing, Wait, waits
from services.contract.agreement.understanding import actions as understanding
from services.contract.agreement.understanding.domain import Understood
from services.contract.delegates import actions as delegates
from services.contract.named_contact import actions as contacts
from services.contract.next_contact import actions as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.domain import State as Next
from services.contract.people import actions as people
from tests.services.contract.agreed import WHAT_MATTERS, Agreed, later
from tests.services.contract.agreement.test_pages import strangers
from tests.services.contract.agreement.test_review import answers
from tests.services.contract.agreement.test_seeing import at_another_unit, write
from tests.services.contract.clinic import Browser, words
from tests.services.contract.plan.test_writing import adds
from tests.support.databases import counted
from tests.support.services import NOON, set_clock

CALM = Standing(
    state=State.ACTIVE,
    next_state=Next.BOOKED,
    suggested_by=None,
    offered=False,
    agreed=later(days=2),
    has_next=True,
    yes=None,
    reviewed=False,
    to_answer=frozenset(),
    changed=False,
    overdue=False,
    conflicts=False,
    unclear=False,
)


@pytest.mark.parametrize(
    ("changes", "waiting"),
    [
        ({}, []),
        ({"next_state": Next.REBOOKING_ASKED}, [Wait.ANOTHER_TIME]),
        ({"next_state": Next.COUNTER_SUGGESTED, "suggested_by": Side.PATIENT}, [Wait.ANOTHER_TIME]),
        ({"next_state": Next.COUNTER_SUGGESTED, "suggested_by": Side.PATIENT, "offered": True}, [Wait.TIME_SUGGESTED]),
        ({"next_state": Next.SUGGESTED, "suggested_by": Side.CARE, "offered": True}, []),
        ({"agreed": NOON}, [Wait.TIME_PASSED]),
        ({"has_next": False, "agreed": None}, [Wait.NO_NEXT]),
        ({"yes": frozenset()}, [Wait.CARES_YES, Wait.PATIENTS_YES]),
        ({"yes": frozenset({Side.CARE})}, [Wait.PATIENTS_YES]),
        ({"reviewed": True, "to_answer": frozenset({Side.CARE})}, [Wait.REVIEW, Wait.ANSWER_SEVEN]),
        ({"changed": True, "overdue": True, "conflicts": True}, [Wait.NEWS, Wait.OVERDUE, Wait.CONFLICT]),
        ({"unclear": True}, [Wait.EXPLAIN_AGAIN]),
        ({"state": State.ENDED, "has_next": False, "unclear": True}, []),
    ],
)
def test_A1_what_waits_is_named_and_nothing_else(changes: dict[str, object], waiting: list[Wait]) -> None:
    assert waits(NOON, replace(CALM, **changes)) == waiting  # type: ignore[arg-type]


def here(agreed: Agreed) -> str:
    return f"/contract/patient/{agreed.contract}"


def anita(agreed: Agreed) -> Browser:
    return agreed.browser(agreed.clinic.anita)


def test_A1_the_patients_own_words_come_first_then_the_next_step_and_who_answers(agreed: Agreed) -> None:
    agreed.written().accepts()
    agreed.both_confirm()
    said = words(anita(agreed).text(here(agreed)))
    order = ["Karin Ek", WHAT_MATTERS, "Friday 27 November at 09:00", "Anita Berg", "036-32 10 00", "What waits"]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    assert "Nothing waits in the agreement." in said
    assert all(part in said for part in ("I weigh myself every morning.", "We ring you every Friday.", "Walk to the"))


def test_A1_what_waits_and_what_is_missing_lead_to_where_it_is_done(agreed: Agreed) -> None:
    html = anita(agreed).text(here(agreed))
    assert f'href="/contract/agreement/{agreed.contract}/items/commitments/new"' in html
    assert "The patient writes what matters to them." in html
    agreed.written().accepts()
    agreed.both_confirm()
    with agreed.acting(agreed.karin) as ctx:
        confirming.ask(ctx, agreed.contract, Side.PATIENT, kind="change", words="Is <b>salt</b> so bad?")
        next_contacts.ask_another(ctx, agreed.contract, "Fridays are bad")
        meeting.prepare(
            ctx, agreed.contract, Side.PATIENT, seen=0, how=None, questions="Q", comes_with="My sister", expects=""
        )
    adds(agreed, on_date=date(2026, 11, 20))
    answers(agreed, Side.PATIENT, trust="no")
    html = anita(agreed).text(here(agreed))
    said = words(html)
    for part in (
        "Karin Ek wants to change something.",
        "The patient asks for another time.",
        "The patient has prepared for the meeting.",
        "To the next meeting comes: My sister.",
        "Something in the plan should have been done.",
        "The care has not answered the seven questions.",
        "1 answer is no",
        "The patient can live their life and easily gets help when it is needed.",
        "Should have been done",
    ):
        assert part in said
    assert "Is &lt;b&gt;salt&lt;/b&gt; so bad?" in html


def test_A1_every_act_is_one_touch_away_and_in_both_languages(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    html = anita(agreed).text(here(agreed), "sv")
    for place in ("agreement", "next-contact", "stages", "plan", "minutes", "meeting", "review", "record", "keeping"):
        assert f'href="/contract/{place}/{agreed.contract}"' in html
    assert f'href="/contract/delegates/of/{agreed.karin}"' in html
    assert 'href="/contract/named-contact"' in html
    assert "Det här väntar" in html
    assert "comparing" not in html
    agreed.promises(Side.CARE, "We send a taxi.")
    agreed.both_confirm()
    assert f'href="/contract/comparing/{agreed.contract}"' in anita(agreed).text(here(agreed))


def test_E2_it_is_two_touches_from_any_page_of_staff(agreed: Agreed) -> None:
    html = anita(agreed).text("/contract/named-contact")
    assert 'href="/contract/agreement"' in html
    assert f'href="{here(agreed)}"' in anita(agreed).text("/contract/agreement")


def test_P31_only_who_answers_for_the_patient_opens_it(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    nobody = strangers(agreed) | {"the patient": agreed.browser(agreed.karin)}
    nobody["a delegate"] = agreed.browser(agreed.helper("see_contract"))
    for who, browser in nobody.items():
        answer = browser.get(here(agreed))
        assert answer.status_code == 404, who
        assert WHAT_MATTERS not in answer.text, who
    assert agreed.app.test_client().get(here(agreed)).status_code == 303


def test_B4_the_deputy_opens_it_while_the_contact_is_away(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        contacts.set_absence(ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=clinic.lisa, note="")
    said = words(agreed.browser(clinic.lisa).text(here(agreed)))
    assert "Lisa Ek Instead of Anita Berg, who is away." in said
    assert "Named contact: Anita Berg." in said


def test_B4_whoever_takes_over_reads_the_note_on_it(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with agreed.acting(clinic.admin) as ctx:
        contacts.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=clinic.lisa,
            unit_id=clinic.unit,
            handover_note="Ring her <in the morning>.",
            reason="Anita leaves us.",
        )
    assert "Ring her &lt;in the morning&gt;." in agreed.browser(clinic.lisa).text(here(agreed))


def test_B4_who_has_taken_over_is_the_contact_before_the_agreement_says_so(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    with agreed.acting(agreed.clinic.admin) as ctx:
        who: dict[str, Any] = {
            "contract_id": agreed.contract,
            "patient_id": agreed.karin,
            "unit_id": agreed.clinic.unit,
        }
        contacts.appoint(
            ctx, person_id=agreed.clinic.lisa, handover_note="Rings before noon.", reason="Anita leaves us.", **who
        )
    for at, said in ((NOON, "Who answers now Lisa Ek"), (later(hours=10), "Named contact: Lisa Ek.")):
        set_clock(agreed.clinic.service, at)
        html = words(agreed.browser(agreed.clinic.lisa).text(f"/contract/patient/{agreed.contract}"))
        assert said in html
        assert "Named contact: Anita" not in html


def test_K1_at_night_nobody_is_said_to_answer(agreed: Agreed) -> None:
    set_clock(agreed.clinic.service, later(days=4))
    said = words(anita(agreed).text(here(agreed)))
    assert "No one reads what the patient writes before Monday 30 November at 07:30" in said
    assert "08-465 004 01" in said


def test_K21_another_units_contact_sees_what_that_unit_is_shown(agreed: Agreed) -> None:
    siv = agreed.browser(at_another_unit(agreed))
    write(agreed, agreed.clinic.anita, Side.CARE, "commitments/new", "CANARY-UNIT", own_unit="1")
    adds(agreed, title="CANARY-PLAN", only_ours=True)
    assert all(canary in anita(agreed).text(here(agreed)) for canary in ("CANARY-UNIT", "CANARY-PLAN"))
    html = siv.text(here(agreed))
    assert "CANARY" not in html
    assert "You see the parts that your unit is shown." in html


@pytest.mark.parametrize("protected", [False, True])
def test_E4_a_protected_patients_number_is_not_shown(agreed: Agreed, protected: bool) -> None:
    with agreed.clinic.service.act() as ctx:
        people.save_person(
            ctx, kind="patient", name="Karin Ek", identity="19480101-0009", phone="070-174 06 05", protected=protected
        )
    html = anita(agreed).text(here(agreed))
    assert ("070-174 06 05" in html) is not protected
    assert ("Protected identity" in html) is protected


# --- how little it asks --------------------------------------------------------------------------------------------


def fill(agreed: Agreed, times: int) -> None:
    """So much of everything that can be on the page."""
    clinic = agreed.clinic
    for number in range(times):
        agreed.aims(f"Goal {number}")
        item = agreed.promises(Side.PATIENT, f"I do {number}")
        agreed.promises(Side.CARE, f"We do {number}")
        adds(agreed, title=f"Visit {number}", on_date=date(2026, 11, 20))
        agreed.both_confirm()
        with agreed.acting(clinic.anita) as ctx:
            keeping.note(
                ctx,
                agreed.contract,
                item,
                Side.CARE,
                kept=Kept.PARTLY,
                on_day=date(2026, 11, 20),
                words="",
                how="spoken",
            )
            understanding.note(ctx, agreed.contract, asked="Q", patient_words="A", understood=Understood.NOT)
        with agreed.acting(agreed.karin) as ctx:
            person = people.save_person(ctx, kind="delegate", name=f"Eva {number}", identity=None)
            delegates.invite(ctx, patient_id=agreed.karin, delegate_id=person, scopes=["see_contract"])
            confirming.ask(ctx, agreed.contract, Side.PATIENT, kind="unclear", words=f"Why {number}?")
        answers(agreed, Side.PATIENT)
        answers(agreed, Side.CARE)


FEW = {"patient": 42, "stages": 31}
"""The most statements a page may take, signing in and the access log among them."""


@pytest.mark.parametrize("page", FEW)
def test_B_the_page_asks_as_few_questions_of_twenty_things_as_of_one(agreed: Agreed, page: str) -> None:
    agreed.written().accepts()
    fill(agreed, 1)
    address, browser = f"/contract/{page}/{agreed.contract}", anita(agreed)
    browser.get(address)
    with counted(agreed.clinic.service.database) as few:
        assert browser.get(address).status_code == 200
    fill(agreed, 19)
    with counted(agreed.clinic.service.database) as many:
        html = browser.text(address)
    assert "Goal 18" in html
    assert len(many) == len(few), many
    assert len(few) <= FEW[page]
