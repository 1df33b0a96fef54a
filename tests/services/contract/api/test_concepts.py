"""What each concept does behind the JSON door, from the first word to the second version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.contract.people import actions as people
from services.contract.plan import store as plan_store
from services.contract.plan.domain import Party
from services.contract.plan.writing import actions as writing
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, faults, open_desk
from tests.services.contract.api.places import furnish
from tests.services.contract.clinic import Clinic

TIME = "2026-12-01T10:00"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.fixture
def karin(agreed: Agreed) -> Desk:
    return open_desk(agreed.clinic.service, agreed.karin)


@pytest.fixture
def anita(agreed: Agreed, karin: Desk) -> Desk:
    return karin.of(agreed.clinic.anita)


def test_an_agreement_comes_about_and_is_changed_through_the_door_alone(
    agreed: Agreed, karin: Desk, anita: Desk
) -> None:
    here = f"/contracts/{agreed.contract}"
    whole = f"{here}/agreement"
    assert ok(karin.get(here))["lacks"][0] == "own_words"
    ok(karin.change("PUT", f"{whole}/texts/what_matters", {"words": "To meet my sister."}))
    ok(karin.create(f"{whole}/items/goals", {"text": "Sundays.", "by": None, "by_day": "2027-05-01"}), 201)
    ok(anita.change("PUT", f"{whole}/texts/options", {"words": "Home or clinic: we chose home."}))
    ok(karin.create(f"{whole}/items/commitments", {"text": "I weigh myself.", "by": "patient", "private": True}), 201)
    ok(anita.create(f"{whole}/items/commitments", {"text": "We ring on Fridays.", "by": "care"}), 201)
    ok(
        anita.change(
            "POST", f"{here}/next-contact/suggestion", {"local": TIME, "way": "visit"}, read=f"{here}/next-contact"
        )
    )
    for desk in (karin, anita):
        shown = ok(desk.get(whole))
        yes = {"shown": shown["shown"], "time_shown": shown["time_shown"]}
        state = ok(desk.change("POST", f"{whole}/confirmations", yes, read=whole))
    assert (state["state"], state["yes"], state["in_force"]) == ("active", ["care", "patient"], True)
    assert ok(karin.get(f"{here}/next-contact"))["local"] == TIME
    assert shown["content"]["goals"][0]["by_day"] == "2027-05-01"
    item = shown["content"]["commitments"][0]
    assert item["private"]
    ok(
        karin.change(
            "PUT", f"{whole}/items/commitments/{item['id']}", {"text": "I weigh myself daily.", "by": "patient"}
        )
    )
    assert [one["part"] for one in ok(karin.get(whole))["news"]] == ["commitments"]
    for desk in (anita, karin):
        yes = {"shown": ok(desk.get(whole))["shown"], "time_shown": None}
        ok(desk.change("POST", f"{whole}/confirmations", yes, read=whole))
    assert [one["number"] for one in ok(karin.get(f"{here}/versions"))["items"]] == [2, 1]
    (change,) = ok(karin.get(f"{here}/versions/1/difference/2"))["items"]
    assert (change["before"]["text"], change["after"]["text"]) == ("I weigh myself.", "I weigh myself daily.")
    assert [one["act"] for one in ok(karin.get(f"{here}/next-contact/history"))["items"]][-1] == "suggest"


def test_a_yes_to_another_text_than_the_one_shown_is_refused(agreed: Agreed, karin: Desk) -> None:
    agreed.written()
    whole = f"/contracts/{agreed.contract}/agreement"
    no = karin.change("POST", f"{whole}/confirmations", {"shown": "x", "time_shown": None}, read=whole)
    assert (no.status_code, no.json["type"]) == (409, "urn:samkontrakt:problem:refused")
    assert ok(karin.get(whole))["yes"] == []


def test_nobody_writes_the_other_sides_words(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    whole = f"/contracts/{agreed.contract}/agreement"
    assert anita.change("PUT", f"{whole}/texts/what_matters", {"words": "X"}).status_code == 404
    no = anita.create(f"{whole}/items/commitments", {"text": "I walk.", "by": "patient"})
    assert (no.status_code, list(faults(no))) == (422, ["/by"])
    no = karin.change("PUT", f"{whole}/texts/engagement", {"words": "perhaps"})
    assert (no.status_code, list(faults(no))) == (422, ["/words"])
    assert karin.get(f"{whole}/texts/plan").status_code == 404


def test_K21_what_a_unit_is_not_shown_is_not_in_its_plan_nor_in_what_it_reads(agreed: Agreed, anita: Desk) -> None:
    here = f"/contracts/{agreed.contract}"
    with agreed.acting(agreed.karin) as ctx:
        what: dict[str, Any] = {"party": Party.OTHER_CARE_GIVER, "responsible": "", "on_date": None}
        hidden = writing.add(ctx, agreed.karin, title="Talks with a psychologist", **what)
        row = plan_store.activity(ctx.session, hidden)
        assert row
        row.visible_to = [str(agreed.clinic.other_unit)]
        writing.add(ctx, agreed.karin, title="Walks", **what)
    for path in (f"{here}/plan", f"{here}/agreement"):
        assert "Walks" in anita.get(path).text
        assert "psychologist" not in anita.get(path).text
        assert "psychologist" in anita.of(agreed.karin).get(path).text
    assert anita.get(f"{here}/plan/{hidden}").status_code == 404


def test_how_a_protected_person_is_reached_is_shown_to_nobody_else(clinic: Clinic) -> None:
    admin = open_desk(clinic.service, clinic.admin)
    body = {
        "name": "Åsa Öst",
        "language": "sv",
        "email": "asa@example.org",
        "phone": "070-174 06 05",
        "protected": True,
    }
    made = admin.create("/people", {**body, "kind": "patient", "identity": None})
    where = made.headers["Location"]
    assert (ok(made, 201)["email"], made.json["phone"]) == (None, None)
    (found,) = ok(admin("POST", "/people/search", {"words": "asa ost"}))["items"]
    assert (found["person_id"], found["phone"]) == (made.json["person_id"], None)
    kept = {**body, "email": None, "phone": None}
    assert admin.change("PUT", where, {**kept, "protected": False}).status_code == 422
    ok(admin.change("PUT", where, {**kept, "name": "Åsa Väst"}))
    shown = ok(admin.change("POST", f"{where}/unprotect", read=where))
    assert (shown["name"], shown["email"], shown["phone"]) == ("Åsa Väst", "asa@example.org", "+46701740605")


def test_the_register_is_searched_in_pages_and_in_swedish_order(clinic: Clinic) -> None:
    admin = open_desk(clinic.service, clinic.admin)
    with clinic.service.act() as ctx:
        for name in ("Bo Öberg", "Bo Åberg", "Bo Zorn", "Bo Alm", "Bo Äng"):
            people.know_at(ctx, people.save_person(ctx, kind="patient", name=name, identity=None), clinic.unit)
    found, cursor = [], None
    while True:
        page = ok(admin("POST", "/people/search", {"words": "bo", "limit": 2, "cursor": cursor}))
        found += [one["name"] for one in page["items"]]
        if (cursor := page["cursor"]) is None:
            break
    assert found == ["Bo Alm", "Bo Zorn", "Bo Åberg", "Bo Äng", "Bo Öberg"]


def test_roles_are_an_admins_to_give_but_never_their_own(clinic: Clinic) -> None:
    admin = open_desk(clinic.service, clinic.admin)
    here, there = str(clinic.unit), str(clinic.other_unit)
    lisa = f"/people/{clinic.lisa}/roles"
    ok(admin.change("PUT", lisa, {"roles": [{"unit_id": here, "role": "head"}]}))
    assert admin.change("PUT", lisa, {"roles": [{"unit_id": there, "role": "head"}]}).status_code == 422
    assert admin.change("PUT", lisa, {"roles": [{"unit_id": here, "role": "king"}]}).status_code == 422
    assert admin.change("PUT", f"/people/{clinic.admin}/roles", {"roles": []}).status_code == 422


def test_a_delegate_is_invited_says_yes_and_is_ended(agreed: Agreed, karin: Desk) -> None:
    body = {"name": "Anna Ek", "relation": "my daughter", "email": None, "phone": None, "scopes": ["see_contract"]}
    made = karin.create("/delegations", {**body, "last": None})
    where = made.headers["Location"]
    assert ok(made, 201)["state"] == "invited"
    anna = karin.of(UUID(made.json["delegate_id"]))
    assert karin.change("POST", f"{where}/acceptance", read=where).status_code == 404
    assert ok(anna.change("POST", f"{where}/acceptance", read=where))["state"] == "active"
    assert anna.get(f"/contracts/{agreed.contract}/agreement").status_code == 200
    assert karin.change("DELETE", where).status_code == 204
    assert anna.get(f"/contracts/{agreed.contract}/agreement").status_code == 404
    none = karin.create("/delegations", {**body, "scopes": [], "last": None})
    assert (none.status_code, list(faults(none))) == (422, ["/scopes"])


def test_while_the_contact_is_away_the_deputy_answers(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    now = f"/contracts/{agreed.contract}/answers-now"
    assert ok(karin.get(now))["name"] == "Anita Berg"
    away = {"person_id": str(agreed.clinic.anita), "first": "2026-11-24", "last": None, "deputy_id": None, "note": ""}
    made = anita.create("/absences", away)
    assert ok(made, 201)["ends"] is None
    answer = ok(karin.get(now))
    assert (answer["kind"], answer["name"], answer["deputy_for"]) == ("deputy", "Lisa Ek", str(agreed.clinic.anita))
    assert anita.create("/absences", {**away, "person_id": str(agreed.clinic.lisa)}).status_code == 404
    assert anita.change("DELETE", made.headers["Location"]).status_code == 204
    assert ok(karin.get(now))["name"] == "Anita Berg"


def test_a_contact_hands_over_to_a_colleague_and_only_there(agreed: Agreed, anita: Desk) -> None:
    cover = f"/contracts/{agreed.contract}/cover"
    (mine,) = ok(anita.get(cover))["appointments"]
    end = f"{cover}/appointments/{mine['appointment_id']}/end"
    note = {
        "handover_note": "She walks with a stick.",
        "reason": "Anita leaves us.",
        "successor_id": str(agreed.clinic.other_admin),
    }
    assert anita.change("POST", end, note, read=cover).status_code == 422
    shown = ok(
        anita.of(agreed.clinic.admin).change("POST", end, {**note, "successor_id": str(agreed.clinic.lisa)}, read=cover)
    )
    assert [one["name"] for one in shown["appointments"]] == ["Lisa Ek"]
    assert "stick" not in str(shown)


def test_an_import_is_tried_then_done_and_a_refused_one_says_why(agreed: Agreed, karin: Desk) -> None:
    furnish(agreed)
    admin = karin.of(agreed.clinic.admin)
    patient = {"resourceType": "Patient", "id": "7", "name": [{"family": "Ny", "given": ["Nils"]}]}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]}
    body = {"unit_id": str(agreed.clinic.unit), "file_name": "nils.json", "bundle": bundle}
    assert ok(admin("POST", "/imports/preview", body))["counts"]["Patient"]["created"] == 1
    assert ok(admin("POST", "/people/search", {"words": "nils"}))["items"] == []
    run = ok(admin.create("/imports", body), 201)
    assert (run["refused"], run["counts"]["Patient"]["created"]) == (False, 1)
    assert len(ok(admin("POST", "/people/search", {"words": "nils"}))["items"]) == 1
    refused = ok(admin.create("/imports", {**body, "bundle": {"resourceType": "Patient"}}), 201)
    assert refused["refused"]
    assert refused["problems"][0]["weight"] == "refusal"
    assert {refused["run_id"], run["run_id"]} <= {one["run_id"] for one in ok(admin.get("/imports"))["items"]}
    assert admin.create("/imports", {**body, "unit_id": str(agreed.clinic.other_unit)}).status_code == 422


def test_the_session_tells_its_own_token(agreed: Agreed, karin: Desk) -> None:
    shown = ok(karin.get("/session"))
    assert shown["person_id"] == str(agreed.karin)
    where = f"/contracts/{agreed.contract}/agreement/texts/what_matters"
    headers = {"X-Form-Token": shown["form_token"], "If-Match": karin.read(where)[1]}
    assert karin.send("PUT", where, headers, json={"words": "Mine."}).status_code == 200


def test_B10_a_patient_says_yes_and_takes_it_back(agreed: Agreed, karin: Desk, anita: Desk) -> None:
    made = karin.create("/consents", {"kind": "sms", "about": str(agreed.clinic.unit)})
    assert made.status_code == 201, made.text
    assert "Njurmottagningen" in made.json["words"]
    path = f"/consents/{made.json['consent_id']}"
    assert anita.get(path).status_code == 404
    found, etag = karin.read(path)
    assert found["withdrawn_at"] is None
    assert karin("DELETE", path).status_code == 428
    assert karin("DELETE", path, If_Match=etag).status_code < 300
    assert karin.get(path).json["withdrawn_at"] is not None
    assert [one["consent_id"] for one in karin.get("/consents").json["items"]] == [made.json["consent_id"]]
    assert karin.create("/consents", {"kind": "sms", "about": "nowhere"}).status_code == 404
    assert karin.create("/consents", {"kind": "anything", "about": ""}).status_code == 422
