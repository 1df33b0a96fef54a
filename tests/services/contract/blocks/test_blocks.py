"""B10, P35: a patient keeps a unit's staff out, from the next request on and in all three services; never so that nobody is
left to turn to (B4, K)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.contract.agreement import actions as writing
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.ending import actions as ending
from services.contract.blocks import actions
from services.contract.blocks import store as block_store
from services.contract.blocks.domain import AGREEMENT_THERE, CONTACT_THERE, check_may_block
from services.contract.exchange.actions import import_bundle
from services.contract.named_contact import actions as contacts
from services.contract.named_contact import store as contact_store
from services.contract.named_contact.choosing.actions import BLOCKED
from services.contract.named_contact.uncovered.tables import ContactGap
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.people.file import actions as file
from services.contract.people.file.sheet.store import listed
from services.contract.people.file.undoing.actions import undo
from services.contract.units import actions as units
from services.contract.units import store as unit_store
from shared.audit.tables import access_log
from shared.cover import CoverFacts
from shared.db import Database
from shared.errors import NotFound, Refused
from shared.events import Appointment, StaffRole
from shared.register.blocks import as_blocked, left
from shared.service import Service
from tests.services.contract.agreed import WHAT_MATTERS, Agreed
from tests.services.contract.api.desk import faults, open_desk
from tests.services.contract.clinic import Browser, staff, words
from tests.services.contract.exchange.bundles import PERSONNUMMER, bundle, encoded, patient
from tests.services.notify.requests.world import unit as unit_facts
from tests.support.services import NOON, make_app, make_service, pump, set_clock

HERE = "/contract/blocks"
EMERGENCY = "/contract/break-glass"
ONE, OTHER, PATIENT = UUID(int=1), UUID(int=2), UUID(int=3)


@dataclass(frozen=True)
class Ward:
    """Nora works at the ward and stands in for Anita, whom Karin's agreement names, beside the deputy Lisa."""

    agreed: Agreed
    ward: UUID
    nora: UUID
    ward_admin: UUID

    @property
    def service(self) -> Service:
        return self.agreed.clinic.service

    @property
    def page(self) -> str:
        return f"/contract/agreement/{self.agreed.contract}"

    def reads(self, person: UUID, path: str = "") -> bool:
        answer = self.agreed.browser(person).get(path or self.page)
        assert answer.status_code in (200, 404)
        return answer.status_code == 200

    def blocks(self, unit: UUID | None = None) -> UUID:
        with self.agreed.acting(self.agreed.karin) as ctx:
            return actions.make(ctx, patient_id=self.agreed.karin, unit_id=unit or self.ward)

    def lifts(self, block: UUID) -> None:
        with self.agreed.acting(self.agreed.karin) as ctx:
            actions.lift(ctx, block)

    def anita_is_away(self, deputy: UUID | None = None, days: int = 0) -> None:
        begins = NOON + timedelta(days=days)
        with self.agreed.acting(self.agreed.clinic.admin) as ctx:
            contacts.set_absence(
                ctx,
                person_id=self.agreed.clinic.anita,
                starts=begins,
                ends=None,
                deputy_id=deputy or self.nora,
                note="",
            )

    def appoints(self, person: UUID) -> None:
        """Beside the contact."""
        where: dict[str, Any] = {
            "contract_id": self.agreed.contract,
            "patient_id": self.agreed.karin,
            "unit_id": self.agreed.clinic.unit,
        }
        with self.agreed.acting(self.agreed.clinic.admin) as ctx:
            contacts.appoint(ctx, person_id=person, primary=False, **where)

    def ends(self, person: UUID) -> None:
        with self.agreed.acting(self.agreed.clinic.admin) as ctx:
            here = contact_store.holding(ctx.session, self.agreed.contract, ctx.now)
            (row,) = [one for one in here if one.person_id == person]
            contacts.end_appointment(ctx, appointment_id=row.id, handover_note="Nothing.")


@pytest.fixture
def ward(agreed: Agreed) -> Ward:
    clinic = agreed.written().clinic
    with clinic.service.act() as ctx:
        unit = units.save_unit(ctx, key="SE3", name="Medicinavdelningen", floor_number="08-465 004 02")
        nora = staff(ctx, "Nora Natt", unit, "nurse")
        people.know_at(ctx, agreed.karin, unit)
        return Ward(agreed, unit, nora, staff(ctx, "Alma Admin", unit, "admin"))


