"""The plan as JSON: change an activity, take it on, name who leads."""

from __future__ import annotations

from typing import Any

from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import open_desk

VISIT = {"title": "Visit", "party": "municipality", "responsible": "Home care", "on_date": "2026-12-01"}


def test_B3_an_activity_is_changed_and_taken_on_and_a_lead_named_through_the_door_alone(agreed: Agreed) -> None:
    anita = open_desk(agreed.clinic.service, agreed.clinic.anita)
    here = f"/contracts/{agreed.contract}/plan"
    made = anita.create(here, VISIT)
    assert made.status_code == 201, made.text
    one = f"{here}/{made.json['activity_id']}"

    def acts(method: str, path: str, body: dict[str, Any] | None, read: str, status: int = 200) -> Any:
        answer = anita.change(method, path, body, read=read)
        assert answer.status_code == status, answer.text
        return answer.json

    fuller = {**VISIT, "clock": "09:00", "minutes": 30, "place": "Home", "kind": "visit", "reach": "036-1"}
    assert acts("PUT", one, fuller, one)["clock"] == "09:00"
    acts("PUT", one, {**fuller, "until": "2026-12-02"}, one, 422)
    assert acts("POST", f"{one}/acceptance", None, one)["accepted_at"] is not None
    lead = {"principal": "municipality", "name": "Home care", "reach": "036-1"}
    assert acts("PUT", f"{here}/lead", lead, f"{here}/lead")["revision"] == 1
    acts("PUT", f"{here}/lead", {**lead, "principal": "patient"}, f"{here}/lead", 422)
