"""Identity numbers, judged against the test numbers of personnummer/meta and Skatteverket."""

from __future__ import annotations

from datetime import date

import pytest

from services.contract.people import actions, store
from services.contract.people.domain import sort_key, tidy_name
from services.contract.people.identity.domain import WrongIdentity, born, known_as, looked_for, read_identity
from shared.phone import readable, telephone
from tests.services.contract.clinic import Clinic
from tests.shared.material import shared_data

TODAY = date(2026, 11, 24)
SPELLINGS = ("long_format", "short_format", "separated_format", "separated_long")


def accepted(raw: str) -> bool:
    try:
        read_identity(raw, TODAY)
    except WrongIdentity:
        return False
    return True


@pytest.mark.parametrize("part", ["list", "interim", "orgnumber"])
def test_B10_every_published_number_is_judged_as_it_says(part: str) -> None:
    cases = shared_data("personnummer/personnummer_meta_vectors.json")[part]
    judged = {case[key]: (accepted(case[key]), case["valid"]) for case in cases for key in SPELLINGS if key in case}
    assert len(judged) >= 6
    assert {written: found for written, found in judged.items() if found[0] != found[1]} == {}


def test_B10_every_spelling_of_a_number_is_kept_in_one_form() -> None:
    cases = shared_data("personnummer/personnummer_meta_vectors.json")["list"]
    for case in (case for case in cases if case["valid"]):
        kept = {read_identity(case[key], TODAY) for key in SPELLINGS}
        assert {one.key for one in kept} == {case["long_format"]}
        assert {one.kind for one in kept} == {"coordination" if case["type"] == "con" else "personal"}


def test_B10_test_numbers_are_accepted_and_a_wrong_digit_is_not() -> None:
    numbers = shared_data("personnummer/skatteverket_test_numbers.json")
    assert [raw for raw in numbers["valid_personnummer"] if read_identity(raw, TODAY).kind != "personal"] == []
    assert [raw for raw in numbers["valid_samordningsnummer"] if read_identity(raw, TODAY).kind != "coordination"] == []
    assert [raw for raw in numbers["invalid_check_digit"] if accepted(raw)] == []


def test_B10_the_day_of_birth_is_in_the_number() -> None:
    assert born("20000229-2399", TODAY) == date(2000, 2, 29)
    assert born("730288-9931", TODAY) == date(1973, 2, 28)
    assert born("98240301AA06", TODAY) is None


@pytest.mark.parametrize(
    ("written", "today", "kept"),
    [
        ("000405-9937", date(2026, 1, 1), "200004059937"),
        ("460823+9986", date(2047, 1, 1), "194608239986"),
        ("460823−9986", TODAY, "194608239986"),
        (" 460823 9986 ", TODAY, "194608239986"),
    ],
)
def test_B10_ten_digits_have_a_century(written: str, today: date, kept: str) -> None:
    assert read_identity(written, today).key == kept


@pytest.mark.parametrize(
    "written", ["98240301AA06", "991234567890", "20240301-K123", "12345678901234", "19500101-RA12"]
)
def test_B10_point_4_H26_reserve_numbers_of_any_region_are_accepted(written: str) -> None:
    assert read_identity(written, TODAY).kind == "reserve"


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "Write all twelve digits"),
        ("Anna", "Write all twelve digits"),
        ("1950", "Write all twelve digits"),
        ("19500230-1235", "no such day"),
        ("20290101-2382", "One of the digits"),
        ("19460823-9985", "One of the digits"),
        ("20150916-0006", "One of the digits"),
        ("19460823-9986; DROP", "Write all twelve digits"),
    ],
)
def test_B10_what_is_wrong_is_said_plainly(written: str, says: str) -> None:
    with pytest.raises(WrongIdentity) as wrong:
        read_identity(written, TODAY)
    assert says in str.__str__(wrong.value.text)


def test_B10_nobody_is_born_tomorrow() -> None:
    with pytest.raises(WrongIdentity) as wrong:
        read_identity("20000405-9937", date(2000, 4, 4))
    assert "has not been yet" in str.__str__(wrong.value.text)


def test_an_imported_number_that_can_not_be_right_is_kept_as_it_came() -> None:
    assert known_as("19460823-9985", TODAY) == "194608239985"
    assert known_as("se-hsa-1", TODAY) == "se-hsa-1"
    assert known_as("  ", TODAY) is None


def test_a_number_of_ten_digits_is_looked_for_in_every_century() -> None:
    assert "194608239986" in looked_for("460823-9986")
    assert "194608239986" in looked_for("19460823-9986")
    assert "98240301AA06" in looked_for("98240301aa06")


def test_B10_every_published_phone_number_is_judged_as_it_says() -> None:
    cases = shared_data("phone/phone_vectors.json")["vectors"]
    wrong = [
        case["input"]
        for case in cases
        if telephone(case["input"], case["default_region"]) != (case["e164"] if case.get("valid") else None)
    ]
    assert wrong == []
    at_home = [case for case in cases if case.get("valid") and case["region"] == case["default_region"] == "SE"]
    assert at_home
    assert [case["input"] for case in at_home if readable(case["input"]) != case["national"]] == []


def test_H26_names_of_any_length_are_accepted_and_sorted_in_swedish_order() -> None:
    names = ["Ö", "Prince", "Åke Ågren", "Ärla Ädel", "Ivar O'Hara", " ".join(["Namn"] * 30) + " Zz", "Øystein Öst"]
    assert [tidy_name(name) for name in names] == names
    in_order = sorted(names, key=sort_key)
    assert in_order[:2] == ["Ivar O'Hara", "Prince"]
    assert in_order[-4:] == ["Åke Ågren", "Ärla Ädel", "Ö", "Øystein Öst"]


@pytest.mark.parametrize(
    ("identity", "status"),
    [("460823-9986", 303), ("19460823-9985", 422), ("98240301AA06", 303), ("19460899-9986", 422)],
)
def test_B10_a_wrong_number_is_told_beside_its_field(clinic: Clinic, identity: str, status: int) -> None:
    form = {"name": "Nora Ny", "language": "sv", "kind": "patient", "identity": identity}
    answer = clinic.browser(clinic.admin).post("/contract/people/new", form)
    assert answer.status_code == status
    assert ('id="identity-error"' in answer.get_data(as_text=True)) == (status == 422)


def test_B10_a_number_that_was_missing_is_written_later_and_only_once(clinic: Clinic) -> None:
    with clinic.service.act() as ctx:
        nils = actions.save_person(ctx, kind="patient", name="Nils Ny", identity=None)
        actions.know_at(ctx, nils, clinic.unit)
    admin, page = clinic.browser(clinic.admin), f"/contract/people/{nils}"
    details = {"name": "Nils Ny", "language": "sv"}
    assert admin.post(page, {**details, "identity": "19460823-9985"}).status_code == 422
    assert admin.post(page, {**details, "identity": "19500101-0007"}).status_code == 422
    assert admin.post(page, {**details, "identity": "20000405-9937"}).status_code == 303
    assert 'name="identity"' not in admin.text(page)
    assert admin.post(page, {**details, "identity": "19460823-9986"}).status_code == 303
    with clinic.service.act() as ctx:
        kept = store.get(ctx.session, nils)
        assert kept
        assert (kept.identity, kept.birth_date) == ("200004059937", date(2000, 4, 5))
