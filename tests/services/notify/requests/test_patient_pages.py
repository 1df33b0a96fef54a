"""The pages of patients and those who help them: asking, and following a question like a parcel."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.notify.requests.reasons.domain import REASONS
from services.notify.requests.trail.domain import TO_PATIENT
from shared.audit import access_log
from shared.i18n import translator
from shared.i18n.gaps import texts
from shared.service import Service
from shared.text import lix
from tests.services.notify.requests import world
from tests.services.notify.requests.visitor import Visit, words_of
from tests.services.notify.requests.world import (
    ADMIN,
    DAUGHTER,
    EMIL,
    ESTHER,
    LISA,
    OMAR,
    OTHER_NURSE,
    attention,
    hear,
    only,
    rows,
    swedish,
)
from tests.support.services import NOON, set_clock


@pytest.mark.parametrize("person", [EMIL, DAUGHTER, LISA, OMAR, ADMIN])
@pytest.mark.parametrize("act", ["", "/more", "/yes", "/no", "/withdraw"])
def test_P32_a_patients_question_is_theirs_alone(visit: Visit, service: Service, person: UUID, act: str) -> None:
    address = f"/notify/my/requests/{only(service).id}{act}"
    answer = visit(person).post(address, words="x") if act else visit(person).get(address)
    assert answer.status_code == 404
    assert only(service).state == "new"


def test_the_patient_follows_it_like_a_parcel(visit: Visit, service: Service) -> None:
    address = f"/notify/my/requests/{only(service).id}"
    assert "Inte läst än" in visit(ESTHER).reads(address)
    world.acknowledge(service)
    words = visit(ESTHER).reads(address)
    assert "Läst av Lisa Lind tisdag 24 november kl. 12.00" in words
    assert "Besvaras före onsdag 25 november kl. 17.00" in words
    world.answer(service)
    words = visit(ESTHER).reads(address)
    assert "Kom på torsdag i stället." in words
    assert "Fick du svar?" in words


def test_K2_no_on_the_page_brings_the_deputy_and_says_so(visit: Visit, service: Service) -> None:
    address = f"/notify/my/requests/{world.answer(service)}"
    visit(ESTHER).post(f"{address}/no")
    assert only(service).responsible_id == OMAR
    words = visit(ESTHER).reads(address)
    assert "Det hade inte kommit något svar. Den öppnades igen." in words
    assert "Omar Nilsson" in visit(OMAR).reads(f"/notify/requests/{only(service).id}")


def test_K2_yes_on_the_page_closes_it(visit: Visit, service: Service) -> None:
    address = f"/notify/my/requests/{world.answer(service)}"
    assert visit(ESTHER).post(f"{address}/yes").status_code == 303
    assert only(service).closed_reason == "confirmed"


def test_B4_a_handover_note_is_never_shown_to_the_patient(visit: Visit, service: Service) -> None:
    request_id = only(service).id
    visit(LISA).post(f"/notify/requests/{request_id}/hand-over", to=OTHER_NURSE, note="Hon är orolig.")
    words = visit(ESTHER).reads(f"/notify/my/requests/{request_id}")
    assert "Lisa Lind lämnade över till Nora Annan" in words
    assert "orolig" not in words


def test_K1_outside_hours_the_patient_reads_when_and_whom_to_ring(visit: Visit, service: Service) -> None:
    set_clock(service, swedish("2026-11-27 22:00"))
    for address in (f"/notify/my/requests/{only(service).id}", "/notify/ask/write"):
        words = visit(ESTHER).reads(address)
        assert "Ingen läser det här före måndag 30 november kl. 07.30." in words
        assert "1177" in words
        assert "112" in words


def test_K3_while_nobody_has_been_reached_about_something_urgent_the_page_says_ring(
    visit: Visit, service: Service
) -> None:
    hear(service, attention(kind="wants_to_come_in", priority="urgent", reason_key="admission.wants_to_come_in"))
    urgent = next(row for row in rows(service) if row.priority == "urgent")
    words = visit(ESTHER).reads(f"/notify/my/requests/{urgent.id}")
    assert "Vi har inte nått någon än" in words
    assert world.PHONE in words
    with service.database.begin() as session:
        session.execute(sa.text("UPDATE delivery SET state = 'accepted', settled_at = now()"))
    assert "Vi har inte nått någon än" not in visit(ESTHER).reads(f"/notify/my/requests/{urgent.id}")


def test_K2_when_we_are_late_the_patient_is_told_and_may_ring(visit: Visit, service: Service) -> None:
    set_clock(service, NOON + timedelta(days=2))
    words = visit(ESTHER).reads("/notify/my/requests")
    assert "Vi är sena" in words
    assert world.PHONE in words


def test_K5_ill_comes_before_any_text_box(visit: Visit) -> None:
    first = visit(ESTHER).client.get("/notify/ask", follow_redirects=True)
    assert "Är du sjuk just nu?" in words_of(first)
    assert "<textarea" not in first.text
    ring = visit(ESTHER).get("/notify/ask/ring")
    for number in ("tel:112", "tel:1177", world.PHONE):
        assert number in ring.text
    assert "<textarea" not in ring.text


def test_K5_asking_says_what_it_is_not_for_and_until_when_an_answer_comes(visit: Visit, service: Service) -> None:
    words = visit(ESTHER).reads("/notify/ask/write")
    for expected in (
        "akut",
        "112",
        "1177",
        "Lisa Lind läser den",
        "före fredag 27 november kl. 12.00",
        "Det kan vänta",
    ):
        assert expected in words


def test_K5_a_question_asked_stands_in_the_worklist_and_on_my_page(visit: Visit, service: Service) -> None:
    sent = visit(ESTHER).post("/notify/ask/write", words="Får jag äta lakrits?", priority="routine", once=uuid4())
    assert sent.status_code == 303
    assert "Får jag äta lakrits?" in visit(ESTHER).reads(sent.location)
    assert "Har ställt en fråga" in visit(LISA).reads("/notify/worklist")
    request_id = sent.location.rpartition("/")[2]
    assert "Får jag äta lakrits?" in visit(LISA).reads(f"/notify/requests/{request_id}")


@pytest.mark.parametrize("wrong", [{"words": ""}, {"priority": "urgent"}, {"words": "x" * 4001}])
def test_K5_a_form_that_is_wrong_keeps_what_was_typed(visit: Visit, service: Service, wrong: dict[str, str]) -> None:
    once = str(uuid4())
    answer = visit(ESTHER).post("/notify/ask/write", **{"words": "Hej", "priority": "soon", "once": once} | wrong)
    assert answer.status_code == 422
    assert once in answer.text
    assert len(rows(service)) == 1


def test_K5_without_anybody_to_write_to_the_page_says_ring(visit: Visit, service: Service) -> None:
    hear(service, world.cover(ends=NOON - timedelta(days=1)))
    assert "Det finns ingen att skriva till här än." in visit(ESTHER).reads("/notify/ask/write")


def test_B8_a_delegate_who_may_asks_for_the_patient_and_sees_that_one_alone(visit: Visit, service: Service) -> None:
    hear(service, world.delegate("message_contact"))
    karin, where = visit(DAUGHTER), f"/notify/ask/write?whom={ESTHER}"
    assert "Är Esther Ek sjuk just nu?" in words_of(karin.client.get("/notify/ask", follow_redirects=True))
    assert "För Esther Ek" in karin.reads(where)
    sent = karin.post(where, words="Hur går det?", priority="soon", once=uuid4())
    assert "Karin Ek för Esther Ek" in karin.reads(sent.location)
    request_id = sent.location.rpartition("/")[2]
    assert "Karin Ek för Esther Ek" in visit(LISA).reads(f"/notify/requests/{request_id}")
    esthers_own = next(row.id for row in rows(service) if row.rule_made)
    assert karin.get(f"/notify/my/requests/{esthers_own}").status_code == 404
    own = karin.get("/notify/my/requests").text
    assert request_id in own
    assert str(esthers_own) not in own


@pytest.mark.parametrize("step", ["ill", "ring", "write"])
def test_P34_what_a_delegate_sees_of_the_patients_contact_stands_in_the_access_log(
    visit: Visit, service: Service, step: str
) -> None:
    hear(service, world.delegate("message_contact"))
    visit(DAUGHTER).get(f"/notify/ask/{step}?whom={ESTHER}")
    with service.database.begin() as session:
        newest = sa.select(access_log).order_by(access_log.c.id.desc()).limit(1)
        row = session.execute(newest).one()
    assert (row.patient_id, row.actor_id, row.actor_as) == (ESTHER, DAUGHTER, "delegate")


@pytest.mark.parametrize(("scopes", "state"), [(("see_times",), "active"), (("message_contact",), "ended")])
def test_B8_a_delegate_who_may_not_finds_nothing(
    visit: Visit, service: Service, scopes: tuple[str, ...], state: str
) -> None:
    hear(service, world.delegate(*scopes, state=state))
    assert visit(DAUGHTER).get(f"/notify/ask/write?whom={ESTHER}").status_code == 404
    assert "ingen du kan fråga för" in visit(DAUGHTER).reads("/notify/ask")
    assert visit(EMIL).get(f"/notify/ask/write?whom={ESTHER}").status_code == 404
    assert visit(LISA).get(f"/notify/ask/write?whom={ESTHER}").status_code == 404


def test_B8_a_revoked_delegate_loses_what_they_asked_at_once(visit: Visit, service: Service) -> None:
    hear(service, world.delegate("message_contact"))
    sent = visit(DAUGHTER).post(f"/notify/ask/write?whom={ESTHER}", words="Hej", priority="soon", once=uuid4())
    hear(service, world.delegate("message_contact", state="ended"))
    assert visit(DAUGHTER).get(sent.location).status_code == 404
    assert sent.location not in visit(DAUGHTER).get("/notify/my/requests").text


def test_K17_nobody_reopens_what_a_death_has_closed(visit: Visit, service: Service) -> None:
    hear(service, world.delegate("message_contact"))
    sent = visit(DAUGHTER).post(f"/notify/ask/write?whom={ESTHER}", words="Hej", priority="soon", once=uuid4())
    world.answer(service, request_id=UUID(sent.location.rpartition("/")[2]))
    assert f"{sent.location}/no" in visit(DAUGHTER).get(sent.location).text
    hear(service, world.dead())
    assert visit(DAUGHTER).get(sent.location).status_code == 404
    assert visit(DAUGHTER).post(f"{sent.location}/no").status_code == 404
    assert {row.state for row in rows(service)} == {"closed"}


def test_what_is_over_is_not_on_the_first_page(visit: Visit, service: Service) -> None:
    address = f"/notify/my/requests/{world.answer(service)}"
    visit(ESTHER).post(f"{address}/yes")
    assert address not in visit(ESTHER).get("/notify/my/requests", **{"HX-Request": "true"}).text
    assert address in visit(ESTHER).get("/notify/my/requests").text


def test_the_texts_for_patients_are_easy_to_read() -> None:
    """Swedish patient text has LIX 35 or lower."""
    swedish_texts = [translator("sv")(text) for text in patients_texts()]
    assert len(swedish_texts) > 60
    assert lix(" ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in swedish_texts)) <= 35


def patients_texts() -> list[str]:
    """Every text on the pages of patients, and what is said of reasons and steps."""
    folders = ("services/notify/requests/asking", "services/notify/requests/mine")
    on_pages = [text for place, text in texts() if place.startswith(folders) and isinstance(text, str)]
    reasons = [str.__str__(why.patient) for why in REASONS.values()]
    return [*on_pages, *reasons, *(str.__str__(text) for text in TO_PATIENT.values())]


def test_my_questions_are_a_fragment_for_the_first_page(visit: Visit) -> None:
    part = visit(ESTHER).get("/notify/my/requests", **{"HX-Request": "true"})
    assert "<h1" not in part.text
    assert "/notify/my/requests/" in part.text


@pytest.mark.parametrize("address", ["/notify/worklist", "/notify/my/requests", "/notify/ask/write"])
def test_every_page_speaks_english_too(visit: Visit, service: Service, address: str) -> None:
    for person in (ESTHER, LISA):
        hear(service, world.person(person, language="en"))
    answer = visit(LISA if "worklist" in address else ESTHER).get(address)
    assert 'lang="en"' in answer.text
    assert not re.search(r"[åäöÅÄÖ]", words_of(answer))
