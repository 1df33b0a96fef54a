"""No next contact is forgotten: the care is told of a window that closes or has passed, once each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.contract.next_contact import actions, store
from services.contract.next_contact.closing.actions import give_up
from services.contract.next_contact.domain import Act, Kind, Side
from services.contract.next_contact.watching.actions import tell_due, waiting
from services.contract.next_contact.watching.domain import Alarm, alarms, next_alarm
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed
from tests.services.contract.next_contact.kinds import INSIDE, LAST, meets, row_of
from tests.support.services import set_clock

NEAR = LAST - timedelta(days=14)


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Kind.WINDOW, Alarm.WINDOW_CLOSING),
        (Kind.ON_EVENT, Alarm.WINDOW_CLOSING),
        (Kind.PATIENT_INITIATED, Alarm.SAFETY_DAY),
    ],
)
def test_B2_point_4_a_window_without_a_time_is_told_14_days_before_and_when_it_has_passed(
    kind: Kind, first: Alarm
) -> None:
    found = alarms(kind, LAST, local=None, held=False)
    assert found == [(NEAR, first), (LAST + timedelta(days=1), Alarm.WINDOW_PASSED)]
    assert next_alarm(found, [first]) == found[1]
    assert next_alarm(found, [first, Alarm.WINDOW_PASSED]) is None


def test_B2_a_booked_time_is_watched_instead_of_its_window() -> None:
    passed = [(INSIDE.date() + timedelta(days=1), Alarm.TIME_PASSED)]
    assert alarms(Kind.WINDOW, LAST, local=INSIDE, held=True) == passed
    assert len(alarms(Kind.WINDOW, LAST, local=INSIDE, held=False)) == 3
    assert alarms(Kind.EXACT, None, local=None, held=False) == []


def at(agreed: Agreed, day: date) -> int:
    """What is told from midnight of this day on, in Stockholm."""
    set_clock(agreed.clinic.service, datetime.combine(day, datetime.min.time(), UTC))
    return tell_due(agreed.clinic.service)


def said(agreed: Agreed) -> list[str]:
    with agreed.clinic.service.act() as ctx:
        return [step.act for step in store.history(ctx.session, agreed.contract) if step.act in set(Alarm)]


def test_B2_each_is_told_once_and_shown_to_both(agreed: Agreed) -> None:
    meets(agreed)
    assert at(agreed, NEAR - timedelta(days=1)) == 0
    set_clock(agreed.clinic.service, datetime.combine(NEAR, datetime.min.time(), UTC))
    with agreed.clinic.service.act() as ctx:
        assert waiting(ctx.session, ctx.now) == ctx.now - timedelta(hours=1), "midnight in Stockholm"
    assert [at(agreed, NEAR), at(agreed, NEAR)] == [1, 0]
    assert [at(agreed, LAST), at(agreed, LAST + timedelta(days=1)), at(agreed, LAST + timedelta(days=60))] == [0, 1, 0]
    assert said(agreed) == [Alarm.WINDOW_PASSED, Alarm.WINDOW_CLOSING]
    with agreed.clinic.service.act() as ctx:
        assert waiting(ctx.session, ctx.now) is None
    html = agreed.browser(agreed.karin).text(f"/contract/next-contact/{agreed.contract}")
    assert "The last day has passed without a contact." in html


def test_B2_a_booking_stops_the_watch_and_a_rebooking_wish_does_not_repeat_it(agreed: Agreed) -> None:
    meets(agreed)
    at(agreed, NEAR)
    last_day = datetime.combine(LAST, datetime.min.time()) + timedelta(hours=9)
    agreed.suggests(last_day)
    agreed.accepts(last_day)
    with agreed.acting(agreed.karin) as ctx:
        actions.ask_another(ctx, agreed.contract, "")
    assert at(agreed, NEAR + timedelta(days=1)) == 0
    assert at(agreed, LAST + timedelta(days=1)) == 1


def test_B2_a_time_that_has_been_and_was_not_noted_is_asked_about_the_day_after(agreed: Agreed) -> None:
    agreed.suggests()
    agreed.accepts()
    assert at(agreed, IN_TWO_DAYS.date()) == 0
    assert at(agreed, IN_TWO_DAYS.date() + timedelta(days=1)) == 1
    assert said(agreed) == [Alarm.TIME_PASSED]


def test_B2_what_is_over_is_watched_no_more(agreed: Agreed) -> None:
    meets(agreed)
    with agreed.acting(agreed.clinic.anita) as ctx:
        row = store.current(ctx.session, agreed.contract, lock=True)
        assert row is not None
        give_up(ctx, row, Act.CANCEL_BY_CARE, Side.CARE)
    assert at(agreed, LAST + timedelta(days=90)) == 0


def test_B2_new_days_are_watched_anew(agreed: Agreed) -> None:
    meets(agreed)
    at(agreed, NEAR)
    meets(agreed, latest=LAST + timedelta(days=90))
    assert row_of(agreed).watched == []
    assert at(agreed, LAST + timedelta(days=76)) == 1
