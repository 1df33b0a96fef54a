"""Part 4: somebody always answers, deputies take over at once, and nobody is left without a contact (B4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.contract.named_contact import actions, store
from services.contract.named_contact.proposing import actions as proposing
from services.contract.named_contact.uncovered.store import ahead
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.units.actions import change_unit
from shared.cover import Answer, not_over
from shared.errors import NotFound, Refused
from shared.events import AbsencesChanged, CoverChanged
from tests.services.contract.clinic import Clinic, staff
from tests.support.services import NOON, set_clock, told

DAY = timedelta(days=1)


def answers(clinic: Clinic) -> Answer:
    with clinic.service.act() as ctx:
        answer = clinic.service.directory.who_answers_for(ctx.session, clinic.contract, ctx.now)
        assert answer
        return answer


def away(clinic: Clinic, person: UUID, **changed: Any) -> UUID:
    values = {"starts": NOON, "ends": NOON + DAY, "deputy_id": None, "note": "", **changed}
    with clinic.service.act() as ctx:
        return actions.set_absence(ctx, person_id=person, **values)


def test_B4_the_appointed_contact_answers(clinic: Clinic) -> None:
    assert (answers(clinic).kind, answers(clinic).person_id) == ("named_contact", clinic.anita)


def test_B4_row_7_from_the_same_instant_the_deputy_answers_for_somebody_away(clinic: Clinic) -> None:
    away(clinic, clinic.anita)
    assert (answers(clinic).kind, answers(clinic).person_id) == ("deputy", clinic.lisa)
    set_clock(clinic.service, NOON + DAY)
    assert answers(clinic).person_id == clinic.anita


def test_an_absences_own_deputy_comes_before_the_appointments(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        karin = staff(ctx, "Karin Ny", clinic.unit, "nurse")
    away(clinic, clinic.anita, deputy_id=karin)
    assert answers(clinic).person_id == karin


def test_somebody_back_early_answers_again(clinic: Clinic) -> None:
    absence = away(clinic, clinic.anita, ends=None)
    set_clock(clinic.service, NOON + timedelta(hours=1))
    for _ in range(2):
        with clinic.service.act() as ctx:
            actions.end_absence(ctx, absence)
    assert answers(clinic).person_id == clinic.anita


def test_an_absence_to_come_can_be_taken_back_whole(clinic: Clinic) -> None:
    absence = away(clinic, clinic.anita, starts=NOON + DAY, ends=NOON + 2 * DAY)
    with clinic.service.act() as ctx:
        actions.end_absence(ctx, absence)
        assert store.absence_facts(ctx.session, clinic.anita, ctx.now).absences == ()
    away(clinic, clinic.anita, starts=NOON + DAY, ends=NOON + 2 * DAY)


def test_B4_point_2_nobody_stands_in_for_themselves(clinic: Clinic) -> None:
    with pytest.raises(Refused) as refused:
        away(clinic, clinic.anita, deputy_id=clinic.anita)
    assert refused.value.field == "deputy_id"
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.set_deputy(ctx, clinic.appointment, clinic.anita)


def test_B4_point_2_two_who_stand_in_for_each_other_end_at_the_unit(clinic: Clinic) -> None:
    away(clinic, clinic.anita, deputy_id=clinic.lisa)
    away(clinic, clinic.lisa, deputy_id=clinic.anita)
    assert answers(clinic).kind == "floor"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends": NOON}, "last"),
        ({"starts": NOON - 3 * DAY, "ends": NOON - DAY}, "last"),
        ({"starts": NOON + DAY, "ends": NOON + 800 * DAY}, "last"),
    ],
)
def test_an_absence_must_end_after_it_begins_and_not_be_over(
    clinic: Clinic, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        away(clinic, clinic.anita, **changed)
    assert refused.value.field == field


def test_nobody_is_away_twice_at_once(clinic: Clinic) -> None:
    away(clinic, clinic.anita, ends=None)
    with pytest.raises(Refused):
        away(clinic, clinic.anita, starts=NOON + DAY, ends=NOON + 2 * DAY)


def test_only_staff_are_away_or_stand_in(clinic: Clinic) -> None:
    with pytest.raises(Refused):
        away(clinic, clinic.esther)
    with pytest.raises(Refused):
        away(clinic, clinic.anita, deputy_id=clinic.esther)


def test_absences_are_told_whole_without_those_that_are_over(clinic: Clinic) -> None:
    away(clinic, clinic.anita)
    away(clinic, clinic.anita, starts=NOON + 3 * DAY, ends=NOON + 4 * DAY)
    set_clock(clinic.service, NOON + 2 * DAY)
    with clinic.service.act() as ctx:
        facts = store.absence_facts(ctx.session, clinic.anita, ctx.now)
    assert [absence.starts for absence in facts.absences] == [NOON + 3 * DAY]
    assert told(clinic.service).count(AbsencesChanged.type) == 4


def test_B4_point_5_a_new_contact_takes_over_with_a_note(clinic: Clinic) -> None:
    who: dict[str, Any] = {"contract_id": clinic.contract, "patient_id": clinic.esther, "unit_id": clinic.unit}
    with clinic.service.act() as ctx, pytest.raises(Refused) as refused:
        actions.appoint(ctx, person_id=clinic.lisa, **who)
    assert refused.value.field == "handover_note"
    with clinic.service.act() as ctx:
        actions.appoint(
            ctx, person_id=clinic.lisa, handover_note="Wants to be rung before noon.", reason="Anita leaves us.", **who
        )
    assert answers(clinic).person_id == clinic.lisa
    with clinic.service.act() as ctx:
        old = store.appointment(ctx.session, clinic.appointment)
        assert old
        assert (old.ends, old.handover_note) == (NOON, "Wants to be rung before noon.")


def test_appointing_the_same_person_again_changes_the_appointment_that_stands(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        again = actions.appoint(
            ctx, contract_id=clinic.contract, patient_id=clinic.esther, person_id=clinic.anita, unit_id=clinic.unit
        )
        row = store.appointment(ctx.session, again)
        assert row
        assert row.deputy_id == clinic.lisa
    assert again == clinic.appointment


def test_two_admins_at_the_same_time_never_leave_two_primary_contacts(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        others = [staff(ctx, name, clinic.unit, "nurse") for name in ("Karin Ny", "Maj Sol", "Siv Ek")]

    def take_over(person: UUID) -> None:
        with clinic.service.act() as ctx:
            actions.appoint(
                ctx,
                contract_id=clinic.contract,
                patient_id=clinic.esther,
                person_id=person,
                unit_id=clinic.unit,
                handover_note="Rings before noon.",
                reason="Anita leaves us.",
            )

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(take_over, others))
    with clinic.service.act() as ctx:
        standing = store.standing(ctx.session, clinic.contract, ctx.now)
    assert [row.is_primary for row in standing] == [True]


def test_B4_row_5_several_contacts_may_stand_beside_the_primary_one(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        who: dict[str, Any] = {"contract_id": clinic.contract, "patient_id": clinic.esther, "unit_id": clinic.unit}
        actions.appoint(ctx, person_id=clinic.lisa, primary=False, **who)
    assert answers(clinic).person_id == clinic.anita


def test_B4_point_1_the_last_contact_can_not_go_before_somebody_takes_over(clinic: Clinic) -> None:
    end: dict[str, Any] = {
        "appointment_id": clinic.appointment,
        "handover_note": "Everything is in the plan.",
        "reason": "Anita leaves us.",
    }
    for successor in (None, clinic.anita):
        with clinic.service.act() as ctx, pytest.raises(Refused) as refused:
            actions.end_appointment(ctx, successor_id=successor, **end)
        assert refused.value.field == "successor_id"
    with clinic.service.act() as ctx:
        actions.end_appointment(ctx, successor_id=clinic.lisa, **end)
    assert (answers(clinic).kind, answers(clinic).person_id) == ("named_contact", clinic.lisa)
    with clinic.service.act() as ctx, pytest.raises(NotFound):
        actions.end_appointment(ctx, successor_id=clinic.lisa, **end)


def test_B4_row_4_only_staff_are_appointed(clinic: Clinic) -> None:
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.appoint(
            ctx, contract_id=uuid4(), patient_id=clinic.esther, person_id=clinic.esther, unit_id=clinic.unit
        )


def test_a_contract_without_a_contact_leads_to_the_unit(clinic: Clinic) -> None:
    contract = uuid4()
    with clinic.service.act() as ctx:
        actions.begin_cover(ctx, contract_id=contract, patient_id=clinic.esther, unit_id=clinic.unit)
        answer = clinic.service.directory.who_answers_for(ctx.session, contract, ctx.now)
    assert answer
    assert answer.kind == "floor"


def test_when_a_contract_ends_nobody_is_its_contact_any_more(clinic: Clinic) -> None:
    before = told(clinic.service).count(CoverChanged.type)
    for _ in range(2):
        with clinic.service.act() as ctx:
            actions.end_cover(ctx, clinic.contract)
    assert told(clinic.service).count(CoverChanged.type) - before == 2
    with clinic.service.act() as ctx:
        (facts,) = clinic.service.directory.covers_of(ctx.session, [clinic.contract]).values()
        assert not_over(facts, ctx.now) == ()
        assert ahead(ctx, [clinic.unit], None, 9) == []


def propose(clinic: Clinic, person: UUID) -> UUID:
    with clinic.service.act() as ctx:
        return proposing.propose(
            ctx, patient_id=clinic.esther, person_id=person, unit_id=clinic.other_unit, source="CareTeam"
        )


def open_ones(clinic: Clinic) -> list[UUID]:
    with clinic.service.act() as ctx:
        return [row.id for row in store.open_proposals(ctx.session, [clinic.other_unit], None, 9)]


def test_the_same_proposal_twice_is_one(clinic: Clinic) -> None:
    assert propose(clinic, clinic.lisa) == propose(clinic, clinic.lisa)
    assert len(open_ones(clinic)) == 1


def test_a_newer_proposal_takes_the_place_of_one_nobody_has_decided(clinic: Clinic) -> None:
    first, second = propose(clinic, clinic.lisa), propose(clinic, clinic.anita)
    assert open_ones(clinic) == [second]
    assert propose(clinic, clinic.lisa) == first
    assert open_ones(clinic) == [first]


def test_an_accepted_proposal_appoints_and_is_not_asked_about_again(clinic: Clinic) -> None:
    contract, proposal = uuid4(), propose(clinic, clinic.lisa)
    with clinic.service.act() as ctx:
        proposing.accept_proposal(ctx, proposal, contract)
        answer = clinic.service.directory.who_answers_for(ctx.session, contract, ctx.now)
    assert answer
    assert answer.person_id == clinic.lisa
    assert propose(clinic, clinic.lisa) == proposal
    assert open_ones(clinic) == []
    with clinic.service.act() as ctx, pytest.raises(Refused):
        proposing.accept_proposal(ctx, proposal, contract)


def test_a_declined_proposal_does_not_come_back_with_the_next_import(clinic: Clinic) -> None:
    proposal = propose(clinic, clinic.lisa)
    with clinic.service.act() as ctx:
        proposing.decline_proposal(ctx, proposal)
    propose(clinic, clinic.lisa)
    assert open_ones(clinic) == []


def test_a_proposed_patient_is_found_in_the_units_register(clinic: Clinic) -> None:
    propose(clinic, clinic.lisa)
    with clinic.service.act() as ctx:
        assert clinic.other_unit in people_store.units_of(ctx.session, clinic.esther)


def test_K1_K17_nobody_is_led_to_a_contact_or_a_head_who_has_died(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        unit = ctx.directory.unit(ctx.session, clinic.unit)
        assert unit
        change_unit(ctx, replace(unit, head_id=clinic.anita))
        people.register_death(ctx, clinic.anita, NOON.date())
    assert (answers(clinic).kind, answers(clinic).person_id) == ("deputy", clinic.lisa)
    with clinic.service.act() as ctx:
        people.register_death(ctx, clinic.lisa, NOON.date())
    assert (answers(clinic).kind, answers(clinic).person_id) == ("floor", None)
    with clinic.service.act() as ctx:
        assert [gap.contract_id for gap in ahead(ctx, [clinic.unit], None, 9)] == [clinic.contract]
    with clinic.service.act() as ctx:
        people.withdraw_death(ctx, clinic.anita)
        assert not ahead(ctx, [clinic.unit], None, 9), "the death was registered in error"
    assert answers(clinic).person_id == clinic.anita
