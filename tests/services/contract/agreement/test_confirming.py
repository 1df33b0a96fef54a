"""Saying yes: only to what was shown, lost by any changed word, in force when both have said it to the same text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.contract.agreement import actions as writing
from services.contract.agreement import store
from services.contract.agreement.actions import Stale
from services.contract.agreement.confirming import actions
from services.contract.agreement.content.domain import Part, item_mark
from services.contract.agreement.domain import State
from services.contract.agreement.tables import Confirmation, Version
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Side
from services.contract.plan import actions as plans
from services.contract.plan.domain import ImportedActivity, Party
from services.contract.plan.domain import State as Progress
from services.contract.plan.writing import actions as plan_writing
from services.contract.units import actions as units
from services.contract.units import store as unit_store
from shared.context import Ctx
from shared.errors import Refused
from shared.events import RequestAnswered
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed, later
from tests.support.services import told

ACTIVATED = "se.samkontrakt.contract.contract.activated.v1"
AGREED = "se.samkontrakt.contract.next_contact.agreed.v1"
ASKED = "se.samkontrakt.contract.attention.needed.v1"


def test_both_say_yes_to_the_same_text_and_it_is_in_force_with_its_time_told(agreed: Agreed) -> None:
    assert agreed.written().confirms(Side.PATIENT) is State.PROPOSED
    assert told(agreed.clinic.service).count(AGREED) == 0
    assert agreed.confirms(Side.CARE) is State.ACTIVE
    reading = agreed.now()
    assert reading.in_force
    assert reading.version.state == "active"
    assert reading.contract.review_on is not None
    events = told(agreed.clinic.service)
    assert (events.count(ACTIVATED), events.count(AGREED)) == (1, 1)


def test_B1_point_3_H1_confirm_then_change_a_word_and_both_confirmations_are_gone(agreed: Agreed) -> None:
    agreed.written().confirms(Side.PATIENT)
    agreed.confirms(Side.PATIENT)
    item = agreed.now().content.promised_by("care")[0]
    with agreed.acting(agreed.clinic.anita) as ctx:
        changed = {**item, "text": "We ring you every Monday."}
        writing.write_item(ctx, agreed.contract, Side.CARE, Part.COMMITMENTS, changed, before=item_mark(item))
    reading = agreed.now()
    assert reading.yes == {}
    [lapsed] = reading.lapsed
    assert (lapsed.side, lapsed.given_by, lapsed.changed_by) == (Side.PATIENT, agreed.karin, agreed.clinic.anita)
    assert lapsed.parts == (Part.COMMITMENTS,)
    assert reading.contract.state == State.CODESIGN
    assert told(agreed.clinic.service).count(ACTIVATED) == 0


def test_B1_state_proposed_H2_only_the_same_hash_activates(agreed: Agreed) -> None:
    old = agreed.written().now().shown
    agreed.confirms(Side.PATIENT)
    agreed.promises(Side.CARE, "We send you a taxi.")
    with pytest.raises(Stale):
        agreed.confirms(Side.CARE, shown=old)
    assert agreed.confirms(Side.CARE) is State.PROPOSED
    assert agreed.now().yes.keys() == {Side.CARE}
    assert agreed.confirms(Side.PATIENT) is State.ACTIVE


def test_H2_a_hundred_yeses_at_once_have_one_clear_result(agreed: Agreed) -> None:
    agreed.written().accepts()
    shown = agreed.now().shown
    sides = [Side.PATIENT, Side.CARE] * 50

    with ThreadPoolExecutor(10) as pool:
        results = Counter(pool.map(lambda side: agreed.confirms(side, shown=shown), sides))

    assert set(results) <= {State.PROPOSED, State.ACTIVE}
    assert told(agreed.clinic.service).count(ACTIVATED) == 1
    with agreed.clinic.service.act() as ctx:
        rows = ctx.session.execute(sa.select(Confirmation.side).join(Version)).scalars().all()
        assert sorted(rows) == ["care", "patient"]
    assert agreed.now().in_force


def test_a_change_between_two_yeses_never_activates_another_text_than_was_read(agreed: Agreed) -> None:
    """Yes and an edit meet: either the yes counts and the edit makes a new version, or the yes is told of the edit."""
    agreed.written().accepts()
    agreed.confirms(Side.CARE)
    shown = agreed.now().shown

    def say_yes() -> str:
        try:
            return agreed.confirms(Side.PATIENT, shown=shown)
        except Stale:
            return "stale"

    with ThreadPoolExecutor(2) as pool:
        yes = pool.submit(say_yes)
        edit = pool.submit(agreed.promises, Side.CARE, "We send you a taxi.")
        outcome, _ = yes.result(), edit.result()
    with agreed.clinic.service.act() as ctx:
        active = store.in_state(ctx.session, agreed.contract, "active")
    assert (outcome == "stale") == (active is None)
    assert active is None or active.content_hash == shown


def test_everybody_may_act_at_once_and_nobody_locks_another_out(agreed: Agreed) -> None:
    agreed.written()

    def act(number: int) -> None:
        later_time = IN_TWO_DAYS + timedelta(hours=number)
        kinds: list[Callable[[], object]] = [
            lambda: agreed.suggests(later_time),
            lambda: agreed.suggests(later_time, Side.PATIENT),
            lambda: agreed.confirms(Side.PATIENT),
            lambda: agreed.confirms(Side.CARE),
            lambda: agreed.promises(Side.CARE, f"Promise {number}."),
        ]
        with suppress(Refused):
            kinds[number % len(kinds)]()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(40)))
    reading = agreed.now()
    assert len(reading.content.promised_by("care")) == 9
    assert all(given.content_hash == reading.shown for given in reading.yes.values())


def test_P_a_yes_covers_the_time_that_was_shown_and_no_other(agreed: Agreed) -> None:
    agreed.written()
    shown = agreed.now().shown
    moved = IN_TWO_DAYS + timedelta(days=1)
    agreed.suggests(moved)
    with agreed.acting(agreed.karin) as ctx, pytest.raises(Stale):
        actions.confirm(ctx, agreed.contract, Side.PATIENT, shown=shown, time_shown=IN_TWO_DAYS)
    agreed.confirms(Side.PATIENT)
    row = agreed.now().next_contact
    assert row is not None
    assert row.starts_local == moved


@pytest.mark.parametrize(
    "leave_out",
    [
        "own_words",
        "goal",
        "options",
        "patient_commitment",
        "care_commitment",
        "next_step",
        "named_contact",
        "floor_number",
    ],
)
def test_B1_nothing_is_confirmed_while_a_part_is_missing(agreed: Agreed, leave_out: str) -> None:
    parts: dict[str, Callable[[], object]] = {
        "own_words": agreed.writes,
        "goal": agreed.aims,
        "options": agreed.chooses,
        "patient_commitment": lambda: agreed.promises(Side.PATIENT, "I weigh myself every morning."),
        "care_commitment": lambda: agreed.promises(Side.CARE, "We ring you every Friday."),
        "next_step": agreed.suggests,
    }
    for part, write in parts.items():
        if part != leave_out:
            write()
    with agreed.clinic.service.act() as ctx:
        if leave_out == "named_contact":
            contacts.end_cover(ctx, agreed.contract)
        if leave_out == "floor_number":
            _take_floor_away(agreed, ctx)
    with pytest.raises(Refused):
        agreed.confirms(Side.PATIENT)
    reading = agreed.now()
    assert reading.needs[0] == leave_out
    assert reading.yes == {}


def _take_floor_away(agreed: Agreed, ctx: Ctx) -> None:
    unit = unit_store.get(ctx.session, agreed.clinic.unit)
    assert unit is not None
    units.change_unit(ctx, replace(unit_store.facts(unit), floor_number=""))


def test_a_yes_lapses_when_the_plan_changes_and_says_what_changed(agreed: Agreed) -> None:
    agreed.written().confirms(Side.PATIENT)
    with agreed.clinic.service.act() as ctx:
        activity = ImportedActivity(
            code="1", system="s", title="Blood test", responsible="Lab", status="scheduled", source_keys=("a",)
        )
        plans.merge_activities(ctx, agreed.karin, [activity])
    reading = agreed.now()
    assert reading.yes == {}
    assert reading.lapsed[0].parts == (Part.PLAN,)


def test_a_yes_lapses_when_the_named_contact_is_another(agreed: Agreed) -> None:
    """The appointment is made elsewhere: the yes stops counting at once all the same, and can't be completed."""
    shown = agreed.written().now().shown
    agreed.confirms(Side.PATIENT)
    with agreed.clinic.service.act() as ctx:
        contacts.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=agreed.clinic.lisa,
            unit_id=agreed.clinic.unit,
            handover_note="Read the plan.",
            reason="Anita leaves us.",
        )
    reading = agreed.now()
    assert reading.yes == {}
    assert reading.lapsed[0].parts == (Part.NAMED_CONTACT,)
    with pytest.raises(Stale):
        agreed.confirms(Side.CARE, shown=shown)