def facts(unit: UUID = ONE, *named: Appointment) -> CoverFacts:
    return CoverFacts(
        contract_id=UUID(int=9), patient_id=PATIENT, unit=unit_facts(unit), appointments=named, absences={}
    )


def named(person: UUID, deputy: UUID | None = None, *, days: int | None = None) -> Appointment:
    ends = None if days is None else NOON + timedelta(days=days)
    return Appointment(
        person_id=person, unit_id=ONE, primary=True, deputy_id=deputy, starts=NOON - timedelta(days=9), ends=ends
    )


def test_B10_a_role_elsewhere_is_left_and_a_log_reviewers_stays() -> None:
    here, there = StaffRole(unit_id=ONE, role="nurse"), StaffRole(unit_id=OTHER, role="nurse")
    admin, auditor = StaffRole(unit_id=ONE, role="admin"), StaffRole(unit_id=ONE, role="auditor")
    assert left([here, there, admin, auditor], {ONE}) == (there, auditor)
    assert left([here, there], set()) == (here, there)


def test_B4_K_the_unit_of_the_agreement_and_of_who_answers_is_not_blocked() -> None:
    contact, deputy, before = uuid4(), uuid4(), uuid4()
    covers = [facts(ONE, named(contact, deputy), named(before, days=-1))]
    for out in ({before}, {uuid4()}, set()):
        check_may_block(OTHER, covers, NOON, out)
    for out in ({contact}, {deputy}, {contact, before}):
        with pytest.raises(Refused) as refused:
            check_may_block(OTHER, covers, NOON, out)
        assert refused.value.text == CONTACT_THERE
    with pytest.raises(Refused) as refused:
        check_may_block(ONE, covers, NOON, set())
    assert refused.value.text == AGREEMENT_THERE


def test_B4_as_blocked_whoever_is_shut_out_answers_no_more_and_a_head_neither() -> None:
    contact, head = uuid4(), uuid4()
    known = replace(facts(ONE, named(contact)), unit=unit_facts(ONE, head_id=head))
    out = as_blocked(known, {OTHER}, {contact, head})
    assert out.roles_ended == {contact, head}
    assert (out.unit.head_id, out.appointments) == (None, known.appointments)
    at_blocked = as_blocked(known, {ONE}, ())
    assert (at_blocked.unit.head_id, at_blocked.appointments) == (None, ())


def test_B10_P35_who_works_at_a_blocked_unit_reads_no_more_from_the_next_request_on_and_again_when_it_is_lifted(
    ward: Ward,
) -> None:
    ward.appoints(ward.nora)
    assert WHAT_MATTERS in ward.agreed.browser(ward.nora).text(ward.page)
    ward.ends(ward.nora)
    assert ward.reads(ward.nora), "whoever has handed over reads on for a while"
    block = ward.blocks()
    assert not ward.reads(ward.nora), "not even for a while"
    assert "Karin" not in ward.agreed.browser(ward.nora).text("/contract/agreement")
    assert ward.reads(ward.agreed.clinic.anita), "nobody else's rights are touched"
    ward.lifts(block)
    assert ward.reads(ward.nora)


def test_B10_somebody_who_works_at_another_unit_too_acts_from_there(ward: Ward) -> None:
    ward.appoints(ward.nora)
    clinic = ward.agreed.clinic
    with ward.service.act() as ctx:
        both = [StaffRole(unit_id=unit, role="nurse") for unit in (ward.ward, clinic.unit)]
        people.set_roles(ctx, ward.nora, both)
    ward.blocks()
    assert ward.reads(ward.nora), "as a nurse of the unit of the agreement"
    with ward.service.act() as ctx:
        people.set_roles(ctx, ward.nora, [StaffRole(unit_id=ward.ward, role="nurse")])
    assert not ward.reads(ward.nora)


def test_B4_K_the_patient_is_told_what_to_do_first(ward: Ward) -> None:
    patient = ward.agreed.browser(ward.agreed.karin)
    refused = patient.post(f"{HERE}/new", {"unit_id": str(ward.agreed.clinic.unit)})
    assert refused.status_code == 422
    assert "End the agreement first" in refused.text
    ward.appoints(ward.nora)
    refused = patient.post(f"{HERE}/new", {"unit_id": str(ward.ward)})
    assert "Ask for another contact first" in refused.text
    assert patient.post(f"{HERE}/new", {"unit_id": ""}).status_code == 422
    with ward.agreed.acting(ward.agreed.clinic.anita) as ctx:
        ending.end(ctx, ward.agreed.contract, Side.CARE, "Karin has moved to another unit.")
    assert patient.post(f"{HERE}/new", {"unit_id": str(ward.agreed.clinic.unit)}).status_code == 303
    assert not ward.reads(ward.agreed.clinic.anita)
    assert not ward.reads(ward.agreed.clinic.lisa)
    assert ward.reads(ward.agreed.karin), "their own pages stay the patient's"


