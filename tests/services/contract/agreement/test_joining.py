"""A contract that staff open is a draft until the patient has said yes to working this way, and nobody writes in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contract.agreement import actions as agreement
from services.contract.agreement import store as agreements
from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.domain import MOVES, Need, State, after_change
from services.contract.agreement.joining import actions, store
from services.contract.agreement.joining.domain import (
    ENDED,
    NOT_YET,
    SAID_NO,
    Told,
    after_answer,
    check_joined,
    opens_in,
    told,
)
from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import Missing
from services.contract.agreement.opening import actions as opening
from services.contract.agreement.patient.domain import Wait
from services.contract.agreement.patient.pages import WAITS
from services.contract.delegates import actions as delegates
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from shared.context import Ctx
from shared.errors import Refused
from shared.text import LIX_AIM, lix
from tests.services.contract.api.desk import Desk, faults, open_desk
from tests.services.contract.clinic import Browser, Clinic, words
from tests.support.services import NOON, viewer_of

TODAY = NOON.date()
NOT_JOINED = "The patient has not said yes to working this way yet."
ASKED = "Do you want to work this way?"


@dataclass(frozen=True)
class Draft:
    """Nils, whom nobody has asked yet; Anita is his contact and Lisa is not."""

    clinic: Clinic
    nils: UUID
    contract: UUID

    @property
    def here(self) -> str:
        return f"/contract/joining/{self.contract}"

    def browser(self, person: UUID) -> Browser:
        return self.clinic.browser(person)

    @contextmanager
    def acting(self, person: UUID) -> Iterator[Ctx]:
        with self.clinic.service.act() as ctx:
            ctx.viewer = viewer_of(self.clinic.service, ctx, person)
            yield ctx

    def state(self) -> tuple[str, str | None]:
        with self.clinic.service.act() as ctx:
            row = agreements.contract(ctx.session, self.contract)
            assert row is not None
            return row.state, row.end_reason

    def answered(self) -> tuple[bool, str, date, UUID] | None:
        with self.clinic.service.act() as ctx:
            row = store.answer(ctx.session, self.contract)
            return (row.willing, row.how, row.said_on, row.by) if row else None

    def helper(self, *scopes: str) -> UUID:
        with self.acting(self.nils) as ctx:
            eva = people.save_person(ctx, kind="delegate", name="Eva Ny", identity=None)
            grant = delegates.invite(ctx, patient_id=self.nils, delegate_id=eva, scopes=scopes)
        with self.acting(eva) as ctx:
            delegates.accept(ctx, grant)
        return eva


@pytest.fixture
def draft(clinic: Clinic) -> Draft:
    with clinic.service.act() as ctx:
        ctx.viewer = viewer_of(clinic.service, ctx, clinic.admin)
        nils = people.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        people.know_at(ctx, nils, clinic.unit)
        contract = opening.open_with_contact(
            ctx, patient_id=nils, unit_id=clinic.unit, person_id=clinic.anita, answer=None
        )
    return Draft(clinic, nils, contract)


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_B1_state_draft_leads_on_with_the_patients_yes_and_ends_with_a_no() -> None:
    assert MOVES[State.DRAFT] == {State.COASSESS, State.ENDED}
    assert {after_answer(willing=yes) for yes in (True, False)} == MOVES[State.DRAFT]
    assert opens_in(None) is State.DRAFT
    assert opens_in(Told("paper", TODAY)) is State.COASSESS
    assert after_change(State.DRAFT, []) is after_change(State.DRAFT, list(Need)) is State.DRAFT
    shut = {State.DRAFT: NOT_YET, State.ENDED: ENDED}
    for state in set(State) - set(shut):
        check_joined(state)
    for state, says in shut.items():
        with pytest.raises(Refused) as refused:
            check_joined(state)
        assert refused.value.text is says


def test_B1_state_draft_what_was_told_has_a_way_and_a_day_that_has_been() -> None:
    assert told("spoken", TODAY, TODAY) == Told("spoken", TODAY)
    wrong = {"how": (None, TODAY), "said_on": ("paper", None)}
    for field, (how, day) in wrong.items():
        with pytest.raises(Refused) as refused:
            told(how, day, TODAY)
        assert refused.value.field == field
    for how, day in (("web", TODAY), ("spoken", TODAY + timedelta(days=1))):
        with pytest.raises(Refused):
            told(how, day, TODAY)


# --- nobody writes ----------------------------------------------------------------------------------------------------


def test_B1_state_draft_neither_side_writes_and_the_contact_answers_already(draft: Draft) -> None:
    anita, nils = draft.browser(draft.clinic.anita), draft.browser(draft.nils)
    agreed = f"/contract/agreement/{draft.contract}"
    for browser, part, text in ((nils, "what_matters", "My garden"), (anita, "options", "Home or clinic")):
        assert browser.get(f"{agreed}/text/{part}").location == draft.here
        answer = browser.post(f"{agreed}/text/{part}", {"words": text, "before": mark("")})
        assert answer.status_code == 409
        assert NOT_JOINED in words(answer.get_data(as_text=True))
    with draft.acting(draft.clinic.anita) as ctx:
        one = {"text": "We ring.", "by": "care"}
        for act in (
            lambda: agreement.write_item(ctx, draft.contract, Side.CARE, Part.COMMITMENTS, one, before=mark("")),
            lambda: agreement.begin_new_version(ctx, draft.contract),
            lambda: confirming.confirm(ctx, draft.contract, Side.CARE, shown=""),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.text is NOT_YET
        agreement.settle(ctx, draft.contract)
        who = draft.clinic.service.directory.who_answers_for(ctx.session, draft.contract, ctx.now)
        assert who is not None
        assert who.person_id == draft.clinic.anita
        assert agreements.newest(ctx.session, draft.contract).own == {}
    assert draft.state() == ("draft", None)
    assert "Anita Berg answers you today." in words(nils.text("/contract/home"))


# --- the patient answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "law"), [("en", "It is not a legal contract"), ("sv", "inte ett juridiskt avtal")]
)
def test_B1_state_draft_the_first_page_asks_in_plain_words_and_without_a_script(
    draft: Draft, language: str, law: str
) -> None:
    page = draft.browser(draft.nils).text("/contract/home", language)
    card = re.search(
        r'<section class="sk-card[^>]*>(?:(?!</section>).)*/contract/joining.*?</section>', page, re.DOTALL
    )
    assert card
    said = words(re.search(r"<p>(.*?)</p>", card[0], re.DOTALL)[1])  # type: ignore[index]
    assert law in said
    assert language == "en" or lix(said) <= LIX_AIM
    assert card[0].count(f'method="post" action="{draft.here}"') == 2
    wanted = ("Ja, det vill jag", "Nej, inte nu") if language == "sv" else ("Yes, I want that", "No, not now")
    assert all(button in card[0] for button in wanted)
    assert draft.browser(draft.nils).get(f"/contract/agreement/{draft.contract}").location == draft.here
    assert law in words(draft.browser(draft.nils).text(draft.here, language))


def test_B1_state_draft_a_yes_opens_the_writing_and_saying_it_twice_is_harmless(draft: Draft) -> None:
    nils = draft.browser(draft.nils)
    for _twice in range(2):
        assert nils.post(draft.here, {"willing": "1"}).status_code == 303
    assert draft.state() == ("coassess", None)
    assert draft.answered() == (True, "web", TODAY, draft.nils)
    assert nils.post(draft.here, {"willing": "0"}).status_code == 303, "it is answered: the agreement is shown"
    assert draft.state() == ("coassess", None)
    assert ASKED not in words(nils.text("/contract/home"))
    saved = nils.post(f"/contract/agreement/{draft.contract}/text/what_matters", {"words": "Dance", "before": mark("")})
    assert saved.status_code == 303
    assert draft.state() == ("codecide", None)


def test_B1_state_draft_a_no_ends_it_and_staff_see_it_and_nobody_asks_again(draft: Draft) -> None:
    nils, admin = draft.browser(draft.nils), draft.browser(draft.clinic.admin)
    assert nils.post(draft.here, {"willing": "0"}).location.startswith("/contract/home")
    assert draft.state() == ("ended", SAID_NO)
    assert ASKED not in words(nils.text("/contract/home"))
    assert "The patient said no to working this way Tuesday 24 November." in words(admin.text("/contract/opening"))
    assert "sa nej till att arbeta så här" in words(admin.text(f"/contract/opening/{draft.nils}", "sv"))
    desk = open_desk(draft.clinic.service, draft.clinic.admin)
    found = {one["person_id"]: one for one in desk.get("/people/without-agreement").json["items"]}
    assert found[str(draft.nils)]["said_no_on"] == "2026-11-24"


def test_B1_state_draft_a_delegate_who_may_agree_answers_as_one_for_another(draft: Draft) -> None:
    eva = draft.helper("see_contract", "confirm_contract")
    browser = draft.browser(eva)
    assert "Answer if they want to work this way" in words(browser.text("/contract/home"))
    assert "You answer for Nils Ny." in words(browser.text(draft.here))
    assert browser.post(draft.here, {"willing": "1"}).status_code == 303
    assert draft.answered() == (True, "web", TODAY, eva)
    assert "Eva Ny for Nils Ny" in words(draft.browser(draft.nils).text(f"/contract/agreement/{draft.contract}"))


# --- the care writes it down ------------------------------------------------------------------------------------------


def test_B1_state_draft_K15_an_answer_that_was_told_is_written_down_with_who_how_and_when(draft: Draft) -> None:
    anita = draft.browser(draft.clinic.anita)
    assert "What did the patient answer?" in words(anita.text(draft.here))
    assert anita.post(draft.here, {"willing": "1"}).status_code == 404, "the care never answers for the patient"
    assert anita.post(f"{draft.here}/told", {"willing": "1", "said_on": "2026-11-23"}).status_code == 422
    assert anita.post(f"{draft.here}/told", {"willing": "1", "how": "paper"}).status_code == 422
    form = {"willing": "1", "how": "paper", "said_on": "2026-11-23"}
    assert anita.post(f"{draft.here}/told", form).status_code == 303
    assert draft.answered() == (True, "paper", date(2026, 11, 23), draft.clinic.anita)
    text = words(anita.text(f"/contract/agreement/{draft.contract}"))
    assert "Yes to working this way: Nils Ny, Monday 23 November (on paper). Written down by Anita Berg." in text


def test_B1_state_draft_the_opening_form_asks_and_a_told_yes_needs_no_draft(clinic: Clinic) -> None:
    admin = clinic.browser(clinic.admin)
    with clinic.service.act() as ctx:
        nora, olof = (
            people.save_person(ctx, kind="patient", name=name, identity=None) for name in ("Nora Ny", "Olof Ny")
        )
        for patient in (nora, olof):
            people.know_at(ctx, patient, clinic.unit)
    where, form = f"/contract/opening/{nora}", {"contact": f"{clinic.unit} {clinic.lisa}"}
    assert "Har patienten sagt ja till att arbeta så här?" in words(admin.text(where, "sv"))
    for wrong in ({}, {"answered": "spoken"}, {"answered": "spoken", "said_on": "2026-12-24"}):
        assert admin.post(where, {**form, **wrong}).status_code == 422
    assert admin.post(where, {**form, "answered": "spoken", "said_on": "2026-11-23"}).status_code == 303
    assert admin.post(f"/contract/opening/{olof}", {**form, "answered": "not_asked"}).status_code == 303
    with clinic.service.act() as ctx:
        told_, asked = (agreements.open_of(ctx.session, patient) for patient in (nora, olof))
        assert told_ is not None
        assert asked is not None
        assert (told_.state, asked.state) == ("coassess", "draft")
        kept = store.answer(ctx.session, told_.id)
        assert kept is not None
        assert (kept.how, kept.said_on, kept.by) == ("spoken", date(2026, 11, 23), clinic.admin)


# --- who sees what ----------------------------------------------------------------------------------------------------


def test_B1_state_draft_stands_in_plain_words_where_staff_look(draft: Draft) -> None:
    said = "Väntar på att patienten säger ja till att arbeta så här"
    admin, anita = draft.browser(draft.clinic.admin), draft.browser(draft.clinic.anita)
    listed = words(admin.text("/contract/home?missing=joining", "sv"))
    assert said in listed
    assert "Nils Ny" in listed
    one = words(anita.text(f"/contract/patient/{draft.contract}", "sv"))
    assert said in one
    assert "Patienten har inte svarat på om de vill arbeta så här." in one
    assert "This is missing" not in words(anita.text(f"/contract/patient/{draft.contract}"))
    stages = anita.text(f"/contract/stages/{draft.contract}", "sv")
    assert said in words(stages)
    assert f"/contract/agreement/{draft.contract}/" not in stages, "no form is offered"
    assert WAITS[Wait.JOINING][1].format(draft.contract) == draft.here.removeprefix("/contract/")
    with draft.clinic.service.act() as ctx:
        lacks = missing.lacks(ctx, [draft.contract])[draft.contract]
    assert [lack.what for lack in lacks] == [Missing.JOINING], "a draft lacks its yes and nothing else"


def test_B1_state_draft_P30_who_may_not_answer_finds_nothing(draft: Draft) -> None:
    clinic, reader = draft.clinic, draft.helper("see_contract")
    for person in (clinic.admin, clinic.other_admin, clinic.lisa, clinic.esther):
        assert draft.browser(person).get(draft.here).status_code == 404
        for path in (draft.here, f"{draft.here}/told"):
            form = {"willing": "1", "how": "spoken", "said_on": "2026-11-23"}
            assert draft.browser(person).post(path, form).status_code == 404
    assert NOT_JOINED in words(draft.browser(reader).text(draft.here))
    assert draft.browser(reader).post(draft.here, {"willing": "1"}).status_code == 404
    assert draft.browser(draft.nils).post(f"{draft.here}/told", {"willing": "1"}).status_code == 404
    assert (draft.state()[0], draft.answered()) == ("draft", None)


def test_K17_B1_state_draft_nobody_answers_for_the_dead(draft: Draft) -> None:
    with draft.clinic.service.act() as ctx:
        people.register_death(ctx, draft.nils, TODAY)
    with draft.acting(draft.clinic.anita) as ctx, pytest.raises(Refused):
        actions.note_told(ctx, draft.contract, willing=True, how="spoken", said_on=TODAY)


# --- the door ---------------------------------------------------------------------------------------------------------


def test_B1_state_draft_through_the_door(draft: Draft) -> None:
    nils, here = open_desk(draft.clinic.service, draft.nils), f"/contracts/{draft.contract}"
    anita, read = nils.of(draft.clinic.anita), f"{here}/joining"
    assert nils.read(here)[0]["state"] == "draft"
    assert nils.read(read)[0] == dict.fromkeys(("willing", "how", "said_on", "by", "at"))
    late: dict[str, Any] = {"willing": True, "how": "spoken", "said_on": "2026-12-24"}
    assert faults(anita.change("POST", f"{read}/answers/told", late, read=read)).keys() == {"/said_on"}
    text = f"{here}/agreement/texts/what_matters"
    assert nils.change("PUT", text, {"words": "Dance"}).status_code == 409
    for reader in (nils.of(draft.helper("see_contract")), anita):
        assert reader.change("POST", f"{read}/answers", {"willing": True}, read=read).status_code == 404
    answer = nils.change("POST", f"{read}/answers", {"willing": True}, read=read)
    assert (answer.json["willing"], answer.json["how"], answer.json["by"]) == (True, "web", str(draft.nils))
    assert nils.change("PUT", text, {"words": "Dance"}).status_code == 200
    assert_opens(nils.of(draft.clinic.admin), draft)


def assert_opens(admin: Desk, draft: Draft) -> None:
    """A program opens one for Karl: half an answer is none."""
    with draft.clinic.service.act() as ctx:
        karl = people.save_person(ctx, kind="patient", name="Karl Ny", identity=None)
        people.know_at(ctx, karl, draft.clinic.unit)
    body = {"unit_id": str(draft.clinic.unit), "contact": str(draft.clinic.lisa), "how": None, "said_on": None}
    where = f"/people/{karl}/contracts"
    assert faults(admin.create(where, {**body, "how": "paper"})).keys() == {"/said_on"}
    made = admin.create(where, body)
    assert (made.status_code, made.json["state"]) == (201, "draft")
