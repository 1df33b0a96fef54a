"""What lands inside a dialysis session or a stay, as selfcare tells of them: found, told once, gone with what it met."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.people import actions as people
from services.contract.plan import actions, store
from services.contract.plan.conflicts import actions as conflicts
from services.contract.plan.conflicts.tables import PlanBooking
from services.contract.plan.domain import State
from shared.events import Booking, BookingsChanged
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed
from tests.services.contract.clinic import words
from tests.services.contract.plan.test_conflicts import AUTUMN, SPRING, says_no
from tests.services.contract.plan.test_writing import DAY, adds, notices, row_of, rules
from tests.support.services import set_clock, told

SETTLED = "se.samkontrakt.contract.attention.settled.v1"
MORNING = Booking(starts=datetime(2026, 12, 1, 7, tzinfo=UTC), ends=datetime(2026, 12, 1, 11, tzinfo=UTC))
"""08.00 to 12.00 on the patient's clock."""
STAY = Booking(starts=datetime(2026, 11, 30, 21, tzinfo=UTC), ends=datetime(2026, 12, 3, 11, tzinfo=UTC))


def booked(agreed: Agreed, *times: Booking, patient: UUID | None = None) -> None:
    service = agreed.clinic.service
    with service.database.begin() as session:
        service.handle(session, BookingsChanged(patient_id=patient or agreed.karin, times=times))


def settled(agreed: Agreed) -> int:
    return told(agreed.clinic.service).count(SETTLED)


def copy(agreed: Agreed) -> int:
    with agreed.clinic.service.act() as ctx:
        return ctx.session.scalar(sa.select(sa.func.count()).select_from(PlanBooking)) or 0


@pytest.mark.parametrize(
    ("clock", "minutes", "found"),
    [
        (time(8), 30, True),
        (time(11, 59), 30, True),
        (time(7), 61, True),
        (time(7), 60, False),
        (time(12), 30, False),
        (None, None, False),  # a day is not taken by a morning
    ],
)
def test_B3_rule_2_what_lands_inside_a_session_is_told_to_the_named_contact(
    agreed: Agreed, clock: time | None, minutes: int | None, found: bool
) -> None:
    adds(agreed, on_date=DAY, clock=clock, minutes=minutes)
    booked(agreed, MORNING)
    assert (rules(agreed), notices(agreed)) == (["unavailable"] if found else [], int(found))


def test_B3_rule_2_written_after_the_session_was_told_it_is_found_too_and_nothing_is_changed(agreed: Agreed) -> None:
    booked(agreed, MORNING)
    activity = adds(agreed, on_date=DAY, clock=time(9))
    row = row_of(agreed, activity)
    assert (rules(agreed), notices(agreed)) == (["unavailable"], 1)
    assert (row.on_date, row.clock, row.state) == (DAY, time(9), State.AGREED)


@pytest.mark.parametrize("day", [date(2026, 12, 1), date(2026, 12, 2)])
def test_B3_rule_2_a_whole_day_inside_a_stay_is_found(agreed: Agreed, day: date) -> None:
    adds(agreed, on_date=day)
    booked(agreed, STAY)
    assert rules(agreed) == ["unavailable"]


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 3)])
def test_B3_rule_2_a_day_on_which_a_stay_only_begins_or_ends_is_not(agreed: Agreed, day: date) -> None:
    adds(agreed, on_date=day)
    booked(agreed, STAY)
    assert rules(agreed) == []


def test_B3_rule_2_the_next_contact_inside_a_session_is_found_when_the_time_is_agreed(agreed: Agreed) -> None:
    nine = datetime(2026, 11, 27, 8, tzinfo=UTC)
    booked(agreed, Booking(starts=nine - timedelta(hours=1), ends=nine + timedelta(hours=3)))
    agreed.suggests()
    assert rules(agreed) == []
    agreed.accepts(IN_TWO_DAYS)
    assert rules(agreed) == ["unavailable"]


@pytest.mark.parametrize(
    ("day", "clock", "starts", "found"),
    [
        (SPRING, time(2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC), True),  # both become 03.30
        (SPRING, time(7, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC), False),
        (SPRING, time(7, 29), datetime(2027, 3, 28, 1, 30, tzinfo=UTC), True),
        (AUTUMN, time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC), True),  # the first 02.30
        (AUTUMN, time(5, 29), datetime(2027, 10, 31, 0, 30, tzinfo=UTC), True),  # three hours later on the wall
        (AUTUMN, time(5, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC), False),
    ],
)
def test_B3_rule_2_H9_a_session_of_four_hours_takes_four_hours_also_when_the_clocks_change(
    agreed: Agreed, day: date, clock: time, starts: datetime, found: bool
) -> None:
    adds(agreed, on_date=day, clock=clock)
    booked(agreed, Booking(starts=starts, ends=starts + timedelta(hours=4)))
    assert rules(agreed) == (["unavailable"] if found else [])


