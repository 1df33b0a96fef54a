"""People: one row per part they play, found and sorted as Swedes expect, never brought back to life by an import."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from services.contract.people import actions, store
from services.contract.people.domain import identity_key, search_key, sort_key, tidy_name
from shared.errors import NotFound, Refused
from shared.events import PersonChanged, StaffRole, StaffRolesChanged
from shared.service import Service
from tests.services.contract.clinic import Clinic
from tests.support.services import set_clock, told

ESTHER = "19500101-0007"


def save(contract: Service, **changed: object) -> UUID:
    values = {"kind": "patient", "name": "Esther Lindqvist", "identity": ESTHER, **changed}
    with contract.act() as ctx:
        return actions.save_person(ctx, **values)  # type: ignore[arg-type]


def known(contract: Service, person_id: UUID) -> PersonChanged:
    with contract.act() as ctx:
        person = store.get(ctx.session, person_id)
        assert person
        return store.facts(person)


def changes(contract: Service) -> int:
    """How many times a person was told of; each is told to two readers."""
    return told(contract).count(PersonChanged.type) // 2


@pytest.mark.parametrize(
    ("written", "kept"),
    [("19500101-0007", "195001010007"), ("19500101 0007", "195001010007"), ("SE2321-HSA1", "SE2321-HSA1"), ("", None)],
)
def test_a_personal_identity_number_is_the_same_however_it_is_written(written: str, kept: str | None) -> None:
    assert identity_key(written) == kept


def test_names_are_sorted_by_family_name_in_swedish_order() -> None:
    names = ["Olle Öst", "Bo Åberg", "Åke Zorn", "Ärla Ek", "Érik Ek", "Zeb Ärlig", "Al Ek"]
    assert sorted(names, key=sort_key) == [
        "Al Ek",
        "Érik Ek",
        "Ärla Ek",
        "Åke Zorn",
        "Bo Åberg",
        "Zeb Ärlig",
        "Olle Öst",
    ]


def test_names_are_found_without_dots_and_accents() -> None:
    assert search_key("Åsa-Lena Öberg") == search_key("asa lena OBERG")


def test_a_name_holds_no_invisible_signs() -> None:
    assert tidy_name("  Esther\u202e\tLind\u200bqvist ") == "Esther Lindqvist"


def test_the_same_identity_is_the_same_person_and_only_changes_are_told(contract: Service) -> None:
    first = save(contract, phone="070-174 06 01")
    assert save(contract, identity="195001010007", phone="+46701740601") == first
    assert changes(contract) == 1
    assert save(contract, name="Esther Lindkvist") == first
    assert changes(contract) == 2


def test_the_same_identity_at_the_same_time_is_one_person(contract: Service) -> None:
    with ThreadPoolExecutor(4) as pool:
        saved = set(pool.map(lambda _: save(contract), range(8)))
    assert len(saved) == 1
    assert changes(contract) == 1


def test_a_nurse_who_is_also_a_patient_is_two_with_two_sign_ins(contract: Service) -> None:
    assert save(contract, kind="staff") != save(contract)


def test_people_without_an_identity_are_never_taken_for_each_other(contract: Service) -> None:
    assert save(contract, identity=None) != save(contract, identity=None)


def test_what_is_not_told_stays_and_what_is_emptied_goes(contract: Service) -> None:
    person = save(contract, phone="070-174 06 01", email="esther@example.org", protected=True)
    save(contract)
    kept = known(contract, person)
    assert (kept.phone, kept.email, kept.protected) == ("+46701740601", "esther@example.org", True)
    save(contract, phone="", email="")
    kept = known(contract, person)
    assert (kept.phone, kept.email) == (None, None)


def test_protection_is_lifted_only_by_an_act_of_its_own(contract: Service) -> None:
    person = save(contract, protected=True)
    with contract.act() as ctx:
        actions.lift_protection(ctx, person)
    assert not known(contract, person).protected


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("name", "x" * 201), ("phone", "12"), ("email", "not an address"), ("zone", "Mars/Olympus")],
)
def test_what_can_not_be_is_refused_at_its_field(contract: Service, field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        save(contract, **{field: value})
    assert refused.value.field == field
    assert changes(contract) == 0


def test_a_language_we_do_not_speak_becomes_swedish(contract: Service) -> None:
    assert known(contract, save(contract, language="fi")).language == "sv"


def test_an_unknown_person_is_not_there(contract: Service) -> None:
    with pytest.raises(NotFound):
        save(contract, person_id=uuid4())


def test_K17_a_death_is_told_once_and_an_import_does_not_undo_it(contract: Service) -> None:
    person = save(contract)
    with contract.act() as ctx:
        actions.register_death(ctx, person, date(2026, 11, 20))
    save(contract)
    assert known(contract, person).deceased == date(2026, 11, 20)
    assert changes(contract) == 2


def test_K17_a_death_registered_in_error_is_taken_back(contract: Service) -> None:
    person = save(contract, deceased=date(2026, 11, 20))
    with contract.act() as ctx:
        actions.withdraw_death(ctx, person)
    assert known(contract, person).deceased is None
    assert changes(contract) == 2


def test_K17_nobody_is_dead_tomorrow(contract: Service) -> None:
    person = save(contract)
    with contract.act() as ctx, pytest.raises(Refused):
        actions.register_death(ctx, person, date(2026, 11, 25))
    with pytest.raises(Refused):
        save(contract, deceased=date(2026, 11, 25))


def test_K17_just_after_midnight_a_death_today_is_registered(contract: Service) -> None:
    person = save(contract)
    set_clock(contract, datetime(2026, 11, 24, 23, 30, tzinfo=UTC))  # 00.30 on the 25th in Sweden
    with contract.act() as ctx:
        actions.register_death(ctx, person, date(2026, 11, 25))
    assert known(contract, person).deceased == date(2026, 11, 25)


def test_roles_are_told_whole_and_only_when_they_change(clinic: Clinic) -> None:
    before = told(clinic.service).count(StaffRolesChanged.type)
    both = [StaffRole(unit_id=clinic.unit, role="nurse"), StaffRole(unit_id=clinic.other_unit, role="head")]
    for roles in (both, list(reversed(both)), both[:1] * 2, []):
        with clinic.service.act() as ctx:
            actions.set_roles(ctx, clinic.lisa, roles)
    assert told(clinic.service).count(StaffRolesChanged.type) - before == 6
    with clinic.service.act() as ctx:
        assert clinic.service.directory.roles(ctx.session, clinic.lisa) == ()


def test_only_staff_have_roles_and_only_known_ones_at_known_units(clinic: Clinic) -> None:
    nurse = StaffRole(unit_id=clinic.unit, role="nurse")
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.set_roles(ctx, clinic.esther, [nurse])
    with clinic.service.act() as ctx, pytest.raises(Refused):
        actions.set_roles(ctx, clinic.lisa, [StaffRole(unit_id=clinic.unit, role="king")])
    with clinic.service.act() as ctx, pytest.raises(NotFound):
        actions.set_roles(ctx, clinic.lisa, [StaffRole(unit_id=uuid4(), role="nurse")])


def test_the_register_shows_a_units_own_people_and_those_whom_no_unit_knows(clinic: Clinic) -> None:
    stray = save(clinic.service, name="Stray Person", identity=None)
    with clinic.service.act() as ctx:
        here = {person.id for person in store.register(ctx.session, [clinic.unit])}
        there = {person.id for person in store.register(ctx.session, [clinic.other_unit])}
    assert {clinic.esther, clinic.anita, clinic.lisa, clinic.admin, stray} == here
    assert there == {clinic.other_admin, stray}


@pytest.mark.parametrize("words", ["lindq", "ESTHER L", "lindqvist esther", "19500101-0007", "195001010007"])
def test_people_are_found_by_parts_of_the_name_or_the_whole_number(clinic: Clinic, words: str) -> None:
    with clinic.service.act() as ctx:
        found = store.register(ctx.session, [clinic.unit], words)
    assert [person.id for person in found] == [clinic.esther]


@pytest.mark.parametrize("words", ["%", "_", "1950", "Esther Berg"])
def test_nothing_is_found_by_signs_or_parts_of_a_number(clinic: Clinic, words: str) -> None:
    with clinic.service.act() as ctx:
        assert store.register(ctx.session, [clinic.unit], words) == []


def test_the_register_comes_page_by_page_and_skips_and_repeats_nobody(clinic: Clinic) -> None:
    for number in range(store.PAGE):
        save(clinic.service, name=f"Person {number:02}", identity=None)
    with clinic.service.act() as ctx:
        first = store.register(ctx.session, [clinic.unit])
        second = store.register(ctx.session, [clinic.unit], after=first[-1].id)
        every = store.register(ctx.session, [clinic.unit], limit=1000)
    assert len(first) == store.PAGE
    assert [*first, *second] == every


def test_somebody_is_placed_by_knowing_them_or_by_a_role_and_everybodys_again_without(clinic: Clinic) -> None:
    stray = save(clinic.service, kind="staff", name="Sten Stray", identity=None)

    def seen_elsewhere() -> bool:
        with clinic.service.act() as ctx:
            return stray in {person.id for person in store.register(ctx.session, [clinic.other_unit])}

    assert seen_elsewhere()
    for roles, elsewhere in ([StaffRole(unit_id=clinic.unit, role="nurse")], False), ([], True):
        with clinic.service.act() as ctx:
            actions.set_roles(ctx, stray, roles)
        assert seen_elsewhere() is elsewhere
    with clinic.service.act() as ctx:
        actions.know_at(ctx, stray, clinic.unit)
    assert not seen_elsewhere()
