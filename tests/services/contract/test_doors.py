"""Every door of the service: shut for the dead, and showing nobody how to reach somebody protected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.contract.agreement import actions as agreements
from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.content.domain import Part, mark
from services.contract.delegates import actions as delegates
from services.contract.delegates.consents import actions as consents
from services.contract.delegates.domain import SCOPES
from services.contract.named_contact import actions as contacts
from services.contract.next_contact import actions as next_contacts
from services.contract.next_contact.domain import Kind, Side, Way
from services.contract.next_contact.terms import actions as how_to_meet
from services.contract.next_contact.terms.domain import Terms
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as plans
from shared.context import Ctx
from shared.errors import Refused
from tests.services.contract.agreed import IN_TWO_DAYS, Agreed

EMAIL, PHONE = "kanarie@example.org", "701740617"


def somebody(ctx: Ctx) -> UUID:
    return people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)


def appoint(ctx: Ctx, at: Agreed) -> object:
    return contacts.appoint(
        ctx,
        contract_id=at.contract,
        patient_id=at.karin,
        person_id=at.clinic.lisa,
        unit_id=at.clinic.unit,
        handover_note="Anita leaves",
        reason="Anita leaves us.",
    )


def write(ctx: Ctx, at: Agreed) -> object:
    agreements.write_text(ctx, at.contract, Side.PATIENT, Part.WHAT_MATTERS, "Other words", before=mark(""))
    return at.contract


def plan(ctx: Ctx, at: Agreed) -> object:
    return plans.add(ctx, at.karin, title="Walk", party=Party.PATIENT, responsible="Karin", on_date=None)


def invite(ctx: Ctx, at: Agreed) -> object:
    return delegates.invite(ctx, patient_id=at.karin, delegate_id=somebody(ctx), scopes=["see_times"])


def agree(ctx: Ctx, at: Agreed) -> object:
    """Karin's yes to a window; the living are suggested one first."""
    if not ctx.directory.people(ctx.session, [at.karin])[at.karin].deceased:
        first = IN_TWO_DAYS.date()
        terms = Terms(kind=Kind.WINDOW, way=Way.VISIT, earliest=first, latest=first + timedelta(days=20))
        how_to_meet.propose(ctx, at.contract, Side.CARE, terms)
    row = next_contacts.locked(ctx, at.contract)
    how_to_meet.accept_terms(ctx, at.contract, Side.PATIENT, seen=row.revision)
    return at.contract


def accept(ctx: Ctx, at: Agreed) -> object:
    next_contacts.accept(ctx, at.contract, Side.PATIENT, seen=IN_TWO_DAYS)
    return at.contract


def ask_another(ctx: Ctx, at: Agreed) -> object:
    next_contacts.ask_another(ctx, at.contract, "")
    return at.contract


DOORS: dict[str, Callable[[Ctx, Agreed], object]] = {
    "appoint": appoint,
    "write": write,
    "plan": plan,
    "invite": invite,
    "suggest": lambda ctx, at: next_contacts.suggest(ctx, at.contract, Side.CARE, local=IN_TWO_DAYS, way=Way.PHONE),
    "accept": accept,
    "another": ask_another,
    "agree": agree,
    "confirm": lambda ctx, at: confirming.confirm(ctx, at.contract, Side.CARE, shown="x"),
    "consent": lambda ctx, at: consents.give(ctx, patient_id=at.karin, kind="email"),
}


def test_K17_every_door_is_shut_for_the_dead_in_plain_words_and_opens_again(agreed: Agreed) -> None:
    agreed.suggests()
    with agreed.clinic.service.act() as ctx:
        people.register_death(ctx, agreed.karin, (ctx.now - timedelta(days=1)).date())
    for name, door in DOORS.items():
        with agreed.acting(agreed.clinic.anita) as ctx, pytest.raises(Refused) as refused:
            door(ctx, agreed)
        assert "has died" in str.__str__(refused.value.text), name
    with agreed.clinic.service.act() as ctx:
        people.withdraw_death(ctx, agreed.karin)
    for name, door in DOORS.items():
        if name != "confirm":
            with agreed.acting(agreed.clinic.anita) as ctx:
                assert door(ctx, agreed)


def pages(agreed: Agreed) -> list[str]:
    """Every page of the service that the ids at hand lead to."""
    ids = {"contract_id": agreed.contract, "patient_id": agreed.karin, "person_id": agreed.karin}
    ids["unit_id"] = agreed.clinic.unit
    urls = agreed.app.url_map.bind("localhost")
    rules = [
        rule for rule in agreed.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.arguments <= set(ids)
    ]
    return [
        urls.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        for rule in rules
        if not any(part in rule.rule for part in ("/internal/", "/signin", "/static", "/health", "openapi"))
    ]


def test_H21_a_protected_identity_shows_nobody_an_address_or_a_number(agreed: Agreed) -> None:
    with agreed.clinic.service.act() as ctx:
        known = {"kind": "patient", "name": "Karin Ek", "identity": None, "person_id": agreed.karin}
        people.save_person(ctx, **known, email=EMAIL, phone=f"0{PHONE}", protected=True)  # type: ignore[arg-type]
        people.know_at(ctx, agreed.karin, agreed.clinic.unit)
        eva = somebody(ctx)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=eva, scopes=list(SCOPES))
        delegates.accept(ctx, grant)
    seen = 0
    for person in (agreed.clinic.admin, agreed.clinic.anita, eva):
        browser = agreed.browser(person)
        for path in pages(agreed):
            answer = browser.get(path)
            seen += answer.status_code == 200
            plain = answer.get_data(as_text=True)
            assert EMAIL not in plain, path
            assert PHONE not in "".join(sign for sign in plain if sign.isdigit()), path
    assert seen > 20


def test_no_page_has_two_fields_of_one_id_so_each_label_leads_to_its_own(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    seen = 0
    for person in (agreed.karin, agreed.clinic.anita, agreed.clinic.admin):
        browser = agreed.browser(person)
        for path in pages(agreed):
            answer = browser.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                ids = Counter(re.findall(r'\sid="([^"]+)"', answer.get_data(as_text=True)))
                assert [one for one, times in ids.items() if times > 1] == [], path
                seen += 1
    assert seen > 30
