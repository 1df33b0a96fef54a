"""Looking again: the seven questions to both sides, the receipt, and what puts an agreement under review."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.contract.agreement import actions as writing
from services.contract.agreement.actions import Stale
from services.contract.agreement.domain import REVIEW_AFTER, State
from services.contract.agreement.review import actions, store
from services.contract.agreement.review.beginning import actions as beginning
from services.contract.agreement.review.domain import (
    SCREENS,
    WHERE_NEEDED,
    Answer,
    Question,
    Reason,
    Told,
    choices,
    disagreements,
    first_open_screen,
    has_receipt,
    is_complete,
    still_to_answer,
)
from services.contract.agreement.review.tables import SevenAnswers
from services.contract.agreement.review.words.domain import questions
from services.contract.named_contact import actions as contacts
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.answers.actions import on_reminder_unanswered
from services.contract.next_contact.domain import Side
from shared.errors import Refused
from shared.events import ReminderUnanswered
from shared.i18n import speaking
from shared.text import LIX_AIM, judge
from tests.services.contract.agreed import Agreed, later
from tests.services.contract.agreement.test_words import sentences
from tests.services.contract.clinic import Browser, words
from tests.support.services import NOON, set_clock, told

YES: dict[str, str] = dict.fromkeys(Question, Answer.YES)
ATTENTION = "se.samkontrakt.contract.attention.needed.v1"
ACTIVATED = "se.samkontrakt.contract.contract.activated.v1"
TODAY = date(2026, 11, 24)


def answers(agreed: Agreed, side: Side, **differing: str) -> None:
    with agreed.acting(agreed.person(side)) as ctx:
        assert actions.answer(ctx, agreed.contract, side, {**YES, **differing})


def review_of(agreed: Agreed) -> Reason | None:
    with agreed.clinic.service.act() as ctx:
        found = store.open_review(ctx.session, agreed.contract)
        return Reason(found.reason) if found else None


def keeps(agreed: Agreed, side: Side) -> State:
    with agreed.acting(agreed.person(side)) as ctx:
        return actions.keep(ctx, agreed.contract, side, shown=agreed.read(ctx).shown)


def state_of(agreed: Agreed) -> State:
    return State(agreed.now().contract.state)


@pytest.fixture
def in_force(agreed: Agreed) -> Agreed:
    agreed.written().both_confirm()
    return agreed


# --- the rules ---------------------------------------------------------------------------------------------------


def test_B1_row_7_there_are_seven_and_only_the_fourth_and_the_last_may_be_not_needed() -> None:
    assert len(Question) == 7
    assert [q for screen in SCREENS for q in screen] == list(Question)
    assert max(map(len, SCREENS)) <= 3
    assert {list(Question).index(question) + 1 for question in WHERE_NEEDED} == {4, 7}
    for question in Question:
        assert (Answer.NOT_NEEDED in choices(question)) == (question in WHERE_NEEDED)


def test_B1_rule_1_2_3_4_5_6_7_each_question_asks_what_SKR_asks_of_the_patient_and_of_the_care() -> None:
    asked = ("hjälp när", "viktigt för", "kontakt", "fast vårdkontakt", "nästa steg", "nästa tid", "planer")
    for patient in (True, False):
        with speaking("sv"):
            said = [str(text) for text in questions(patient=patient).values()]
        assert [topic for topic, text in zip(asked, said, strict=True) if topic not in text] == []
        assert all(("atienten" in text) is not patient for text in said)


@pytest.mark.parametrize("question", list(Question))
def test_B1_row_6_B1_point_7_a_receipt_needs_every_yes_of_both_sides_and_the_record(question: Question) -> None:
    for answer, side in product(Answer, Side):
        sides = {one: Told(YES) for one in Side} | {side: Told({**YES, question: answer})}
        holds = answer is Answer.YES or (answer is Answer.NOT_NEEDED and question in WHERE_NEEDED)
        assert has_receipt(sides[Side.PATIENT], sides[Side.CARE], documented=TODAY) == holds
    assert not has_receipt(Told(YES), Told(YES), documented=None)
    assert not has_receipt(Told(YES), Told(), documented=TODAY)


def test_G2_B4_row_9_concordance_counts_what_both_answered() -> None:
    assert disagreements({"trust": "yes"}, {}) == []
    assert disagreements({**YES, "trust": "no"}, YES) == [Question.TRUST]


def test_E_a_tired_person_goes_on_where_they_stopped() -> None:
    assert first_open_screen({}) == 1
    assert first_open_screen(dict.fromkeys(SCREENS[0], "yes")) == 2
    assert first_open_screen(YES) is None
    assert not is_complete({**YES, "trust": "not_needed"})


# --- the verbs ---------------------------------------------------------------------------------------------------


def test_B1_point_7_the_receipt_stands_when_both_say_yes_and_it_is_in_the_record(in_force: Agreed) -> None:
    answers(in_force, Side.PATIENT)
    answers(in_force, Side.CARE, named_contact="not_needed")
    page = in_force.browser(in_force.karin).text(f"/contract/review/{in_force.contract}")
    assert "There is a receipt when both answer yes" in page
    with in_force.acting(in_force.clinic.anita) as ctx:
        shown = in_force.read(ctx).shown
        actions.document(ctx, in_force.contract, shown=shown, on_day=TODAY, reference="Överenskommelse")
    page = in_force.browser(in_force.karin).text(f"/contract/review/{in_force.contract}")
    assert "Both answer yes, and the agreement is in the record." in page
    assert review_of(in_force) is None


@pytest.mark.parametrize("side", list(Side))
def test_B1_point_7_8_a_later_no_reopens_review_and_alerts_the_named_contact(in_force: Agreed, side: Side) -> None:
    answers(in_force, side)
    alerts = told(in_force.clinic.service).count(ATTENTION)
    answers(in_force, side, simple_ways="no")
    assert (state_of(in_force), review_of(in_force)) == (State.UNDER_REVIEW, Reason.QUESTION_NO)
    assert told(in_force.clinic.service).count(ATTENTION) == alerts + 1


def test_B1_state_under_review_a_review_ends_in_the_same_agreement_only_when_both_answered_and_both_keep_it(
    in_force: Agreed,
) -> None:
    set_clock(in_force.clinic.service, NOON + timedelta(days=100))
    with in_force.acting(in_force.karin) as ctx:
        actions.ask_for_review(ctx, in_force.contract)
    with pytest.raises(Refused):
        keeps(in_force, Side.PATIENT)
    answers(in_force, Side.PATIENT)
    with pytest.raises(Refused):
        keeps(in_force, Side.PATIENT)
    answers(in_force, Side.CARE)
    assert keeps(in_force, Side.PATIENT) is State.UNDER_REVIEW
    assert keeps(in_force, Side.CARE) is State.ACTIVE
    assert in_force.now().contract.review_on == TODAY + timedelta(days=100) + REVIEW_AFTER
    assert told(in_force.clinic.service).count(ACTIVATED) == 2
    assert review_of(in_force) is None
    assert [one.number for one in [in_force.now().version]] == [1]


def test_B1_state_under_review_a_review_ends_in_a_new_version_when_both_say_yes_to_another_text(
    in_force: Agreed,
) -> None:
    with in_force.acting(in_force.karin) as ctx:
        actions.ask_for_review(ctx, in_force.contract)
    in_force.promises(Side.CARE, "We ring you every Monday.")
    assert in_force.both_confirm() is State.ACTIVE
    assert (review_of(in_force), in_force.now().version.number) == (None, 2)


def test_B1_nobody_keeps_a_text_that_was_not_shown(in_force: Agreed) -> None:
    answers(in_force, Side.PATIENT, trust="no")
    answers(in_force, Side.CARE)
    with pytest.raises(Stale), in_force.acting(in_force.karin) as ctx:
        actions.keep(ctx, in_force.contract, Side.PATIENT, shown="something else")


def test_B1_point_8_the_day_itself_begins_a_review_once(in_force: Agreed) -> None:
    service = in_force.clinic.service
    for days, begun in ((181, 0), (182, 1), (183, 0)):
        set_clock(service, NOON + timedelta(days=days))
        with service.act() as ctx:
            assert bool(beginning.waiting(ctx.session, ctx.now)) == bool(begun)
        assert beginning.begin_due(service) == begun
    assert (state_of(in_force), review_of(in_force)) == (State.UNDER_REVIEW, Reason.TIME)


def test_B1_point_8_a_change_of_named_contact_begins_a_review(in_force: Agreed) -> None:
    with in_force.acting(in_force.clinic.admin) as ctx:
        contacts.appoint(
            ctx,
            contract_id=in_force.contract,
            patient_id=in_force.karin,
            person_id=in_force.clinic.lisa,
            unit_id=in_force.clinic.unit,
            handover_note="She likes to be rung before ten.",
            reason="Anita leaves us.",
        )
    assert (state_of(in_force), review_of(in_force)) == (State.UNDER_REVIEW, Reason.CONTACT_CHANGED)


def test_B1_point_8_three_unanswered_questions_in_a_row_begin_a_review(in_force: Agreed) -> None:
    with in_force.clinic.service.act() as ctx:
        row = next_contacts.current(ctx.session, in_force.contract)
    assert row is not None
    for number in range(1, 4):
        assert review_of(in_force) is None
        with in_force.clinic.service.act() as ctx:
            on_reminder_unanswered(ctx, unanswered(in_force, row.id, number))
    assert review_of(in_force) is Reason.UNANSWERED


def unanswered(agreed: Agreed, subject: UUID, number: int) -> ReminderUnanswered:
    return ReminderUnanswered(
        reminder_id=uuid4(),
        patient_id=agreed.karin,
        subject_kind="next_contact",
        subject_id=subject,
        at=later(hours=number),
    )


def test_P25_a_hundred_who_begin_keep_and_answer_at_once_leave_one_clear_state(in_force: Agreed) -> None:
    answers(in_force, Side.PATIENT, trust="no")
    answers(in_force, Side.CARE)
    sides = [Side.PATIENT, Side.CARE] * 50

    def act(side: Side) -> str:
        try:
            return keeps(in_force, side)
        except Refused:
            return "over"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(act, sides))
    assert results.count(State.ACTIVE) == 1
    assert (state_of(in_force), review_of(in_force)) == (State.ACTIVE, None)
    assert told(in_force.clinic.service).count(ACTIVATED) == 2


def test_the_record_is_noted_for_the_text_that_stands_in_it_and_for_no_day_to_come(in_force: Agreed) -> None:
    with in_force.acting(in_force.clinic.anita) as ctx:
        shown = in_force.read(ctx).shown
        with pytest.raises(Refused):
            actions.document(ctx, in_force.contract, shown=shown, on_day=TODAY + timedelta(days=1), reference="")
        with pytest.raises(Stale):
            actions.document(ctx, in_force.contract, shown="older", on_day=TODAY, reference="")


# --- the pages ---------------------------------------------------------------------------------------------------


def fill(browser: Browser, agreed: Agreed, side: Side, given: Mapping[str, str], **more: str) -> None:
    for number, screen in enumerate(SCREENS, start=1):
        form = {question.value: given[question] for question in screen}
        answer = browser.post(f"/contract/review/{agreed.contract}/{side}/{number}", {**form, **more})
        assert answer.status_code == 303, words(answer.get_data(as_text=True))


def test_E1_both_answer_on_their_pages_and_see_where_they_differ(in_force: Agreed) -> None:
    karin, anita = in_force.browser(in_force.karin), in_force.browser(in_force.clinic.anita)
    overview = f"/contract/review/{in_force.contract}"
    fill(karin, in_force, Side.PATIENT, {**YES, "next_step": "no"})
    assert "You see it differently" not in karin.text(overview)
    fill(anita, in_force, Side.CARE, YES)
    for page in (karin.text(overview), anita.text(overview)):
        assert page.count("You see it differently") == 1
    assert "I know my next step." in karin.text(overview)
    assert "The patient knows the next step." in anita.text(overview)


def test_E_what_is_answered_is_kept_when_something_is_left_or_one_stops(in_force: Agreed) -> None:
    karin = in_force.browser(in_force.karin)
    first = f"/contract/review/{in_force.contract}/patient/1"
    answer = karin.post(first, {"trust": "yes"})
    assert answer.status_code == 422
    assert words(answer.get_data(as_text=True)).count("Choose an answer.") == 4
    assert karin.post(first, {"agreement": "no", "later": "1"}).status_code == 303
    with in_force.clinic.service.act() as ctx:
        row = store.peek(ctx.session, in_force.contract, Side.PATIENT, in_force.karin)
        assert row is not None
        assert row.answers == {"trust": "yes", "agreement": "no"}
    assert "You have begun and not answered all." in karin.text(f"/contract/review/{in_force.contract}")


def test_E_a_screen_that_nobody_answered_keeps_nothing(in_force: Agreed) -> None:
    with in_force.acting(in_force.karin) as ctx:
        assert actions.answer(ctx, in_force.contract, Side.PATIENT, {}) is False
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(SevenAnswers)) == 0


def test_K15_the_contact_writes_down_what_the_patient_answered_and_it_says_so(in_force: Agreed) -> None:
    anita = in_force.browser(in_force.clinic.anita)
    address = f"/contract/review/{in_force.contract}/patient/1"
    assert anita.post(address, {question.value: "yes" for question in SCREENS[0]}).status_code == 422
    fill(anita, in_force, Side.PATIENT, YES, how="spoken")
    fill(anita, in_force, Side.CARE, YES)
    page = in_force.browser(in_force.karin).text(f"/contract/review/{in_force.contract}")
    assert "Anita Berg wrote down the answers for Karin Ek." in words(page)


def test_table_d_seven_questions(in_force: Agreed) -> None:
    clinic, contract = in_force.clinic, in_force.contract
    daughter = in_force.helper("see_contract", "confirm_contract")
    cousin = in_force.helper("see_contract")
    pages = {"show": f"/contract/review/{contract}", "mine": f"/contract/review/{contract}/patient/1"}
    care, record = f"/contract/review/{contract}/care/1", f"/contract/record/{contract}"
    may: dict[UUID, set[str]] = {
        in_force.karin: {"show", "mine", "record"},
        clinic.anita: {"show", "mine", "care", "record"},
        daughter: {"show", "mine", "record"},
        cousin: {"show", "record"},
        clinic.esther: set(),
        clinic.admin: set(),
        clinic.other_admin: set(),
    }
    for person, allowed in may.items():
        browser = in_force.browser(person)
        found = {
            name
            for name, url in {**pages, "care": care, "record": record}.items()
            if browser.get(url).status_code == 200
        }
        assert found == allowed
    assert in_force.browser(in_force.karin).post(care, {"trust": "yes"}).status_code == 404
    assert clinic.stranger().get(pages["show"]).status_code == 303


def test_B1_row_4_K24_the_copy_for_the_record_is_dated_plain_text_of_what_is_in_force(in_force: Agreed) -> None:
    anita = in_force.browser(in_force.clinic.anita)
    answer = anita.get(f"/contract/record/{in_force.contract}.txt", "sv")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/plain"
    assert text.startswith("Överenskommelse"), "the keyword of the record"
    assert "Kopierad tisdag 24 november 2026" in text
    assert "Det här gör patienten: I weigh myself every morning." in text
    assert "- Karin Ek, tisdag 24 november 2026" in text
    assert not any(mark in text for mark in ("<", "&#", "&amp;"))
    writing_now = "We send you a taxi."
    in_force.promises(Side.CARE, writing_now)
    assert writing_now not in anita.text(f"/contract/record/{in_force.contract}.txt")


def test_K24_a_text_with_marks_comes_into_the_record_as_it_was_written(agreed: Agreed) -> None:
    agreed.writes('<b>Jag & "min" hund</b> {{7*7}}')
    agreed.aims()
    agreed.chooses()
    agreed.promises(Side.PATIENT, "I walk & rest.")
    agreed.promises(Side.CARE, "We ring you.")
    agreed.suggests()
    agreed.both_confirm()
    text = agreed.browser(agreed.karin).text(f"/contract/record/{agreed.contract}.txt")
    assert '<b>Jag & "min" hund</b> {{7*7}}' in text


@pytest.mark.parametrize(
    "path", ["/contract/review/{0}", "/contract/review/{0}/patient/1", "/contract/review/{0}/patient/3"]
)
def test_B12_the_questions_read_easily_in_swedish(in_force: Agreed, path: str) -> None:
    with in_force.acting(in_force.karin) as ctx:
        actions.ask_for_review(ctx, in_force.contract)
    answers(in_force, Side.PATIENT)
    answers(in_force, Side.CARE, trust="no")
    html = in_force.browser(in_force.karin).text(path.format(in_force.contract), "sv")
    found = judge(sentences(html), "sv")
    assert found.score <= LIX_AIM, f"{found.score}: {sentences(html)}"
    assert found.jargon == ()


def test_a_draft_is_not_reviewed(agreed: Agreed) -> None:
    with pytest.raises(Refused), agreed.acting(agreed.karin) as ctx:
        actions.ask_for_review(ctx, agreed.contract)
    with agreed.acting(agreed.karin) as ctx:
        beginning.begin(ctx, writing.locked(ctx, agreed.contract), Reason.CONTACT_CHANGED)
    assert review_of(agreed) is None


def test_B1_state_under_review_whoever_began_first_and_is_done_last_has_answered(in_force: Agreed) -> None:
    with in_force.acting(in_force.clinic.anita) as ctx:
        assert not actions.answer(ctx, in_force.contract, Side.CARE, {Question.TRUST: Answer.YES})
    with in_force.acting(in_force.clinic.lisa) as ctx:
        assert actions.answer(ctx, in_force.contract, Side.CARE, YES)
    with in_force.acting(in_force.karin) as ctx:
        ctx.now = later(days=1)
        actions.ask_for_review(ctx, in_force.contract)
    with in_force.acting(in_force.clinic.anita) as ctx:
        ctx.now = later(days=2)
        assert actions.answer(ctx, in_force.contract, Side.CARE, YES)
        begun = store.open_review(ctx.session, in_force.contract)
        assert begun is not None
        assert still_to_answer(store.told(ctx.session, in_force.contract), begun.opened_at) == [Side.PATIENT]
