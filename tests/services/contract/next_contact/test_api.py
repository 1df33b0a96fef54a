"""Ways to meet, ends and answers told to staff, as JSON."""

from __future__ import annotations

from typing import Any

from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import open_desk

WINDOW = {"kind": "window", "way": "phone", "earliest": "2026-12-14", "latest": "2027-01-15"}


def test_B2_a_window_is_agreed_kept_and_followed_through_the_door_alone(agreed: Agreed) -> None:
    anita = open_desk(agreed.clinic.service, agreed.clinic.anita)
    karin = anita.of(agreed.karin)
    here = f"/contracts/{agreed.contract}/next-contact"

    def acts(desk: Any, act: str, body: dict[str, Any] | None, status: int = 200) -> Any:
        answer = desk.change("POST", f"{here}/{act}", body, read=here)
        assert answer.status_code == status, answer.text
        return answer.json

    assert acts(anita, "terms", WINDOW)["waiting_terms"]["kind"] == "window"
    acts(anita, "terms", {**WINDOW, "latest": None}, 422)
    assert acts(karin, "terms/acceptance", None)["state"] == "agreed"
    acts(karin, "suggestion", {"local": "2026-12-16T09:00", "way": "phone"})
    acts(anita, "acceptance", {"seen": "2026-12-16T09:00"})
    acts(anita, "end", {"act": "fulfil", "words": ""}, 422)
    ended = acts(
        anita,
        "end",
        {"act": "fulfil", "words": "", "next": {"kind": "exact", "way": "visit", "local": "2027-02-01T10:00"}},
    )
    assert (ended["suggested"], ended["suggested_by"]) == ("2027-02-01T10:00", "care")
    told = {"answer": "yes", "how": "phone", "told_on": "2026-11-24", "words": "", "time_shown": "2027-02-01T10:00"}
    assert acts(anita, "told", told)["state"] == "booked"
    assert acts(karin, "cancellation", {"words": "", "why_none": "I move."})["state"] is None
