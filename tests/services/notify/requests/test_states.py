"""Every act on a request in each of its states, through its form: done where it follows, else refused in words, nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.notify.app import METADATA
from services.notify.requests.domain import Act, NotPossible, State, after
from shared.db import Database
from tests.services.notify.requests import world
from tests.support.services import NOON, make_app
from tests.support.texts.forms import Form, Person, read
from tests.support.texts.rewound import Rewound

MINE = "/notify/my/requests"


@dataclass(frozen=True)
class Verb:
    who: UUID
    path: str
    act: Act
    form: dict[str, str]


VERBS = [
    Verb(world.LISA, "/notify/requests/{id}/read", Act.ACKNOWLEDGE, {}),
    Verb(world.LISA, "/notify/requests/{id}/answer", Act.ANSWER, {"answer": "Come on Thursday."}),
    Verb(world.LISA, "/notify/requests/{id}/call", Act.CALL, {"reached": "yes", "said": "Come on Thursday."}),
    Verb(world.LISA, "/notify/requests/{id}/call", Act.CALL_TRIED, {"reached": "no", "said": "Nobody answered."}),
    Verb(world.LISA, "/notify/requests/{id}/ask", Act.ASK_BACK, {"question": "Which day?"}),
    Verb(world.LISA, "/notify/requests/{id}/hand-over", Act.HAND_OVER, {"to": str(world.OMAR), "note": "You know her."}),
    Verb(world.ESTHER, MINE + "/{id}/more", Act.WRITE, {"words": "And on Friday?"}),
    Verb(world.ESTHER, MINE + "/{id}/yes", Act.CONFIRM, {}),
    Verb(world.ESTHER, MINE + "/{id}/no", Act.REOPEN, {}),
    Verb(world.ESTHER, MINE + "/{id}/withdraw", Act.WITHDRAW, {}),
]  # fmt: skip
NO_FORM = {Act.OPEN, Act.JOIN, Act.PRESS, Act.MOVE, Act.ESCALATE, Act.SETTLE, Act.END, Act.RESTORE}
"""What rules, clocks and events do."""


def leads(state: State, act: Act) -> State | None:
    try:
        return after(state, act)
    except NotPossible:
        return None


@pytest.mark.full
def test_C_state_every_act_on_a_request_in_every_state(notify_db: Database, subtests: pytest.Subtests) -> None:
    rewound = Rewound(notify_db, METADATA)
    service = world.settled(rewound)
    world.hear(service, world.attention())
    app, request_id, table = make_app(service), world.only(service).id, METADATA.tables["contact_request"]
    stands = sa.select(table.c.state).where(table.c.id == request_id)
    for state in State:
        with rewound.undone():
            over = {"answered_at": NOON, "answered_by": world.LISA} if state in (State.ANSWERED, State.CLOSED) else {}
            closed = {"closed_at": NOON, "closed_reason": "withdrawn"} if state is State.CLOSED else {}
            rewound.connection.execute(sa.update(table).values(state=state, **over, **closed))
            before = rewound.rows()
            for verb in VERBS:
                with subtests.test(f"{verb.act} in {state}"), rewound.undone():
                    where = verb.path.format(id=request_id)
                    sent: dict[str, Any] = {name: [value] for name, value in verb.form.items()}
                    answer = Person(service, app, verb.who).send(Form(where, where, where, ()), sent)
                    to = leads(state, verb.act)
                    found = rewound.connection.execute(stands).scalar_one()
                    assert (answer.status_code, found) == ((303, to) if to else (409, state)), answer.text[:500]
                    if to is None:
                        said = read(answer).xpath(
                            "//*[contains(@class, 'error-summary')]//li//text() | //main//h1/text()"
                        )
                        assert len("".join(said)) > 10
                        assert rewound.is_as(before), "refused, and something is kept"
    rewound.close()


def test_C_state_every_act_and_every_form_of_a_request_is_tried(notify_db: Database) -> None:
    assert {verb.act for verb in VERBS} | NO_FORM == set(Act)
    app = make_app(world.settled(notify_db))
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.startswith(("handling.", "mine."))]
    posts = {one.rule.replace("<uuid:request_id>", "{id}") for one in rules if "POST" in (one.methods or ())}
    assert posts == {verb.path for verb in VERBS}
