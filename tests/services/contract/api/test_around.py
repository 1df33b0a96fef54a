"""What stands around an agreement, behind the JSON door: understanding, wishes, what was kept, meetings, measures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, faults, open_desk


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.fixture
def karin(agreed: Agreed) -> Desk:
    agreed.written().both_confirm()
    return open_desk(agreed.clinic.service, agreed.karin)


@pytest.fixture
def anita(agreed: Agreed, karin: Desk) -> Desk:
    return karin.of(agreed.clinic.anita)


def test_B12_teach_back_through_the_door(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}/teach-backs"
    body = {"asked": "Salt", "patient_words": "Less", "understood": "partly", "explained_again": ""}
    made = ok(anita.create(here, body), 201)
    assert faults(anita.create(here, {**body, "understood": "well"})).keys() == {"/understood"}
    assert karin.create(here, body).status_code == 404
    assert [one["id"] for one in ok(karin.get(here))["items"]] == [made["id"]]
    assert ok(karin.get(f"{here}/{made['id']}"))["patient_words"] == "Less"
    assert karin.get(f"{here}/{made['id'] + 1}").status_code == 404


def test_B9_a_wish_through_the_door_is_in_the_agreement_too(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}/preferences"
    wish = {"decides": "you_decide", "doing": "little", "knowing": "must", "how": None}
    assert faults(anita.create(here, wish)).keys() == {"/how"}
    ok(karin.create(here, wish), 201)
    told = ok(anita.create(here, {**wish, "decides": "together", "how": "spoken"}), 201)
    assert told["by"] == str(agreed.clinic.anita)
    text = ok(karin.get(f"/contracts/{agreed.contract}/agreement/texts/engagement"))
    assert text["words"] == "together"
    assert [one["decides"] for one in ok(karin.get(here))["items"]][:1] == ["together"]


def test_K25_a_commitment_and_minutes_through_the_door(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}"
    made = ok(karin.get(f"{here}/agreement"))["content"]["commitments"]
    care = next(one["id"] for one in made if one["by"] == "care")
    body = {"item_id": care, "kept": "partly", "on_day": "2026-11-23", "words": "Twice", "how": None}
    assert ok(anita.create(f"{here}/commitment-notes", body), 201)["commitment"] == "We ring you every Friday."
    assert faults(karin.create(f"{here}/commitment-notes", body)).keys() == {"/how"}
    assert len(ok(karin.get(f"{here}/commitment-notes"))["items"]) == 1
    assert ok(anita.create(f"{here}/minutes", {"minutes": 15, "on_day": "2026-11-23"}), 201)["minutes"] == 15
    assert karin.get(f"{here}/minutes").status_code == 404


def test_A16_a_meeting_is_prepared_from_the_version_that_was_read(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}/next-contact/preparation"
    body = {"questions": "Can I swim?", "comes_with": "", "expects": "", "how": None}
    old = karin.read(here)[1]
    assert ok(karin.change("PUT", here, body))["version"] == 1
    assert karin("PUT", here, body, If_Match=old).status_code == 412
    assert ok(anita.get(here))["questions"] == "Can I swim?"


def test_K25_measures_through_the_door_hide_what_is_small(agreed: Agreed, karin: Desk) -> None:
    here = f"/units/{agreed.clinic.unit}/measures"
    rows = ok(karin.of(agreed.clinic.admin).get(here))["items"]
    assert {row["numerator"] for row in rows} == {row["share"] for row in rows} == {None}
    assert all(row["name"] and row["counted"] and row["of_what"] for row in rows)
    for other in (agreed.clinic.anita, agreed.clinic.other_admin, agreed.karin):
        assert karin.of(other).get(here).status_code == 404
