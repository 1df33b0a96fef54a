"""Contracts by what they lack: the list agrees with the rule at every instant, is paged, and never asks once per row."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from services.contract.agreement import actions
from services.contract.agreement.content.domain import Part, item_of, mark
from services.contract.agreement.domain import Need, State
from services.contract.agreement.ending import actions as ending
from services.contract.agreement.home.store import statuses
from services.contract.agreement.missing import store as missing
from services.contract.agreement.missing.domain import PART_ONE, Missing, from_when, review_from
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review.domain import Question as Seven
from services.contract.named_contact import actions as contacts
from services.contract.named_contact import store as appointments
from services.contract.next_contact import store as next_steps
from services.contract.next_contact.closing import actions as closing
from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import Act, Side
from services.contract.next_contact.watching.domain import passed_on
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as plans
from services.contract.units.domain import HOME_ZONE
from shared.cover import contact_answers
from shared.errors import NotFound, Refused
from shared.events import StaffRole
from shared.time import to_instant, to_local
from tests.services.contract.agreed import IN_TWO_DAYS, WHAT_MATTERS, Agreed
from tests.services.contract.api.desk import open_desk
from tests.services.contract.clinic import words
from tests.support.databases import counted
from tests.support.services import NOON, set_clock

HOME = "/contract/home"
API = "/contract/api/v1/overview"


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_B1_parts_1_and_2_are_needed_and_a_plan_unless_it_is_not() -> None:
    said = from_when([Need.GOAL, Need.PLAN], opened_at=NOON, step_over=NOON, review=None)
    assert said == {Missing.NEXT_STEP: NOON, Missing.AGREEMENT: NOON, Missing.PLAN: NOON}
    assert from_when([], opened_at=NOON, step_over=NOON + timedelta(3), review=None) == {
        Missing.NEXT_STEP: NOON + timedelta(3)
    }


def test_B1_a_review_is_due_from_midnight_of_its_day_or_since_it_was_begun() -> None:
    midnight = datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert review_from(date(2026, 12, 1), None) == midnight
    assert review_from(date(2026, 12, 1), NOON) == NOON
    assert review_from(None, None) is None


def test_B2_a_next_contact_lies_behind_after_its_time_else_after_its_window() -> None:
    local, latest = IN_TWO_DAYS, date(2026, 12, 24)
    assert passed_on(starts=local, suggested=None, latest=latest) == date(2026, 11, 28)
    assert passed_on(starts=None, suggested=local, latest=latest) == date(2026, 12, 25)
    assert passed_on(starts=None, suggested=local, latest=None) == date(2026, 11, 28)
    assert passed_on(starts=None, suggested=None, latest=None) is None


# --- the list agrees with it ------------------------------------------------------------------------------------------


def listed(agreed: Agreed) -> set[Missing]:
    """In which lists the contract stands, asked of the database one by one."""
    with agreed.clinic.service.act() as ctx:
        found = {kind: missing.marks(ctx, [agreed.clinic.unit], kind, None, 99) for kind in Missing}
        return {kind for kind, marks in found.items() if agreed.contract in {key for _since, key in marks}}


def by_the_rule(agreed: Agreed) -> set[Missing]:
    """What the contract lacks by what stands in it now and whom its cover leads to."""
    with agreed.clinic.service.act() as ctx:
        reading = agreed.read(ctx)
        if State(reading.contract.state) is State.ENDED:
            return set()
        covers = ctx.directory.covers_of(ctx.session, [agreed.contract])[agreed.contract]
        row, today = next_steps.current(ctx.session, agreed.contract), to_local(ctx.now, HOME_ZONE).date()
        last = passed_on(starts=row.starts_local, suggested=row.suggested_local, latest=row.latest) if row else None
        due = reading.contract.review_on is not None and reading.contract.review_on <= today
        excused = bool(reading.content.text(Part.CONTACT_NOT_NEEDED))
        holds = {
            Missing.CONTACT: contact_answers(covers, ctx.now) is None and not excused,
            Missing.NEXT_STEP: last is None
            or row is None
            or to_instant(datetime.combine(last, datetime.min.time()), row.zone) <= ctx.now,
            Missing.REVIEW: due or State(reading.contract.state) is State.UNDER_REVIEW,
            Missing.AGREEMENT: bool(PART_ONE & set(reading.needs)),
            Missing.PLAN: Need.PLAN in reading.needs,
        }
        assert Need.NEXT_STEP not in reading.needs or holds[Missing.NEXT_STEP]
        return {kind for kind, is_so in holds.items() if is_so}


def shown(agreed: Agreed) -> tuple[set[Missing], set[Need], frozenset[Side]]:
    """What the row of the page says."""
    with agreed.clinic.service.act() as ctx:
        (one,) = statuses(ctx, [agreed.contract])
        return set(one.missing), set(one.needs), one.yes


def text(part: Part, side: Side = Side.CARE) -> Callable[[Agreed, Random], None]:
    def act(agreed: Agreed, random: Random) -> None:
        with agreed.acting(agreed.person(side)) as ctx:
            before = str(agreed.read(ctx).version.own.get(part, ""))
            actions.write_text(
                ctx, agreed.contract, side, part, random.choice(["", "Words.", "Others."]), before=mark(before)
            )

    return act


def removes_a_goal(agreed: Agreed, _random: Random) -> None:
    with agreed.acting(agreed.karin) as ctx:
        own = agreed.read(ctx).version.own
        for goal in own.get("goals", ())[:1]:
            before = mark(item_of(own, Part.GOALS, goal["id"])["text"])  # type: ignore[index]
            actions.remove_item(ctx, agreed.contract, Side.PATIENT, Part.GOALS, goal["id"], before=before)


def suggests(agreed: Agreed, random: Random) -> None:
    with agreed.clinic.service.act() as ctx:
        local = to_local(ctx.now, HOME_ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
    agreed.suggests(local + timedelta(days=random.choice([1, 3, 30])), random.choice(list(Side)))


def accepts(agreed: Agreed, _random: Random) -> None:
    with agreed.clinic.service.act() as ctx:
        row = next_steps.current(ctx.session, agreed.contract)
    if row is not None and row.suggested_local is not None:
        agreed.accepts(row.suggested_local, Side.PATIENT if row.suggested_by == Side.CARE else Side.CARE)


def closes(agreed: Agreed, _random: Random) -> None:
    with agreed.acting(agreed.karin) as ctx:
        then = Then(why_none="We are done.")
        closing.end(ctx, agreed.contract, Act.CANCEL_BY_PATIENT, Side.PATIENT, "No", then=then)


def plans_something(agreed: Agreed, _random: Random) -> None:
    with agreed.acting(agreed.karin) as ctx:
        plans.add(ctx, agreed.karin, title="Walk", party=Party.PATIENT, responsible="Karin", on_date=None)


def go_away(agreed: Agreed, random: Random) -> None:
    """One of the two, or both."""
    starts = timedelta(days=random.choice([0, 2]))
    for who in random.choice([[agreed.clinic.anita], [agreed.clinic.lisa], [agreed.clinic.anita, agreed.clinic.lisa]]):
        with suppress(Refused), agreed.clinic.service.act() as ctx:
            ends = random.choice([None, ctx.now + timedelta(days=random.choice([4, 20]))])
            contacts.set_absence(ctx, person_id=who, starts=ctx.now + starts, ends=ends, deputy_id=None, note="")


def comes_back(agreed: Agreed, _random: Random) -> None:
    with agreed.clinic.service.act() as ctx:
        for row in appointments.absences(ctx.session, [agreed.clinic.anita, agreed.clinic.lisa], ctx.now)[:1]:
            contacts.end_absence(ctx, row.id)


def takes_over(agreed: Agreed, random: Random) -> None:
    who = random.choice([agreed.clinic.anita, agreed.clinic.lisa])
    here: dict[str, Any] = {"contract_id": agreed.contract, "patient_id": agreed.karin, "unit_id": agreed.clinic.unit}
    with agreed.clinic.service.act() as ctx:
        contacts.appoint(ctx, **here, person_id=who, handover_note="As agreed.", reason="Anita leaves us.")


def change_roles(agreed: Agreed, random: Random) -> None:
    for who in (agreed.clinic.anita, agreed.clinic.lisa):
        roles = random.choice([[], [StaffRole(unit_id=agreed.clinic.unit, role="nurse")]])
        with agreed.clinic.service.act() as ctx:
            people.set_roles(ctx, who, roles)


def time_passes(agreed: Agreed, random: Random) -> None:
    set_clock(agreed.clinic.service, now(agreed) + timedelta(days=random.choice([1, 3, 5, 190])))


def asks_for_review(agreed: Agreed, _random: Random) -> None:
    with agreed.acting(agreed.karin) as ctx:
        reviews.ask_for_review(ctx, agreed.contract)


def agree(agreed: Agreed, random: Random) -> None:
    """Everything is there, and both say yes."""
    agreed.writes()
    agreed.aims()
    agreed.chooses()
    suggests(agreed, random)
    accepts(agreed, random)
    agreed.both_confirm()


def keep(agreed: Agreed, _random: Random) -> None:
    """Both have answered the seven questions and keep what there is."""
    yes = {question.value: "yes" for question in Seven}
    for side in Side:
        with agreed.acting(agreed.person(side)) as ctx:
            reviews.answer(ctx, agreed.contract, side, yes)
    for side in Side:
        with agreed.acting(agreed.person(side)) as ctx:
            reviews.keep(ctx, agreed.contract, side, shown=agreed.read(ctx).shown)


ACTS: list[Callable[[Agreed, Random], object]] = [
    text(Part.WHAT_MATTERS, Side.PATIENT),
    text(Part.OPTIONS),
    text(Part.PLAN_NOT_NEEDED),
    text(Part.CONTACT_NOT_NEEDED),
    lambda agreed, _random: agreed.aims(),
    lambda agreed, _random: agreed.writes(),
    lambda agreed, _random: agreed.chooses(),
    removes_a_goal,
    suggests,
    accepts,
    closes,
    plans_something,
    go_away,
    go_away,
    comes_back,
    takes_over,
    change_roles,
    time_passes,
    time_passes,
    lambda agreed, _random: agreed.confirms(Side.PATIENT),
    lambda agreed, _random: agreed.both_confirm(),
    agree,
    agree,
    asks_for_review,
    keep,
]


def now(agreed: Agreed) -> datetime:
    with agreed.clinic.service.act() as ctx:
        return ctx.now


@pytest.mark.parametrize("seed", range(3))
def test_B1_whatever_is_done_the_lists_the_row_and_the_rule_say_the_same(agreed: Agreed, seed: int) -> None:
    """Also at instants to come: what time alone makes missing needs nobody to write anything."""
    random, seen = Random(seed), set[Missing]()
    agreed.written()
    for _ in range(25):
        with suppress(Refused, NotFound):
            random.choice(ACTS)(agreed, random)
        here = now(agreed)
        for later in (0, 3, 200):
            set_clock(agreed.clinic.service, here + timedelta(days=later))
            expected = by_the_rule(agreed)
            kinds, needs, yes = shown(agreed)
            reading = agreed.now()
            assert listed(agreed) == expected
            assert kinds == expected
            assert needs == (PART_ONE & set(reading.needs) if Missing.AGREEMENT in expected else set())
            assert yes == frozenset(reading.yes)
            seen |= expected
        set_clock(agreed.clinic.service, here)
    with agreed.acting(agreed.karin) as ctx:
        ending.end(ctx, agreed.contract, Side.PATIENT, "")
    assert listed(agreed) == by_the_rule(agreed) == set()
    assert len(seen) >= 4, "the acts must bring about nearly everything that can be missing"


# --- the page and the door --------------------------------------------------------------------------------------------


def open_many(agreed: Agreed, count: int, given: str = "Nils") -> None:
    """As many agreements that nobody answers for, opened a minute apart."""
    for number in range(count):
        set_clock(agreed.clinic.service, NOON + timedelta(minutes=number + 1))
        with agreed.clinic.service.act() as ctx:
            patient = people.save_person(ctx, kind="patient", name=f"{given} Nr{number:02}", identity=None)
            actions.open_contract(ctx, patient_id=patient, unit_id=agreed.clinic.unit, by=patient)


def test_E3_an_admin_chooses_what_is_missing_and_sees_how_many(agreed: Agreed) -> None:
    agreed.written()
    open_many(agreed, 2)
    admin = agreed.browser(agreed.clinic.admin)
    html = words(admin.text(HOME))
    assert "Every one (3) No contact answers (2) No answer from the patient (0) No next contact (2)" in html
    assert "No next contact (2) Time to look again (0) Not fully written (2)" in html
    html = words(admin.text(f"{HOME}?missing=contact"))
    assert html.index("Nils Nr00") < html.index("Nils Nr01")
    assert "Karin Ek" not in html
    assert 'aria-current="page">No contact answers (2)' in admin.text(f"{HOME}?missing=contact")
    assert "No agreement lacks this now." in admin.text(f"{HOME}?missing=review")
    assert "Karin Ek" in admin.text(f"{HOME}?missing=nonsense&after=nonsense")
    assert "Nils" not in agreed.browser(agreed.clinic.other_admin).text(f"{HOME}?missing=contact")
    assert "Ingen kontakt svarar (2)" in admin.get(HOME, "sv").get_data(as_text=True)


def test_E3_the_list_goes_on_where_the_page_ended_and_skips_and_repeats_nobody(agreed: Agreed) -> None:
    open_many(agreed, 51)
    admin = agreed.browser(agreed.clinic.admin)
    first = admin.text(f"{HOME}?missing=contact")
    (further,) = re.findall(rf'href="({HOME}\?[^"]+)" rel="next"', first)
    second = admin.text(further.replace("&amp;", "&"))
    names = [re.findall(r"Nils Nr\d\d", page) for page in (first, second)]
    assert names == [[f"Nils Nr{n:02}" for n in range(50)], ["Nils Nr50"]]
    assert "From the beginning" in second
    assert "rel=" not in second.split("From the beginning")[0].rsplit("</table>", 1)[1]


@pytest.mark.parametrize(
    "path",
    [
        HOME,
        f"{HOME}?missing=contact",
        API,
        "/contract/people",
        "/contract/named-contact/uncovered",
        "/contract/named-contact/load",
        "/contract/api/v1/uncovered",
    ],
)
def test_a_list_asks_the_database_as_often_for_many_as_for_one(agreed: Agreed, path: str) -> None:
    admin = agreed.browser(agreed.clinic.admin)
    open_many(agreed, 2)
    admin.get(path)
    with counted(agreed.clinic.service.database) as few:
        assert admin.client.get(path).status_code == 200
    open_many(agreed, 20, "Maja")
    with counted(agreed.clinic.service.database) as many:
        assert admin.client.get(path).status_code == 200
    assert len(many) == len(few)


def test_E3_the_same_list_as_json_with_its_filter_and_no_contents(agreed: Agreed) -> None:
    agreed.written()
    agreed.confirms(Side.PATIENT)
    open_many(agreed, 3)
    desk = open_desk(agreed.clinic.service, agreed.clinic.admin)
    (first, second), following = (found := desk.get("/overview?missing=agreement&limit=2").json)["items"], found["next"]
    assert (first["missing"], first["yes"]) == (["contact", "next_step", "agreement", "plan"], [])
    assert "own_words" in first["lacks"]
    assert first["since"] < second["since"]
    (last,) = desk.get(following).json["items"]
    assert last["patient_id"] not in {first["patient_id"], second["patient_id"]}
    (karin, *_others) = desk.get("/overview").json["items"]
    assert (karin["missing"], karin["lacks"], karin["yes"]) == (["plan"], [], ["patient"])
    assert karin["contact_id"] == str(agreed.clinic.anita)
    assert WHAT_MATTERS not in desk.get("/overview").text
    assert desk.get("/overview?missing=nonsense").status_code == 400
    assert desk.of(agreed.clinic.other_admin).get("/overview").json["items"] == []
    assert desk.of(agreed.clinic.anita).get("/overview").status_code == 404
