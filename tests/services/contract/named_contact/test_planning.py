"""A change of contact on a chosen day: until then the present one, from its first instant the next, and never nobody (B4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.contract.named_contact import actions, store
from services.contract.named_contact.changing.domain import TOLD_FOR, Ahead, Known, said_ahead, told
from services.contract.named_contact.changing.store import ahead, known, planned
from services.contract.named_contact.changing.tables import ContactChange
from services.contract.named_contact.load.store import counts
from services.contract.named_contact.planning import actions as planning
from services.contract.named_contact.planning.domain import FURTHEST, takes_over
from services.contract.named_contact.uncovered.store import ahead as gaps_ahead
from services.contract.named_contact.uncovered.store import explained
from services.contract.people import actions as people
from shared.cover import READS_AFTER, handed_over_lately, responsible
from shared.errors import NotFound, Refused
from shared.events import CoverChanged
from shared.i18n import speaking
from shared.text import LIX_AIM, judge
from shared.time import to_instant
from tests.services.contract.agreed import Agreed
from tests.services.contract.agreement.test_review import review_of
from tests.services.contract.clinic import staff
from tests.support.services import NOON, set_clock
from tests.support.services import told as events

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MONDAY = date(2026, 12, 7)
MIDNIGHT = to_instant(datetime(2026, 12, 7), "Europe/Stockholm")  # noqa: DTZ001
TEXTS: dict[str, Any] = {"handover_note": "Ring her before noon.", "reason": "Anita changes clinic."}


def plan(agreed: Agreed, day: date | None = MONDAY, person: UUID | None = None, **more: Any) -> None:
    with agreed.acting(agreed.clinic.anita) as ctx:
        who = person or agreed.clinic.lisa
        planning.change_contact(ctx, contract_id=agreed.contract, person_id=who, day=day, **TEXTS | more)


def move(agreed: Agreed, day: date, why: str = "") -> None:
    with agreed.acting(agreed.clinic.anita) as ctx:
        planning.move_change(ctx, agreed.contract, day=day, why=why)


def call_off(agreed: Agreed) -> None:
    with agreed.acting(agreed.clinic.anita) as ctx:
        planning.call_off(ctx, agreed.contract, why="She stays after all.")


def appoint(agreed: Agreed, person: UUID, **more: Any) -> None:
    with agreed.acting(agreed.clinic.admin) as ctx:
        where: dict[str, Any] = {
            "contract_id": agreed.contract,
            "patient_id": agreed.karin,
            "unit_id": agreed.clinic.unit,
        }
        actions.appoint(ctx, person_id=person, **where, **TEXTS | more)


def another(agreed: Agreed, name: str = "Maj Sol") -> UUID:
    with agreed.clinic.service.act() as ctx:
        return staff(ctx, name, agreed.clinic.unit, "nurse")


def has_it(agreed: Agreed, at: datetime) -> UUID | None:
    """In whose worklist the contract is at an instant, by the facts as they were told."""
    with agreed.clinic.service.act() as ctx:
        (facts,) = ctx.directory.covers_of(ctx.session, [agreed.contract]).values()
        return responsible(facts, at).person_id


def named(agreed: Agreed, at: datetime) -> str | None:
    """Whom the agreement names, by whoever reads it at this instant."""
    set_clock(agreed.clinic.service, at)
    return agreed.now().contact


def open_change(agreed: Agreed) -> ContactChange | None:
    with agreed.clinic.service.act() as ctx:
        return planned(ctx.session, agreed.contract)


def refused(agreed: Agreed, **more: Any) -> str | None:
    with pytest.raises(Refused) as found:
        plan(agreed, **more)
    return found.value.field


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Stockholm", date(2026, 12, 7), "2026-12-06T23:00+00:00"),
        ("Europe/Stockholm", date(2027, 3, 28), "2027-03-27T23:00+00:00"),
        ("Europe/Stockholm", date(2027, 3, 29), "2027-03-28T22:00+00:00"),
        ("Asia/Beirut", date(2027, 3, 28), "2027-03-27T22:00+00:00"),
        ("America/Havana", date(2026, 12, 7), "2026-12-07T05:00+00:00"),
        ("Pacific/Kiritimati", date(2026, 11, 26), "2026-11-25T10:00+00:00"),
    ],
)
def test_B4_point_5_the_day_begins_with_its_first_instant_at_the_unit(zone: str, day: date, begins: str) -> None:
    assert takes_over(day, zone, NOON) == datetime.fromisoformat(begins)


def test_B4_point_5_no_day_and_today_are_now_and_no_other_day_is() -> None:
    zone, today = "Europe/Stockholm", NOON.date()
    assert takes_over(None, zone, NOON) == takes_over(today, zone, NOON) == NOON
    for day in (today - DAY, today + FURTHEST + 2 * DAY):
        with pytest.raises(Refused) as wrong:
            takes_over(day, zone, NOON)
        assert wrong.value.field == "day"


def change(**more: Any) -> Ahead:
    usual: dict[str, Any] = {"person_id": UUID(int=1), "name": "Anna", "before": "Karin", "starts": MIDNIGHT}
    return Ahead(**usual | {"was": None, "reason": "", "why": "", "called_off": False} | more)


def test_B4_point_5_beforehand_the_words_name_the_day_and_both() -> None:
    zone = "Europe/Stockholm"
    with speaking("en"):
        assert said_ahead(change(), zone=zone, now=NOON) == "From Monday 7 December, Anna takes over from Karin."
    karin = Known(person_id=UUID(int=2), name="Karin", since=None, reason="", asked_for=None, wish_unmet="")
    moved = change(was=MIDNIGHT - 3 * DAY, reason="Karin byter jobb.", why="Anna är på kurs.")
    off = change(called_off=True, why="Karin stannar.")
    with speaking("sv"):
        texts = [told(karin, one, own=True, zone=zone, now=NOON).ahead for one in (change(), moved, off)]
    assert texts == [
        "Från måndag 7 december tar Anna över efter Karin.",
        "Från måndag 7 december tar Anna över efter Karin. Karin byter jobb. "
        "Dagen är ändrad. Förut var det fredag 4 december. Anna är på kurs.",
        "Anna tar inte över måndag 7 december. Karin stannar. Karin är fortfarande din kontakt.",
    ]
    assert judge(" ".join(texts), "sv").score <= LIX_AIM


def test_B4_point_5_the_present_contact_answers_until_the_day_and_the_next_from_its_first_instant(
    agreed: Agreed,
) -> None:
    anita, lisa, unit = agreed.clinic.anita, agreed.clinic.lisa, agreed.clinic.unit
    with agreed.clinic.service.act() as ctx:
        before = counts(ctx, [unit])[unit, anita]
    plan(agreed)
    for at, who in ((NOON, anita), (MIDNIGHT - SECOND, anita), (MIDNIGHT, lisa), (MIDNIGHT + 300 * DAY, lisa)):
        assert has_it(agreed, at) == who
        assert named(agreed, at) == str(who)
        with agreed.clinic.service.act() as ctx:
            load = counts(ctx, [unit])
            there = known(ctx, agreed.contract)
            holding = store.holding(ctx.session, agreed.contract, ctx.now)
        assert (load.get((unit, lisa), 0), load.get((unit, anita), 0)) == (who == lisa, before - (who == lisa))
        assert there is not None
        assert there.person_id == who
        assert [row.person_id for row in holding] == [who]


def test_B4_point_5_who_hands_over_reads_for_14_days_from_the_day_and_only_the_next_reads_the_note(
    agreed: Agreed,
) -> None:
    anita = agreed.clinic.anita
    plan(agreed)
    with agreed.clinic.service.act() as ctx:
        (facts,) = ctx.directory.covers_of(ctx.session, [agreed.contract]).values()
        for at, lately in ((MIDNIGHT - SECOND, False), (MIDNIGHT, True), (MIDNIGHT + READS_AFTER, False)):
            assert handed_over_lately(facts, anita, at) is lately
        assert store.handed_over(ctx.session, agreed.contract, MIDNIGHT - SECOND) is None
        left = store.handed_over(ctx.session, agreed.contract, MIDNIGHT)
        assert left is not None
        assert left.handover_note == TEXTS["handover_note"]


def test_B4_point_5_B1_point_8_the_new_contact_looks_at_the_agreement_from_the_day_and_once(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    plan(agreed)
    service = agreed.clinic.service
    for at, begun in ((MIDNIGHT - SECOND, 0), (MIDNIGHT, 1), (MIDNIGHT + DAY, 0)):
        set_clock(service, at)
        with service.act() as ctx:
            assert planning.waiting(ctx.session, ctx.now) == (MIDNIGHT if begun else None)
        assert planning.begin_due(service) == begun
        assert (review_of(agreed) is not None) is (at >= MIDNIGHT)


def test_B4_point_5_a_change_for_today_is_a_change_now(agreed: Agreed) -> None:
    plan(agreed, NOON.date())
    assert has_it(agreed, NOON) == agreed.clinic.lisa
    assert open_change(agreed) is None


def test_B4_point_5_called_off_it_is_as_if_nothing_was_planned_but_told(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    before = has_it(agreed, MIDNIGHT)
    plan(agreed)
    call_off(agreed)
    assert has_it(agreed, MIDNIGHT) == before == agreed.clinic.anita
    with agreed.clinic.service.act() as ctx:
        (row,) = store.standing(ctx.session, agreed.contract, ctx.now)
        assert (row.ends, row.handover_note, row.reason) == (None, "", "")
        words = ahead(ctx, agreed.contract)
    assert words is not None
    assert words.called_off
    with pytest.raises(Refused):
        call_off(agreed)
    for at, still in ((NOON + TOLD_FOR - SECOND, True), (NOON + TOLD_FOR, False)):
        set_clock(agreed.clinic.service, at)
        with agreed.clinic.service.act() as ctx:
            assert (ahead(ctx, agreed.contract) is not None) is still
    set_clock(agreed.clinic.service, MIDNIGHT)
    assert planning.begin_due(agreed.clinic.service) == 0
    assert review_of(agreed) is None
    plan(agreed, MONDAY + 30 * DAY)


@pytest.mark.parametrize("days", [-3, 3])
def test_B4_point_5_moved_the_old_day_means_nothing_any_more(agreed: Agreed, days: int) -> None:
    plan(agreed)
    move(agreed, MONDAY + days * DAY, "She is away.")
    begins = MIDNIGHT + days * DAY
    assert (has_it(agreed, begins - SECOND), has_it(agreed, begins)) == (agreed.clinic.anita, agreed.clinic.lisa)
    with agreed.clinic.service.act() as ctx:
        words = ahead(ctx, agreed.contract)
    assert words is not None
    assert (words.starts, words.was, words.why) == (begins, MIDNIGHT, "She is away.")
    with pytest.raises(Refused):
        move(agreed, MONDAY + days * DAY)


def test_B4_point_5_moved_to_today_it_holds_now_and_the_agreement_is_looked_at(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    plan(agreed)
    move(agreed, NOON.date())
    assert has_it(agreed, NOON) == agreed.clinic.lisa
    assert open_change(agreed) is None
    assert review_of(agreed) is not None


def test_B4_point_5_a_sudden_hand_over_leaves_what_was_told_for_later(agreed: Agreed) -> None:
    plan(agreed)
    maj = another(agreed)
    appoint(agreed, maj, handover_note="Anita fell ill.", reason="Anita can't come.")
    assert [has_it(agreed, at) for at in (NOON, MIDNIGHT - SECOND, MIDNIGHT)] == [maj, maj, agreed.clinic.lisa]
    with agreed.clinic.service.act() as ctx:
        words = ahead(ctx, agreed.contract)
        assert words is not None
        assert words.before == "Maj Sol"
        left = store.handed_over(ctx.session, agreed.contract, MIDNIGHT)
        assert left is not None
        assert (left.person_id, left.handover_note) == (maj, TEXTS["handover_note"])
    call_off(agreed)
    assert has_it(agreed, MIDNIGHT + DAY) == maj


@pytest.mark.parametrize("by", ["appoint", "end"])
def test_B4_point_5_whoever_is_planned_may_come_early(agreed: Agreed, by: str) -> None:
    plan(agreed)
    set_clock(agreed.clinic.service, NOON + DAY)
    if by == "appoint":
        appoint(agreed, agreed.clinic.lisa)
    else:
        with agreed.acting(agreed.clinic.anita) as ctx:
            (row,) = store.holding(ctx.session, agreed.contract, ctx.now)
            actions.end_appointment(ctx, appointment_id=row.id, successor_id=agreed.clinic.lisa, **TEXTS)
    assert [has_it(agreed, at) for at in (NOON, NOON + DAY, MIDNIGHT)] == [
        agreed.clinic.anita,
        *[agreed.clinic.lisa] * 2,
    ]
    assert open_change(agreed) is None
    with agreed.clinic.service.act() as ctx:
        assert ahead(ctx, agreed.contract) is None
        (row,) = store.standing(ctx.session, agreed.contract, ctx.now)
        assert (row.person_id, row.is_primary, row.ends) == (agreed.clinic.lisa, True, None)


def test_B4_point_5_another_change_is_planned_after_one_that_has_come_and_nothing_of_the_first_is_left_out(
    agreed: Agreed,
) -> None:
    agreed.written().both_confirm()
    plan(agreed)
    maj = another(agreed)
    set_clock(agreed.clinic.service, MIDNIGHT)
    with agreed.acting(agreed.clinic.lisa) as ctx:
        planning.change_contact(ctx, contract_id=agreed.contract, person_id=maj, day=MONDAY + 2 * DAY, **TEXTS)
    who = [has_it(agreed, at) for at in (MIDNIGHT - SECOND, MIDNIGHT, MIDNIGHT + 2 * DAY)]
    assert who == [agreed.clinic.anita, agreed.clinic.lisa, maj]
    assert review_of(agreed) is not None


def test_B4_point_5_bringing_the_present_contact_up_to_date_leaves_the_plan(agreed: Agreed) -> None:
    plan(agreed)
    appoint(agreed, agreed.clinic.anita, deputy_id=agreed.clinic.lisa)
    assert [has_it(agreed, at) for at in (NOON, MIDNIGHT)] == [agreed.clinic.anita, agreed.clinic.lisa]


def test_B4_point_5_row_5_somebody_beside_the_contact_becomes_it_and_is_beside_again_when_that_is_called_off(
    agreed: Agreed,
) -> None:
    appoint(agreed, agreed.clinic.lisa, primary=False)
    plan(agreed)
    set_clock(agreed.clinic.service, NOON + DAY)
    appoint(agreed, agreed.clinic.lisa, primary=False)
    with agreed.clinic.service.act() as ctx:
        found = store.standing(ctx.session, agreed.contract, ctx.now)
        assert [(row.person_id, row.is_primary, row.ends) for row in found] == [
            (agreed.clinic.anita, True, MIDNIGHT),
            (agreed.clinic.lisa, False, MIDNIGHT),
            (agreed.clinic.lisa, True, None),
        ]
    call_off(agreed)
    with agreed.clinic.service.act() as ctx:
        found = store.standing(ctx.session, agreed.contract, ctx.now)
        assert [(row.is_primary, row.ends) for row in found] == [(True, None), (False, None)]


def test_B4_point_5_what_can_not_be_planned_is_refused_at_its_field(agreed: Agreed) -> None:
    maj, clinic = another(agreed), agreed.clinic
    assert refused(agreed, person=clinic.anita) == "person_id"
    assert refused(agreed, person=clinic.admin) == "person_id"
    assert refused(agreed, person=agreed.karin) == "person_id"
    assert refused(agreed, day=NOON.date() - DAY) == "day"
    assert refused(agreed, reason=" ") == "reason"
    assert refused(agreed, handover_note=" ") == "handover_note"
    assert refused(agreed, asked_for=True, wish_unmet="No room.") == "wish_unmet"
    plan(agreed)
    assert refused(agreed, person=maj, day=MONDAY + DAY) is None
    with agreed.acting(clinic.admin) as ctx:
        _now, coming = store.standing(ctx.session, agreed.contract, ctx.now)
        with pytest.raises(Refused):
            actions.end_appointment(ctx, appointment_id=coming.id, successor_id=maj, **TEXTS)


@pytest.mark.parametrize("why", ["roles", "death"])
def test_B4_point_5_1_who_leaves_before_the_day_takes_nobody_over_and_the_contact_stays(
    agreed: Agreed, why: str
) -> None:
    plan(agreed)
    with agreed.acting(agreed.clinic.admin) as ctx:
        if why == "roles":
            people.set_roles(ctx, agreed.clinic.lisa, ())
        else:
            people.register_death(ctx, agreed.clinic.lisa, NOON.date())
    assert has_it(agreed, MIDNIGHT) == agreed.clinic.anita
    with agreed.clinic.service.act() as ctx:
        words = ahead(ctx, agreed.contract)
        assert words is not None
        assert words.called_off
        assert not gaps_ahead(ctx, [agreed.clinic.unit], None, 9)


def test_B4_point_5_1_the_contact_who_leaves_before_the_day_is_missed_until_the_day(agreed: Agreed) -> None:
    plan(agreed)
    with agreed.acting(agreed.clinic.admin) as ctx:
        actions.set_deputy(ctx, store.holding(ctx.session, agreed.contract, ctx.now)[0].id, None)
        people.set_roles(ctx, agreed.clinic.anita, ())
    with agreed.clinic.service.act() as ctx:
        (gap,) = (one for one in gaps_ahead(ctx, [agreed.clinic.unit], None, 9) if one.contract_id == agreed.contract)
        assert (gap.starts, gap.ends) == (NOON, MIDNIGHT)
        (one,) = explained(ctx, [gap])
    assert (one.why, one.appointed and one.appointed.person_id) == ("left", agreed.clinic.anita)
    assert has_it(agreed, MIDNIGHT) == agreed.clinic.lisa


def test_B4_point_5_1_the_next_contact_away_on_the_day_is_stood_in_for_or_missed(agreed: Agreed) -> None:
    plan(agreed)
    with agreed.acting(agreed.clinic.admin) as ctx:
        actions.set_absence(
            ctx, person_id=agreed.clinic.lisa, starts=MIDNIGHT, ends=MIDNIGHT + DAY, deputy_id=None, note=""
        )
        found = [one for one in gaps_ahead(ctx, [agreed.clinic.unit], None, 9) if one.contract_id == agreed.contract]
    assert [(one.starts, one.ends) for one in found] == [(MIDNIGHT, MIDNIGHT + DAY)]


def test_B4_point_5_when_the_agreement_ends_so_does_what_was_planned(agreed: Agreed) -> None:
    plan(agreed)
    with agreed.clinic.service.act() as ctx:
        actions.end_cover(ctx, agreed.contract)
        assert store.standing(ctx.session, agreed.contract, ctx.now) == []
    assert open_change(agreed) is None
    set_clock(agreed.clinic.service, MIDNIGHT)
    assert planning.begin_due(agreed.clinic.service) == 0
    with pytest.raises(Refused):
        plan(agreed, MONDAY + 9 * DAY)
    with agreed.clinic.service.act() as ctx, pytest.raises(NotFound):
        planning.call_off(ctx, UUID(int=1), why="")


def test_B4_point_5_of_many_who_plan_at_once_one_is_heard(agreed: Agreed) -> None:
    others = [another(agreed, f"Nurse {letter}") for letter in "ABCD"]
    before = events(agreed.clinic.service).count(CoverChanged.type)

    def attempt(number: int) -> bool:
        try:
            plan(agreed, MONDAY + number % 3 * DAY, others[number % 4])
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(attempt, range(24)))
    assert heard.count(True) == 1
    assert events(agreed.clinic.service).count(CoverChanged.type) == before + 2, "one fact, for two readers"
    with agreed.clinic.service.act() as ctx:
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(ContactChange)) == 1
        assert len(store.standing(ctx.session, agreed.contract, ctx.now)) == 2
