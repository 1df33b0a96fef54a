"""Every form and every address of the three services, with what can't be meant: refused in words, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask

from services.contract.app import METADATA as CONTRACT
from services.notify.app import METADATA as NOTIFY
from services.selfcare.app import METADATA as SELFCARE
from services.selfcare.reminders.claim.actions import claim_due
from shared.auth import answer_token
from shared.db import Database
from shared.service import Service
from tests.services.contract.agreed import open_agreed
from tests.services.contract.api.places import furnish
from tests.services.contract.clinic import open_clinic
from tests.services.contract.test_texts_of_forms import KNOWN, in_force, people_of
from tests.services.notify.requests import world as notify
from tests.services.selfcare import world as selfcare
from tests.support.services import make_app, make_service, set_clock
from tests.support.texts.forms import Person
from tests.support.texts.rewound import Rewound
from tests.support.texts.trying import Found, starts
from tests.support.texts.wrong import oddities, wrong_addresses

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]
OWN = {("/contract/signin/code/enter", "code"): "one-time-code"}
"""The fields that a browser may fill in with what is the writer's own. All others are about somebody else, or are not to be
remembered by a device that others use too."""


@contextmanager
def notify_there(database: Database) -> Iterator[tuple[Rewound, Flask, list[Person], list[str]]]:
    """A request that waits, with everybody who meets at it."""
    rewound = Rewound(database, NOTIFY)
    service = notify.settled(rewound)
    notify.hear(service, notify.attention(), notify.delegate("message_contact"))
    ids = {
        "request_id": str(notify.only(service).id),
        "contract_id": str(notify.CONTRACT),
        "unit_id": str(notify.UNIT),
    }
    who = (notify.ESTHER, notify.LISA, notify.HEAD, notify.ADMIN, notify.DAUGHTER, None)
    yield from _there(rewound, service, who, ids)


@contextmanager
def selfcare_there(database: Database) -> Iterator[tuple[Rewound, Flask, list[Person], list[str]]]:
    """A question that was sent, with everybody who may answer it."""
    rewound = Rewound(database, SELFCARE)
    service = make_service("selfcare", rewound)
    selfcare.settle(service)
    selfcare.hear(service, selfcare.agreed(), selfcare.delegate("answer_reminders", "see_times", "receive_reminders"))
    set_clock(service, selfcare.swedish("2026-11-25 09:00"))
    claim_due(service)
    (row,) = selfcare.reminders(service)
    selfcare.hear(service, selfcare.delivered(row.id, selfcare.swedish("2026-11-25 09:00")))
    token = answer_token(service.config.pair_secrets["notify"][0], row.id, selfcare.ESTHER)
    who = (selfcare.ESTHER, selfcare.ANNA, selfcare.LISA, selfcare.STRANGER, None)
    yield from _there(rewound, service, who, {"reminder_id": str(row.id), "token": token})


@contextmanager
def contract_there(database: Database) -> Iterator[tuple[Rewound, Flask, list[Person], list[str]]]:
    """Karin's agreement, furnished, with its three people."""
    rewound = Rewound(database, CONTRACT)
    there = open_agreed(open_clinic(make_service("contract", rewound)))
    ids = furnish(there) | {"patient_id": str(there.karin), "kind": "window", "part": "what_matters"}
    in_force(there, ids)
    try:
        yield rewound, there.app, people_of(there), starts(there.app, ids)
    finally:
        rewound.close()


def _there(
    rewound: Rewound, service: Service, who: tuple[UUID | None, ...], ids: dict[str, str]
) -> Iterator[tuple[Rewound, Flask, list[Person], list[str]]]:
    app = make_app(service)
    try:
        yield rewound, app, [Person(service, app, one) for one in who], starts(app, ids)
    finally:
        rewound.close()


def test_C_forms_of_notify_refuse_what_can_not_be_meant_and_keep_nothing_of_it(notify_db: Database) -> None:
    with notify_there(notify_db) as (rewound, _app, people, pages):
        found = Found()
        wrong = oddities(rewound, found, people, pages)
        assert not wrong, "\n".join(wrong)
        assert len(found.forms) >= 4
        assert set(found.fills.values()) <= {"off"}


def test_C_forms_of_selfcare_refuse_what_can_not_be_meant_and_keep_nothing_of_it(selfcare_db: Database) -> None:
    with selfcare_there(selfcare_db) as (rewound, _app, people, pages):
        found = Found()
        wrong = oddities(rewound, found, people, pages)
        assert not wrong, "\n".join(wrong)
        assert {form.rule for _person, form in found.forms.values()} == {
            "/selfcare/a/<token>",
            "/selfcare/times/<uuid:reminder_id>/answer",
        }


def test_C_forms_of_contract_refuse_what_can_not_be_meant_and_keep_nothing_of_it(contract_db: Database) -> None:
    with contract_there(contract_db) as (rewound, _app, people, pages):
        found = Found({}, {}, KNOWN)
        wrong = oddities(rewound, found, people, pages)
        assert not wrong, "\n".join(wrong)
        assert len(found.forms) > 30
        assert len(found.fills) > 50
        assert {at: token for at, token in found.fills.items() if token != OWN.get(at, "off")} == {}
        assert OWN.keys() <= found.fills.keys()


def test_C_ids_an_address_of_notify_that_names_nothing_leads_nowhere(notify_db: Database) -> None:
    with notify_there(notify_db) as (rewound, app, people, _pages):
        assert not (wrong := list(wrong_addresses(app, rewound, people))), "\n".join(wrong)


def test_C_ids_an_address_of_selfcare_that_names_nothing_leads_nowhere(selfcare_db: Database) -> None:
    with selfcare_there(selfcare_db) as (rewound, app, people, _pages):
        assert not (wrong := list(wrong_addresses(app, rewound, people))), "\n".join(wrong)


def test_C_ids_an_address_of_contract_that_names_nothing_leads_nowhere(contract_db: Database) -> None:
    with contract_there(contract_db) as (rewound, app, people, _pages):
        assert not (wrong := list(wrong_addresses(app, rewound, people))), "\n".join(wrong)
