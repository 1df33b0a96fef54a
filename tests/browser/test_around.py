"""Every page around an agreement that has been lived with, on a phone; a patient on one page and the four stages on a desk too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page

from services.contract.agreement import actions as writing
from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.keeping import actions as keeping
from services.contract.agreement.keeping.domain import Kept
from services.contract.agreement.meeting import actions as meeting
from services.contract.agreement.minutes import actions as minutes
from services.contract.agreement.review import actions as review
from services.contract.agreement.review.domain import Answer, Question
from services.contract.agreement.understanding import actions as understanding
from services.contract.agreement.understanding.domain import Understood
from services.contract.blocks import actions as blocks
from services.contract.break_glass import actions as break_glass
from services.contract.delegates import actions as delegates
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.lead.actions import name_lead
from services.contract.plan.writing import actions as plan
from services.contract.plan.writing.domain import Kind
from shared.audit import access_log
from shared.audit.review import actions as checking
from shared.db import Database, insert_all
from tests.browser.conftest import served
from tests.browser.test_register import enter
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic, staff
from tests.support.services import make_service

pytestmark = pytest.mark.browser

Opener = Callable[..., Page]
Check = Callable[[Page, str], None]
TODAY = date(2026, 11, 24)
YES: dict[str, str] = dict.fromkeys(Question, Answer.YES)


@dataclass(frozen=True)
class Lived:
    """Karin's agreement in its second version, with something of everything around it."""

    agreed: Agreed
    address: str
    ids: dict[str, UUID | str]

    def page(self, opened: Page, who: str) -> Page:
        clinic = self.agreed.clinic
        person, first = {
            "patient": (self.agreed.karin, "/contract/delegates"),
            "contact": (clinic.anita, "/contract/named-contact"),
            "admin": (clinic.admin, "/contract/people"),
            "opener": (UUID(str(self.ids["o"])), "/contract/agreement"),
            "reviewer": (UUID(str(self.ids["v"])), "/contract/looked/reviews"),
        }[who]
        enter(opened, clinic, self.address, person, first)
        return opened


@pytest.fixture
def lived(contract_db: Database) -> Iterator[Lived]:
    agreed = open_agreed(open_clinic(make_service("contract", contract_db)))
    ids = live(agreed)
    with served(agreed.app) as address:
        yield Lived(agreed, address, ids)


def write(agreed: Agreed) -> str:
    """The agreement's own words. Returns the id of what Karin does."""
    agreed.writes("Jag vill orka gå till affären själv, och träffa min syster på söndagar.")
    agreed.aims("Gå till affären och hem igen till sommaren.")
    agreed.chooses("Vi pratade om hemma eller på mottagningen. Karin vill vara hemma.")
    item = agreed.promises(Side.PATIENT, "Jag väger mig varje morgon.")
    agreed.promises(Side.CARE, "Vi ringer dig varje fredag.")
    for part, words in (
        (Part.CIRCUMSTANCES, "Jag bor ensam, två trappor upp. Min dotter bor nära."),
        (Part.WATCH_FOR, "Om benen svullnar ringer jag Anita samma dag."),
        (Part.ENGAGEMENT, "together"),
    ):
        with agreed.acting(agreed.karin) as ctx:
            writing.write_text(ctx, agreed.contract, Side.PATIENT, part, words, before=mark(""))
    agreed.suggests()
    agreed.both_confirm()
    return item


