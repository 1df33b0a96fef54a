"""The patient reads who has looked: who, for whom, where, when, what and why; nobody else reads it, and reading it is logged."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po

from shared.audit import access_log
from shared.audit.looked.domain import LOOKED_ON, Act, by_day, folded, in_words
from shared.audit.looked.pages import PAGE
from shared.db import Database, insert_all
from shared.events import SERVICES
from shared.i18n import speaking, translator
from shared.i18n.catalogue import PO_FOLDER
from shared.policy import Who, policy_of
from shared.text import LIX_AIM, judge
from shared.time import zone_of
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic, words
from tests.services.notify.requests.world import ESTHER, LISA, UNIT, settled
from tests.support.databases import counted
from tests.support.services import make_app, make_service, set_clock, sign_in

HERE = "/contract/looked"
AT = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


@pytest.fixture
def agreed(contract_db: Database) -> Agreed:
    return open_agreed(open_clinic(make_service("contract", contract_db)))


def log(agreed: Agreed, count: int = 1, apart: timedelta = timedelta(minutes=16), **row: Any) -> None:
    usual = {
        "at": AT, "actor_id": agreed.clinic.anita, "actor_as": "contact", "patient_id": agreed.karin,
        "unit_id": agreed.clinic.unit, "resource": "plan", "action": "read", "what": "read the plan", "session_id": None,
    }  # fmt: skip
    rows = [{**usual, **row, "at": row.get("at", AT) - n * apart} for n in range(count)]
    with agreed.clinic.service.act() as ctx:
        insert_all(ctx.session, access_log, rows)


def test_B10_point_2_the_patient_sees_who_looked_at_which_unit_when_and_why(agreed: Agreed) -> None:
    contact, karin = agreed.browser(agreed.clinic.anita), agreed.browser(agreed.karin)
    assert contact.get(f"/contract/plan/{agreed.contract}").status_code == 200
    log(agreed)
    told = words(karin.text(HERE))
    assert "Tuesday 24 November Time Who What Why" in told
    assert "08:30 Who Anita Berg Nurse, Njurmottagningen What read the plan Why Is your named contact" in told
    assert told.count("Anita Berg") == 2, "the row that reading the plan wrote is there at once"
    in_swedish = words(karin.text(HERE, "sv"))
    assert "Anita Berg Sjuksköterska, Njurmottagningen Vad läste planen Varför Är din fasta vårdkontakt" in in_swedish


def test_B10_point_2_what_the_patient_did_and_what_happens_by_itself_is_left_out_until_asked_for(
    agreed: Agreed,
) -> None:
    karin = agreed.browser(agreed.karin)
    log(agreed, actor_id=None, actor_as="service", what="planned reminders of the next contact")
    karin.get(HERE)
    told = words(karin.text(HERE))
    assert "No one has looked here." in told
    assert "Left out: what you did, and what happens by itself." in told
    whole = words(karin.text(f"{HERE}?everything=1"))
    assert "The system Njurmottagningen What planned reminders of the next contact" in whole
    assert "You What looked at who has looked Why It is yours" in whole, "reading the log is logged too"


def test_B8_only_the_patient_reads_it(agreed: Agreed) -> None:
    helper = agreed.helper("see_contract", "see_plan", "see_times", "message_contact")
    log(agreed)
    for person in (helper, agreed.clinic.anita, agreed.clinic.admin):
        for path in ("", "/file.csv", "/paper"):
            assert agreed.browser(person).get(HERE + path).status_code == 404
    other = words(agreed.browser(agreed.clinic.esther).text(f"{HERE}?everything=1"))
    assert "read the plan" not in other, "another patient's log"


def test_B8_what_a_helper_did_is_told_as_theirs_for_the_patient(agreed: Agreed) -> None:
    eva, karin = agreed.helper("see_contract"), agreed.browser(agreed.karin)
    assert agreed.browser(eva).get(f"/contract/agreement/{agreed.contract}").status_code == 200
    assert agreed.browser(eva).get("/contract/home").status_code == 200
    told = words(karin.text(HERE))
    assert "Eva Ek, for you Njurmottagningen What read the agreement Why Helps you: you or the law have said so" in told
    assert "saw who has an agreement and how far it is" in told
    assert "You What" not in told


def test_the_list_goes_on_page_by_page_and_keeps_to_the_days_and_the_unit_that_are_asked_for(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    log(agreed, PAGE + 3)
    log(agreed, 2, at=AT - timedelta(days=3), unit_id=agreed.clinic.other_unit, what="read messages")
    first = karin.text(HERE)
    more = re.search(r'href="(/contract/looked\?[^"]*after=[^"]+)"', first)
    assert first.count("read the plan") == PAGE
    assert more
    second = karin.text(more[1].replace("&amp;", "&"))
    assert (second.count("read the plan"), second.count("read messages")) == (3, 2)
    assert karin.text(f"{HERE}?since=2026-11-21&until=2026-11-21").count("read messages") == 2
    assert "read the plan" not in karin.text(f"{HERE}?until=2026-11-21")
    assert "read messages" not in karin.text(f"{HERE}?unit={agreed.clinic.unit}&after=nonsense&since=once")


@pytest.mark.parametrize("where", [HERE, f"{HERE}/paper"])
def test_what_is_left_out_by_the_days_and_the_unit_is_said(agreed: Agreed, where: str) -> None:
    log(agreed)
    karin = agreed.browser(agreed.karin)
    told = words(karin.text(f"{where}?since=2026-11-25&until=2026-11-26&unit={agreed.clinic.unit}"))
    assert "From 25 November 2026" in told.replace("Wednesday ", "")
    assert "Njurmottagningen." in told
    assert "No one has looked here in what you chose." in told
    assert "You see only a part." not in words(karin.text(where))


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        (("admin",), "Keeps the unit's lists"),
        (("auditor",), "Checks that no one looks without reason"),
        (("admin", "nurse"), "Works at the unit"),
        ((), "Works at the unit"),
    ],
)
def test_staff_without_a_part_in_the_care_are_told_by_what_they_do(roles: tuple[str, ...], why: str) -> None:
    with speaking("en"):
        assert in_words(Act(1, AT, uuid4(), "staff", None, "read the plan"), "Ulla", roles, None).why == why


def test_E1_keeping_out_a_unit_is_one_touch_from_who_has_looked(agreed: Agreed) -> None:
    assert 'href="/contract/blocks"' in agreed.browser(agreed.karin).text(HERE)


@pytest.mark.parametrize("entries", [1, 30])
def test_a_page_asks_a_few_questions_however_much_there_is(agreed: Agreed, entries: int) -> None:
    log(agreed, entries)
    karin = agreed.browser(agreed.karin)
    with counted(agreed.clinic.service.database) as sent:
        karin.get(HERE)
    assert len(sent) <= 16, sent


def test_the_file_is_whole_and_runs_nothing_in_a_spreadsheet(agreed: Agreed) -> None:
    log(agreed, PAGE + 5, what="=HYPERLINK(1)")
    answer = agreed.browser(agreed.karin).get(f"{HERE}/file.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert answer.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[0] == ["Day", "Time", "Who", "Role", "Unit", "What", "Why"]
    assert len(rows) == 1 + PAGE + 5
    assert rows[1] == [
        "2026-11-24", "08:30", "Anita Berg", "Nurse", "Njurmottagningen", "'=HYPERLINK(1)", "Is your named contact"
    ]  # fmt: skip
    assert words(agreed.browser(agreed.karin).text(f"{HERE}/paper")).count("Anita Berg") == PAGE + 5


def test_the_other_services_tell_their_part_and_the_first_page_leads_there(notify_db: Database) -> None:
    service = settled(notify_db)
    with service.act() as ctx:
        row = {"actor_id": LISA, "actor_as": "contact", "patient_id": ESTHER, "unit_id": UNIT, "at": AT}
        what = {"resource": "request", "action": "read", "what": "read a question", "session_id": None}
        insert_all(ctx.session, access_log, [row | what])
    client = sign_in(make_app(service).test_client(), ESTHER)
    whole = client.get("/notify/looked?language=en").text
    part = client.get("/notify/looked?language=en", headers={"HX-Request": "true"}).text
    assert "<h1" in whole
    assert "<h1" not in part
    for text in (whole, part):
        assert "Lisa Lind Nurse, Dialysen What read a question" in words(text)


def test_three_touches_from_the_first_page(agreed: Agreed) -> None:
    karin = agreed.browser(agreed.karin)
    assert f'href="{HERE}"' in karin.text("/contract/home")
    page = karin.text(HERE)
    for other in ("/selfcare/looked", "/notify/looked"):
        assert f'hx-get="{other}?' in page
        assert f'href="{other}?' in page, "without scripts a link leads there"


def test_B12_what_patients_read_in_it_is_easy(agreed: Agreed) -> None:
    for name, before in (("shared.audit", ""), ("shared.audit.log", "Anna ")):
        with (PO_FOLDER / "sv" / f"{name}.po").open("rb") as source:
            texts = [before + str(one.string).rstrip(".") for one in read_po(source, locale="sv") if one.id]
        found = judge(". ".join(texts) + ".", "sv")
        assert found.score <= LIX_AIM
        assert found.jargon == ()


@pytest.mark.parametrize("acted_as", [who for who in Who if who is not Who.SIGNED_IN])
def test_every_relation_has_its_words(acted_as: Who) -> None:
    act = Act(1, AT, uuid4(), acted_as, None, "read the plan")
    for language in ("en", "sv"):
        with speaking(language):
            assert in_words(act, "Anna", (), None).why
            assert in_words(act, None, (), None).who


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_a_declaration_says_in_the_log_has_its_swedish(name: str, databases: dict[str, Database]) -> None:
    """Also what is put together from a list, which no reading of the source finds."""
    service = make_service(name, databases[name])
    app, swedish = make_app(service), translator("sv")
    doors = [view for endpoint, view in app.view_functions.items() if endpoint != "static"]
    declared = [policy_of(one) for one in (*doors, *service.handlers.values(), *(job.run for job in service.due))]
    said = {one.log for one in declared if one.log}
    assert said
    assert {text for text in said if swedish(text) == text} == set()


def test_a_day_is_the_patients_own() -> None:
    with speaking("en"):
        late = [
            in_words(Act(n, AT.replace(hour=hour), None, "service", None, "x"), None, (), None)
            for n, hour in ((2, 23), (1, 22))
        ]
    assert [day.isoformat() for day, _ in by_day(late, zone_of("Europe/Stockholm"))] == ["2026-11-25", "2026-11-24"]


WHO, SIGNED_IN, GLASS = (UUID(int=n) for n in (1, 2, 3))
DAY = zone_of("Europe/Stockholm")


def acts(*minutes: float, **row: Any) -> list[Act]:
    """Acts of one person so many minutes after eight at the unit, the newest first."""
    usual: dict[str, Any] = {
        "actor_id": WHO, "actor_as": "contact", "unit_id": None, "what": "read the plan", "session_id": SIGNED_IN,
    }  # fmt: skip
    eight = AT.replace(hour=7, minute=0)
    return [Act(0, eight + timedelta(minutes=at), **usual | row) for at in sorted(minutes, reverse=True)]


def test_B10_point_2_who_comes_back_to_the_same_thing_stands_once_with_how_often_from_when_until_when() -> None:
    first, later = acts(0, 5, 19, 40)[::-1][:3], acts(40)
    assert timedelta(minutes=15) == LOOKED_ON
    late, one = folded([*later, *first[::-1]], DAY)
    assert (late.times, late.since) == (1, None)
    assert (one.times, one.since, one.at) == (3, first[0].at, first[2].at)


def test_B10_point_3_an_emergency_stands_once_however_long_it_was_looked_at() -> None:
    (one,) = folded(acts(0, 29, 58, glass_id=GLASS), DAY)
    assert one.times == 3
    assert len(folded([*acts(30, glass_id=GLASS), *acts(29, glass_id=UUID(int=4))], DAY)) == 2, "two emergencies"


@pytest.mark.parametrize(
    "other",
    [
        {"actor_id": UUID(int=9)},
        {"actor_as": "deputy"},
        {"unit_id": UUID(int=9)},
        {"what": "changed the plan"},
        {"session_id": UUID(int=9)},
    ],
)
def test_another_person_part_unit_thing_or_sign_in_stands_by_itself(other: dict[str, Any]) -> None:
    mixed = sorted([*acts(0, 2), *acts(1, 3, **other)], key=lambda act: act.at, reverse=True)
    assert [act.times for act in folded(mixed, DAY)] == [2, 2]


def test_what_is_looked_at_over_midnight_stands_on_both_days() -> None:
    assert [act.times for act in folded(acts(15 * 60 + 55, 15 * 60 + 59, 16 * 60 + 1), DAY)] == [1, 2]


def test_the_page_and_the_paper_tell_how_often_and_the_sheet_has_every_row(agreed: Agreed) -> None:
    log(agreed, 3, timedelta(minutes=4))
    karin = agreed.browser(agreed.karin)
    for where in (HERE, f"{HERE}/paper"):
        told = words(karin.text(where))
        assert "08:22 – 08:30 3 times Who Anita Berg" in told.replace("08:22–08:30", "08:22 – 08:30")
        assert told.count("read the plan") == 1
    log(agreed, 2, timedelta(seconds=1), what="changed the plan")
    assert "08:30 2 times Who Anita Berg" in words(karin.text(HERE)), "one minute is told once"
    assert karin.get(f"{HERE}/file.csv?language=en").text.count("read the plan") == 3


def test_a_role_whose_name_another_one_says_is_called_once() -> None:
    held = {"nurse", "ward", "auditor"}
    with speaking("en"):
        assert in_words(acts(0)[0], "Lisa", held, None).part == "Log reviewer, Ward nurse"
        assert in_words(acts(0)[0], "Lisa", {"nurse"}, None).part == "Nurse"


@pytest.mark.parametrize("demo", [True, False])
def test_in_a_demonstration_the_log_goes_by_its_clock_and_elsewhere_by_the_databases(
    contract_db: Database, demo: bool
) -> None:
    agreed = open_agreed(open_clinic(make_service("contract", contract_db, demo=demo)))
    moved = agreed.clinic.service.clock.now() + timedelta(days=40)
    set_clock(agreed.clinic.service, moved)
    assert agreed.browser(agreed.clinic.anita).get(f"/contract/plan/{agreed.contract}").status_code == 200
    with agreed.clinic.service.act() as ctx:
        newest = sa.select(access_log.c.at).order_by(access_log.c.id.desc()).limit(1)
        assert (ctx.session.execute(newest).scalar_one() == moved) is demo
