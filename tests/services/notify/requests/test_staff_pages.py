"""The pages of staff: what waits, one request, counts; and nothing to anybody whom it does not concern."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.audit import access_log
from shared.register import tables as register
from shared.service import Service
from tests.services.notify.requests import world
from tests.services.notify.requests.visitor import Visit, words_of
from tests.services.notify.requests.world import (
    ADMIN,
    CONTRACT,
    DAUGHTER,
    EMIL,
    EMILS_CONTRACT,
    ESTHER,
    HEAD,
    LISA,
    OMAR,
    OTHER_NURSE,
    WARD,
    attention,
    away,
    from_contract,
    hear,
    only,
    rows,
)
from tests.support.services import NOON, set_clock

GETS = [
    "/notify/worklist",
    "/notify/requests/{id}",
    "/notify/ask",
    "/notify/ask/ill",
    "/notify/ask/ring",
    "/notify/ask/write",
    "/notify/my/requests",
    "/notify/my/requests/{id}",
    "/notify/overview",
]
POSTS = [
    *(f"/notify/requests/{{id}}/{act}" for act in ("read", "answer", "call", "ask", "hand-over")),
    *(f"/notify/my/requests/{{id}}/{act}" for act in ("more", "yes", "no", "withdraw")),
    "/notify/ask/write",
]


@pytest.mark.parametrize("address", [*GETS, *POSTS])
def test_P32_a_stranger_is_asked_to_sign_in(visit: Visit, service: Service, address: str) -> None:
    where = address.format(id=only(service).id)
    answer = visit().get(where) if address in GETS else visit().post(where, answer="x", words="x")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/contract/signin")
    assert only(service).state == "new"


@pytest.mark.parametrize("person", [ESTHER, EMIL, DAUGHTER, OTHER_NURSE, WARD, ADMIN, HEAD])
@pytest.mark.parametrize("act", ["", "/read", "/answer", "/call", "/ask", "/hand-over"])
def test_P32_whoever_has_nothing_to_do_with_it_finds_nothing(
    visit: Visit, service: Service, person: UUID, act: str
) -> None:
    address = f"/notify/requests/{only(service).id}{act}"
    answer = visit(person).post(address, answer="x") if act else visit(person).get(address)
    assert answer.status_code == 404
    assert "Esther" not in answer.text
    assert only(service).state == "new"


def test_B2_a_wish_about_the_next_contact_leads_straight_to_where_it_is_answered(
    visit: Visit, service: Service
) -> None:
    there = f'href="/contract/next-contact/{CONTRACT}"'
    assert there not in visit(LISA).get(f"/notify/requests/{only(service).id}").text
    hear(service, from_contract(reason_key="next_contact.time_suggested"))
    [wish] = (row for row in rows(service) if row.kind == "next_contact")
    assert there in visit(LISA).get(f"/notify/requests/{wish.id}").text


@pytest.mark.parametrize("person", [LISA, OMAR])
def test_B4_contact_reads_and_a_deputy_once_they_answer(visit: Visit, service: Service, person: UUID) -> None:
    address = f"/notify/requests/{only(service).id}"
    if person == OMAR:
        assert visit(OMAR).get(address).status_code == 404
        hear(service, away(LISA, NOON))
    assert "Esther Ek" in visit(person).reads(address)
    assert "Esther Ek" in visit(LISA).reads(address)


def test_B4_whoever_it_was_handed_to_or_put_before_may_open_it(visit: Visit, service: Service) -> None:
    address = f"/notify/requests/{only(service).id}"
    visit(LISA).post(f"{address}/hand-over", to=OTHER_NURSE, note="Du känner henne.")
    assert "Du känner henne." in visit(OTHER_NURSE).reads(address)
    world.due(service, NOON + timedelta(days=9))
    assert visit(HEAD).get(address).status_code == 200
    assert visit(ADMIN).get(address).status_code == 404


def test_B4_what_is_nobodys_in_person_may_be_opened_by_every_nurse_of_the_unit(visit: Visit, service: Service) -> None:
    hear(service, world.unit(head_id=None), away(LISA, NOON), away(OMAR, NOON))
    address = f"/notify/requests/{only(service).id}"
    assert visit(OTHER_NURSE).get(address).status_code == 200
    assert visit(WARD).get(address).status_code == 404


def test_K21_a_request_to_another_unit_is_not_for_the_contracts_contact(visit: Visit, service: Service) -> None:
    hear(service, attention(unit_id=world.OTHER_UNIT, kind="wants_to_come_in"))
    elsewhere = next(row.id for row in world.rows(service) if row.unit_id == world.OTHER_UNIT)
    assert visit(LISA).get(f"/notify/requests/{elsewhere}").status_code == 404
    assert visit(WARD).get(f"/notify/requests/{elsewhere}").status_code == 200


def test_E2_the_worklist_says_who_why_and_how_much_time_is_left(visit: Visit, service: Service) -> None:
    words = visit(LISA).reads("/notify/worklist")
    for expected in ("Esther Ek", "Snart", "Kan inte komma till den bokade tiden", "4 tim kvar", "Ingen har läst"):
        assert expected in words


def test_E2_the_most_pressing_stands_first_and_then_the_least_time(visit: Visit, service: Service) -> None:
    set_clock(service, NOON + timedelta(hours=1))
    hear(service, attention(service.clock.now(), patient_id=EMIL, contract_id=EMILS_CONTRACT, priority="urgent"))
    hear(service, attention(service.clock.now(), kind="undeliverable", reason_key="reminder.unreachable"))
    words = visit(LISA).reads("/notify/worklist")
    assert words.index("Emil Berg") < words.index("bokade tiden") < words.index("inget meddelande kom fram")


def test_E2_three_lists_mine_as_deputy_and_my_units(visit: Visit, service: Service) -> None:
    assert "Esther" not in visit(OMAR).reads("/notify/worklist")
    hear(service, away(LISA, NOON))
    assert "Esther" in visit(OMAR).reads("/notify/worklist?list=deputy")
    assert "Du ersätter ingen" in visit(LISA).reads("/notify/worklist?list=deputy")


def test_E2_my_units_list_shows_a_colleagues_clock_but_not_whom_it_is_about(visit: Visit, service: Service) -> None:
    answer = visit(OTHER_NURSE).get("/notify/worklist?list=unit")
    assert "Ett ärende hos Lisa Lind" in words_of(answer)
    for hidden in ("Esther", "bokade tiden", str(only(service).id)):
        assert hidden not in answer.text


def test_E2_an_empty_worklist_says_so(visit: Visit) -> None:
    assert "Inget väntar på dig." in visit(OTHER_NURSE).reads("/notify/worklist")


def test_E2_the_list_refreshes_itself_by_a_fragment(visit: Visit) -> None:
    whole, part = visit(LISA).get("/notify/worklist"), visit(LISA).get("/notify/worklist", **{"HX-Request": "true"})
    assert 'hx-trigger="every 30s"' in whole.text
    assert part.text.lstrip().startswith('<div id="worklist"')
    assert "<html" not in part.text


def test_E2_a_long_worklist_has_pages(visit: Visit, service: Service) -> None:
    for n in range(21):
        hear(service, attention(kind=f"kind {n}"))
    first, second = visit(LISA).get("/notify/worklist"), visit(LISA).get("/notify/worklist?page=2")
    assert first.text.count("sk-card--plain") == 20
    assert second.text.count("sk-card--plain") == 2
    assert "page=2" in first.text
    assert "page=1" in second.text


def test_5_3_a_list_that_refreshes_itself_stands_once_in_the_access_log(visit: Visit, service: Service) -> None:
    for _ in range(3):
        visit(LISA).get("/notify/worklist")
    assert logged(service, "list") == [(LISA, ESTHER)]
    visit(LISA).get(f"/notify/requests/{only(service).id}")
    assert logged(service, "read") == [(LISA, ESTHER)]


def test_5_3_what_another_list_showed_was_another_look(visit: Visit, service: Service) -> None:
    row = {"actor_id": LISA, "actor_as": "admin", "patient_id": ESTHER, "resource": "delivery", "action": "list"}
    with service.database.begin() as session:
        session.execute(sa.insert(access_log).values(**row, what="looked at when messages were sent"))
    visit(LISA).get("/notify/worklist")
    assert logged(service, "list") == [(LISA, ESTHER)] * 2


def logged(service: Service, action: str) -> list[tuple[UUID, UUID]]:
    with service.database.begin() as session:
        log = access_log.c
        found = session.execute(sa.select(log.actor_id, log.patient_id).where(log.action == action))
        return [(row.actor_id, row.patient_id) for row in found]


def test_an_admin_sees_counts_and_never_whom_or_what(visit: Visit, service: Service) -> None:
    assert visit(ADMIN).get("/notify/worklist").location == "/notify/overview"
    answer = visit(ADMIN).get("/notify/overview")
    assert "Lisa Lind" in answer.text
    for hidden in ("Esther", "bokade", str(only(service).id)):
        assert hidden not in answer.text
    assert visit(LISA).get("/notify/overview").status_code == 404


def test_E2_read_answer_and_done(visit: Visit, service: Service) -> None:
    address, lisa = f"/notify/requests/{only(service).id}", visit(LISA)
    assert lisa.post(f"{address}/read").status_code == 303
    assert "Sparat. Patienten ser att du har läst." in lisa.reads(address)
    assert "Någon hade läst före dig" in words_of(lisa.client.get(lisa.post(f"{address}/read").location))
    assert lisa.post(f"{address}/answer", answer="Kom på torsdag.").status_code == 303
    assert "Kom på torsdag." in lisa.reads(address)
    late = lisa.post(f"{address}/answer", answer="Eller fredag.")
    assert late.status_code == 409
    assert "Lisa Lind har redan svarat, kl. 12.00" in late.text


def test_E2_how_it_reads_is_a_hint_and_never_stops_the_answer(visit: Visit, service: Service) -> None:
    address, lisa = f"/notify/requests/{only(service).id}/answer", visit(LISA)
    hard = "Interdialytisk viktuppgång överskrider rekommenderad ultrafiltration. " * 20
    checked = lisa.post(address, answer=hard, check="1")
    assert checked.status_code == 200
    assert "LIX" in checked.text
    assert "ultrafiltration" in words_of(checked)
    assert hard.strip() in checked.text
    assert only(service).state == "new"
    assert lisa.post(address, answer=hard).status_code == 303
    assert only(service).state == "answered"


def test_E2_an_empty_answer_is_said_beside_the_field(visit: Visit, service: Service) -> None:
    answer = visit(LISA).post(f"/notify/requests/{only(service).id}/answer", answer=" ")
    assert answer.status_code == 422
    assert 'href="#answer"' in answer.text
    assert answer.text.count("<details") == 3, "what has no error in it stays folded away"


def test_E2_a_form_that_is_wrong_is_not_folded_away(visit: Visit, service: Service) -> None:
    answer = visit(LISA).post(f"/notify/requests/{only(service).id}/call", reached="yes")
    assert answer.status_code == 422
    assert answer.text.count("<details") == 2
    assert 'id="said"' not in "".join(answer.text.split("<details")[1:])


def test_K17_a_death_stands_in_the_contacts_list_until_it_is_seen(visit: Visit, service: Service) -> None:
    hear(service, world.dead())
    page = visit(LISA).get("/notify/worklist")
    assert "Esther Ek" in words_of(page)
    assert "Är registrerad som avliden" in words_of(page)
    match = re.search(r'action="(/notify/worklist/notices/[^"]+)"', page.text)
    assert match
    visit(OMAR).post(match.group(1))
    assert "avliden" in visit(LISA).reads("/notify/worklist")
    visit(LISA).post(match.group(1))
    assert "avliden" not in visit(LISA).reads("/notify/worklist")


def test_P25_a_request_that_came_before_its_patient_says_so_and_can_be_answered(visit: Visit, service: Service) -> None:
    with service.database.begin() as session:
        session.execute(sa.delete(register.person).where(register.person.c.person_id == ESTHER))
    address = f"/notify/requests/{only(service).id}"
    assert "Vi har inte fått veta namnet än" in visit(LISA).reads(address)
    listed = visit(LISA).get("/notify/worklist").text
    assert "Vi har inte fått veta namnet än" in listed
    assert address in listed
    assert visit(LISA).post(f"{address}/read").status_code == 303
