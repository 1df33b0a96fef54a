"""Every verb of an agreement in each of its states: done where it has a meaning, else refused in words, nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from services.contract.agreement.domain import MOVES, State
from services.contract.agreement.ending import actions as ending
from services.contract.agreement.review import actions as reviews
from services.contract.agreement.review.domain import Question
from services.contract.next_contact.domain import Side
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.bodies import Schemas
from tests.services.contract.api.places import address, furnish, operations, version_of
from tests.services.contract.api.there import There

S = State
WRITTEN = (S.COASSESS, S.CODECIDE, S.CODESIGN)
IN_FORCE = (S.ACTIVE, S.UNDER_REVIEW)
SEVEN = {"side": "patient", "how": "web", "answers": dict.fromkeys(Question, "yes")}
TOLD = {"how": "spoken", "said_on": "2026-11-24"}


@dataclass(frozen=True)
class Verb:
    """A verb: who does it and how, and from each state in which it is done the state it leads to."""

    who: str
    method: str
    path: str
    body: Any
    leads: dict[State, State]


def stays(*states: State) -> dict[State, State]:
    return {state: state for state in states}


YES = {"shown": "{shown}", "time_shown": "{time}"}
GOING = [state for state in State if state is not S.ENDED]
VERBS = [
    Verb("karin", "POST", "/agreement/confirmations", YES, {S.CODESIGN: S.PROPOSED} | stays(S.PROPOSED, *IN_FORCE)),
    Verb("anita", "POST", "/agreement/confirmations", YES, {S.CODESIGN: S.PROPOSED, S.PROPOSED: S.ACTIVE} | stays(*IN_FORCE)),
    Verb("anita", "POST", "/agreement/confirmations/told", YES | TOLD, {S.CODESIGN: S.PROPOSED} | stays(S.PROPOSED, *IN_FORCE)),
    Verb("karin", "POST", "/agreement/drafts", None, stays(*WRITTEN, S.PROPOSED) | dict.fromkeys(IN_FORCE, S.CODESIGN)),
    Verb("karin", "POST", "/agreement/questions", {"kind": "unclear", "words": "What is this?"}, stays(*GOING)),
    Verb("karin", "PUT", "/agreement/texts/watch_for", {"words": "My legs swell."},
         stays(*WRITTEN) | dict.fromkeys((S.PROPOSED, *IN_FORCE), S.CODESIGN)),
    Verb("karin", "POST", "/ending", {"reason": ""}, dict.fromkeys(State, S.ENDED)),
    Verb("anita", "POST", "/ending", {"reason": "She moves."}, dict.fromkeys(GOING, S.ENDED)),
    Verb("karin", "POST", "/joining/answers", {"willing": True}, {S.DRAFT: S.COASSESS}),
    Verb("karin", "POST", "/joining/answers", {"willing": False}, {S.DRAFT: S.ENDED}),
    Verb("anita", "POST", "/joining/answers/told", {"willing": True} | TOLD, {S.DRAFT: S.COASSESS}),
    Verb("karin", "POST", "/review/beginning", None, dict.fromkeys(IN_FORCE, S.UNDER_REVIEW)),
    Verb("karin", "POST", "/review/answers", SEVEN, stays(*WRITTEN, S.PROPOSED, *IN_FORCE)),
    Verb("karin", "POST", "/review/keeping", {"shown": "{shown}"}, {}),
]  # fmt: skip
"""Saying yes again, and ending again, is harmless: it leads to where one is."""


def states(agreed: Agreed) -> Iterator[State]:
    """Karin's agreement from its first state to its last, each as it comes about."""
    steps: list[Callable[[], object]] = [
        lambda: None,
        agreed.writes,
        agreed.written,
        lambda: agreed.confirms(Side.PATIENT),
        lambda: agreed.confirms(Side.CARE),
        lambda: act(agreed, reviews.ask_for_review),
        lambda: act(agreed, ending.end, Side.PATIENT, ""),
    ]
    for step in steps:
        step()
        yield State(agreed.now().contract.state)


def act(agreed: Agreed, verb: Callable[..., object], *more: object) -> None:
    with agreed.acting(agreed.karin) as ctx:
        verb(ctx, agreed.contract, *more)


