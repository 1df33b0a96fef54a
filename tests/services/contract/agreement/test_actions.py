"""Opening and writing: one open agreement per patient, a proposal accepted in one press, nothing for the dead."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.contract.agreement import actions, store
from services.contract.agreement.content.domain import Part, item_mark, mark
from services.contract.agreement.domain import State
from services.contract.named_contact import store as covers
from services.contract.named_contact.proposing import actions as proposing
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from shared.errors import NotFound, Refused
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import Clinic, staff


def a_patient(clinic: Clinic, name: str = "Nils Ek") -> UUID:
    with clinic.service.act() as ctx:
        return people.save_person(ctx, kind="patient", name=name, identity=None)


def test_B1_point_2_one_open_agreement_per_patient_however_many_open_it(clinic: Clinic) -> None:
    nils = a_patient(clinic)

    def open_one(_number: int) -> UUID:
        with clinic.service.act() as ctx:
            return actions.open_contract(ctx, patient_id=nils, unit_id=clinic.unit, by=nils)

    with ThreadPoolExecutor(4) as pool:
        opened = set(pool.map(open_one, range(12)))
    assert len(opened) == 1


def test_K1_from_the_opening_on_somebody_answers(clinic: Clinic) -> None:
    nils = a_patient(clinic)
    with clinic.service.act() as ctx:
        contract = actions.open_contract(ctx, patient_id=nils, unit_id=clinic.unit, by=nils)
        answer = ctx.directory.who_answers_for(ctx.session, contract, ctx.now)
    assert answer is not None
    assert answer.number


def test_K17_nobody_opens_an_agreement_for_the_dead(clinic: Clinic) -> None:
    nils = a_patient(clinic)
    with clinic.service.act() as ctx:
        people.register_death(ctx, nils, date(2026, 11, 1))
    with pytest.raises(Refused), clinic.service.act() as ctx:
        actions.open_contract(ctx, patient_id=nils, unit_id=clinic.unit, by=clinic.admin)


def test_an_agreement_is_only_for_a_known_patient_at_a_known_unit(clinic: Clinic) -> None:
    nils = a_patient(clinic)
    for patient, unit in ((clinic.anita, clinic.unit), (uuid4(), clinic.unit), (nils, uuid4())):
        with pytest.raises(NotFound), clinic.service.act() as ctx:
            actions.open_contract(ctx, patient_id=patient, unit_id=unit, by=None)


def test_K22_accepting_a_proposal_opens_the_agreement_and_appoints(clinic: Clinic) -> None:
    nils = a_patient(clinic)
    with clinic.service.act() as ctx:
        proposal = proposing.propose(
            ctx, patient_id=nils, person_id=clinic.anita, unit_id=clinic.unit, source="care team"
        )
        contract = actions.accept_proposal(ctx, proposal)
    with clinic.service.act() as ctx:
        [appointed] = covers.standing(ctx.session, contract, ctx.now)
        draft = store.in_state(ctx.session, contract, "draft")
        assert appointed.person_id == clinic.anita
        assert draft is not None
        assert draft.content["named_contact"] == str(clinic.anita)
    with pytest.raises(Refused), clinic.service.act() as ctx:
        actions.accept_proposal(ctx, proposal)


def test_a_proposal_for_a_patient_with_an_agreement_joins_it_and_needs_a_hand_over(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        proposal = proposing.propose(
            ctx, patient_id=agreed.karin, person_id=clinic.lisa, unit_id=clinic.unit, source="care team"
        )
    with pytest.raises(Refused), clinic.service.act() as ctx:
        actions.accept_proposal(ctx, proposal)
    with clinic.service.act() as ctx:
        assert (
            actions.accept_proposal(ctx, proposal, handover_note="Read the plan.", reason="Anita leaves.")
            == agreed.contract
        )
    assert agreed.now().content.named_contact == str(clinic.lisa)


def test_B4_an_admin_of_another_unit_chooses_no_contact_for_the_agreement(agreed: Agreed) -> None:
    clinic = agreed.clinic
    with clinic.service.act() as ctx:
        nora = staff(ctx, "Nora Natt", clinic.other_unit, "nurse")
        proposal = proposing.propose(
            ctx, patient_id=agreed.karin, person_id=nora, unit_id=clinic.other_unit, source="care team"
        )
    path = f"/contract/home/proposals/{proposal}/accept"
    answer = agreed.browser(clinic.other_admin).post(path, {"handover_note": "Read it.", "reason": "She is better."})
    assert answer.status_code == 409
    assert "at another unit" in answer.text
    assert agreed.now().content.named_contact == str(clinic.anita)


def test_an_unknown_proposal_is_not_there(clinic: Clinic) -> None:
    with pytest.raises(NotFound), clinic.service.act() as ctx:
        actions.accept_proposal(ctx, uuid4())


def test_B1_the_stage_follows_what_is_written(agreed: Agreed) -> None:
    stages = [agreed.now().contract.state]
    agreed.writes()
    stages.append(agreed.now().contract.state)
    agreed.aims()
    agreed.chooses()
    stages.append(agreed.now().contract.state)
    agreed.writes("")
    stages.append(agreed.now().contract.state)
    assert stages == [State.COASSESS, State.CODECIDE, State.CODESIGN, State.COASSESS]


def test_both_sides_can_write_at_once_and_nothing_is_lost(agreed: Agreed) -> None:
    sides = [Side.PATIENT, Side.CARE] * 6
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: agreed.promises(one[1], f"Promise {one[0]}."), enumerate(sides)))
    content = agreed.now().content
    assert (len(content.promised_by("patient")), len(content.promised_by("care"))) == (6, 6)


def test_two_who_change_the_same_text_at_once_do_not_write_over_each_other(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        actions.write_text(ctx, agreed.contract, Side.PATIENT, Part.WATCH_FOR, "Swollen legs.", before=mark(""))
    with pytest.raises(actions.Stale), agreed.acting(agreed.clinic.anita) as ctx:
        actions.write_text(ctx, agreed.contract, Side.CARE, Part.WATCH_FOR, "Weight.", before=mark(""))
    with agreed.acting(agreed.karin) as ctx:
        actions.write_text(ctx, agreed.contract, Side.PATIENT, Part.WATCH_FOR, "Swollen legs.", before=mark(""))
    assert agreed.now().content.text(Part.WATCH_FOR) == "Swollen legs."


def test_what_somebody_else_changed_meanwhile_is_not_taken_away(agreed: Agreed) -> None:
    item, other = agreed.promises(Side.CARE, "We ring."), {"by": "care", "text": "We write."}
    shown = item_mark({"id": item, "by": "care", "text": "We ring."})
    with pytest.raises(actions.Stale), agreed.acting(agreed.clinic.anita) as ctx:
        actions.remove_item(ctx, agreed.contract, Side.CARE, Part.COMMITMENTS, item, before=item_mark(other))
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.remove_item(ctx, agreed.contract, Side.CARE, Part.COMMITMENTS, item, before=shown)
        actions.remove_item(ctx, agreed.contract, Side.CARE, Part.COMMITMENTS, item, before=shown)
    assert agreed.now().content.promised_by("care") == []


def test_writing_what_stood_there_already_voids_nothing(agreed: Agreed) -> None:
    agreed.written().confirms(Side.CARE)
    agreed.writes()
    assert agreed.now().yes.keys() == {Side.CARE}


def test_an_unknown_agreement_is_not_there(agreed: Agreed) -> None:
    with pytest.raises(NotFound), agreed.acting(agreed.karin) as ctx:
        actions.write_text(ctx, uuid4(), Side.PATIENT, Part.WHAT_MATTERS, "x", before=mark(""))
