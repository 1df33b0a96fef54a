"""Every verb of the door in every state: done where the state machine has it, else refused in words and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from services.contract.app import METADATA
from services.contract.next_contact.closing.schemas import ENDS
from services.contract.next_contact.domain import CANCELS, OPEN, Act, Kind, Way, after, can
from services.contract.next_contact.domain import State as Next
from services.contract.next_contact.terms.domain import Terms, to_json
from services.contract.plan.domain import MOVES, Party
from services.contract.plan.domain import State as Doing
from services.contract.plan.writing import actions as plans
from tests.services.contract.agreed import IN_TWO_DAYS
from tests.services.contract.api.desk import Answer
from tests.services.contract.api.places import operations
from tests.services.contract.api.there import There
from tests.support.services import NOON

SOON, BEEN = IN_TWO_DAYS.isoformat(timespec="minutes"), NOON.replace(tzinfo=None) - timedelta(days=1)
WINDOW = {"kind": "window", "way": "phone", "earliest": "2026-12-05", "latest": "2027-02-01"}
OTHER = to_json(Terms(kind=Kind.WINDOW, way=Way.PHONE, earliest=date(2026, 12, 5), latest=date(2027, 2, 1)))
TIME = {"local": "2026-12-01T10:00", "way": "phone"}
TOLD = {"how": "phone", "told_on": "2026-11-24", "words": ""}
NO_MORE = {"words": "It rains.", "why_none": "There is nothing more to do."}


@dataclass(frozen=True)
class Verb:
    """A verb of the next contact, the act it is, and what must stand in the row so that only the state can refuse it."""

    who: str
    path: str
    body: Any
    act: Act
    row: dict[str, Any] = field(default_factory=dict)


NOT_SUGGESTED: dict[str, Any] = {"suggested_local": None, "suggested_by": None}
VERBS = [
    Verb("karin", "suggestion", TIME, Act.COUNTER),
    Verb("anita", "suggestion", TIME, Act.SUGGEST),
    Verb("karin", "terms", WINDOW, Act.COUNTER),
    Verb("anita", "terms", WINDOW, Act.SUGGEST),
    Verb("karin", "acceptance", {"seen": SOON}, Act.AGREE),
    Verb("anita", "told", {**TOLD, "answer": "yes", "time_shown": SOON}, Act.AGREE),
    Verb("karin", "terms/acceptance", None, Act.AGREE, {"suggested_local": None, "waiting_terms": OTHER}),
    Verb("anita", "told", {**TOLD, "answer": "another"}, Act.COUNTER),
    Verb("karin", "another", {"words": ""}, Act.COUNTER),
    Verb("karin", "another", {"words": ""}, Act.ASK_ANOTHER, NOT_SUGGESTED),
    Verb("karin", "cancellation", NO_MORE, Act.CANCEL_BY_PATIENT, {"starts_local": IN_TWO_DAYS}),
    *(Verb("anita", "end", {**NO_MORE, "act": act}, act, {"starts_local": IN_TWO_DAYS} if act in CANCELS else {}) for act in ENDS),
]  # fmt: skip
ROWS = [row for number, row in enumerate(one.row for one in VERBS) if row not in [one.row for one in VERBS[:number]]]
NO_VERB = {Act.BOOK: "goes with the yes to a time", Act.CONFIRM: "is the answer to a reminder"}


def stand(there: There, state: Next, more: dict[str, Any]) -> None:
    """Let Karin's next contact be in this state, with a time that has been and another that waits for her yes."""
    row = {"starts_local": BEEN, "suggested_local": IN_TWO_DAYS, "suggested_by": "care", "waiting_terms": None, **more}
    closed = None if state in OPEN else NOON
    table = METADATA.tables["next_contact"]
    change = sa.update(table).values(state=state, agreed_at=NOON, closed_at=closed, **row)
    there.database.connection.execute(change)


@pytest.mark.full
def test_C_state_B2_every_verb_of_the_next_contact_in_every_state(there: There, subtests: pytest.Subtests) -> None:
    there.agreed.suggests()
    here = f"/contracts/{there.agreed.contract}/next-contact"
    for state, row in product(Next, ROWS):
        with there.database.undone():
            stand(there, state, row)
            before, etag = there.database.rows(), there.who("karin").read(here)[1]
            for verb in (one for one in VERBS if one.row == row):
                with subtests.test(f"{verb.who} {verb.path} {verb.act} in {state}"), there.database.undone():
                    answer = there.who(verb.who)("POST", f"{here}/{verb.path}", verb.body, If_Match=etag)
                    judge(there, state, verb, answer, before)


def judge(there: There, state: Next, verb: Verb, answer: Answer, before: list[str]) -> None:
    found = set(there.database.connection.execute(sa.text("SELECT state FROM next_contact")).scalars())
    if can(state, verb.act):
        assert answer.status_code == 200, answer.text
        to = after(state, verb.act)
        assert found == {after(to, Act.BOOK) if verb.body and SOON in verb.body.values() else to}
    elif answer.status_code == 200:
        assert state not in OPEN
        assert found == {state, Next.SUGGESTED}, "what is over stays so, and a new one begins"
    else:
        there.refused(answer, before)


def test_C_state_every_verb_and_act_of_the_next_contact_is_tried(there: There) -> None:
    assert {verb.act for verb in VERBS} | set(NO_VERB) == set(Act)
    start = "/contracts/{contract_id}/next-contact/"
    found = {one.path for one in operations(there.desk.get("/openapi.json").json) if one.method == "POST"}
    assert {one.removeprefix(start) for one in found if one.startswith(start)} == {verb.path for verb in VERBS}


@pytest.mark.parametrize(
    ("who", "path", "act"), [("karin", "cancellation", None), ("anita", "end", Act.CANCEL_BY_CARE)]
)
def test_C_state_a_time_that_has_begun_is_not_cancelled_nor_one_that_has_been_suggested(
    there: There, who: str, path: str, act: Act | None
) -> None:
    there.agreed.suggests()
    there.agreed.accepts()
    here, desk = f"/contracts/{there.agreed.contract}/next-contact", there.who(who)
    there.run("UPDATE next_contact SET starts_local = :been", been=NOON.replace(tzinfo=None) + timedelta(hours=1))
    before, etag = there.database.rows(), desk.read(here)[1]
    with there.database.undone():
        body = {**NO_MORE, "act": act} if act else NO_MORE
        there.refused(desk("POST", f"{here}/{path}", body, If_Match=etag), before, 409, 422)
        there.refused(desk("POST", f"{here}/suggestion", {**TIME, "local": "2026-11-24T11:59"}, If_Match=etag), before)


def test_C_state_B3_what_is_in_the_plan_goes_only_where_it_may_from_every_state(
    there: There, subtests: pytest.Subtests
) -> None:
    with there.agreed.acting(there.agreed.karin) as ctx:
        what: dict[str, Any] = {"title": "Walks", "party": Party.PATIENT, "responsible": "", "on_date": None}
        activity = plans.add(ctx, there.agreed.karin, **what)
    here, anita = f"/contracts/{there.agreed.contract}/plan/{activity}", there.who("anita")
    for state in Doing:
        there.run("UPDATE plan_activity SET state = :state", state=state)
        before, etag = there.database.rows(), anita.read(here)[1]
        for to in Doing:
            with subtests.test(f"{state} to {to}"), there.database.undone():
                answer = anita("POST", f"{here}/moves", {"state": to, "reason": "It rains."}, If_Match=etag)
                if to in MOVES[state]:
                    assert (answer.status_code, answer.json["state"]) == (200, to)
                else:
                    there.refused(answer, before, 409)