def test_B4_who_would_have_stood_in_does_not_and_the_list_of_gaps_knows(ward: Ward) -> None:
    """Anita goes away in a week; Nora alone would stand in. The block passes over her, and the admin sees the gap."""
    appointment = contact_of(ward)
    with ward.agreed.acting(ward.agreed.clinic.admin) as ctx:
        contacts.set_deputy(ctx, appointment, None)
    ward.anita_is_away(days=7)
    assert not gaps(ward)
    block = ward.blocks()
    assert gaps(ward) == [NOON + timedelta(days=7)]
    ward.lifts(block)
    assert not gaps(ward)


def contact_of(ward: Ward) -> UUID:
    with ward.service.act() as ctx:
        return contact_store.holding(ctx.session, ward.agreed.contract, ctx.now)[0].id


def gaps(ward: Ward) -> list[object]:
    with ward.service.act() as ctx:
        return list(
            ctx.session.scalars(sa.select(ContactGap.starts).where(ContactGap.contract_id == ward.agreed.contract))
        )


def test_B10_nobody_of_a_blocked_unit_is_chosen_and_the_reason_tells_no_more_than_that(ward: Ward) -> None:
    ward.blocks()
    with pytest.raises(Refused) as refused:
        ward.appoints(ward.nora)
    assert refused.value.text == BLOCKED
    with pytest.raises(Refused) as refused, ward.agreed.acting(ward.agreed.clinic.admin) as ctx:
        contacts.set_deputy(ctx, contact_of(ward), ward.nora)
    assert refused.value.field == "deputy_id"
    with pytest.raises(Refused), ward.service.act() as ctx:
        contacts.begin_cover(ctx, contract_id=uuid4(), patient_id=ward.agreed.karin, unit_id=ward.ward)


def test_B10_the_unit_finds_that_the_patient_is_there_and_no_more(ward: Ward) -> None:
    admin, door = ward.agreed.browser(ward.ward_admin), open_desk(ward.service, ward.ward_admin)
    one, consents = f"/contract/people/{ward.agreed.karin}", f"/contract/consents/of/{ward.agreed.karin}"
    with ward.service.act() as ctx:
        people.save_person(
            ctx, kind="patient", person_id=ward.agreed.karin, name="Karin Ek", identity=None, email="karin@example.org"
        )
    assert admin.get(one).status_code == 200
    assert ward.reads(ward.nora, consents)
    ward.blocks()
    assert admin.get(one).status_code == 404
    assert not ward.reads(ward.nora, consents)
    shown = admin.text("/contract/people")
    assert "Has blocked the unit" in shown
    assert one not in shown
    (found,) = door("POST", "/people/search", {"words": "Karin"}).json["items"]
    assert (found["name"], found["email"]) == ("Karin Ek", None)
    with ward.service.act() as ctx:
        assert ward.agreed.karin not in {who for who, _row in listed(ctx.session, ward.ward)}, "nor in the file"
    assert ward.agreed.browser(ward.agreed.clinic.admin).get(one).status_code == 200, "the others know them as before"


def test_B10_no_file_of_a_blocked_unit_changes_how_the_patient_is_reached(ward: Ward) -> None:
    sheet = b"kind;name;identity;e-mail\npatient;Vera Ek;19460823-9986;%s@example.org\n"
    number = [{"system": PERSONNUMMER, "value": "194608239986"}]
    record = encoded(bundle(patient(identifier=number, telecom=[{"system": "email", "value": "fhir@example.org"}])))
    with ward.agreed.acting(ward.ward_admin) as ctx:
        file.keep(ctx, ward.ward, sheet % b"first")
        done = file.keep(ctx, ward.ward, sheet % b"second")
    with ward.service.act() as ctx:
        vera = people_store.by_identity(ctx.session, "patient", "194608239986")
        assert vera
        actions.make(ctx, patient_id=vera.id, unit_id=ward.ward)
    with ward.agreed.acting(ward.ward_admin) as ctx:
        assert file.look(ctx, ward.ward, sheet % b"third").wrong_count == 1
        assert import_bundle(ctx, "file.json", record, for_unit=ward.ward).left_out == {"Patient": 1}
    for act in (partial(file.keep, unit_id=ward.ward, data=sheet % b"third"), partial(undo, import_id=done)):
        with pytest.raises(Refused), ward.agreed.acting(ward.ward_admin) as ctx:
            act(ctx)
    with ward.service.act() as ctx:
        known = people_store.by_identity(ctx.session, "patient", "194608239986")
        assert known
        assert (known.name, known.email) == ("Vera Ek", "second@example.org")