def test_B3_rule_2_a_session_that_moves_away_takes_the_notice_with_it(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    booked(agreed, MORNING)
    booked(agreed, MORNING)
    assert (notices(agreed), settled(agreed)) == (1, 0), "the same is no news"
    afternoon = Booking(starts=MORNING.starts + timedelta(hours=5), ends=MORNING.ends + timedelta(hours=5))
    booked(agreed, afternoon)
    assert (rules(agreed), copy(agreed), settled(agreed)) == ([], 1, 1)
    booked(agreed, MORNING)
    assert (rules(agreed), notices(agreed), settled(agreed)) == (["unavailable"], 2, 1), "found anew, told anew"


def test_B3_rule_2_while_anything_else_collides_the_notice_stands(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    second = adds(agreed, on_date=DAY, clock=time(9, 15))
    booked(agreed, MORNING)
    booked(agreed)
    assert (rules(agreed), settled(agreed)) == (["overlap"], 0)
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, second, State.STOPPED, "Not needed")
    assert (rules(agreed), settled(agreed)) == ([], 1)


def test_B3_rule_2_what_nobody_did_anything_about_is_not_called_seen_to(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    booked(agreed, MORNING)
    set_clock(agreed.clinic.service, MORNING.ends)
    booked(agreed)
    assert (rules(agreed), settled(agreed)) == ([], 0)


def test_B3_rule_2_a_no_and_a_session_at_once_are_one_notice(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    says_no(agreed, starts_on=DAY)
    booked(agreed, MORNING)
    assert (rules(agreed), notices(agreed)) == (["unavailable"], 1)


def test_B3_rule_2_another_patients_sessions_are_theirs(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    booked(agreed, MORNING, patient=agreed.clinic.esther)
    assert rules(agreed) == []
    booked(agreed, MORNING)
    booked(agreed, patient=agreed.clinic.esther)
    assert (rules(agreed), copy(agreed)) == (["unavailable"], 1)


def test_B3_rule_2_K17_of_the_dead_nothing_is_told_and_a_death_taken_back_finds_all_as_it_was(agreed: Agreed) -> None:
    adds(agreed, on_date=DAY, clock=time(9))
    booked(agreed, MORNING)
    for deceased, times in ((date(2026, 11, 23), ()), (None, (MORNING,))):
        with agreed.acting(agreed.clinic.admin) as ctx:
            who = agreed.karin
            people.save_person(ctx, kind="patient", name="Karin Ek", identity=None, person_id=who, deceased=deceased)
        booked(agreed, *times)
        assert (notices(agreed), settled(agreed)) == (1, 0)
    assert rules(agreed) == ["unavailable"]


def test_B3_rule_2_K21_another_unit_reads_not_available_and_nobody_what_for(agreed: Agreed) -> None:
    hidden = adds(agreed, title="Therapy", on_date=DAY, clock=time(9))
    booked(agreed, MORNING)
    with agreed.clinic.service.act() as ctx:
        row = store.activity(ctx.session, hidden)
        assert row is not None
        row.visible_to = [str(agreed.clinic.other_unit)]
    path = f"/contract/plan/{agreed.contract}"
    pages = (agreed.browser(one).text(path) for one in (agreed.clinic.anita, agreed.karin))
    html, theirs = (unescape(words(page.partition("<main")[2].partition("</main>")[0])) for page in pages)
    assert "This is at a time when the patient can't come: not available then" in html
    assert "Therapy" not in html
    assert "This is at a time when the patient can't come: Therapy" in theirs
    assert [word for word in ("session", "dialysis", "stay", "booking") if word in html.lower() + theirs.lower()] == []


def test_B3_rule_2_a_booking_is_looked_for_once_there_is_a_contract(agreed: Agreed) -> None:
    with agreed.acting(agreed.clinic.admin) as ctx:
        nils = people.save_person(ctx, kind="patient", name="Nils Ek", identity=None)
    booked(agreed, MORNING, patient=nils)
    with agreed.clinic.service.act() as ctx:
        conflicts.look(ctx, nils)
    assert (notices(agreed), copy(agreed)) == (0, 1)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (MORNING.ends, MORNING.starts),
        (MORNING.starts, MORNING.starts),
        (MORNING.starts.replace(tzinfo=None), MORNING.ends),
        (MORNING.starts, MORNING.ends.replace(tzinfo=None)),
    ],
)
def test_P3_a_booking_that_can_not_be_is_refused(starts: datetime, ends: datetime) -> None:
    with pytest.raises(ValueError, match="booking"):
        Booking(starts=starts, ends=ends)