def test_design_5_a_moved_time_an_absence_and_an_activitys_state_void_nothing(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        plan = plan_writing.add(ctx, agreed.karin, title="Walk", party=Party.PATIENT, responsible="", on_date=None)
    agreed.written().accepts()
    agreed.confirms(Side.PATIENT)
    agreed.suggests(IN_TWO_DAYS + timedelta(days=2))
    agreed.accepts(IN_TWO_DAYS + timedelta(days=2))
    with agreed.clinic.service.act() as ctx:
        plans.move(ctx, plan, Progress.DONE)
        contacts.set_absence(
            ctx,
            person_id=agreed.clinic.anita,
            starts=ctx.now,
            ends=None,
            deputy_id=agreed.clinic.lisa,
            note="",
        )
    assert agreed.now().yes.keys() == {Side.PATIENT}


def test_K22_wanting_a_change_or_not_understanding_takes_no_yes_away_and_asks_a_person(agreed: Agreed) -> None:
    agreed.written().confirms(Side.PATIENT)
    kinds: tuple[actions.Asked, ...] = ("change", "unclear")
    for kind in kinds:
        with agreed.acting(agreed.karin) as ctx:
            actions.ask(ctx, agreed.contract, Side.PATIENT, kind=kind, words="")
    reading = agreed.now()
    assert reading.yes.keys() == {Side.PATIENT}
    assert [question.kind for question in reading.questions] == ["change", "unclear"]
    assert told(agreed.clinic.service).count(ASKED) == 2
    agreed.promises(Side.CARE, "We explain it again.")
    assert agreed.now().questions == []


def test_B1_point_5_K15_what_the_patient_said_in_a_meeting_is_written_down_with_who_how_and_when(
    agreed: Agreed,
) -> None:
    agreed.written().accepts()
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.confirm(
            ctx,
            agreed.contract,
            Side.PATIENT,
            shown=agreed.read(ctx).shown,
            how="spoken",
            said_on=later(days=-1).date(),
        )
    given = agreed.now().yes[Side.PATIENT]
    assert (given.by, given.how, given.said_on) == (agreed.clinic.anita, "spoken", later(days=-1).date())


def test_B1_point_1_B1_state_superseded_an_active_version_is_never_edited_and_stays_in_force_until_the_next(
    agreed: Agreed,
) -> None:
    agreed.written().both_confirm()
    first = agreed.now()
    agreed.writes("I want to dance.")
    second = agreed.now()
    assert second.active is not None
    assert second.active.content == first.version.content
    assert (second.version.number, second.version.state) == (2, "draft")
    assert [(change.part, change.after) for change in second.news] == [(Part.WHAT_MATTERS, "I want to dance.")]
    assert agreed.both_confirm() is State.ACTIVE
    with agreed.clinic.service.act() as ctx:
        states = [one.state for one in store.versions(ctx.session, agreed.contract)]
    assert states == ["active", "superseded"]


def test_saying_yes_again_to_what_is_in_force_changes_nothing(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    assert agreed.confirms(Side.CARE) is State.ACTIVE
    assert told(agreed.clinic.service).count(ACTIVATED) == 1


def test_an_answered_request_shows_on_the_agreement_and_an_older_one_does_not_replace_it(agreed: Agreed) -> None:
    for at, by in ((later(hours=2), agreed.clinic.lisa), (later(hours=1), agreed.clinic.anita)):
        with agreed.clinic.service.act() as ctx:
            event = RequestAnswered(
                request_id=agreed.contract,
                patient_id=agreed.karin,
                contract_id=agreed.contract,
                answered_by=by,
                answered_at=at,
            )
            actions.on_request_answered(ctx, event)
    row = agreed.now().contract
    assert (row.last_answer_by, row.last_answer_at) == (agreed.clinic.lisa, later(hours=2))