def test_K21_an_emergency_past_the_block_shows_what_the_own_unit_wrote_and_no_other_unit(ward: Ward) -> None:
    agreed, texts = ward.agreed, {ward.ward: "canary of the ward", ward.agreed.clinic.other_unit: "canary of others"}
    with agreed.acting(agreed.karin) as ctx:
        for unit, text in texts.items():
            item = {"text": text, "visible_to": [str(unit)]}
            writing.write_item(ctx, agreed.contract, Side.PATIENT, Part.GOALS, item, before=mark(""))
    ward.blocks()
    nora, reason = agreed.browser(ward.nora), {"identity": "19480101-0009", "reason": "She came to us unconscious."}
    assert nora.post(f"{EMERGENCY}/past-block", reason).status_code == 303
    shown = nora.text(ward.page)
    assert [text in shown for text in texts.values()] == [True, False]


def test_B10_an_emergency_passes_the_block_only_by_who_was_told_of_it(ward: Ward) -> None:
    ward.blocks()
    nora = ward.agreed.browser(ward.nora)
    reason = {"identity": "19480101-0009", "reason": "She came to us unconscious."}
    assert "has blocked" not in nora.text(EMERGENCY), "nothing is told before the number"
    refused = nora.post(EMERGENCY, reason)
    assert refused.status_code == 422
    assert "The patient has blocked your unit." in words(refused.text)
    assert f'action="{EMERGENCY}/past-block"' in refused.text
    assert not ward.reads(ward.nora)
    assert nora.post(f"{EMERGENCY}/past-block", reason).status_code == 303
    assert ward.reads(ward.nora)
    patient = ward.agreed.browser(ward.agreed.karin)
    assert "Past your block" in patient.text(f"{EMERGENCY}/mine")
    assert "opened your pages in an emergency, past your block" in patient.text("/contract/looked")
    log = access_log.c
    with ward.service.act() as ctx:
        done = ctx.session.scalars(sa.select(log.action).where(log.actor_id == ward.nora)).all()
        glass = ctx.directory.glass(ctx.session, ward.nora, ctx.now)
    assert "open past block" in done
    assert glass
    assert nora.post(f"{EMERGENCY}/{glass.glass_id}/end").status_code == 303
    assert not ward.reads(ward.nora)


def test_B10_what_was_open_in_an_emergency_is_closed_by_a_block(ward: Ward) -> None:
    reason = {"identity": "19480101-0009", "reason": "She came to us unconscious."}
    assert ward.agreed.browser(ward.nora).post(EMERGENCY, reason).status_code == 303
    assert ward.reads(ward.nora)
    ward.blocks()
    assert not ward.reads(ward.nora)


def test_B10_a_block_is_made_in_one_touch_kept_with_its_days_and_told_in_both_languages(ward: Ward) -> None:
    patient = ward.agreed.browser(ward.agreed.karin)
    assert HERE in patient.text("/contract/delegates")
    assert "You have blocked no unit." in patient.text(HERE)
    assert patient.post(f"{HERE}/new", {"unit_id": str(ward.ward)}).status_code == 303
    assert "Blocked since" in patient.text(HERE)
    assert "Spärrad sedan" in patient.text(HERE, "sv")
    assert "Medicinavdelningen" not in patient.text(f"{HERE}/new")
    assert "blocked a unit" in patient.text("/contract/looked?everything=1")
    assert ward.blocks() == ward.blocks(), "twice is one block"
    (block,) = of_karin(ward)
    set_clock(ward.service, NOON + timedelta(days=2))
    assert patient.post(f"{HERE}/{block}/lift").status_code == 303
    shown = words(patient.text(HERE))
    assert "Lifted before" in shown
    assert "You have blocked no unit." in shown
    assert ward.blocks() != block, "another block, with days of its own"
    assert len(of_karin(ward)) == 2


