"""Twenty people change the same thing at once, each from the version they read: one is heard, nobody is overwritten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from services.contract.agreement.opening import actions as opening
from services.contract.people import actions as people_actions
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, open_desk
from tests.services.contract.api.places import furnish, with_role

AT_ONCE = 20
C, A = "/contracts/{contract_id}", "/contracts/{contract_id}/agreement"
HELPER, TOLD = "/patients/{patient_id}/delegations/{delegation_id}", "/patients/{patient_id}/consents/{consent_id}"
SHEET, NEVER, SHARE = "/people/files/{import_id}", C + "/plan/not-then/{not_then_id}", C + "/plan/shares/{share_id}"
PERSON = {"name": "Karin Ek", "language": "en", "email": None, "phone": None, "protected": False}
KINDS: dict[str, tuple[str, str, str, str, Any]] = {
    "a review": ("anita", "POST", C + "/review/beginning", C + "/review", None),
    "a person": ("admin", "PUT", "/people/{person_id}", "/people/{person_id}", PERSON),
    "roles": ("admin", "PUT", "/people/{lisa}/roles", "/people/{lisa}/roles", {"roles": []}),
    "a death": ("admin", "POST", "/people/{lisa}/death", "/people/{lisa}", {"deceased": "2026-11-01"}),
    "a grant": ("anna", "POST", "/delegations/{delegation_id}/acceptance", "/delegations/{delegation_id}", None),
    "a pause": ("anita", "POST", HELPER + "/pause", HELPER, {"reason": "I worry.", "last": "2026-11-30"}),
    "the end of a pause": ("anita", "POST", HELPER + "/resumption", HELPER, None),
    "a consent told to staff": ("anita", "DELETE", TOLD, TOLD, None),
    "a sheet": ("admin", "POST", SHEET + "/undoing", SHEET, None),
    "what is said of an emergency": (
        "reviewer",
        "POST",
        "/break-glass/{glass_id}/verdict",
        "/break-glass/{glass_id}",
        {"verdict": "justified", "note": ""},
    ),
    "a block": ("karin", "DELETE", "/blocks/{block_id}", "/blocks/{block_id}", None),
    "not then": ("karin", "DELETE", NEVER, NEVER, None),
    "a share": ("karin", "DELETE", SHARE, SHARE, None),
    "the record": (
        "anita",
        "POST",
        C + "/record/documentation",
        C + "/record",
        {"shown": "{shown}", "on_day": "2026-11-24", "reference": ""},
    ),
    "whether to work this way": (
        "nils",
        "POST",
        "/contracts/{asked}/joining/answers",
        "/contracts/{asked}/joining",
        {"willing": True},
    ),
    "an answer": (
        "karin",
        "POST",
        C + "/review/answers",
        C + "/review",
        {"side": "patient", "how": "web", "answers": {"trust": "yes"}},
    ),
    "a session": ("karin", "DELETE", "/sessions/{signin_id}", "/sessions/{signin_id}", None),
    "all sessions": (
        "anita",
        "POST",
        "/sessions/standing/ending",
        "/sessions/standing",
        {"others_only": False},
    ),
    "somebody's sessions": (
        "admin",
        "POST",
        "/people/{lisa}/sessions/ending",
        "/people/{lisa}/sessions",
        None,
    ),
    "the end": ("karin", "POST", C + "/ending", C, {"reason": ""}),
    "the end of a grant": ("karin", "DELETE", "/delegations/{delegation_id}", "/delegations/{delegation_id}", None),
    "a planned change": (
        "anita",
        "POST",
        C + "/cover/change",
        C + "/cover",
        {
            "person_id": "{lisa}",
            "day": "2026-12-07",
            "handover_note": "Walks well.",
            "reason": "Anita leaves us.",
            "asked_for": None,
            "wish_unmet": "",
        },
    ),
    "its day": ("admin", "POST", C + "/cover/change/move", C + "/cover", {"day": "2026-12-08", "why": ""}),
    "its calling off": ("anita", "POST", C + "/cover/change/calling-off", C + "/cover", {"why": ""}),
    "a deputy": (
        "admin",
        "POST",
        C + "/cover/appointments/{appointment_id}/deputy",
        C + "/cover",
        {"deputy_id": None},
    ),
    "an appointment": (
        "admin",
        "POST",
        C + "/cover/appointments",
        C + "/cover",
        {
            "person_id": "{anita}",
            "primary": True,
            "deputy_id": None,
            "handover_note": "Walks well.",
            "reason": "Lisa leaves us.",
            "asked_for": True,
            "wish_unmet": "",
        },
    ),
    "a hand-over": (
        "anita",
        "POST",
        C + "/cover/appointments/{appointment_id}/end",
        C + "/cover",
        {"successor_id": "{lisa}", "handover_note": "Walks well.", "reason": "Anita leaves us."},
    ),
    "an absence": ("anita", "DELETE", "/absences/{absence_id}", "/absences/{absence_id}", None),
    "a proposal": (
        "admin",
        "POST",
        "/proposals/{proposal_id}/acceptance",
        "/proposals/{proposal_id}",
        {"handover_note": "She knows.", "reason": "Anita leaves us."},
    ),
    "a suggested time": (
        "karin",
        "POST",
        C + "/next-contact/suggestion",
        C + "/next-contact",
        {"local": "2026-12-01T10:00", "way": "phone"},
    ),
    "the first suggested time": (
        "esther",
        "POST",
        "/contracts/{new}/next-contact/suggestion",
        "/contracts/{new}/next-contact",
        {"local": "2026-12-01T10:00", "way": "phone"},
    ),
    "how far it has come": (
        "anita",
        "POST",
        C + "/plan/{activity_id}/moves",
        C + "/plan/{activity_id}",
        {"state": "planned", "reason": ""},
    ),
    "a text": ("karin", "PUT", A + "/texts/watch_for", A + "/texts/watch_for", {"words": "I weigh more."}),
    "an item": (
        "karin",
        "PUT",
        A + "/items/commitments/{item_id}",
        A + "/items/commitments/{item_id}",
        {"text": "I walk far.", "by": "patient"},
    ),
    "an item away": ("karin", "DELETE", A + "/items/commitments/{item_id}", A + "/items/commitments/{item_id}", None),
    "a question": ("karin", "POST", A + "/questions", A, {"kind": "unclear", "words": "What is this?"}),
}


def test_P3_of_twenty_changes_to_one_version_one_counts_for_every_kind_of_change(
    agreed: Agreed, subtests: pytest.Subtests
) -> None:
    names = {**furnish(agreed), "lisa": str(agreed.clinic.lisa), "anita": str(agreed.clinic.anita)}
    desk = open_desk(agreed.clinic.service)
    esther = desk.of(agreed.clinic.esther)
    opened = esther.create("/contracts", {"unit_id": names["unit_id"]})
    names["new"] = opened.json["contract_id"]
    names["shown"] = desk.of(agreed.karin).read(C.format(**names) + "/record")[0]["shown"]
    people = {name: getattr(agreed.clinic, name) for name in ("admin", "anita", "lisa", "esther")}
    people |= {"nils": asked_of(agreed, names), "reviewer": with_role(agreed, agreed.clinic.unit, "auditor")}
    people |= {
        "karin": agreed.karin,
        "anna": UUID(desk.of(agreed.karin).get("/delegations").json["items"][0]["delegate_id"]),
    }
    for name in ORDER:
        who, method, path, read, body = KINDS[name]
        with subtests.test(name):
            counted = at_once(
                desk.of(people[who]), method, path.format(**names), read.format(**names), filled(body, names)
            )
            done, late = counted
            assert len(done) == 1, counted
            assert late == {412} or (name in GOES and late <= {404, 412}), counted


def asked_of(agreed: Agreed, names: dict[str, str]) -> UUID:
    """Somebody whose contract waits for their yes to working this way."""
    with agreed.acting(agreed.clinic.admin) as ctx:
        nils = people_actions.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        unit, contact = agreed.clinic.unit, agreed.clinic.lisa
        asked = opening.open_with_contact(ctx, patient_id=nils, unit_id=unit, person_id=contact, answer=None)
    names["asked"] = str(asked)
    return nils


GOES = ("a session", "an item away", "the end of a grant", "an absence", "a hand-over", "not then", "a share")
"""Afterwards the thing, or the right to it, is gone: who comes later may find nothing."""
LAST = ("a hand-over", "an appointment", "the end", "roles", "a death")
"""What takes somebody away from the clinic, or the agreement from those who are there."""
ORDER = [*(name for name in KINDS if name not in LAST), *LAST]


def at_once(desk: Desk, method: str, path: str, read: str, body: Any) -> tuple[list[int], set[int]]:
    """The statuses of those who were heard, and the different ones of those who were not."""
    etag = desk.read(read)[1]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda _n: desk(method, path, body, If_Match=etag).status_code, range(AT_ONCE)))
    return [one for one in statuses if one < 300], {one for one in statuses if one >= 300}


def filled(body: Any, names: dict[str, str]) -> Any:
    if not isinstance(body, dict):
        return body
    return {
        key: names[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for key, value in body.items()
    }
