"""Every text in every body that the published document knows: kept and shown back as it was sent, or refused with its place
and a sentence. A new operation or field is tried without a word here, unless its body can't be guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import pytest

from services.contract.app import METADATA
from services.contract.next_contact.domain import Side
from services.contract.people import store as people_store
from shared.db import Database
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.api.bodies import Place, Schemas, put, text_at
from tests.services.contract.api.desk import Answer, Desk, open_desk
from tests.services.contract.api.places import Operation, address, everybody, furnish, operations, version_of
from tests.services.contract.clinic import open_clinic
from tests.support.services import make_service
from tests.support.texts.naughty import ENDLESS, KINDS, MARKS, alike, together
from tests.support.texts.rewound import Rewound, inside

C, A = "/contracts/{contract_id}", "/contracts/{contract_id}/agreement"
TODAY, SUGGESTED = "2026-11-24", "2026-12-04T11:00"
REACHED = {"email": "ek@example.org", "phone": "070-174 06 05"}
UNIT: dict[str, Any] = {
    "zone": "Europe/Stockholm",
    "phone": "036-32 10 00",
    "floor_number": "08-465 004 01",
    "duty_line": "08-465 004 02",
    "head_id": None,
    "hours": [],
    "duty_hours": [],
}
ITEM: dict[str, Any] = {"visible_to": []}
DRAWN: dict[str, Any] = {"first": "2026-11-20", "last": "2026-11-23"}
SHEET = "kind;name;identity;e-mail;phone;roles\npatient;Åsa Öberg;19460823-9986;asa@example.org;;\n"
BODIES: dict[str, dict[str, Any]] = {
    f"POST {A}/items/{{part}}": ITEM,
    f"PUT {A}/items/{{part}}/{{item_id}}": ITEM,
    f"POST {A}/confirmations": {"shown": "{shown}", "time_shown": SUGGESTED},
    f"POST {A}/confirmations/told": {"shown": "{shown}", "time_shown": SUGGESTED, "said_on": TODAY},
    "POST /break-glass": {"identity": "{identity}"},
    "POST /delegations": REACHED,
    "POST /consents": {"kind": "share_plan"},
    "POST /absences": {"person_id": "{anita}", "deputy_id": "{lisa}"},
    f"POST {C}/cover/appointments": {"person_id": "{anita}", "deputy_id": "{lisa}"},
    f"POST {C}/cover/appointments/{{appointment_id}}/deputy": {"deputy_id": "{lisa}"},
    f"POST {C}/cover/appointments/{{appointment_id}}/end": {"successor_id": "{lisa}"},
    f"POST {C}/cover/change": {"person_id": "{lisa}", "day": "2026-12-07", "asked_for": False},
    f"POST {C}/next-contact/acceptance": {"seen": SUGGESTED},
    f"POST {C}/next-contact/terms": {"kind": "on_event", "local": None},
    f"POST {C}/next-contact/told": {"told_on": TODAY, "time_shown": SUGGESTED},
    f"POST {C}/next-contact/cancellation": {"next": None},
    f"POST {C}/next-contact/end": {"act": "cancel_by_care", "next": None},
    f"POST {C}/commitment-notes": {"item_id": "{item_id}", "on_day": TODAY, "how": None},
    f"POST {C}/minutes": {"on_day": TODAY},
    f"PUT {C}/next-contact/preparation": {"how": None},
    f"POST {C}/plan": {"until": None},
    f"PUT {C}/plan/{{activity_id}}": {"until": None},
    f"POST {C}/plan/{{activity_id}}/moves": {"state": "planned"},
    f"PUT {C}/plan/lead": {"principal": "municipality"},
    "POST /people": {**REACHED, "identity": "19121212-1212"},
    "POST /people/search": {"cursor": None},
    "PUT /people/{person_id}": REACHED,
    "POST /people/{person_id}/death": {"deceased": TODAY},
    f"POST {C}/next-contact/suggestion": {"minutes": 30},
    f"POST {C}/plan/not-then": {"weekday": None, "opens": "08:00"},
    f"POST {C}/record/documentation": {"on_day": TODAY, "shown": "{in_force}"},
    "POST /patients/{patient_id}/consents": {"kind": "share_plan"},
    "POST /patients/{patient_id}/delegations": {**REACHED, "kind": "god_man"},
    "POST /people/files": {"content": SHEET},
    "POST /people/files/preview": {"content": SHEET},
    "POST /units/{unit_id}/log-reviews": {**DRAWN, "follow_up": []},
    "POST /units/{unit_id}/log-reviews/samples": DRAWN,
    "POST /units": UNIT,
    "PUT /units/{unit_id}": UNIT,
}
"""What can't be guessed of a body. A value in braces is somebody or something of the clinic."""
APART = {
    f"POST {C}/review/keeping": "needs a review that both have answered; its one text is a hash",
    f"POST {C}/cover/change/move": "needs a change that is planned; its one text is tried on the page",
    f"POST {C}/cover/change/calling-off": "needs the same; its one text is tried there too",
    f"POST {C}/joining/answers": "needs a contract that nobody has answered about; it has no texts",
    f"POST {C}/joining/answers/told": "needs the same; its texts are choices",
    "POST /blocks": "needs a unit where nobody answers for the patient; its text is an id",
    "POST /break-glass/past-block": "needs somebody of a blocked unit; its texts are tried where none is blocked",
    "POST /people/{person_id}/contracts": "needs somebody without an agreement; its texts are ids",
}
"""Operations that nobody can do here, and why."""
STRICT = {
    "content": "a sheet",
    "email": "an address",
    "phone": "a number that exists",
    "floor_number": "a number that exists",
    "duty_line": "a number that exists",
    "identity": "a personal identity number",
    "zone": "a zone of the world's clocks",
    "shown": "the hash of what was shown",
    "item_id": "an item of the agreement",
}
"""Texts that are refused though the document names no form for them, and what they have to be."""
FEW = [MARKS, KINDS["control"]]
PLAIN = 'Åsa & "Ö" <b>'