def of_karin(ward: Ward) -> list[UUID]:
    with ward.service.act() as ctx:
        return [one.id for one in block_store.of_patient(ctx.session, ward.agreed.karin)]


def test_B10_the_contact_and_the_units_admin_see_that_there_is_a_block_and_nobody_else(ward: Ward) -> None:
    ward.blocks()
    clinic, path = ward.agreed.clinic, f"{HERE}/of/{ward.agreed.karin}"
    for person in (clinic.anita, clinic.admin):
        assert "Medicinavdelningen" in ward.agreed.browser(person).text(path)
    for person in (clinic.lisa, clinic.other_admin, clinic.esther, ward.nora, ward.ward_admin):
        assert not ward.reads(person, path)


def test_B10_point_5_that_a_sensitive_unit_is_blocked_no_other_units_staff_read(ward: Ward) -> None:
    agreed, paths = ward.agreed, (f"{HERE}/of/{ward.agreed.karin}", f"/patients/{ward.agreed.karin}/blocks")
    ward.blocks()
    door = open_desk(ward.service, agreed.clinic.anita)
    assert "Medicinavdelningen" in agreed.browser(agreed.clinic.anita).text(paths[0])
    with ward.service.act() as ctx:
        row = unit_store.get(ctx.session, ward.ward)
        assert row
        units.change_unit(ctx, replace(unit_store.facts(row), sensitive=True))
    assert "Medicinavdelningen" not in agreed.browser(agreed.clinic.anita).text(paths[0])
    assert door.get(paths[1]).json["items"] == []
    assert "Medicinavdelningen" in agreed.browser(agreed.karin).text(HERE)


def test_B10_another_patients_block_is_nobodys(ward: Ward) -> None:
    block = ward.blocks()
    esther = ward.agreed.browser(ward.agreed.clinic.esther)
    assert esther.post(f"{HERE}/{block}/lift").status_code == 404
    with pytest.raises(NotFound), ward.service.act() as ctx:
        actions.make(ctx, patient_id=ward.agreed.karin, unit_id=uuid4())
    with pytest.raises(NotFound), ward.service.act() as ctx:
        actions.make(ctx, patient_id=ward.nora, unit_id=ward.ward)


def test_B10_through_the_door(ward: Ward) -> None:
    karin = open_desk(ward.service, ward.agreed.karin)
    refused = karin.create("/blocks", {"unit_id": str(ward.agreed.clinic.unit)})
    assert faults(refused).keys() == {"/unit_id"}
    made = karin.create("/blocks", {"unit_id": str(ward.ward)})
    assert made.status_code == 201, made.text
    one = f"/blocks/{made.json['block_id']}"
    assert (made.json["unit_name"], made.json["ends"]) == ("Medicinavdelningen", None)
    anita = open_desk(ward.service, ward.agreed.clinic.anita)
    (told,) = anita.get(f"/patients/{ward.agreed.karin}/blocks").json["items"]
    assert told["block_id"] == made.json["block_id"]
    assert karin.change("DELETE", one).status_code == 204
    assert karin.get(one).json["ends"] is not None


def test_B10_P35_the_other_services_honour_it_and_the_patient_is_told_when_it_is_lifted(
    ward: Ward, selfcare_db: Database, notify_db: Database
) -> None:
    services = {
        "contract": ward.service,
        "selfcare": make_service("selfcare", selfcare_db),
        "notify": make_service("notify", notify_db),
    }
    ward.appoints(ward.nora)
    ward.ends(ward.nora)
    pump(services)
    nora = Browser(services["selfcare"], make_app(services["selfcare"]).test_client(), ward.nora)
    times = f"/selfcare/times/{ward.agreed.karin}"
    assert nora.get(times).status_code == 200
    block = ward.blocks()
    pump(services)
    assert nora.get(times).status_code == 404
    karin = Browser(services["notify"], make_app(services["notify"]).test_client(), ward.agreed.karin)
    assert "spärr" not in karin.text("/notify/my/messages"), "a block that is made is told to nobody"
    ward.lifts(block)
    pump(services)
    assert nora.get(times).status_code == 200
    assert karin.text("/notify/my/messages").count("En spärr som du hade gjort är borttagen.") == 1
