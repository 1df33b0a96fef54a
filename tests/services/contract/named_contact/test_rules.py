"""When cover fails, who could stand in, and the days of an absence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.contract.named_contact.domain import away_from, away_until, last_day, moved, overlap
from services.contract.named_contact.uncovered.domain import Gap, gaps, suggested, uncovered
from services.contract.units.domain import DEFAULT_HOURS
from shared.cover import Answer, CoverFacts
from shared.events import Absence, Appointment, UnitChanged

ZONE = "Europe/Stockholm"
AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
DAY = timedelta(days=1)
ANITA, LISA, KARIN, HEAD = (UUID(int=number) for number in range(1, 5))
UNIT = UnitChanged(
    unit_id=UUID(int=100),
    name="Njurmottagningen",
    zone=ZONE,
    phone="036-32 10 00",
    floor_number="08-465 004 01",
    duty_line=None,
    head_id=HEAD,
    hours=DEFAULT_HOURS,
    duty_hours=(),
)


def absence(starts: datetime, ends: datetime | None, deputy: UUID | None = None) -> Absence:
    return Absence(absence_id=UUID(int=9), starts=starts, ends=ends, deputy_id=deputy)


def facts(
    number: int = 1, *, deputy: UUID | None = None, absences: Mapping[UUID, tuple[Absence, ...]] | None = None
) -> CoverFacts:
    appointed = Appointment(
        person_id=ANITA, unit_id=UNIT.unit_id, primary=True, deputy_id=deputy, starts=AT - DAY, ends=None
    )
    return CoverFacts(
        contract_id=UUID(int=1000 + number),
        patient_id=UUID(int=2000 + number),
        unit=UNIT,
        appointments=(appointed,),
        absences=dict(absences or {}),
    )


def test_B4_no_gap_while_somebody_stands_in() -> None:
    assert gaps(facts(deputy=LISA, absences={ANITA: (absence(AT, AT + DAY),)}), AT) == []


def test_B4_a_gap_lasts_from_when_the_last_one_goes_to_when_the_first_one_is_back() -> None:
    away = {ANITA: (absence(AT + DAY, AT + 5 * DAY),), LISA: (absence(AT + 2 * DAY, AT + 9 * DAY),)}
    (gap,) = gaps(facts(deputy=LISA, absences=away), AT)
    assert (gap.starts, gap.ends, gap.answer.kind) == (AT + 2 * DAY, AT + 5 * DAY, "head")


def test_gaps_that_touch_are_one() -> None:
    away = {ANITA: (absence(AT, AT + DAY), absence(AT + DAY, AT + 2 * DAY))}
    (gap,) = gaps(facts(absences=away), AT)
    assert (gap.starts, gap.ends) == (AT, AT + 2 * DAY)


def test_a_gap_without_an_end_ends_beyond_what_was_looked_at() -> None:
    (gap,) = gaps(facts(absences={ANITA: (absence(AT + DAY, None),)}), AT)
    assert gap.ends is None
    assert gaps(facts(absences={ANITA: (absence(AT + 15 * DAY, None),)}), AT) == []


def test_somebody_who_has_left_covers_nothing() -> None:
    left = replace(facts(), roles_ended=frozenset({ANITA}))
    (one,) = uncovered([left], {UNIT.unit_id: [LISA]}, {}, AT)
    assert (one.why, one.stand_in) == ("left", LISA)
    assert uncovered([facts()], {UNIT.unit_id: [LISA]}, {}, AT) == []


def test_the_soonest_gap_comes_first() -> None:
    later = facts(1, absences={ANITA: (absence(AT + 3 * DAY, None),)})
    sooner = facts(2, absences={ANITA: (absence(AT + DAY, None),)})
    found = uncovered([later, sooner], {}, {}, AT)
    assert [one.facts.contract_id for one in found] == [sooner.contract_id, later.contract_id]


def test_whoever_is_there_and_has_fewest_patients_could_stand_in() -> None:
    gap = Gap(starts=AT, ends=AT + DAY, answer=Answer(kind="floor"))
    away = {LISA: (absence(AT + timedelta(hours=5), None),)}
    everybody = [ANITA, LISA, KARIN, HEAD]
    assert suggested(everybody, facts(), gap, {KARIN: 1}) == LISA
    assert suggested(everybody, facts(absences=away), gap, {KARIN: 1}) == HEAD
    assert suggested([ANITA], facts(), gap, {}) is None


def test_several_gaps_are_not_all_given_to_the_same_person() -> None:
    away = {ANITA: (absence(AT, None),)}
    found = uncovered([facts(1, absences=away), facts(2, absences=away)], {UNIT.unit_id: [LISA, KARIN]}, {}, AT)
    assert {one.stand_in for one in found} == {LISA, KARIN}


def test_whoever_stands_in_for_the_head_is_no_contact() -> None:
    away = {ANITA: (absence(AT, None),), HEAD: (absence(AT, None, KARIN),)}
    (gap,) = gaps(facts(absences=away), AT)
    assert (gap.ends, gap.answer.kind, gap.answer.person_id) == (None, "deputy", KARIN)


def test_what_an_absence_moves_is_counted_by_who_answers_then() -> None:
    mine = [facts(1, deputy=LISA), facts(2), facts(3)]
    assert moved(mine, ANITA, absence(AT, None), AT) == {LISA: 1, HEAD: 2}
    assert moved(mine, ANITA, absence(AT, None, KARIN), AT) == {KARIN: 3}
    assert moved(mine, LISA, absence(AT, None), AT) == {}


def test_today_means_from_this_moment_and_other_days_from_midnight() -> None:
    assert away_from(date(2026, 11, 24), ZONE, AT) == AT
    assert away_from(date(2026, 11, 25), ZONE, AT) == datetime(2026, 11, 24, 23, tzinfo=UTC)
    assert away_from(date(2026, 11, 23), ZONE, AT) == datetime(2026, 11, 22, 23, tzinfo=UTC)


def test_the_last_day_is_away_to_its_end_also_when_the_clocks_change() -> None:
    for last in (date(2027, 3, 28), date(2027, 10, 31), date(2026, 12, 31)):
        assert last_day(away_until(last, ZONE), ZONE) == last


def test_absences_that_touch_do_not_overlap() -> None:
    assert not overlap(absence(AT, AT + DAY), absence(AT + DAY, None))
    assert overlap(absence(AT, None), absence(AT + DAY, None))
