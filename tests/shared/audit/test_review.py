"""Whoever checks the log of a unit draws a sample of it, looks it through and writes down what they found."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.contract.people import actions as people
from shared.audit import access_log
from shared.audit.review import actions
from shared.audit.review.domain import OF_EACH, SIZE, Reason, check_days, drawn
from shared.audit.tables import access_review
from shared.db import Database, insert_all
from shared.errors import Refused
from shared.events import StaffRole
from tests.services.contract.clinic import Clinic, open_clinic, staff, words
from tests.support.services import make_service, viewer_of

HERE = "/contract/looked/reviews"
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""A day within the week before; 12.00 at the unit."""
WEEK: dict[str, Any] = {"first": date(2026, 11, 17), "last": date(2026, 11, 23), "seed": "word"}
QUERY = "first=2026-11-17&last=2026-11-23&seed=word"


@pytest.fixture
def clinic(contract_db: Database) -> Clinic:
    return open_clinic(make_service("contract", contract_db))


@pytest.fixture
def vera(clinic: Clinic) -> UUID:
    """Who checks the log of the unit, and nothing else."""
    with clinic.service.act() as ctx:
        return staff(ctx, "Vera Granskare", clinic.unit, "auditor")


def log(clinic: Clinic, count: int = 1, **row: Any) -> list[int]:
    usual = {
        "at": NOON, "actor_id": clinic.anita, "actor_as": "contact", "patient_id": clinic.esther,
        "unit_id": clinic.unit, "resource": "plan", "action": "read", "what": "read the plan", "session_id": None,
    }  # fmt: skip
    with clinic.service.act() as ctx:
        before = ctx.session.execute(sa.select(sa.func.coalesce(sa.func.max(access_log.c.id), 0))).scalar_one()
        insert_all(ctx.session, access_log, [{**usual, **row}] * count)
        return list(ctx.session.scalars(sa.select(access_log.c.id).where(access_log.c.id > before)))


def sample(clinic: Clinic, who: UUID, **changes: Any) -> dict[int, Reason]:
    with clinic.service.act() as ctx:
        ctx.viewer = viewer_of(clinic.service, ctx, who)
        return {row.act.id: reason for reason, row in actions.sample(ctx, clinic.unit, **WEEK | changes)}


def test_B10_point_2_what_stands_out_is_drawn_first_and_says_why(clinic: Clinic, vera: UUID) -> None:
    with clinic.service.act() as ctx:
        patients = [people.save_person(ctx, kind="patient", name=f"Pat Nr{n}", identity=None) for n in range(25)]
        relative = people.save_person(ctx, kind="patient", name="Bo Berg", identity=None)
    usual = log(clinic, 3)
    kin = log(clinic, patient_id=relative)
    night = log(clinic, at=NOON.replace(hour=23))
    alone = log(clinic, actor_as="admin", actor_id=clinic.admin)
    seen_to = log(clinic, actor_as="staff", actor_id=clinic.lisa)
    log(clinic, actor_as="staff", actor_id=clinic.lisa, action="change", at=NOON + timedelta(days=2))
    glass = log(clinic, resource="break-glass session", action="begin")
    busy = [
        log(clinic, actor_id=clinic.lisa, patient_id=one, at=NOON.replace(day=19) + timedelta(seconds=90 * n))[0]
        for n, one in enumerate(patients)
    ]
    listed = [log(clinic, actor_id=clinic.lisa, patient_id=one, at=NOON.replace(day=18))[0] for one in patients]
    found = sample(clinic, vera)
    assert len(found) == SIZE
    assert list(found)[:2] == [*glass, *kin], "the gravest first"
    assert (found[kin[0]], found[night[0]], found[alone[0]]) == (Reason.SAME_NAME, Reason.NIGHT, Reason.NO_LATER_ACT)
    assert sum(reason is Reason.MANY for reason in found.values()) == OF_EACH
    many = {entry for entry, reason in found.items() if reason is Reason.MANY}
    assert many <= set(busy), "a list that shows them all at once is one look"
    assert {found.get(entry, Reason.CHANCE) for entry in [*usual, *seen_to, *listed]} == {Reason.CHANCE}


def test_the_same_word_draws_the_same_and_another_word_another(clinic: Clinic, vera: UUID) -> None:
    log(clinic, 200)
    first = sample(clinic, vera)
    log(clinic, 5, at=NOON + timedelta(days=5))
    assert sample(clinic, vera) == first, "days that are over do not change"
    assert sample(clinic, vera, seed="other") != first