@dataclass
class Trial:
    """One operation as somebody may do it: its body is taken, and ``kept`` are the places whose text is kept."""

    database: Rewound
    desk: Desk
    operation: Operation
    address: str
    body: dict[str, Any]
    before: list[str]
    kept: set[Place] = field(default_factory=set)

    @cached_property
    def version(self) -> str:
        return version_of(self.desk, self.address)

    def send(self, body: dict[str, Any]) -> Answer:
        headers = {"Idempotency_Key": uuid4().hex, "If_Match": self.version}
        return self.desk(self.operation.method, self.address, body, **headers)

    def learn(self, places: Sequence[Place]) -> bool:
        """Find out what of the body is kept. False: this person may not do it, or not so."""
        with self.database.undone():
            if self.send(self.body).status_code >= 300:
                return False
            texts = self.database.texts()
        self.kept = {place for place in places if text_at(self.body, place) in texts}
        return True

    def takes(self, place: Place, text: str) -> bool:
        with self.database.undone():
            return self.send(put(self.body, place, text)).status_code < 300

    def wrong(self, place: Place, text: str) -> Iterator[str]:
        with self.database.undone():
            answer = self.send(put(self.body, place, text))
            if answer.status_code >= 500:
                yield f"answers {answer.status_code}"
            elif answer.status_code >= 400:
                yield from self._refused(answer, place)
            elif len(text) > ENDLESS:
                yield "takes a text without an end"
            elif place in self.kept and not alike(text) & self.database.texts():
                yield "it is not kept as it was sent"
            elif place in self.kept and place[-1] in answer.json and not alike(text) & set(inside(answer.json)):
                yield "it is not shown as it was sent"

    def _refused(self, answer: Answer, place: Place) -> Iterator[str]:
        if answer.content_type != "application/problem+json" or not answer.json["detail"]:
            yield f"refused with {answer.status_code} without a word"
        here = "/" + "/".join(map(str, place))
        named = [one for one in answer.json["errors"] if here.startswith(one["pointer"]) and one["detail"]]
        if answer.status_code == 422 and not named:
            yield f"refused for another place: {answer.json['errors']}"
        if self.database.rows() != self.before:
            yield f"refused with {answer.status_code}, and something is kept"


