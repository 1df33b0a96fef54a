"""Who has handed over reads the contract for two weeks more, and does nothing else (B4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from services.contract.agreement import actions as agreements
from services.contract.agreement.ending import actions as ending
from services.contract.named_contact import actions
from services.contract.named_contact.planning import actions as planning
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from shared.cover import READS_AFTER
from tests.services.contract.agreed import WHAT_MATTERS, Agreed
from tests.services.contract.agreement.test_pages import FORMS
from tests.services.contract.clinic import Browser, staff
from tests.support.services import NOON, set_clock, sign_in

SECOND = timedelta(seconds=1)
PAGES = (
    "/contract/patient/{0}",
    "/contract/agreement/{0}",
    "/contract/agreement/{0}/paper",
    "/contract/stages/{0}",
    "/contract/keeping/{0}",
    "/contract/next-contact/{0}",
    "/contract/plan/{0}",
    "/contract/plan/{0}/sharing",
    "/contract/meeting/{0}",
    "/contract/understanding/{0}",
    "/contract/engagement/{0}",
)
JSON = ("/contract/api/v1/contracts/{0}", "/contract/api/v1/contracts/{0}/cover", "/contract/api/v1/contracts/{0}/plan")
FHIR = "/contract/fhir/CareTeam/{0}"


def hand_over(agreed: Agreed, to: UUID) -> None:
    with agreed.acting(agreed.clinic.admin) as ctx:
        actions.appoint(
            ctx,
            contract_id=agreed.contract,
            patient_id=agreed.karin,
            person_id=to,
            unit_id=agreed.clinic.unit,
            handover_note="Ring her in the morning.",
            reason="Anita leaves us.",
        )


def ended(agreed: Agreed) -> None:
    with agreed.acting(agreed.karin) as ctx:
        ending.end(ctx, agreed.contract, Side.PATIENT, "")


def opened(agreed: Agreed, browser: Browser, *addresses: str) -> set[int]:
    return {fetched(browser, one.format(agreed.contract)).status_code for one in addresses}


def fetched(browser: Browser, address: str) -> TestResponse:
    return sign_in(browser.client, browser.person).get(address)


@pytest.mark.parametrize(
    ("at", "status"),
    [
        (NOON + SECOND, 200),
        (NOON + timedelta(days=13), 200),
        (NOON + READS_AFTER - SECOND, 200),
        (NOON + READS_AFTER + SECOND, 404),
    ],
)
def test_B4_point_5_who_has_handed_over_reads_for_14_days(agreed: Agreed, at: datetime, status: int) -> None:
    assert timedelta(days=14) == READS_AFTER
    agreed.written()
    hand_over(agreed, agreed.clinic.lisa)
    set_clock(agreed.clinic.service, at)
    anita = agreed.browser(agreed.clinic.anita)
    assert opened(agreed, anita, *PAGES, *JSON, FHIR) == {status}
    assert (agreed.karin.hex in fetched(anita, "/contract/fhir/Patient").text.replace("-", "")) is (status == 200)
    assert (f"/contract/patient/{agreed.contract}" in anita.text("/contract/agreement")) is (status == 200)


def test_B4_point_5_who_has_handed_over_changes_nothing(agreed: Agreed) -> None:
    agreed.written()
    hand_over(agreed, agreed.clinic.lisa)
    set_clock(agreed.clinic.service, NOON + SECOND)
    anita = agreed.browser(agreed.clinic.anita)
    for form in FORMS:
        assert anita.post(form.format(agreed.contract), {}).status_code == 404, form
    for page in PAGES:
        html = anita.text(page.format(agreed.contract))
        assert "<form" not in html.split("<main", 1)[1].split("</main>", 1)[0], page
    html = anita.text(PAGES[0].format(agreed.contract))
    assert WHAT_MATTERS in html
    assert "You have handed over this patient." in html
    assert "Ring her in the morning." not in html


def test_B4_point_5_nobody_else_reads_with_them(agreed: Agreed) -> None:
    agreed.written()
    with agreed.clinic.service.act() as ctx:
        elsewhere = staff(ctx, "Siv Ek", agreed.clinic.other_unit, "nurse")
        beside = staff(ctx, "Maj Sol", agreed.clinic.unit, "nurse")
    hand_over(agreed, agreed.clinic.lisa)
    set_clock(agreed.clinic.service, NOON + SECOND)
    for person in (elsewhere, beside):
        assert opened(agreed, agreed.browser(person), *PAGES, *JSON, FHIR) == {404}


def test_B4_point_5_who_works_here_no_more_reads_nothing(agreed: Agreed) -> None:
    hand_over(agreed, agreed.clinic.lisa)
    with agreed.acting(agreed.clinic.admin) as ctx:
        people.set_roles(ctx, agreed.clinic.anita, ())
    assert opened(agreed, agreed.browser(agreed.clinic.anita), *PAGES) == {404}


def test_B4_point_5_the_team_told_to_others_names_who_is_there_now(agreed: Agreed) -> None:
    hand_over(agreed, agreed.clinic.lisa)
    set_clock(agreed.clinic.service, NOON + SECOND)
    team = fetched(agreed.browser(agreed.karin), FHIR.format(agreed.contract)).text
    assert "Lisa Ek" in team
    assert "Anita Berg" not in team


@pytest.mark.parametrize(
    ("at", "status"), [(NOON + SECOND, 200), (NOON + READS_AFTER - SECOND, 200), (NOON + READS_AFTER + SECOND, 404)]
)
def test_B4_point_5_whose_agreement_has_ended_reads_for_14_days_too(agreed: Agreed, at: datetime, status: int) -> None:
    agreed.written()
    ended(agreed)
    set_clock(agreed.clinic.service, at)
    anita = agreed.browser(agreed.clinic.anita)
    assert opened(agreed, anita, *PAGES, *JSON) == {status}
    assert {anita.post(form.format(agreed.contract), {}).status_code for form in FORMS} == {404}


def test_B4_point_5_who_was_to_come_when_it_ended_never_reads(agreed: Agreed) -> None:
    told = {"handover_note": "Ring her in the morning.", "reason": "Anita leaves us."}
    with agreed.acting(agreed.clinic.anita) as ctx:
        day = ctx.now.date() + timedelta(days=7)
        planning.change_contact(ctx, contract_id=agreed.contract, person_id=agreed.clinic.lisa, day=day, **told)
    ended(agreed)
    for days in (0, 8):
        set_clock(agreed.clinic.service, NOON + SECOND + timedelta(days=days))
        assert opened(agreed, agreed.browser(agreed.clinic.lisa), *JSON) == {404}


def test_B4_point_5_who_reads_on_sees_nothing_of_the_agreement_that_comes_after(agreed: Agreed) -> None:
    agreed.written()
    ended(agreed)
    with agreed.acting(agreed.karin) as ctx:
        later = agreements.open_contract(
            ctx, patient_id=agreed.karin, unit_id=agreed.clinic.other_unit, by=agreed.karin
        )
    set_clock(agreed.clinic.service, NOON + SECOND)
    anita = agreed.browser(agreed.clinic.anita)
    assert str(later) not in fetched(anita, "/contract/api/v1/contracts").text
    assert str(later) not in anita.text("/contract/agreement")
    assert fetched(anita, JSON[0].format(later)).status_code == 404
