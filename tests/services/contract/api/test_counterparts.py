"""What was first done on pages alone, through the JSON door: reviews, records, endings, helpers, sheets, the plan's edges."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.contract.agreement.review.domain import Question
from services.contract.people import actions as people
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as writing
from services.contract.plan.writing.domain import Kind
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, faults, open_desk
from tests.services.contract.api.test_around import ok

YES = dict.fromkeys(Question, "yes")


@pytest.fixture
def karin(agreed: Agreed) -> Desk:
    agreed.written().both_confirm()
    return open_desk(agreed.clinic.service, agreed.karin)


@pytest.fixture
def anita(agreed: Agreed, karin: Desk) -> Desk:
    return karin.of(agreed.clinic.anita)


@pytest.fixture
def admin(agreed: Agreed, karin: Desk) -> Desk:
    return karin.of(agreed.clinic.admin)


def test_B1_seven_questions_a_record_and_keeping_through_the_door_make_a_receipt(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    here = f"/contracts/{agreed.contract}"
    review, record = f"{here}/review", f"{here}/record"
    shown = ok(karin.get(record))["shown"]
    assert "I weigh myself every morning." in ok(anita.get(f"{record}/copy"))["text"]
    body = {"shown": shown, "on_day": "2026-11-24", "reference": "Note 7"}
    assert karin.change("POST", f"{record}/documentation", body, read=record).status_code == 404
    late = anita.change("POST", f"{record}/documentation", {**body, "on_day": "2026-12-24"}, read=record)
    assert faults(late).keys() == {"/on_day"}
    assert ok(anita.change("POST", f"{record}/documentation", body, read=record))["reference"] == "Note 7"
    ok(anita.change("POST", f"{review}/beginning", read=review))
    keep = {"shown": shown}
    assert karin.change("POST", f"{review}/keeping", keep, read=review).status_code == 409
    mine = {"side": "patient", "how": "web", "answers": {"trust": "yes"}}
    assert ok(karin.change("POST", f"{review}/answers", mine, read=review))["begun"] == {"trust": "yes"}
    ok(karin.change("POST", f"{review}/answers", {**mine, "answers": YES}, read=review))
    assert ok(anita.get(review))["patient"] is None, "answers are seen when both have answered"
    told = ok(anita.change("POST", f"{review}/answers", {"side": "care", "how": "web", "answers": YES}, read=review))
    assert told["patient"]["answers"] == YES
    assert (told["still_to_answer"], told["differ"], told["receipt"]) == ([], [], True)
    ok(karin.change("POST", f"{review}/keeping", keep, read=review))
    assert ok(anita.change("POST", f"{review}/keeping", keep, read=review))["state"] == "active"


def test_K15_the_contact_writes_down_the_patients_answers_and_says_how(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    review = f"/contracts/{agreed.contract}/review"
    body: dict[str, Any] = {"side": "patient", "how": "web", "answers": YES}
    assert faults(anita.change("POST", f"{review}/answers", body, read=review)).keys() == {"/how"}
    assert ok(anita.change("POST", f"{review}/answers", {**body, "how": "spoken"}, read=review))["answered"] == [
        "patient"
    ]
    wrong = {**body, "answers": {"trust": "not_needed"}}
    assert faults(karin.change("POST", f"{review}/answers", wrong, read=review)).keys() == {"/answers/trust"}
    assert karin.change("POST", f"{review}/answers", {**body, "side": "care"}, read=review).status_code == 404


def test_B8_who_may_only_see_the_agreement_says_nothing_for_the_patient(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    here = f"/contracts/{agreed.contract}"
    review = f"{here}/review"
    eva, may = karin.of(agreed.helper("see_contract")), karin.of(agreed.helper("see_contract", "confirm_contract"))
    ok(anita.change("POST", f"{review}/beginning", read=review))
    shown = eva.read(review)[0]["shown"]
    answers = {"side": "patient", "how": "web", "answers": YES}
    acts = {
        f"{review}/answers": (answers, review),
        f"{review}/keeping": ({"shown": shown}, review),
        f"{here}/agreement/confirmations": ({"shown": shown, "time_shown": None}, f"{here}/agreement"),
    }
    for address, (body, read) in acts.items():
        assert eva.change("POST", address, body, read=read).status_code == 404, address
    assert anita.read(review)[0]["answered"] == []
    ok(may.change("POST", f"{review}/answers", answers, read=review))
    ok(anita.change("POST", f"{review}/answers", {**answers, "side": "care"}, read=review))
    assert eva.change("POST", f"{review}/keeping", {"shown": shown}, read=review).status_code == 404
    assert ok(may.change("POST", f"{review}/keeping", {"shown": shown}, read=review))["kept_by"] == ["patient"]


def test_B8_who_may_only_see_a_proposal_does_not_say_yes_to_it(agreed: Agreed) -> None:
    agreed.written()
    address = f"/contracts/{agreed.contract}/agreement"
    eva = open_desk(agreed.clinic.service, agreed.helper("see_contract"))
    may = eva.of(agreed.helper("see_contract", "confirm_contract"))
    told = eva.read(address)[0]
    yes = {"shown": told["shown"], "time_shown": told["time_shown"]}
    assert eva.change("POST", f"{address}/confirmations", yes, read=address).status_code == 404
    assert ok(may.change("POST", f"{address}/confirmations", yes, read=address))["state"] == "proposed"


def test_B1_the_patient_ends_without_a_reason_and_an_admin_opens_anew(
    agreed: Agreed, karin: Desk, anita: Desk, admin: Desk
) -> None:
    here = f"/contracts/{agreed.contract}"
    assert faults(anita.change("POST", f"{here}/ending", {"reason": ""}, read=here)).keys() == {"/reason"}
    assert ok(karin.change("POST", f"{here}/ending", {"reason": ""}, read=here))["state"] == "ended"
    with agreed.clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, agreed.clinic.unit)
    missing = ok(admin.get("/people/without-agreement?limit=200"))["items"]
    assert str(agreed.karin) in {one["person_id"] for one in missing}
    where = f"/people/{agreed.karin}/contracts"
    said = {"how": "spoken", "said_on": "2026-11-23"}
    body = {"unit_id": str(agreed.clinic.unit), "contact": str(agreed.clinic.admin), **said}
    assert faults(admin.create(where, body)).keys() == {"/contact"}
    made = ok(admin.create(where, {**body, "contact": str(agreed.clinic.anita)}), 201)
    assert (made["patient_id"], made["unit_id"]) == (str(agreed.karin), str(agreed.clinic.unit))
    loads = ok(admin.get("/contact-loads"))["items"]
    assert {one["name"]: one["patients"] for one in loads}["Anita Berg"] == 2
    assert anita.get("/contact-loads").status_code == 404


def test_B8_staff_record_who_acts_by_law_pause_and_end_it(
    agreed: Agreed, karin: Desk, anita: Desk, admin: Desk
) -> None:
    with agreed.clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, agreed.clinic.unit)
    here = f"/patients/{agreed.karin}/delegations"
    body = {
        "kind": "god_man",
        "name": "Gudrun God",
        "email": None,
        "phone": None,
        "document": "",
        "scopes": ["see_contract"],
        "decided": False,
    }
    assert faults(admin.create(here, body)).keys() == {"/document"}
    made = admin.create(here, {**body, "document": "Decision 5"})
    one = f"{here}/{ok(made, 201)['delegation_id']}"
    assert faults(anita.change("POST", f"{one}/pause", {"reason": "", "last": "2026-11-30"}, read=one)).keys() == {
        "/reason"
    }
    paused = ok(anita.change("POST", f"{one}/pause", {"reason": "I worry", "last": "2026-11-30"}, read=one))
    assert (paused["state"], paused["paused_reason"]) == ("paused", "I worry")
    assert ok(anita.change("POST", f"{one}/resumption", read=one))["state"] == "active"
    assert [grant["kind"] for grant in ok(anita.get(here))["items"]] == ["god_man"]
    assert karin.get(here).status_code == 404
    assert anita.change("DELETE", one).status_code == 204
    assert ok(anita.get(here))["items"] == []


def test_B10_a_consent_told_to_staff_says_how_and_is_taken_back_on_the_patients_word(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    with agreed.clinic.service.act() as ctx:
        people.know_at(ctx, agreed.karin, agreed.clinic.unit)
    here = f"/patients/{agreed.karin}/consents"
    made = ok(anita.create(here, {"kind": "email", "about": "", "how": "spoken"}), 201)
    assert ok(karin.get(f"/consents/{made['consent_id']}"))["how"] == "spoken"
    assert karin.create(here, {"kind": "email", "about": "", "how": "spoken"}).status_code == 404
    assert anita.change("DELETE", f"{here}/{made['consent_id']}").status_code == 204
    assert ok(karin.get(f"/consents/{made['consent_id']}"))["withdrawn_at"]


def adds(agreed: Agreed, **more: Any) -> UUID:
    with agreed.acting(agreed.clinic.anita) as ctx:
        return writing.add(
            ctx, agreed.karin, title="Home care", party=Party.MUNICIPALITY, responsible="", kind=Kind.OTHER, **more
        )


def test_B3_not_then_and_what_it_meets_through_the_door(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    activity = adds(agreed, on_date=date(2026, 12, 1))
    here = f"/contracts/{agreed.contract}/plan"
    body = {"weekday": None, "starts_on": None, "ends_on": None, "opens": None, "closes": None, "words": ""}
    assert faults(karin.create(f"{here}/not-then", body)).keys() == {"/weekday"}
    made = ok(karin.create(f"{here}/not-then", {**body, "weekday": 2}), 201)
    found = ok(anita.get(f"{here}/conflicts"))["items"]
    assert [(one["rule"], one["about"]) for one in found] == [("unavailable", [str(activity)])]
    one = f"{here}/not-then/{made['not_then_id']}"
    assert anita.change("DELETE", one).status_code == 204
    assert karin.get(one).status_code == 404
    assert ok(anita.get(f"{here}/conflicts"))["items"] == ok(karin.get(f"{here}/not-then"))["items"] == []


def test_B3_staff_share_what_the_patient_has_said_yes_to(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}/plan/shares"
    body = {"activity_id": str(adds(agreed)), "party": "municipality", "recipient": "Home care"}
    assert faults(anita.create(here, body)).keys() == {"/recipient"}
    yes = ok(karin.create("/consents", {"kind": "share_plan", "about": "Home care"}), 201)
    made = ok(anita.create(here, body), 201)
    assert ok(anita.create(here, body), 201)["share_id"] == made["share_id"]
    assert karin.change("DELETE", f"/consents/{yes['consent_id']}").status_code == 204
    assert anita.get(f"{here}/{made['share_id']}").status_code == 404
    mine = ok(karin.create(here, body), 201)
    assert [one["share_id"] for one in ok(anita.get(here))["items"]] == [mine["share_id"]]
    assert karin.change("DELETE", f"{here}/{mine['share_id']}").status_code == 204
    assert ok(karin.get(here))["items"] == []


def test_P3_a_sheet_of_people_is_looked_at_kept_whole_and_taken_back(agreed: Agreed, admin: Desk) -> None:
    sheet = "kind;name;identity\nstaff;Sven Ek;SVE1\n"
    body = {"unit_id": str(agreed.clinic.unit), "content": sheet}
    assert ok(admin.create("/people/files/preview", body))["made"] == 1
    wrong = {**body, "content": f"{sheet}staff;;SVE2\n"}
    assert [one["row"] for one in ok(admin.create("/people/files/preview", wrong))["wrong"]] == [3]
    refused = admin.create("/people/files", wrong)
    assert (refused.status_code, faults(refused)) == (422, {"/content": "Row 3, name: Write a name."})
    assert faults(admin.create("/people/files", {**body, "content": "x"})).keys() == {"/content"}
    assert faults(admin.create("/people/files", {**body, "unit_id": str(agreed.clinic.other_unit)})).keys() == {
        "/unit_id"
    }
    made = ok(admin.create("/people/files", body), 201)
    here = f"/people/files/{made['import_id']}"
    assert [one["made"] for one in ok(admin.get("/people/files"))["items"]] == [1]
    assert ok(admin.change("POST", f"{here}/undoing", read=here))["undone_at"]
    assert admin.of(agreed.clinic.other_admin).get(here).status_code == 404


def test_B2_how_long_a_contact_takes_is_suggested_with_the_time_and_stands_with_it(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    here = f"/contracts/{agreed.contract}/next-contact"
    assert ok(karin.get(here))["minutes"] == 30
    body = {"local": "2026-12-02T10:00", "way": "visit", "minutes": 45}
    told = ok(anita.change("POST", f"{here}/suggestion", body, read=here))
    assert (told["minutes"], told["suggested_minutes"]) == (30, 45)
    assert faults(anita.change("POST", f"{here}/suggestion", {**body, "minutes": 0}, read=here)).keys() == {"/minutes"}
    told = ok(karin.change("POST", f"{here}/acceptance", {"seen": body["local"]}, read=here))
    assert (told["minutes"], told["suggested_minutes"]) == (45, None)
    after = {"kind": "exact", "way": "phone", "local": "2026-12-09T10:00", "minutes": 15}
    end = {"act": "cancel_by_care", "words": "Anita is ill.", "next": after, "why_none": ""}
    told = ok(anita.change("POST", f"{here}/end", end, read=here))
    assert (told["minutes"], told["suggested_minutes"]) == (30, 15)
    assert ok(karin.change("POST", f"{here}/acceptance", {"seen": after["local"]}, read=here))["minutes"] == 15
