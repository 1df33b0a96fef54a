"""What a psychiatric unit writes is its own until the patient shares it (B10 point 5, K21), and messages never name it (K20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from services.contract.agreement.content.domain import Part, item_mark
from services.contract.named_contact import actions as contacts
from services.contract.people import actions as people
from services.contract.plan import store as plans
from services.contract.plan.actions import merge_activities
from services.contract.plan.domain import ImportedActivity, Party, visible_after
from services.contract.plan.sharing import actions as sharing
from services.contract.plan.writing import actions as writing
from services.contract.plan.writing.domain import Draft
from services.contract.units import actions as units
from services.contract.units import store as known
from services.contract.units.domain import names_unit
from shared.events import StaffRole
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import open_desk
from tests.services.contract.clinic import FLOOR, Browser, staff, words
from tests.services.contract.sensitive.ward import ACTIVITY, NAME, PROMISE, Ward, psychiatry

CONSENTS = "/contract/consents"


@pytest.fixture
def ward(agreed: Agreed) -> Ward:
    agreed.written()
    return psychiatry(agreed)


def seen(agreed: Agreed, browser: Browser) -> set[str]:
    """Which of the two that Petra wrote stand on the pages of the agreement and the plan."""
    paths = (f"/contract/agreement/{agreed.contract}", f"/contract/plan/{agreed.contract}")
    said = "".join(browser.text(path) for path in paths)
    return {one for one in (PROMISE, ACTIVITY) if one in said}


def test_B10_point_5_what_a_sensitive_unit_writes_other_units_staff_see_nothing_of(agreed: Agreed, ward: Ward) -> None:
    everything = {PROMISE, ACTIVITY}
    assert seen(agreed, agreed.browser(agreed.karin)) == everything
    assert seen(agreed, agreed.browser(ward.petra)) == everything
    assert seen(agreed, agreed.browser(agreed.clinic.anita)) == set()
    desk = open_desk(agreed.clinic.service, agreed.clinic.anita)
    assert ACTIVITY not in desk.get(f"/contracts/{agreed.contract}/plan").text
    assert desk.get(f"/contracts/{agreed.contract}/plan/{ward.activity}").status_code == 404
    assert agreed.browser(agreed.clinic.anita).get(f"/contract/agreement/{ward.contract}").status_code == 404


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_B10_point_5_whoever_keeps_its_lists_or_checks_its_log_is_none_of_its_own(
    agreed: Agreed, ward: Ward, role: str
) -> None:
    anita, clinic = agreed.browser(agreed.clinic.anita), agreed.clinic
    with clinic.service.act() as ctx:
        both = [StaffRole(unit_id=clinic.unit, role="nurse"), StaffRole(unit_id=ward.unit, role=role)]
        people.set_roles(ctx, clinic.anita, both)
    assert seen(agreed, anita) == set()
    page = f"/contract/agreement/{agreed.contract}/items/commitments/new"
    assert 'name="own_unit"' in anita.text(page), "what she writes for her own unit is not that one's"


def test_B10_point_5_only_the_patient_opens_it(agreed: Agreed, ward: Ward) -> None:
    page = f"/contract/agreement/{agreed.contract}/items/commitments/new"
    petra = agreed.browser(ward.petra)
    assert "Only your unit and the patient see this" in petra.text(page)
    assert 'name="own_unit"' not in petra.text(page)
    assert 'name="own_unit"' in agreed.browser(agreed.clinic.anita).text(page)
    desk = open_desk(agreed.clinic.service, ward.petra)
    item = {"text": "By JSON.", "by": "care", "often": "", "until": None, "by_day": None, "private": False}
    made = desk.create(f"/contracts/{agreed.contract}/agreement/items/commitments", {**item, "visible_to": []})
    assert made.json["visible_to"] == [str(ward.unit)], made.text
    with agreed.clinic.service.act() as ctx:
        row = plans.activity(ctx.session, ward.activity)
        assert row
        assert row.visible_to == [str(ward.unit)], "though she said that all may see it"


def test_B10_point_5_the_patient_shares_it_in_one_touch_and_takes_it_back(agreed: Agreed, ward: Ward) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert f"Let my other care see what {NAME} writes" in words(karin.text(CONSENTS))
    assert karin.post(CONSENTS, {"kind": "share_unit", "about": str(ward.unit)}).status_code == 303
    assert seen(agreed, anita) == {PROMISE, ACTIVITY}
    nurse = with_glass(agreed)
    assert seen(agreed, nurse) == set(), "who opens it in an emergency has no part in the care"
    (given,) = open_desk(agreed.clinic.service, agreed.karin).get("/consents").json["items"]
    assert karin.post(f"{CONSENTS}/{given['consent_id']}/withdraw").status_code == 303
    assert seen(agreed, anita) == set()


@pytest.mark.parametrize("door", ["page", "JSON"])
def test_B10_point_5_whom_it_is_shared_with_writes_in_it_and_opens_it_to_nobody(
    agreed: Agreed, ward: Ward, door: str
) -> None:
    karin, anita = agreed.browser(agreed.karin), agreed.browser(agreed.clinic.anita)
    assert karin.post(CONSENTS, {"kind": "share_unit", "about": str(ward.unit)}).status_code == 303
    item = next(one for one in agreed.now().content.items(Part.COMMITMENTS) if one["text"] == PROMISE)
    if door == "page":
        page, form = f"/contract/agreement/{agreed.contract}/items/commitments/{item['id']}", {"by": "care"}
        assert "keeps it to itself" in anita.text(page)
        form |= {"words": f"{PROMISE}, each week", "before": item_mark(item)}
        assert anita.post(page, form).status_code == 303
    else:
        desk = open_desk(agreed.clinic.service, agreed.clinic.anita)
        path = f"/contracts/{agreed.contract}/agreement/items/commitments/{item['id']}"
        said: dict[str, Any] = {"text": PROMISE, "by": "care", "often": "each week", "until": None, "by_day": None}
        assert desk.change("PUT", path, {**said, "private": False, "visible_to": []}).status_code == 200
    (given,) = open_desk(agreed.clinic.service, agreed.karin).get("/consents").json["items"]
    assert karin.post(f"{CONSENTS}/{given['consent_id']}/withdraw").status_code == 303
    assert "each week" in karin.text(f"/contract/agreement/{agreed.contract}")
    assert seen(agreed, anita) == set()


def with_glass(agreed: Agreed) -> Browser:
    with agreed.clinic.service.act() as ctx:
        nora = agreed.browser(staff(ctx, "Nora Natt", agreed.clinic.other_unit, "nurse"))
    form = {"identity": "19480101-0009", "reason": "She came to us unconscious."}
    assert nora.post("/contract/break-glass", form).status_code == 303
    return nora


def test_B10_point_5_no_emergency_of_another_unit_opens_what_is_its_own(agreed: Agreed, ward: Ward) -> None:
    nora = with_glass(agreed)
    assert nora.get(f"/contract/agreement/{agreed.contract}").status_code == 200
    assert seen(agreed, nora) == set()
    assert str(ward.contract) not in nora.text("/contract/break-glass")
    for path in ("agreement", "plan", "next-contact"):
        assert nora.get(f"/contract/{path}/{ward.contract}").status_code == 404, path
    with agreed.clinic.service.act() as ctx:
        olle = agreed.browser(staff(ctx, "Olle Psyk", ward.unit, "physician"))
    form = {"identity": "19480101-0009", "reason": "She came to us unconscious."}
    assert olle.post("/contract/break-glass", form).status_code == 303
    assert seen(agreed, olle) == {PROMISE, ACTIVITY}, "the unit's own people see it"
    assert olle.get(f"/contract/plan/{ward.contract}").status_code == 200


def test_B10_point_5_who_was_the_contact_at_another_unit_sees_none_of_it(agreed: Agreed, ward: Ward) -> None:
    clinic, anita = agreed.clinic, agreed.browser(agreed.clinic.anita)
    share = {"kind": "share_unit", "about": str(ward.unit)}
    assert agreed.browser(agreed.karin).post(CONSENTS, share).status_code == 303
    both: dict[str, Any] = {"patient_id": agreed.karin, "person_id": clinic.anita, "handover_note": "Ring her."}
    with agreed.acting(clinic.admin) as ctx:
        theirs = contacts.appoint(ctx, contract_id=ward.contract, unit_id=clinic.unit, primary=False, **both)
    assert anita.get(f"/contract/next-contact/{ward.contract}").status_code == 200
    with agreed.acting(clinic.admin) as ctx:
        contacts.end_appointment(ctx, appointment_id=theirs, handover_note="Ring her.", successor_id=ward.petra)
    assert anita.get(f"/contract/next-contact/{ward.contract}").status_code == 404
    with agreed.acting(clinic.admin) as ctx:
        lisa = {"person_id": clinic.lisa, "unit_id": clinic.unit, "reason": "Anita leaves us."}
        contacts.appoint(ctx, contract_id=agreed.contract, **{**both, **lisa})
    assert anita.get(f"/contract/agreement/{agreed.contract}").status_code == 200, "she reads on what was hers"
    assert seen(agreed, anita) == set()
    assert seen(agreed, agreed.browser(clinic.lisa)) == {PROMISE, ACTIVITY}


@pytest.mark.parametrize("written", ["by hand", "by a record", "changed"])
def test_B10_point_5_what_it_is_responsible_for_is_its_own_too(agreed: Agreed, ward: Ward, written: str) -> None:
    title = "A group on Thursdays"
    said: dict[str, Any] = {"party": Party.REGION_UNIT, "responsible": NAME.upper()}
    if written == "by a record":
        with agreed.clinic.service.act() as ctx:
            merge_activities(ctx, agreed.karin, [imported(title, NAME)])
    else:
        with agreed.acting(agreed.karin) as ctx:
            made = writing.add(
                ctx, agreed.karin, title=title, **(said if written == "by hand" else {**said, "responsible": ""})
            )
        if written == "changed":
            with agreed.acting(agreed.karin) as ctx:
                writing.edit(ctx, made, Draft(title=title, **said), seen=0)
    shown = {
        who: title in agreed.browser(who).text(f"/contract/plan/{agreed.contract}") for who in people_of(agreed, ward)
    }
    assert shown == {agreed.karin: True, ward.petra: True, agreed.clinic.anita: False}


def test_B10_point_5_nobody_stops_a_sharing_of_what_they_are_not_shown(agreed: Agreed, ward: Ward) -> None:
    with agreed.acting(agreed.karin) as ctx:
        share = sharing.share(ctx, ward.activity, party=Party.MUNICIPALITY, recipient="The school", allowed=True)
    page = f"/contract/plan/{agreed.contract}/sharing/{share}"
    assert agreed.browser(agreed.clinic.anita).post(page, {}).status_code == 404
    assert agreed.browser(ward.petra).post(page, {}).status_code == 303


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Psykiatri Nord", True),
        ("  PSYKIATRI-NORD, Jönköping ", True),
        ("Dr Alm (psykiatri  nord)", True),
        ("Psykiatri Nordost", False),
        ("Psykiatri", False),
        ("", False),
    ],
)
def test_B10_point_5_a_unit_is_named_by_its_name_in_whatever_signs(text: str, named: bool) -> None:
    assert names_unit(text, ["Gamla namnet", "Psykiatri Nord"]) is named
    assert not names_unit(text, ["", " - "])


@pytest.mark.parametrize(
    ("before", "sensitive", "named", "writers", "after"),
    [
        ("", "", "", "b", ""),
        ("", "p", "", "p", "p"),
        ("", "", "p", "b", "bp"),
        ("p", "p", "", "b", "p"),
        ("p", "p", "q", "b", "bpq"),
        ("bp", "p", "p", "b", "bp"),
        ("bp", "p", "p", "", "bp"),
        ("bp", "p", "p", "p", "p"),
        ("b", "p", "", "bp", "p"),
        ("b", "", "", "", "b"),
        ("b", "", "p", "", "p"),
    ],
)
def test_B10_point_5_what_is_written_anew_is_seen_by_no_wrong_unit(
    before: str, sensitive: str, named: str, writers: str, after: str
) -> None:
    """``p`` and ``q`` are sensitive, ``b`` is not."""
    assert visible_after(before, sensitive=sensitive, named=named, writers=writers) == [*after]


def test_B10_point_5_a_unit_called_sensitive_late_takes_what_is_its_own_in_plans(agreed: Agreed) -> None:
    said: dict[str, Any] = {"party": Party.REGION_UNIT, "on_date": date(2026, 12, 3)}
    with agreed.clinic.service.act() as ctx:
        unit = units.save_unit(ctx, key="SE8", name="Samtalet", phone="036-32 20 00", floor_number=FLOOR)
        petra = staff(ctx, "Petra Psyk", unit, "nurse")
        row = known.get(ctx.session, unit)
        assert row
        facts = known.facts(row)
    for who, titles in ((petra, {"Written": ""}), (agreed.clinic.anita, {"Named": "Samtalet, Eksjö", "Other": ""})):
        with agreed.acting(who) as ctx:
            for title, responsible in titles.items():
                writing.add(ctx, agreed.karin, title=title, responsible=responsible, **said)
    with agreed.acting(agreed.karin) as ctx:
        made = writing.add(ctx, agreed.karin, title="Edited", responsible="", **said)
    with agreed.acting(petra) as ctx:
        writing.edit(ctx, made, Draft(title="Edited by her", responsible="", **said), seen=0)
    with agreed.clinic.service.act() as ctx:
        units.change_unit(ctx, replace(facts, sensitive=True))
        units.change_unit(ctx, replace(facts, sensitive=True, name="Ett annat namn"))
    with agreed.acting(agreed.clinic.anita) as ctx:
        writing.add(ctx, agreed.karin, title="Old name", responsible="Samtalet", **said)
    with agreed.clinic.service.act() as ctx:
        shown = {one.title: one.visible_to for one in plans.activities(ctx.session, agreed.karin)}
    mine, both = [str(unit)], sorted([str(unit), str(agreed.clinic.unit)])
    assert shown == {"Written": mine, "Named": mine, "Edited by her": mine, "Old name": both, "Other": []}


def people_of(agreed: Agreed, ward: Ward) -> tuple[Any, ...]:
    return agreed.karin, ward.petra, agreed.clinic.anita


def imported(title: str, responsible: str) -> ImportedActivity:
    return ImportedActivity(
        source_keys=("one",),
        title=title,
        code="",
        system="",
        responsible=responsible,
        party=Party.REGION_UNIT,
        status="active",
    )


def test_K21_what_collides_with_it_is_only_not_available_then(agreed: Agreed, ward: Ward) -> None:
    day = date(2026, 12, 3)
    for who, title in ((ward.petra, "canary group"), (agreed.clinic.anita, "Blood test")):
        with agreed.acting(who) as ctx:
            at: dict[str, Any] = {"on_date": day, "clock": time(10), "minutes": 60}
            writing.add(ctx, agreed.karin, title=title, party=Party.REGION_UNIT, **at)
    page = f"/contract/plan/{agreed.contract}"
    shown = words(agreed.browser(agreed.clinic.anita).text(page))
    assert "not available then" in shown
    assert "canary" not in shown
    assert "canary group" in words(agreed.browser(agreed.karin).text(page))


def test_B10_point_5_consents_about_it_are_between_it_and_the_patient(agreed: Agreed, ward: Ward) -> None:
    karin, anita, petra = (agreed.browser(one) for one in (agreed.karin, agreed.clinic.anita, ward.petra))
    for kind in ("sms", "share_unit"):
        assert karin.post(CONSENTS, {"kind": kind, "about": str(ward.unit)}).status_code == 303
    theirs = f"{CONSENTS}/of/{agreed.karin}"
    assert NAME in petra.text(theirs)
    assert anita.get(theirs).status_code == 200
    assert NAME not in anita.text(theirs)
    desk = open_desk(agreed.clinic.service, agreed.clinic.anita)
    told = f"/patients/{agreed.karin}/consents"
    assert desk.get(told).json["items"] == []
    own = open_desk(agreed.clinic.service, agreed.karin).get("/consents").json["items"]
    for one in own:
        assert desk.get(f"{told}/{one['consent_id']}").status_code == 404
        assert anita.post(f"{CONSENTS}/{one['consent_id']}/withdraw").status_code == 404
    yes = {"kind": "share_unit", "about": str(ward.unit), "how": "spoken"}
    assert desk.create(told, yes).status_code == 404, "no other unit says for the patient what they share of it"


def test_K20_a_sensitive_unit_is_never_named_in_messages_whatever_its_form_says(agreed: Agreed, ward: Ward) -> None:
    with agreed.clinic.service.act() as ctx:
        row = known.get(ctx.session, ward.unit)
        assert row
        units.change_unit(ctx, replace(known.facts(row), neutral=False))
        assert row.neutral


def test_B10_point_5_an_admin_says_so_on_the_units_page_and_in_json(agreed: Agreed) -> None:
    clinic = agreed.clinic
    page, admin = f"/contract/units/{clinic.other_unit}", agreed.browser(clinic.other_admin)
    form = {"name": "Psykiatrimottagningen", "floor_number": "08-465 004 01"}
    assert admin.post(page, {**form, "sensitive": "1"}).status_code == 303
    desk, one = open_desk(clinic.service, clinic.other_admin), f"/units/{clinic.other_unit}"
    read, etag = desk.read(one)
    assert (read["sensitive"], read["neutral"]) == (True, True)
    sent = {name: value for name, value in read.items() if name != "unit_id"}
    changed = desk("PUT", one, {**sent, "sensitive": False}, If_Match=etag)
    assert (changed.status_code, changed.json["sensitive"]) == (200, False)
    with clinic.service.act() as ctx:
        units.save_unit(ctx, key="SE1", name="Njurmottagningen", floor_number="08-465 004 01")
