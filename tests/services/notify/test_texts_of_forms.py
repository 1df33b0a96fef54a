"""Every field of every form on notify's pages: what is written is kept and shown as it was written, or refused in words."""

from __future__ import annotations

from collections.abc import Sequence

from services.notify.app import METADATA
from shared.db import Database
from tests.services.notify.requests.world import (
    ADMIN,
    CONTRACT,
    DAUGHTER,
    ESTHER,
    HEAD,
    LISA,
    UNIT,
    acknowledge,
    attention,
    delegate,
    hear,
    only,
    settled,
)
from tests.support.services import make_app
from tests.support.texts.forms import Person
from tests.support.texts.naughty import KINDS, MARKS
from tests.support.texts.rewound import Rewound
from tests.support.texts.trying import Found, starts

STRICT: dict[str, str] = {}
NEVER_TAKEN: dict[str, str] = {}


def problems(database: Database, texts: Sequence[str]) -> list[str]:
    rewound = Rewound(database, METADATA)
    try:
        service = settled(rewound)
        hear(service, attention(), delegate("message_contact"))
        ids = {"request_id": str(only(service).id), "contract_id": str(CONTRACT), "unit_id": str(UNIT)}
        app = make_app(service)
        people = [Person(service, app, who) for who in (ESTHER, LISA, HEAD, ADMIN, DAUGHTER, None)]
        found = Found(STRICT, NEVER_TAKEN)
        wrong = found.problems(rewound, people, starts(app, ids), texts)
        acknowledge(service)
        return wrong + found.problems(rewound, people, starts(app, ids), texts)
    finally:
        rewound.close()


def test_C_what_is_written_in_a_field_is_kept_and_shown_as_it_was_written_or_refused(notify_db: Database) -> None:
    wrong = problems(notify_db, [MARKS, KINDS["control"]])
    assert not wrong, "\n".join(wrong)
