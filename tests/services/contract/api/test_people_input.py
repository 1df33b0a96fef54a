"""Numbers, addresses and names of people at the door: kept in one form, or refused at their field and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.contract.people.domain import LONGEST_NAME
from tests.services.contract.api.desk import Desk, faults
from tests.services.contract.api.places import with_role
from tests.services.contract.api.there import There
from tests.shared.material import shared_data

NOBODY: dict[str, Any] = {"name": "Nora Ny", "language": "sv", "email": None, "phone": None}
NEW = NOBODY | {"kind": "patient", "protected": False, "identity": None}
SPELLINGS = ("long_format", "short_format", "separated_format", "separated_long")
MAILS: dict[str, str | None] = {
    "esther+care@x.example": "esther+care@x.example",
    " esther@x.example ": "esther@x.example",
    "a@x.example\r\nBcc: b@x.example": None,
    "a@x.example\x0bb": None,
    "a@x.example, b@x.example": None,
    "Esther <a@x.example>": None,
    "a b@x.example": None,
    "a@b@x.example": None,
    "@x.example": None,
    "a@": None,
    "esther": None,
    "x" * 250 + "@x.example": None,
}
NAMES = (
    "Ö",
    "Ivar O'Hara",
    "Anne-Marie von der Åsen",
    " ".join(["Na"] * 60),
    "x" * (LONGEST_NAME + 1),
    " ",
    "",
    "a\u202eb",
    "a\nb",
)
KEPT = sa.text("SELECT identity FROM person WHERE name = 'Nora Ny'")
Try = Callable[[dict[str, Any]], Any]


def numbers() -> Iterator[tuple[str, str | None]]:
    """Two published numbers of each kind, in each of their spellings, with the form they are kept in; None: none."""
    published = shared_data("personnummer/personnummer_meta_vectors.json")
    for kind in ("list", "interim", "orgnumber"):
        for valid in (True, False):
            for case in [one for one in published[kind] if one["valid"] is valid][:2]:
                for key in (one for one in SPELLINGS if one in case):
                    yield case[key], (case["long_format"] if valid else None)
    made = shared_data("personnummer/skatteverket_test_numbers.json")
    for kind in ("valid_personnummer", "valid_samordningsnummer"):
        yield from ((raw, raw.replace("-", "")) for raw in made[kind][:2])
    yield from ((raw, None) for raw in made["invalid_check_digit"][:2])
    yield "460823+9986", "184608239986"


def phones() -> dict[str, str | None]:
    """Every published number that is wrong, and some that are right, as they are dialled from Sweden."""
    cases = [one for one in shared_data("phone/phone_vectors.json")["vectors"] if one["default_region"] == "SE"]
    wrong = [one for one in cases if not one.get("valid") and one["input"].strip()]
    right = [one for one in cases if one.get("valid")][::3]
    return {one["input"]: one["e164"] if one.get("valid") else None for one in wrong + right if len(one["input"]) <= 40}


@pytest.fixture
def doors(there: There) -> dict[str, Try]:
    """The doors through which somebody's e-mail and telephone come in."""
    karin, admin, anita = (
        there.desk.of(one) for one in (there.agreed.karin, there.agreed.clinic.admin, there.agreed.clinic.anita)
    )
    legal = {"kind": "god_man", "document": "Decision 1", "scopes": ["see_contract"], "decided": False}
    chosen = {"relation": "", "scopes": ["see_plan"], "last": None}
    helper = {key: value for key, value in NOBODY.items() if key != "language"}
    return {
        "a person": lambda more: admin.create("/people", NEW | more),
        "a delegate": lambda more: karin.create("/delegations", helper | chosen | more),
        "somebody by law": lambda more: anita.create(f"/patients/{there.agreed.karin}/delegations", helper | legal | more),
    }  # fmt: skip


def judged(there: There, send: Try, field: str, written: str, right: bool) -> Any:
    before = there.database.rows() if not right else []
    answer = send({field: written})
    if right:
        assert answer.status_code == 201, answer.text
        return answer.json
    there.refused(answer, before, 422)
    assert set(faults(answer)) == {f"/{field}"}
    return None


def test_C_people_B10_every_kind_of_number_is_kept_in_one_form_or_refused(
    there: There, doors: dict[str, Try], subtests: pytest.Subtests
) -> None:
    tried = dict(numbers())
    assert {kept is None for kept in tried.values()} == {True, False}
    for written, kept in tried.items():
        with subtests.test(written), there.database.undone():
            judged(there, doors["a person"], "identity", written, kept is not None)
            assert there.database.connection.execute(KEPT).scalars().all() == ([kept] if kept else [])


def test_C_people_every_kind_of_telephone_and_mail_is_kept_in_one_form_or_refused_at_every_door(
    there: There, doors: dict[str, Try], subtests: pytest.Subtests
) -> None:
    tried = [("phone", *one) for one in phones().items()] + [("email", *one) for one in MAILS.items()]
    for number, (field, written, kept) in enumerate(tried):
        wrong = kept is None
        for name in doors if wrong and number % 3 == 0 else ["a person"]:
            with subtests.test(f"{field} {written!r:.40} of {name}"), there.database.undone():
                answer = judged(there, doors[name], field, written, not wrong)
                assert wrong or answer[field] == kept


def test_C_people_H26_a_name_is_kept_as_it_was_written_or_refused(
    there: There, doors: dict[str, Try], subtests: pytest.Subtests
) -> None:
    for name in NAMES:
        with subtests.test(f"{name!r:.40}"), there.database.undone():
            right = bool(name.strip()) and len(name) <= LONGEST_NAME and name.isprintable()
            answer = judged(there, doors["a person"], "name", name, right)
            assert not right or answer["name"] == name


def test_C_people_only_somebody_who_works_with_patients_there_answers_for_one(there: There) -> None:
    clinic, here = there.agreed.clinic, f"/contracts/{there.agreed.contract}/cover"
    elsewhere, admin = with_role(there.agreed, clinic.other_unit, "nurse"), there.desk.of(clinic.admin)
    told = {"handover_note": "Walks well.", "reason": "Anita leaves.", "asked_for": None, "wish_unmet": ""}
    right = {"person_id": str(clinic.lisa), "primary": True, "deputy_id": None, **told}
    before, etag = there.database.rows(), admin.read(here)[1]
    for wrong in (there.agreed.karin, clinic.esther, elsewhere, clinic.admin, uuid4()):
        for field in ("person_id", "deputy_id"):
            with there.database.undone():
                answer = appointed(admin, here, right | {field: str(wrong)}, etag)
                there.refused(answer, before, 422)
                assert set(faults(answer)) == {f"/{field}"}
    for lacking in ({"handover_note": ""}, {"reason": ""}):
        with there.database.undone():
            there.refused(appointed(admin, here, right | lacking, etag), before, 409, 422)
    assert appointed(admin, here, right, etag).status_code == 200


def appointed(desk: Desk, here: str, body: dict[str, Any], etag: str) -> Any:
    return desk("POST", f"{here}/appointments", body, If_Match=etag)