def test_what_patients_helpers_and_the_system_did_and_what_reviewers_did_themselves_is_not_drawn(
    clinic: Clinic, vera: UUID
) -> None:
    for acted_as in ("patient", "delegate", "service", "operator", "auditor", "anyone"):
        log(clinic, actor_as=acted_as)
    log(clinic, actor_id=vera)
    log(clinic, unit_id=clinic.other_unit)
    log(clinic, at=NOON - timedelta(days=9))
    assert sample(clinic, vera) == {}


def test_B10_point_2_a_check_is_documented_and_can_be_read_again(clinic: Clinic, vera: UUID) -> None:
    entry, other = log(clinic, 2)
    browser = clinic.browser(vera)
    shown = words(browser.text(f"{HERE}/{clinic.unit}/sample?{QUERY}"))
    assert "Patient Esther Lindqvist What, as the patient reads it read the plan" in shown
    assert "Anita Berg Nurse, Njurmottagningen" in shown
    form = {**WEEK, "follow_up": [str(entry)], "note": "Asked Anita why."}
    assert browser.post(f"{HERE}/{clinic.unit}", form).status_code == 303
    listed = browser.text(HERE)
    assert "Vera Granskare" in listed
    assert "Follow up" in listed
    link = re.search(rf'href="({HERE}/{clinic.unit}/[0-9a-f-]{{36}})"', listed)
    assert link
    read = words(browser.text(link[1]))
    assert "Asked Anita why." in read
    assert read.count("Looked right") == 1
    with clinic.service.act() as ctx:
        kept = ctx.session.execute(sa.select(access_review)).one()
        assert (sorted(kept.sample), kept.follow_up, kept.reviewer_id) == ([entry, other], [entry], vera)
    esther = words(clinic.browser(clinic.esther).text("/contract/looked"))
    assert "Vera Granskare Log reviewer, Njurmottagningen What documented a check of who has looked" in esther


def test_a_check_is_only_added(clinic: Clinic, vera: UUID) -> None:
    clinic.browser(vera).post(f"{HERE}/{clinic.unit}", WEEK)
    for statement in (sa.delete(access_review), sa.update(access_review).values(note="all well")):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), clinic.service.act() as ctx:
            ctx.session.execute(statement)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"last": "2026-11-24"}, "Choose days that are over"),
        ({"last": "2026-11-16"}, "The last day is before the first."),
        ({"first": "2026-01-01"}, "Choose three months at most."),
        ({"follow_up": ["1000000"], "note": "x"}, "Choose one from the list."),
        ({"follow_up": "one"}, "Write what needs to be followed up, and how."),
        ({"seed": ""}, "Fill in an answer here."),
    ],
    ids=["today", "backwards", "long", "not drawn", "no words", "no word"],
)
def test_what_can_not_be_documented_is_said_beside_its_field(
    clinic: Clinic, vera: UUID, form: dict[str, Any], said: str
) -> None:
    (entry,) = log(clinic)
    if form.get("follow_up") == "one":
        form = {"follow_up": [str(entry)]}
    answer = clinic.browser(vera).post(f"{HERE}/{clinic.unit}", {**WEEK, **form})
    assert answer.status_code == 422
    assert said in answer.text
    with clinic.service.act() as ctx:
        assert ctx.session.execute(sa.select(access_review)).all() == []


def test_P32_only_who_checks_the_unit_sees_its_sample_and_they_see_nothing_of_its_patients(
    clinic: Clinic, vera: UUID
) -> None:
    log(clinic)
    for person in (clinic.anita, clinic.admin, clinic.esther):
        browser = clinic.browser(person)
        for path in (HERE, f"{HERE}/{clinic.unit}/sample?{QUERY}"):
            assert browser.get(path).status_code == 404
        assert browser.post(f"{HERE}/{clinic.unit}", WEEK).status_code == 404
    browser = clinic.browser(vera)
    assert browser.get(f"{HERE}/{clinic.other_unit}/sample?{QUERY}").status_code == 404
    for path in (f"/contract/plan/{clinic.contract}", f"/contract/named-contact/{clinic.contract}", "/contract/people"):
        assert browser.get(path).status_code == 404
    assert browser.get("/contract/home").headers["Location"] == HERE