def state_of(there: There) -> State:
    query = sa.text("SELECT state FROM contract WHERE id = :id")
    return State(there.database.connection.execute(query, {"id": there.agreed.contract}).scalar_one())


def try_all(there: There, state: State, subtests: pytest.Subtests) -> None:
    here, before = f"/contracts/{there.agreed.contract}", there.database.rows()
    reading = there.agreed.now()
    time = reading.next_contact.suggested_local if reading.next_contact else None
    said = {"{shown}": reading.shown, "{time}": time.isoformat(timespec="minutes") if time else None}
    for verb in VERBS:
        with subtests.test(f"{verb.who} {verb.path} {verb.body} in {state}"), there.database.undone():
            desk = there.who(verb.who)
            etag = version_of(desk, here + verb.path)
            body = verb.body and {name: said.get(str(value), value) for name, value in verb.body.items()}
            answer = desk(verb.method, here + verb.path, body, If_Match=etag)
            if state in verb.leads:
                assert answer.status_code == 200, answer.text
                assert state_of(there) is verb.leads[state]
                assert state is not S.ENDED or there.database.is_as(before)
            else:
                gone = (404,) if state is S.ENDED and verb.who == "anita" else ()
                there.refused(answer, before, *gone or (409,))


@pytest.mark.full
def test_C_state_B1_every_verb_of_an_agreement_in_every_state(there: There, subtests: pytest.Subtests) -> None:
    found = []
    for state in states(there.agreed):
        found.append(state)
        try_all(there, state, subtests)
        if state is S.COASSESS:
            with there.database.undone():
                there.run("UPDATE contract SET state = 'draft' WHERE id = :id", id=there.agreed.contract)
                found.append(S.DRAFT)
                try_all(there, S.DRAFT, subtests)
    assert set(found) == set(State)


def test_C_state_B1_no_verb_leads_where_the_machine_does_not(there: There) -> None:
    """In a step, or in several where the text has changed: it goes back to as far as it has come."""
    reach: dict[State, set[State]] = {state: {state} for state in State}
    for _ in State:
        reach = {state: found.union(*(MOVES[one] for one in found)) for state, found in reach.items()}
    assert all(to in reach[state] for verb in VERBS for state, to in verb.leads.items())
    tried = {verb.path.split("/")[1] for verb in VERBS}
    document = there.desk.get("/openapi.json").json
    paths = {one.path.removeprefix("/contracts/{contract_id}/") for one in operations(document) if one.method == "POST"}
    assert {"ending", "joining", "review"} <= tried
    assert {path for path in paths if path.startswith(("ending", "joining/", "review/", "agreement/"))} - {
        "agreement/items/{part}"
    } == {verb.path[1:] for verb in VERBS if verb.method == "POST"}


PLAN = "/contracts/{contract_id}/plan/"
AFTERWARDS = {
    f"DELETE {PLAN}not-then/{{not_then_id}}": 204,
    f"DELETE {PLAN}shares/{{share_id}}": 204,
    f"POST {PLAN}shares": 201,
}
"""What is still done where an agreement has ended: the plan is the patient's own and goes on."""


@pytest.mark.full
def test_C_state_nothing_of_an_agreement_that_has_ended_is_changed_by_any_verb(there: There) -> None:
    ids = furnish(there.agreed)
    act(there.agreed, ending.end, Side.PATIENT, "")
    document = there.desk.get("/openapi.json").json
    schemas, kept, before = Schemas(document, ids), {}, there.database.rows()
    for one in operations(document):
        if one.method == "GET" or not one.path.startswith("/contracts/{contract_id}"):
            continue
        where = address(one, ids)
        headers = {"If_Match": version_of(there.who("karin"), where), "Idempotency_Key": str(one)}
        body = schemas.body(one.body) if one.body else None
        for name in ("karin", "anita", "admin"):
            with there.database.undone():
                answer = there.who(name)(one.method, where, body, **headers)
                assert answer.status_code < 500
                if not there.database.is_as(before):
                    kept[str(one)] = answer.status_code
            if answer.status_code != 404:
                break
    assert kept == AFTERWARDS
