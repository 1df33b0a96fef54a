"""Who answers: B4's order, K1's honesty, and the trap of deputies who point at each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.cover import CoverFacts, responsible, who_answers
from tests.shared.cover_facts import ALWAYS, ANITA, DAWN, HEAD, LISA, NIGHT, OMAR, TUESDAY, away, contact, facts, unit
from tests.shared.material import utc


def who(known: CoverFacts, at: datetime = TUESDAY) -> tuple[str, UUID | str | None]:
    answer = who_answers(known, at)
    return answer.kind, answer.person_id or answer.number


def test_B4_row_3_the_named_contact_answers_in_the_units_hours() -> None:
    answer = who_answers(facts(), TUESDAY)
    assert (answer.kind, answer.person_id, answer.number) == ("named_contact", ANITA, "036-10 00 00")
    assert answer.until == utc("2027-01-12 17:00+01:00")


def test_B4_row_7_the_absences_own_deputy_comes_before_the_appointments() -> None:
    answer = who_answers(facts(anita=away(OMAR)), TUESDAY)
    assert (answer.kind, answer.person_id, answer.deputy_for) == ("deputy", OMAR, ANITA)
    assert who(facts(anita=away())) == ("deputy", LISA)


def test_B4_a_deputy_who_is_away_is_stood_in_for_before_the_next_is_asked() -> None:
    assert who(facts(anita=away(OMAR), omar=away(HEAD))) == ("deputy", HEAD)
    assert who(facts(anita=away(OMAR), omar=away())) == ("deputy", LISA)


def test_B4_point_2_H3_deputies_of_each_other_both_away_resolve_to_the_duty_line_then_the_head() -> None:
    circle: dict[str, Any] = {"anita": away(LISA), "lisa": away(ANITA)}
    assert who(facts(at=unit(duty_hours=ALWAYS), **circle)) == ("duty_line", "036-10 00 02")
    assert who(facts(**circle)) == ("head", HEAD)
    assert who(facts(at=unit(duty_line=None, duty_hours=ALWAYS), **circle)) == ("head", HEAD)
    assert who(facts(**circle, head=away())) == ("floor", "036-10 00 01")


def test_B4_point_2_nobody_deputises_for_themselves() -> None:
    assert who(facts(contact(deputy=ANITA), anita=away(ANITA))) == ("head", HEAD)


def test_K1_outside_the_units_hours_only_an_open_line_or_the_floor_number_answers() -> None:
    assert who(facts(), utc("2027-01-12 18:00+01:00")) == ("duty_line", "036-10 00 02")
    assert who(facts(), NIGHT) == ("floor", "036-10 00 01")
    assert who(facts(at=unit(duty_line=None)), utc("2027-01-12 18:00+01:00")) == ("floor", "036-10 00 01")
    assert who_answers(facts(), NIGHT).until == utc("2027-01-13 08:00+01:00")


def test_K1_the_worklist_row_has_an_owner_at_night_too() -> None:
    assert responsible(facts(), NIGHT).person_id == ANITA
    assert responsible(facts(anita=away(OMAR)), NIGHT).person_id == OMAR
    assert responsible(facts(), NIGHT).until is None


def test_B4_row_2_B4_point_1_the_head_owns_what_nobody_else_can_even_when_away() -> None:
    nobody: dict[str, Any] = {"anita": away(), "lisa": away()}
    assert responsible(facts(**nobody), NIGHT).person_id == HEAD
    assert responsible(facts(**nobody, head=away(OMAR)), NIGHT).person_id == OMAR
    assert responsible(facts(**nobody, head=away()), NIGHT).kind == "duty_line"
    assert responsible(facts(at=unit(duty_line=None), **nobody, head=away()), NIGHT).person_id == HEAD
    assert responsible(facts(at=unit(duty_line=None, head_id=None), **nobody), NIGHT).kind == "floor"


def test_B4_sick_leave_counts_from_its_first_instant_to_before_its_last() -> None:
    sick = away(starts=TUESDAY, ends=TUESDAY + timedelta(hours=2))
    assert who(facts(anita=sick), TUESDAY - timedelta(seconds=1)) == ("named_contact", ANITA)
    assert who_answers(facts(anita=sick), TUESDAY - timedelta(seconds=1)).until == TUESDAY
    assert who(facts(anita=sick), TUESDAY) == ("deputy", LISA)
    assert who_answers(facts(anita=sick), TUESDAY).until == TUESDAY + timedelta(hours=2)
    assert who(facts(anita=sick), TUESDAY + timedelta(hours=2)) == ("named_contact", ANITA)


def test_of_two_absences_at_once_the_one_set_last_names_the_deputy() -> None:
    leave, sick = away(LISA), away(OMAR, starts=TUESDAY - timedelta(hours=1))
    assert who(facts(anita=leave + sick)) == ("deputy", OMAR)


def test_an_appointment_counts_between_its_ends_and_a_new_primary_replaces_the_old() -> None:
    old = contact(ends=TUESDAY)
    new = contact(OMAR, starts=TUESDAY)
    assert who(facts(old, new), TUESDAY - timedelta(hours=1)) == ("named_contact", ANITA)
    assert who(facts(old, new)) == ("named_contact", OMAR)
    assert who(facts(contact(), new)) == ("named_contact", OMAR)
    assert who(facts(contact(), contact(OMAR, primary=False, starts=TUESDAY))) == ("named_contact", ANITA)
    assert who(facts(contact(OMAR, primary=False))) == ("named_contact", OMAR)


def test_somebody_whose_roles_have_ended_never_answers() -> None:
    known = facts()
    left = CoverFacts(**{**vars(known), "roles_ended": frozenset({ANITA})})
    assert who(left) == ("deputy", LISA)
    gone = CoverFacts(**{**vars(known), "roles_ended": frozenset({ANITA, LISA, HEAD})})
    assert who(gone) == ("floor", "036-10 00 01")


def test_a_contract_with_no_contact_yet_is_answered_by_the_unit() -> None:
    assert who(facts(contact(ends=DAWN))) == ("head", HEAD)
