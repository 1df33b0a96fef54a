"""Power and time in numbers: what each measure counts, and what is too small to show."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.contract.agreement import actions as writing
from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.content.domain import Part
from services.contract.agreement.keeping import actions as keeping
from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.measures import store
from services.contract.agreement.measures.domain import (
    CHANGED,
    COMPLETE,
    KEPT,
    MINUTES,
    ORDER,
    RECEIPT,
    SAME,
    SMALL,
    STARTED,
    TOLD_ANSWERS,
    TOLD_YES,
    WHOLE,
    Counted,
    all_shown,
    shown,
)
from services.contract.agreement.measures.words.domain import DEFINITIONS
from services.contract.agreement.minutes import actions as minutes
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review.domain import Answer, Question
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from shared.errors import Refused
from shared.sheet import safe_cell
from tests.services.contract.agreed import Agreed, later
from tests.services.contract.clinic import words
from tests.support.services import set_clock

TODAY = date(2026, 11, 24)
YES: dict[str, str] = dict.fromkeys(Question, Answer.YES)


def counted(agreed: Agreed) -> dict[str, tuple[int, int]]:
    with agreed.clinic.service.act() as ctx:
        found = store.counted(ctx.session, [agreed.clinic.unit])
    return {key: (one.numerator, one.denominator) for (_unit, key), one in found.items()}


def answers(
    agreed: Agreed, side: Side, how: confirming.How = "web", writer: UUID | None = None, **differing: str
) -> None:
    with agreed.acting(writer or agreed.person(side)) as ctx:
        assert reviews.answer(ctx, agreed.contract, side, {**YES, **differing}, how=how)


# --- what may be shown -------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=60), st.booleans())
def test_H27_no_count_behind_which_fewer_than_five_stand_is_shown_or_left_over(
    events: list[tuple[int, bool]], mean: bool
) -> None:
    """Each event is of one patient, and counts or does not."""
    groups = [{who for who, counts in events if counts in kind} for kind in ((True, False), (True,), (False,))]
    numerator = sum(counts for _who, counts in events)
    sizes = dict(zip(("patients", "within", "outside"), map(len, groups), strict=True))
    found = shown(Counted(numerator=numerator, denominator=len(events), **sizes), mean=mean)
    if found.denominator is not None:
        assert sizes["patients"] >= SMALL
    if found.numerator is not None:
        assert found.denominator is not None
        assert sizes["within"] >= SMALL
        assert mean or sizes["outside"] >= SMALL
        assert numerator >= SMALL
        assert mean or found.denominator - numerator >= SMALL


def test_H27_what_is_hidden_has_no_share_either() -> None:
    assert shown(Counted(numerator=4, denominator=30, patients=30, within=4, outside=26)).share is None
    assert shown(Counted(numerator=27, denominator=30, patients=30, within=27, outside=3)).share is None
    assert shown(Counted(numerator=15, denominator=30, patients=30, within=15, outside=15)).share == 0.5
    assert shown(Counted(numerator=20, denominator=40, patients=4, within=4, outside=4)).denominator is None


def test_H27_few_between_two_measures_are_not_found_by_subtraction() -> None:
    def of(within: int) -> Counted:
        return Counted(numerator=within, denominator=40, patients=40, within=within, outside=40 - within)

    found = all_shown({WHOLE: of(20), COMPLETE: of(23)})
    assert (found[WHOLE].numerator, found[COMPLETE].numerator) == (20, None)
    assert all_shown({WHOLE: of(20), COMPLETE: of(25)})[COMPLETE].numerator == 25
    assert list(all_shown({})) == list(ORDER)


@pytest.mark.parametrize("begins", ["=1+1", "+46", "-2", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_K25_no_cell_of_the_file_begins_a_formula(begins: str) -> None:
    assert safe_cell(begins) == "'" + begins
    assert safe_cell("Njurmottagningen") == "Njurmottagningen"
    assert safe_cell(None) == ""


def test_G_every_measure_has_its_definition() -> None:
    assert set(ORDER) == set(DEFINITIONS)
    for name, numerator, denominator in DEFINITIONS.values():
        assert all(map(str, (name, numerator, denominator)))


# --- what is counted ---------------------------------------------------------------------------------------------


def test_K25_a_version_the_patient_changed_before_the_yes(agreed: Agreed) -> None:
    agreed.written()
    agreed.confirms(Side.CARE)
    agreed.writes("I want to sing.")
    agreed.both_confirm()
    assert counted(agreed)[CHANGED] == (1, 1)
    set_clock(agreed.clinic.service, later(days=1))
    agreed.promises(Side.CARE, "We write to you.")
    agreed.both_confirm()
    assert counted(agreed)[CHANGED] == (1, 2)
    set_clock(agreed.clinic.service, later(days=1, hours=1))
    agreed.promises(Side.CARE, "We come to you.")
    with agreed.acting(agreed.karin) as ctx:
        confirming.ask(ctx, agreed.contract, Side.PATIENT, kind="change", words="")
    agreed.promises(Side.CARE, "We come to you at home.")
    agreed.both_confirm()
    assert counted(agreed)[CHANGED] == (2, 3)


def test_K25_a_contract_the_patient_started(agreed: Agreed) -> None:
    assert counted(agreed)[STARTED] == (0, 1)
    with agreed.clinic.service.act() as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
        writing.open_contract(ctx, patient_id=nils, unit_id=agreed.clinic.unit, by=nils)
    assert counted(agreed)[STARTED] == (1, 2)


def test_K25_commitments_minutes_and_what_staff_wrote_down(agreed: Agreed) -> None:
    agreed.written()
    with agreed.acting(agreed.clinic.anita) as ctx:
        shown_ = agreed.read(ctx).shown
        row = agreed.read(ctx).next_contact
        assert row is not None
        confirming.confirm(
            ctx, agreed.contract, Side.PATIENT, shown=shown_, time_shown=row.suggested_local, how="spoken"
        )
    agreed.confirms(Side.CARE)
    made = {one["by"]: one["id"] for one in agreed.now().content.items(Part.COMMITMENTS)}
    for side, kept in ((Side.PATIENT, Kept.KEPT), (Side.CARE, Kept.PARTLY), (Side.CARE, Kept.KEPT)):
        with agreed.acting(agreed.person(side)) as ctx:
            keeping.note(ctx, agreed.contract, made[side.value], side, kept=kept, on_day=TODAY, words="", how=None)
    for spent in (20, 25, -5):
        with agreed.acting(agreed.clinic.anita) as ctx:
            minutes.note(ctx, agreed.contract, minutes=spent, on_day=TODAY)
    answers(agreed, Side.PATIENT, "paper", agreed.clinic.anita)
    found = counted(agreed)
    assert found[KEPT["patient"]] == (1, 1)
    assert found[KEPT["care"]] == (1, 2)
    assert KEPT["family"] not in found
    assert found[MINUTES] == (40, 1)
    assert (found[TOLD_YES], found[TOLD_ANSWERS]) == ((1, 1), (1, 1))


def test_B1_row_10_G1_G2_receipt_four_parts_and_concordance_question_by_question(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    found = counted(agreed)
    assert (found[RECEIPT], found[WHOLE], found[COMPLETE]) == ((0, 1), (0, 1), (0, 1))
    answers(agreed, Side.PATIENT, named_contact="not_needed")
    assert SAME[Question.TRUST] not in counted(agreed)
    answers(agreed, Side.CARE)
    found = counted(agreed)
    assert (found[SAME[Question.TRUST]], found[SAME[Question.NAMED_CONTACT]]) == ((1, 1), (0, 1))
    assert found[RECEIPT] == (0, 1)
    with agreed.acting(agreed.clinic.anita) as ctx:
        reviews.document(ctx, agreed.contract, shown=agreed.read(ctx).shown, on_day=TODAY, reference="")
    assert counted(agreed)[RECEIPT] == (1, 1)
    answers(agreed, Side.CARE, trust="no")
    found = counted(agreed)
    assert (found[RECEIPT], found[SAME[Question.TRUST]]) == ((0, 1), (0, 1))


def test_K25_all_measures_take_one_statement(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    said: list[str] = []
    with agreed.clinic.service.act() as ctx:
        sa.event.listen(ctx.session.connection(), "before_cursor_execute", lambda *all_: said.append(all_[2]))
        store.counted(ctx.session, [agreed.clinic.unit, agreed.clinic.other_unit])
    assert len(said) == 1


def test_K25_more_minutes_than_noted_are_not_taken_back(agreed: Agreed) -> None:
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        minutes.note(ctx, agreed.contract, minutes=-1, on_day=TODAY)


# --- the pages ---------------------------------------------------------------------------------------------------


def test_K25_admins_and_heads_see_counts_and_nobody_else(agreed: Agreed) -> None:
    admin = agreed.browser(agreed.clinic.admin)
    page = words(admin.text("/contract/measures"))
    assert "Power and time" in page
    assert "Karin" not in page
    assert "Too few to show" in page
    for stranger in (agreed.clinic.anita, agreed.karin):
        for address in ("/contract/measures", "/contract/measures/measures.csv"):
            assert agreed.browser(stranger).get(address).status_code in (403, 404)
    other = agreed.browser(agreed.clinic.other_admin)
    assert "Hjärtmottagningen" in other.text(f"/contract/measures?unit={agreed.clinic.unit}")


def test_K25_the_file_has_a_row_for_each_measure_of_each_own_unit(agreed: Agreed) -> None:
    response = agreed.browser(agreed.clinic.admin).get("/contract/measures/measures.csv", "sv")
    assert response.mimetype == "text/csv"
    rows = list(csv.reader(StringIO(response.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 1 + len(ORDER)
    assert rows[0][:2] == ["Enhet", "Mått"]
    assert {row[0] for row in rows[1:]} == {"Njurmottagningen"}
    assert {row[4] for row in rows[1:]} == {"För få för att visa"}


def test_K25_staff_note_minutes_and_the_patient_does_not_see_them(agreed: Agreed) -> None:
    address = f"/contract/minutes/{agreed.contract}"
    anita = agreed.browser(agreed.clinic.anita)
    assert anita.post(address, {"minutes": "many", "on_day": "2026-11-24"}).status_code == 422
    assert anita.post(address, {"minutes": "25", "on_day": "2026-11-24"}).status_code == 303
    assert "25 minutes in all" in words(anita.text(address))
    assert agreed.browser(agreed.karin).get(address).status_code in (403, 404)