def test_a_reviewer_is_nobodys_contact_and_stands_in_for_nobody(clinic: Clinic, vera: UUID) -> None:
    from services.contract.people import store as register

    with clinic.service.act() as ctx:
        assert vera not in {person.id for person in register.staff_at(ctx.session, [clinic.unit])}
        assert register.without_role(ctx.session, [vera]) == {vera}


def test_programs_draw_and_document_too(clinic: Clinic, vera: UUID) -> None:
    from tests.services.contract.api.desk import Desk
    from tests.support.services import make_app

    (entry,) = log(clinic)
    desk = Desk(clinic.service, make_app(clinic.service), vera)
    here = f"/units/{clinic.unit}/log-reviews"
    asked = {"first": "2026-11-17", "last": "2026-11-23", "seed": "word"}
    drawn_rows = desk("POST", f"{here}/samples", asked).json["rows"]
    assert [(row["id"], row["why"]) for row in drawn_rows] == [(entry, "chance")]
    made = desk.create(here, {**asked, "follow_up": [entry], "note": "Why?"})
    assert made.status_code == 201, made.text
    assert desk.get(here).json["items"] == [made.json]
    assert desk.create(here, {**asked, "follow_up": [entry], "note": ""}).status_code == 422
    assert Desk(clinic.service, desk.app, clinic.admin).get(here).status_code == 404


def test_other_services_have_their_own_checks(notify_db: Database) -> None:
    from shared.events import StaffRole, StaffRolesChanged
    from shared.register.actions import APPLY
    from tests.services.notify.requests.world import ESTHER, LISA, OMAR, UNIT, settled
    from tests.support.services import make_app, sign_in

    service = settled(notify_db)
    with service.act() as ctx:
        checks = StaffRolesChanged(person_id=OMAR, roles=(StaffRole(unit_id=UNIT, role="auditor"),))
        APPLY[StaffRolesChanged](ctx.session, checks)
        row = {"actor_id": LISA, "actor_as": "contact", "patient_id": ESTHER, "unit_id": UNIT, "at": NOON}
        what = {"resource": "request", "action": "read", "what": "read a question", "session_id": None}
        insert_all(ctx.session, access_log, [row | what])
    client = sign_in(make_app(service).test_client(), OMAR)
    shown = words(client.get(f"/notify/looked/reviews/{UNIT}/sample?{QUERY}&language=en").text)
    assert "Lisa Lind Nurse, Dialysen Patient Esther Ek What, as the patient reads it read a question" in shown


kinds = st.dictionaries(st.sampled_from(Reason), st.lists(st.integers(0, 60), unique=True, max_size=SIZE))


@given(kinds)
def test_a_sample_holds_each_row_once_the_gravest_first_and_never_too_many(found: dict[Reason, list[int]]) -> None:
    taken = drawn(found)
    rows = [row for _, row in taken]
    assert len(rows) == len(set(rows)) <= SIZE
    order = list(Reason)
    assert [order.index(reason) for reason, _ in taken] == sorted(order.index(reason) for reason, _ in taken)
    for reason in order[:-1]:
        assert sum(one is reason for one, _ in taken) <= OF_EACH
    if len(rows) < SIZE:
        assert set(found.get(Reason.CHANCE, [])) <= set(rows), "there is room, and chance has put it first"


def test_only_days_that_are_over_are_drawn_from() -> None:
    today = date(2026, 11, 24)
    check_days(today - timedelta(days=92), today - timedelta(days=1), today)
    with pytest.raises(Refused):
        check_days(today, today, today)


def test_one_form_draws_of_the_unit_that_is_chosen(clinic: Clinic, vera: UUID) -> None:
    browser = clinic.browser(vera)
    alone = browser.text(HERE)
    assert alone.count("<form") == 1
    assert "<select" not in alone
    assert f'name="unit" value="{clinic.unit}"' in alone
    with clinic.service.act() as ctx:
        staff(ctx, "Vera Granskare", clinic.other_unit, "auditor")
        roles = [StaffRole(unit_id=unit, role="auditor") for unit in (clinic.unit, clinic.other_unit)]
        people.set_roles(ctx, vera, roles)
    text = browser.text(HERE)
    assert text.count("<form") == 1
    assert text.count("<option") == 2
    answer = browser.get(f"{HERE}/sample?unit={clinic.other_unit}&{QUERY}")
    assert answer.location.startswith(f"{HERE}/{clinic.other_unit}/sample?{QUERY}")
    assert browser.get(f"{HERE}/sample?unit=none&{QUERY}").location == HERE