@pytest.fixture
def rewound(contract_db: Database) -> Iterator[Rewound]:
    made = Rewound(contract_db, METADATA)
    yield made
    made.close()


@pytest.fixture
def there(rewound: Rewound) -> Agreed:
    return open_agreed(open_clinic(make_service("contract", rewound)))


def trials(there: Agreed, rewound: Rewound) -> Iterator[tuple[Trial, list[tuple[Place, bool]]]]:
    """Every operation with a body, by the first person whom it lets do it; by nobody in particular where there is none."""
    clinic = there.clinic
    ids = furnish(there) | {name: str(getattr(clinic, name)) for name in ("lisa", "anita", "esther")}
    there.promises(Side.CARE, "We write to you.")
    there.suggests(datetime.fromisoformat(SUGGESTED))
    desk = open_desk(clinic.service)
    active = there.now().active
    assert active is not None
    ids["in_force"] = active.content_hash
    with there.acting(clinic.admin) as ctx:
        karin = people_store.get(ctx.session, there.karin)
        ids["identity"] = karin.identity or "" if karin else ""
    ids["shown"] = desk.of(there.karin).read(address(Operation("GET", A, None), ids))[0]["shown"]
    document = desk.get("/openapi.json").json
    people = [*everybody(there, desk).values(), desk.of(clinic.esther)]
    schemas, before = Schemas(document, ids), rewound.rows()
    for operation in operations(document):
        if operation.body:
            body = schemas.body(operation.body) | filled(BODIES.get(str(operation), {}), ids)
            places = list(schemas.texts(operation.body, body))
            about = [address(operation, ids), address(operation, ids | {"person_id": ids["lisa"]})]
            may = (Trial(rewound, one, operation, where, body, before) for where in about for one in people)
            found = next((one for one in may if one.learn([place for place, _free in places])), None)
            yield found or Trial(rewound, desk, operation, "", body, before), places


def filled(body: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    return {key: ids[value[1:-1]] if str(value)[:1] == "{" else value for key, value in body.items()}


def problems(there: Agreed, rewound: Rewound, texts: Sequence[str]) -> Iterator[str]:
    """What goes wrong with these texts in every place."""
    tried = 0
    for trial, places in trials(there, rewound):
        if not trial.address:
            if str(trial.operation) not in APART:
                yield f"{trial.operation}: nobody could do it with {trial.body}"
            continue
        for place, free in places:
            tried += 1
            name = f"{trial.operation} {'/'.join(map(str, place))}"
            for text in texts:
                yield from (f"{name} = {text[:40]!r}: {wrong}" for wrong in trial.wrong(place, text))
            if free and place[-1] not in STRICT and not (trial.takes(place, MARKS) or trial.takes(place, PLAIN)):
                yield f"{name} takes no text"
    if tried < 60:
        yield f"only {tried} places for text were found"


def test_C_a_text_in_any_body_is_kept_as_it_was_sent_or_refused(there: Agreed, rewound: Rewound) -> None:
    wrong = list(problems(there, rewound, FEW))
    assert not wrong, "\n".join(wrong)


@pytest.mark.full
def test_C_the_whole_list_of_naughty_texts(there: Agreed, rewound: Rewound) -> None:
    operation, ids = Operation("PUT", f"{A}/texts/what_matters", ""), furnish(there)
    karin = open_desk(there.clinic.service).of(there.karin)
    body = {"words": "Words that are kept"}
    trial = Trial(rewound, karin, operation, address(operation, ids), body, rewound.rows())
    assert trial.learn([("words",)])
    assert trial.kept == {("words",)}
    found = [wrong for text in [*together(), *KINDS.values()] for wrong in trial.wrong(("words",), text)]
    assert found == []