def live(agreed: Agreed) -> dict[str, UUID | str]:
    item, clinic = write(agreed), agreed.clinic
    with agreed.acting(clinic.admin) as ctx:
        anna = people.save_person(ctx, kind="delegate", name="Anna Ek", identity=None)
        people.know_at(ctx, agreed.karin, clinic.unit)
        people.save_person(ctx, kind="patient", name="Karin Ek", identity="19480101-0009", phone="070-174 06 05")
        nils = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        people.know_at(ctx, nils, clinic.unit)
    with agreed.acting(agreed.karin) as ctx:
        grant = delegates.invite(
            ctx,
            patient_id=agreed.karin,
            delegate_id=anna,
            scopes=["see_contract", "take_part_in_meetings"],
            relation="min dotter",
        )
        delegates.accept(ctx, grant)
        meeting.prepare(
            ctx,
            agreed.contract,
            Side.PATIENT,
            seen=0,
            how=None,
            questions="Får jag bada i havet?",
            comes_with="Min dotter Anna",
            expects="Att jag sover bättre.",
        )
        keeping.note(
            ctx,
            agreed.contract,
            item,
            Side.PATIENT,
            kept=Kept.PARTLY,
            on_day=TODAY,
            words="Två dagar blev fel.",
            how=None,
        )
    activity = planned(agreed)
    with agreed.acting(clinic.anita) as ctx:
        understanding.note(
            ctx, agreed.contract, asked="Salt", patient_words="Mindre salt i maten", understood=Understood.PARTLY
        )
        minutes.note(ctx, agreed.contract, minutes=20, on_day=TODAY)
    for side, differing in ((Side.PATIENT, {"simple_ways": "no"}), (Side.CARE, {})):
        with agreed.acting(agreed.person(side)) as ctx:
            review.answer(ctx, agreed.contract, side, {**YES, **differing})
    agreed.promises(Side.CARE, "Vi skickar en taxi när det är halt.")
    agreed.both_confirm()
    with agreed.acting(agreed.karin) as ctx:
        confirming.ask(ctx, agreed.contract, Side.PATIENT, kind="change", words="Fredagar passar inte så bra längre.")
    checker, check = checked(agreed)
    kept_out(agreed)
    return {
        **broken(agreed),
        "v": checker,
        "u": clinic.unit,
        "r": check,
        "c": agreed.contract,
        "k": agreed.karin,
        "n": nils,
        "g": grant,
        "i": item,
        "a": activity,
    }


def broken(agreed: Agreed) -> dict[str, UUID]:
    """Somebody of the unit who has opened Karin's pages in an emergency, and which time that was."""
    with agreed.clinic.service.act() as ctx:
        olle = staff(ctx, "Olle Akut", agreed.clinic.unit, "physician")
    with agreed.acting(olle) as ctx:
        return {"o": olle, "x": break_glass.open_(ctx, identity="19480101-0009", reason="Hon kom hit medvetslös.")}


def kept_out(agreed: Agreed) -> None:
    """Karin has blocked a unit, lifted it, and blocked it again."""
    for unit, lifted in ((agreed.clinic.other_unit, True), (agreed.clinic.other_unit, False)):
        with agreed.acting(agreed.karin) as ctx:
            block = blocks.make(ctx, patient_id=agreed.karin, unit_id=unit)
            if lifted:
                blocks.lift(ctx, block)


def checked(agreed: Agreed) -> tuple[UUID, UUID]:
    """Somebody who checks the unit's log, and a check they made."""
    days = {"first": TODAY - timedelta(days=7), "last": TODAY - timedelta(days=1)}
    with agreed.clinic.service.act() as ctx:
        vera = staff(ctx, "Vera Granskare", agreed.clinic.unit, "auditor")
        act = {"actor_id": agreed.clinic.anita, "actor_as": "contact", "patient_id": agreed.karin, "session_id": None}
        what = {"resource": "plan", "action": "read", "what": "read the plan", "unit_id": agreed.clinic.unit}
        insert_all(ctx.session, access_log, [{**act, **what, "at": ctx.now - timedelta(days=2)}])
    with agreed.acting(vera) as ctx:
        return vera, checking.document(ctx, agreed.clinic.unit, **days, seed="lott", follow_up=[], note="Ser rätt ut.")


def planned(agreed: Agreed) -> UUID:
    with agreed.acting(agreed.clinic.anita) as ctx:
        plan.add(
            ctx, agreed.karin, title="Blodprov", party=Party.REGION_UNIT, kind=Kind.TEST, on_date=date(2026, 11, 20)
        )
        plan.add(
            ctx, agreed.karin, title="Rullator hem", party=Party.MUNICIPALITY, responsible="Arbetsterapeut Siv Sten"
        )
        name_lead(ctx, agreed.karin, principal=Party.REGION_UNIT, name="Anita Berg", reach="036-32 10 00")
        return plan.add(
            ctx,
            agreed.karin,
            title="Träna i grupp",
            party=Party.PATIENT,
            on_date=date(2026, 12, 3),
            clock=time(10),
            place="Ryhov",
        )


