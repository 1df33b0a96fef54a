"""B10 point 3: one patient's pages opened in an emergency, with a reason, for an hour at most; the patient is always told."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from services.contract.break_glass import actions as break_glass
from services.contract.break_glass.domain import overdue, unit_for
from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.units import actions as unit_actions
from services.contract.units import store as units
from services.notify.delivery.sending.actions import send_due
from services.notify.requests.tables import ContactRequest
from shared.audit.tables import access_log
from shared.db import Database
from shared.errors import Refused
from shared.events import StaffRole
from shared.service import Service
from tests.services.contract.agreed import WHAT_MATTERS, Agreed
from tests.services.contract.api.desk import faults, open_desk
from tests.services.contract.clinic import Browser, staff, words
from tests.services.notify.delivery.material import Counting
from tests.support.services import NOON, make_app, make_service, pump, set_clock

HERE = "/contract/break-glass"
EVERYWHERE, OTHERS = "/contract/devices/everywhere", "/contract/devices/others"
KARIN = "19480101-0009"
REASON = {"identity": KARIN, "reason": "She came to us unconscious."}


@dataclass(frozen=True)
class Night:
    """Nora, a nurse of another unit, has no part in the care of Karin, whose agreement is written."""

    agreed: Agreed
    nora: UUID
    auditor: UUID
    other_auditor: UUID

    @property
    def service(self) -> Service:
        return self.agreed.clinic.service

    @property
    def browser(self) -> Browser:
        return self.agreed.browser(self.nora)

    @property
    def page(self) -> str:
        return f"/contract/agreement/{self.agreed.contract}"

    def opens(self) -> None:
        answer = self.browser.post(HERE, REASON)
        assert answer.status_code == 303, words(answer.get_data(as_text=True))

    def reads(self) -> bool:
        answer = self.browser.get(self.page)
        assert answer.status_code in (200, 404)
        return answer.status_code == 200

    def glass(self) -> UUID:
        with self.service.act() as ctx:
            glass = ctx.directory.glass(ctx.session, self.nora, ctx.now)
        assert glass
        return glass.glass_id

    def log(self) -> list[tuple[str, str, str, UUID]]:
        """What Nora did: as what, to what, how and to whom."""
        log = access_log.c
        with self.service.act() as ctx:
            query = sa.select(log.actor_as, log.resource, log.action, log.patient_id).where(log.actor_id == self.nora)
            return [tuple(row) for row in ctx.session.execute(query.order_by(log.id))]


@pytest.fixture
def night(agreed: Agreed) -> Night:
    clinic = agreed.written().clinic
    with clinic.service.act() as ctx:
        nora = staff(ctx, "Nora Natt", clinic.other_unit, "nurse")
        auditor = staff(ctx, "Lena Logg", clinic.other_unit, "auditor")
        return Night(agreed, nora, auditor, staff(ctx, "Lars Logg", clinic.unit, "auditor"))


def test_B10_point_3_a_week_is_the_time_to_judge() -> None:
    assert not overdue(NOON - timedelta(days=7), None, NOON)
    assert overdue(NOON - timedelta(days=7, seconds=1), None, NOON)
    assert not overdue(NOON - timedelta(days=8), "justified", NOON)


def test_B10_point_3_only_work_with_patients_opens_anything() -> None:
    one, other = UUID(int=1), UUID(int=2)
    nurse = StaffRole(unit_id=one, role="nurse")
    assert unit_for([nurse, StaffRole(unit_id=other, role="admin")], None) == one
    with pytest.raises(Refused):
        unit_for([StaffRole(unit_id=one, role="admin"), StaffRole(unit_id=one, role="auditor")], one)
    with pytest.raises(Refused):
        unit_for([nurse, StaffRole(unit_id=other, role="nurse")], None)
    with pytest.raises(Refused):
        unit_for([nurse], other)


def test_B10_point_3_with_a_reason_one_patients_pages_open_to_read_for_an_hour(night: Night) -> None:
    assert not night.reads()
    assert "This is what happens" in night.browser.text(HERE)
    night.opens()
    assert WHAT_MATTERS in night.browser.text(night.page)
    assert night.browser.get(f"/contract/plan/{night.agreed.contract}").status_code == 200
    assert night.browser.get(f"/contract/next-contact/{night.agreed.contract}").status_code == 200
    clinic = night.agreed.clinic
    esthers = f"/contract/next-contact/{clinic.contract}"
    assert clinic.browser(clinic.anita).get(esthers).status_code == 200
    assert night.browser.get(esthers).status_code == 404, "one patient, no other"
    set_clock(night.service, NOON + timedelta(minutes=60))
    assert not night.reads()
    assert "This is what happens" in night.browser.text(HERE)


def test_B10_point_3_every_link_on_the_pages_that_are_open_can_be_followed(night: Night) -> None:
    night.opens()
    contract, dead = night.agreed.contract, set[str]()
    for path in (HERE, night.page, f"/contract/plan/{contract}", f"/contract/next-contact/{contract}"):
        for link in set(re.findall(r'href="(/contract/[^"?#]*)"', night.browser.text(path))):
            if night.browser.get(link).status_code not in (200, 303):
                dead.add(f"{path} > {link}")
    assert dead == set()


def test_B10_point_3_a_unit_says_how_long_and_never_more_than_an_hour(night: Night) -> None:
    unit, admin = night.agreed.clinic.other_unit, night.agreed.browser(night.agreed.clinic.other_admin)
    form = {"name": "Hjärtmottagningen", "floor_number": "08-465 004 01", "break_glass_minutes": "61"}
    assert 'id="break_glass_minutes-error"' in admin.post(f"/contract/units/{unit}", form).get_data(as_text=True)
    assert admin.post(f"/contract/units/{unit}", {**form, "break_glass_minutes": "20"}).status_code == 303
    assert "at most 20 minutes" in words(night.browser.text(HERE))
    night.opens()
    assert night.reads()
    set_clock(night.service, NOON + timedelta(minutes=20))
    assert not night.reads()


def test_B10_point_3_it_changes_nothing_and_shows_no_more_than_there_is_need_for(night: Night) -> None:
    night.opens()
    contract = night.agreed.contract
    for path, data in (
        (f"{night.page}/new-version", {}),
        (f"{night.page}/text/what_matters", {"words": "Mine"}),
        (f"/contract/next-contact/{contract}/suggest", {"day": "2026-12-01", "clock": "10:00", "way": "visit"}),
    ):
        assert night.browser.post(path, data).status_code == 404, path
    for path in (
        f"/contract/patient/{contract}",
        f"/contract/review/{contract}",
        f"/contract/people/{night.agreed.karin}",
    ):
        assert night.browser.get(path).status_code == 404, path


def test_B10_point_3_a_banner_stands_on_every_page_with_what_is_left_and_a_way_to_end_it(night: Night) -> None:
    assert "in an emergency." not in words(night.browser.text("/contract/agreement"))
    night.opens()
    set_clock(night.service, NOON + timedelta(minutes=18, seconds=30))
    for path in ("/contract/agreement", night.page, HERE):
        shown = words(night.browser.text(path))
        assert "42 minutes left." in shown, path
        assert "Close the pages now" in shown, path
    assert "42 minuter kvar." in words(night.browser.text(HERE, "sv"))
    assert night.browser.post(f"{HERE}/{night.glass()}/end").status_code == 303
    assert not night.reads()
    assert "minutes left" not in night.browser.text("/contract/agreement")


def test_B10_point_3_it_ends_with_the_role_and_with_the_next_patient(night: Night) -> None:
    night.opens()
    assert night.browser.post(HERE, {**REASON, "identity": "19500101-0007"}).status_code == 303
    assert not night.reads()
    night.opens()
    assert night.reads()
    with night.service.act() as ctx:
        people.set_roles(ctx, night.nora, [StaffRole(unit_id=night.agreed.clinic.unit, role="nurse")])
    assert not night.reads(), "a role elsewhere is not the one it was opened in"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"identity": ""}, "identity"),
        ({"identity": "Karin Ek"}, "identity"),
        ({"identity": "19480101-0008"}, "identity"),
        ({"identity": "19500101-1237"}, "identity"),
    ],
)
def test_B10_point_3_only_the_whole_number_and_a_reason_open_anything(
    night: Night, wrong: dict[str, str], field: str
) -> None:
    answer = night.browser.post(HERE, {**REASON, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert not night.reads()


def test_B10_point_3_who_has_a_part_in_the_care_or_none_in_any_is_told_so(night: Night) -> None:
    clinic = night.agreed.clinic
    refused = clinic.browser(clinic.anita).post(HERE, REASON)
    assert "You have a part in this patient" in refused.get_data(as_text=True)
    refused = clinic.browser(clinic.other_admin).post(HERE, REASON)
    assert refused.status_code == 422
    assert "Only somebody who works with patients" in refused.get_data(as_text=True)
    assert clinic.browser(clinic.esther).post(HERE, REASON).status_code == 404


def test_B10_point_3_all_that_was_opened_stands_in_the_log_as_an_emergency_and_the_patient_reads_why(
    night: Night,
) -> None:
    night.opens()
    assert night.reads()
    karin = night.agreed.karin
    assert ("staff", "break-glass session", "open", karin) in night.log()
    assert ("break_glass", "agreement", "read", karin) in night.log()
    patient = night.agreed.browser(karin)
    for path in ("/contract/looked", "/contract/looked/paper", "/contract/looked/file.csv"):
        rows = patient.text(path).count("In an emergency. They wrote: She came to us unconscious.")
        assert rows == 2, f"{path}: opened, read"
    assert "Someone has opened your pages in an emergency." in patient.text("/contract/home")
    shown = words(patient.text(f"{HERE}/mine"))
    assert "Nora Natt" in shown
    assert "They wrote: She came to us unconscious." in shown
    other = night.agreed.browser(night.agreed.clinic.esther)
    assert "Nora" not in other.text(f"{HERE}/mine")


def test_B10_point_3_the_log_names_the_emergency_only_where_the_act_rests_on_it(night: Night) -> None:
    night.opens()
    glass, karin, esther = night.glass(), night.agreed.karin, night.agreed.clinic.esther
    assert night.reads()
    night.browser.get("/contract/agreement")
    log = access_log.c
    with night.service.act() as ctx:
        contacts.appoint(
            ctx, contract_id=uuid4(), patient_id=esther, person_id=night.nora, unit_id=night.agreed.clinic.other_unit
        )
        (contract,) = (
            one for one in ctx.directory.contracts_of(ctx.session, esther) if one != night.agreed.clinic.contract
        )
    assert night.browser.get(f"/contract/next-contact/{contract}").status_code == 200
    assert night.browser.post(f"{HERE}/{glass}/end").status_code == 303
    with night.service.act() as ctx:
        mine = sa.select(log.patient_id, log.actor_as, log.unit_id, log.glass_id).where(log.actor_id == night.nora)
        rows = {tuple(row) for row in ctx.session.execute(mine)}
    hers = night.agreed.clinic.other_unit
    assert rows == {
        (karin, "staff", hers, glass),
        (karin, "break_glass", hers, glass),
        (esther, "contact", hers, None),
    }


def test_B10_point_3_a_number_that_is_nobodys_is_logged_without_the_number(night: Night) -> None:
    with capture_logs() as told:
        answer = night.browser.post(HERE, {**REASON, "identity": "19500101-1237"})
    assert answer.status_code == 422
    (miss,) = [line for line in told if line["event"] == "nobody has the number written in an emergency"]
    assert miss["session"] == str(UUID(int=night.nora.int ^ 1))
    assert "1237" not in str(told)
    assert "unconscious" not in str(told)


def test_B10_point_3_whom_no_message_reaches_is_told_by_their_contact(night: Night, notify_db: Database) -> None:
    notify = make_service("notify", notify_db)
    with night.service.act() as ctx:
        karin = people_store.get(ctx.session, night.agreed.karin)
        assert karin
        karin.email = None
        ctx.tell(people_store.facts(karin))
    night.opens()
    pump({"contract": night.service, "notify": notify})
    for _ in range(2):
        send_due(notify, {"email": Counting()})
    with notify.act() as ctx:
        (asked,) = ctx.session.scalars(sa.select(ContactRequest))
        assert (asked.patient_id, asked.reason_key) == (night.agreed.karin, "break_glass.untold")
        assert asked.responsible_id == night.agreed.clinic.anita
        assert asked.priority == "soon"
    anita = Browser(notify, make_app(notify).test_client(), night.agreed.clinic.anita)
    assert "Tell the patient: someone has opened the pages in an emergency" in anita.text("/notify/worklist")


def test_B10_point_3_the_dead_too_and_nobody_who_is_protected_is_found_by_it(night: Night) -> None:
    with night.service.act() as ctx:
        karin = people_store.get(ctx.session, night.agreed.karin)
        assert karin
        karin.protected, karin.phone, karin.email = True, "070-174 06 05", "karin@example.org"
        people.register_death(ctx, night.agreed.karin, date(2026, 11, 23))
    night.opens()
    shown = night.browser.text(HERE) + night.browser.text(night.page)
    assert "Protected identity" in shown
    assert "Registered as dead" in shown
    assert "174 06 05" not in shown
    assert "1740605" not in shown
    assert "karin@example.org" not in shown


def test_B10_point_3_a_log_reviewer_of_the_unit_judges_each(night: Night) -> None:
    night.opens()
    one = f"{HERE}/reviews/{night.glass()}"
    auditor = night.agreed.browser(night.auditor)
    assert night.agreed.browser(night.other_auditor).get(one).status_code == 404
    assert "Nora" not in night.agreed.browser(night.other_auditor).text(f"{HERE}/reviews")
    assert "Not judged yet" in auditor.text(f"{HERE}/reviews")
    set_clock(night.service, NOON + timedelta(days=8))
    shown = words(auditor.text(f"{HERE}/reviews"))
    assert "Should have been judged" in shown
    assert "She came to us unconscious." in shown
    assert auditor.post(one).status_code == 422
    without = auditor.post(one, {"verdict": "follow_up"})
    assert 'id="note-error"' in without.get_data(as_text=True)
    assert auditor.post(one, {"verdict": "follow_up", "note": "Speak with the head."}).status_code == 303
    assert "Follow up" in auditor.text(f"{HERE}/reviews")
    assert "Speak with the head." in auditor.text(one)
    assert "Speak" not in night.agreed.browser(night.agreed.karin).text(f"{HERE}/mine")


def takes_roles(night: Night, person: UUID, *roles: str) -> None:
    with night.service.act() as ctx:
        people.set_roles(ctx, person, [StaffRole(unit_id=night.agreed.clinic.other_unit, role=role) for role in roles])


def test_B10_point_3_where_a_unit_has_no_log_reviewer_those_of_others_judge_and_its_admins_are_told(
    night: Night,
) -> None:
    clinic = night.agreed.clinic
    admin, elsewhere = night.agreed.browser(clinic.other_admin), night.agreed.browser(night.other_auditor)
    unit = f"/contract/units/{clinic.other_unit}"
    night.opens()
    one, told = f"{HERE}/reviews/{night.glass()}", "No one reviews the log at Hjärtmottagningen: 1 emergency waits."
    for path in ("/contract/home", "/contract/units", unit):
        assert "No log reviewer" not in admin.text(path)
    takes_roles(night, night.auditor)
    for path in ("/contract/home", "/contract/units", unit):
        assert told in words(admin.text(path)), path
        assert "No one reviews the log" not in night.agreed.browser(clinic.admin).text(
            path.replace(unit, "/contract/units")
        )
    assert "Ingen granskar loggen på Hjärtmottagningen: 1 nödöppning väntar." in words(admin.text(unit, "sv"))
    assert "Nora Natt" in elsewhere.text(f"{HERE}/reviews")
    assert night.browser.get(one).status_code == 404
    assert admin.get(one).status_code == 404
    assert elsewhere.post(one, {"verdict": "justified"}).status_code == 303
    assert "No log reviewer" in words(admin.text(unit))
    assert "waits" not in words(admin.text(unit))
    assert "No log reviewer" not in words(admin.text("/contract/home")), "nothing waits"


def test_B10_point_3_whose_only_log_reviewer_opened_them_counts_as_without_one(night: Night) -> None:
    elsewhere = night.agreed.browser(night.other_auditor)
    takes_roles(night, night.auditor)
    takes_roles(night, night.nora, "nurse", "auditor")
    night.opens()
    one = f"{HERE}/reviews/{night.glass()}"
    assert "1 emergency waits" in words(night.agreed.browser(night.agreed.clinic.other_admin).text("/contract/home"))
    assert "You opened this yourself." in night.browser.post(one, {"verdict": "justified"}).get_data(as_text=True)
    takes_roles(night, night.auditor, "auditor")
    assert elsewhere.get(one).status_code == 404
    with night.service.act() as ctx:
        people.register_death(ctx, night.auditor, ctx.now.date())
    assert elsewhere.get(one).status_code == 200


def test_K21_a_sensitive_units_emergencies_are_judged_by_its_own_alone(night: Night) -> None:
    night.opens()
    one = f"{HERE}/reviews/{night.glass()}"
    with night.service.act() as ctx:
        unit = units.get(ctx.session, night.agreed.clinic.other_unit)
        assert unit
        unit_actions.change_unit(ctx, dataclasses.replace(units.facts(unit), sensitive=True))
    takes_roles(night, night.auditor)
    assert night.agreed.browser(night.other_auditor).get(one).status_code == 404
    assert "Nora" not in night.agreed.browser(night.other_auditor).text(f"{HERE}/reviews")
    assert "1 emergency waits" in words(night.agreed.browser(night.agreed.clinic.other_admin).text("/contract/home"))


def test_B10_point_3_nobody_judges_what_they_did_themselves(night: Night) -> None:
    unit = night.agreed.clinic.other_unit
    with night.service.act() as ctx:
        both = [StaffRole(unit_id=unit, role=role) for role in ("nurse", "auditor")]
        people.set_roles(ctx, night.nora, both)
    night.opens()
    answer = night.browser.post(f"{HERE}/reviews/{night.glass()}", {"verdict": "justified"})
    assert "You opened this yourself." in answer.get_data(as_text=True)


def test_B10_point_3_the_other_services_honour_it_and_the_patient_is_told_once(
    night: Night, selfcare_db: Database, notify_db: Database
) -> None:
    services = {
        "contract": night.service,
        "selfcare": make_service("selfcare", selfcare_db),
        "notify": make_service("notify", notify_db),
    }
    pump(services)
    selfcare = Browser(services["selfcare"], make_app(services["selfcare"]).test_client(), night.nora)
    times = f"/selfcare/times/{night.agreed.karin}"
    assert selfcare.get(times).status_code == 404
    night.opens()
    pump(services)
    shown = selfcare.get(times)
    assert shown.status_code == 200
    assert "60 minutes left." in words(shown.get_data(as_text=True))
    mine = Browser(services["selfcare"], make_app(services["selfcare"]).test_client(), night.agreed.karin)
    for path in ("/selfcare/looked", "/selfcare/looked/paper", "/selfcare/looked/file.csv"):
        assert "In an emergency. They wrote: She came to us unconscious." in mine.text(path), path
    assert night.browser.post(f"{HERE}/{night.glass()}/end").status_code == 303
    pump(services)
    assert selfcare.get(times).status_code == 404
    karin = Browser(services["notify"], make_app(services["notify"]).test_client(), night.agreed.karin)
    messages = karin.text("/notify/my/messages")
    assert messages.count("Någon som arbetar i vården har öppnat dina sidor i en nödsituation.") == 1
    assert "unconscious" not in messages
    with services["notify"].act() as ctx:
        assert ctx.session.execute(sa.text("SELECT string_agg(reason, '') FROM known_break_glass")).scalar_one() == ""


def test_B10_point_3_through_the_door(night: Night) -> None:
    nora, auditor = open_desk(night.service, night.nora), open_desk(night.service, night.auditor)
    body = {**REASON, "unit_id": None}
    assert faults(nora.create("/break-glass", {**body, "reason": "so"})).keys() == {"/reason"}
    made = nora.create("/break-glass", body)
    assert made.status_code == 201, made.text
    one = f"/break-glass/{made.json['glass_id']}"
    assert KARIN not in made.headers["Location"]
    assert nora.get(f"/contracts/{night.agreed.contract}/agreement").status_code == 200
    assert nora.change("DELETE", one).status_code == 204
    assert nora.get(f"/contracts/{night.agreed.contract}/agreement").status_code == 404
    assert [row["glass_id"] for row in auditor.get("/break-glass").json["items"]] == [made.json["glass_id"]]
    judged = auditor.change("POST", f"{one}/verdict", {"verdict": "justified", "note": "Rightly so."}, read=one)
    assert (judged.json["verdict"], judged.json["note"]) == ("justified", "Rightly so.")
    assert (nora.read(one)[0]["verdict"], nora.read(one)[0]["note"]) == (None, ""), "for log reviewers alone"
    (mine,) = open_desk(night.service, night.agreed.karin).get("/break-glass/own").json["items"]
    assert (mine["reason"], mine["verdict"]) == (REASON["reason"], None)


@pytest.mark.parametrize("by", ["herself", "an admin"])
def test_P35_signing_out_everywhere_closes_what_was_opened_and_the_log_tells_it(night: Night, by: str) -> None:
    night.opens()
    opened = night.glass()
    elsewhere, admin = f"/contract/devices/of/{night.nora}", night.agreed.browser(night.agreed.clinic.other_admin)
    out = night.browser.post(EVERYWHERE, {}) if by == "herself" else admin.post(elsewhere, {})
    assert out.status_code == 303
    assert not night.reads()
    log = access_log.c
    with night.service.act() as ctx:
        assert ctx.directory.glass(ctx.session, night.nora, ctx.now) is None
        query = sa.select(log.actor_id, log.patient_id, log.glass_id).where(log.action == "end")
        (row,) = ctx.session.execute(query)
    who = night.nora if by == "herself" else night.agreed.clinic.other_admin
    assert tuple(row) == (who, night.agreed.karin, opened)


def test_P35_signing_out_everywhere_else_leaves_open_what_is_read_here(night: Night) -> None:
    night.opens()
    assert night.browser.post(OTHERS, {}).status_code == 303
    assert night.reads()


def test_B10_point_3_a_database_that_was_brought_back_has_nothing_open(night: Night) -> None:
    night.opens()
    with night.service.act() as ctx:
        break_glass.end_everybodys(ctx)
    assert not night.reads()


def test_P37_the_answer_to_an_opening_given_again_is_logged_with_its_emergency(night: Night) -> None:
    desk = open_desk(night.service, night.nora)
    first, second = (desk.create("/break-glass", {**REASON, "unit_id": None}, "k") for _ in range(2))
    assert (first.status_code, second.json) == (201, first.json)
    log = access_log.c
    with night.service.act() as ctx:
        query = sa.select(log.what, log.actor_as, log.unit_id, log.glass_id).where(log.actor_id == night.nora)
        before, after = ctx.session.execute(query)
    assert before == after
    assert str(after.glass_id) == first.json["glass_id"]


def test_B10_point_3_a_part_in_one_agreement_opens_another_of_the_same_patient_in_an_emergency(night: Night) -> None:
    clinic = night.agreed.clinic
    with night.service.act() as ctx:
        contacts.appoint(
            ctx, contract_id=uuid4(), patient_id=night.agreed.karin, unit_id=clinic.other_unit, person_id=night.nora
        )
    assert not night.reads()
    night.opens()
    assert night.reads()
    with night.service.act() as ctx:
        contacts.appoint(
            ctx,
            contract_id=night.agreed.contract,
            patient_id=night.agreed.karin,
            unit_id=clinic.unit,
            person_id=night.nora,
            primary=False,
        )
    assert night.browser.post(HERE, REASON).status_code != 303, "now she has a part in all of it"
