"""Records merge into one plan, twice is once, and what people do with it stands until a record says something new."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.contract.plan import actions, store
from services.contract.plan.domain import ImportedActivity, Party, State
from services.contract.plan.tables import PlanActivity
from services.contract.plan.writing import actions as writing
from shared.errors import NotFound, Refused
from tests.services.contract.agreed import Agreed

BLOOD = {"code": "396550006", "system": "http://snomed.info/sct", "title": "Blood test", "responsible": "Lab"}


def told(**other: Any) -> ImportedActivity:
    return ImportedActivity(**{**BLOOD, "status": "scheduled", "source_keys": ("plan-1/0",), **other})


def merge(agreed: Agreed, *activities: ImportedActivity) -> list[PlanActivity]:
    with agreed.clinic.service.act() as ctx:
        actions.merge_activities(ctx, agreed.karin, activities)
    with agreed.clinic.service.act() as ctx:
        return store.activities(ctx.session, agreed.karin)


def test_same_coded_activities_become_one_with_their_sources_kept(agreed: Agreed) -> None:
    second = told(title="Test of blood", source_keys=("plan-2/3",), status="in-progress")
    [row] = merge(agreed, told(), second, told(code="2", title="Walk", source_keys=("plan-1/1",)))[:1]
    assert (row.title, row.state) == ("Blood test", State.IN_PROGRESS)
    with agreed.clinic.service.act() as ctx:
        assert set(store.sources(ctx.session, row.id)) == {"plan-1/0", "plan-2/3"}


def test_twice_changes_nothing(agreed: Agreed) -> None:
    reactions: list[object] = []
    first = merge(agreed, told(), told(source_keys=("plan-2/3",)))
    actions.CHANGED.append(lambda ctx, patient: reactions.append(patient))
    try:
        again = merge(agreed, told(), told(source_keys=("plan-2/3",)))
    finally:
        actions.CHANGED.pop()
    assert [row.id for row in first] == [row.id for row in again]
    assert reactions == []
    with agreed.clinic.service.act() as ctx:
        assert len(store.history(ctx.session, first[0].id)) == 1


def test_many_records_in_one_activity(agreed: Agreed) -> None:
    [row] = merge(agreed, told(source_keys=("plan-1/0", "plan-1/4")))
    with agreed.clinic.service.act() as ctx:
        assert set(store.sources(ctx.session, row.id)) == {"plan-1/0", "plan-1/4"}


def test_a_state_set_by_hand_stands_until_a_record_says_something_new(agreed: Agreed) -> None:
    [row] = merge(agreed, told())
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, row.id, State.IN_PROGRESS)
    assert merge(agreed, told())[0].state == State.IN_PROGRESS
    assert merge(agreed, told(status="completed"))[0].state == State.DONE


def test_B1_row_5_imports_that_meet_make_one_plan(agreed: Agreed) -> None:
    def one(number: int) -> None:
        with agreed.clinic.service.act() as ctx:
            actions.merge_activities(ctx, agreed.karin, [told(source_keys=(f"plan-{number}/0",))])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(8)))
    with agreed.clinic.service.act() as ctx:
        [row] = store.activities(ctx.session, agreed.karin)
        assert len(store.sources(ctx.session, row.id)) == 8


def test_one_patients_activities_are_not_anothers(agreed: Agreed) -> None:
    merge(agreed, told())
    with agreed.clinic.service.act() as ctx:
        actions.merge_activities(ctx, agreed.clinic.esther, [told()])
    with agreed.clinic.service.act() as ctx:
        assert len(store.activities(ctx.session, agreed.karin)) == 1
        assert len(store.activities(ctx.session, agreed.clinic.esther)) == 1


def test_stopping_needs_a_reason_and_nothing_goes_back(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        walk = writing.add(ctx, agreed.karin, title="Walk", party=Party.PATIENT, responsible="", on_date=None)
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, walk, State.STOPPED)
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, walk, State.STOPPED, "It hurts.")
    with pytest.raises(Refused), agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, walk, State.DONE)
    with agreed.clinic.service.act() as ctx:
        states = [(change.state, change.by, change.reason) for change in store.history(ctx.session, walk)]
    assert states == [("agreed", agreed.karin, ""), ("stopped", agreed.clinic.anita, "It hurts.")]


def test_an_unknown_activity_is_not_there(agreed: Agreed) -> None:
    with pytest.raises(NotFound), agreed.acting(agreed.clinic.anita) as ctx:
        actions.move(ctx, agreed.karin, State.DONE)


def test_nothing_imported_is_nothing_changed(agreed: Agreed) -> None:
    assert merge(agreed) == []


def test_the_snapshot_is_the_same_whatever_state_the_activities_are_in(agreed: Agreed) -> None:
    [row] = merge(agreed, told())
    with agreed.clinic.service.act() as ctx:
        before = store.snapshot(ctx.session, agreed.karin)
        actions.move(ctx, row.id, State.DONE)
        ctx.session.flush()
        assert store.snapshot(ctx.session, agreed.karin) == before
    assert before == [{"id": str(row.id), "title": "Blood test", "party": "region_unit", "responsible": "Lab"}]