WALKS = [
    ("contact", "patient/{c} stages/{c} agreement agreement/{c} record/{c} ending/{c} minutes/{c} comparing/{c}"),
    ("contact", "review/{c} review/{c}/care/1 review/{c}/care/2 review/{c}/care/3 review/{c}/patient/1 engagement/{c}"),
    (
        "contact",
        "meeting/{c} meeting/{c}/paper keeping/{c} keeping/{c}/{i} understanding/{c} understanding/{c}/reading",
    ),
    (
        "contact",
        "plan/{c} plan/{c}/{a}/edit plan/{c}/sharing plan/{c}/paper consents/of/{k} delegates/of/{k} delegates/pausing/{g}",
    ),
    (
        "contact",
        "next-contact/{c} next-contact/{c}/end next-contact/{c}/told next-contact/{c}/kinds next-contact/{c}/kinds/window"
        " next-contact/{c}/kinds/patient_initiated next-contact/{c}/kinds/on_event",
    ),
    (
        "patient",
        "stages/{c} agreement/{c} review/{c} review/{c}/patient/1 record/{c} ending/{c} comparing/{c} consents",
    ),
    ("patient", "meeting/{c} keeping/{c} keeping/{c}/{i} understanding/{c} engagement/{c} plan/{c} plan/{c}/sharing"),
    ("patient", "looked looked?everything=1 looked/paper break-glass/mine"),
    ("opener", "break-glass agreement agreement/{c} plan/{c}"),
    ("patient", "blocks blocks/new"),
    ("contact", "blocks/of/{k}"),
    ("patient", "next-contact/{c} next-contact/{c}/cancel next-contact/{c}/kinds next-contact/{c}/kinds/window"),
    (
        "reviewer",
        "looked/reviews looked/reviews/{u}/{r} looked/reviews/{u}/sample?first=2026-11-17&last=2026-11-23&seed=lott",
    ),
    ("reviewer", "break-glass/reviews break-glass/reviews/{x}"),
    ("contact", "break-glass"),
    ("admin", "opening opening/{n} people/file named-contact/load named-contact/uncovered measures delegates/of/{k}"),
]
"""Who opens which pages, under ``/contract``."""


@pytest.mark.full
@pytest.mark.parametrize(("who", "paths"), WALKS, ids=[f"{who}-{paths.split('/')[0]}" for who, paths in WALKS])
def test_every_page_around_an_agreement_can_be_read_by_all_on_a_phone(
    lived: Lived, open_page: Opener, page_checks: Check, who: str, paths: str
) -> None:
    page, wrong = lived.page(open_page(), who), []
    for part in ("**/selfcare/looked*", "**/notify/looked*"):  # other services' parts, which are not there
        page.route(part, lambda route: route.fulfill(status=200, content_type="text/html", body="<p>–</p>"))
    for path in paths.format(**lived.ids).split():
        answer = page.goto(f"{lived.address}/contract/{path}")
        try:
            assert answer is not None
            assert answer.status == 200, answer.status
            page_checks(page, f"around-{who}-{named(path)}")
        except AssertionError as fault:
            wrong.append(f"{path}: {fault}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, False)], ids=["desk", "no scripts"])
def test_A1_a_patient_on_one_page_and_the_stages_on_a_desk_and_without_scripts(
    lived: Lived, open_page: Opener, page_checks: Check, width: int, scripts: bool
) -> None:
    page = lived.page(open_page(width=width, scripts=scripts), "contact")
    page.get_by_role("link", name="Överenskommelser").first.click()
    page.get_by_role("link", name="Karin Ek").click()
    page.get_by_role("heading", name="Min patient").wait_for()
    page_checks(page, f"patient-{width}")
    page.get_by_role("link", name="Så långt har vi kommit").click()
    page.get_by_role("heading", name="Så långt har vi kommit").wait_for()
    page_checks(page, f"stages-{width}")


def named(path: str) -> str:
    """The address without its ids, for the picture."""
    return "-".join(part if len(part) < 36 else "one" for part in path.split("/"))
