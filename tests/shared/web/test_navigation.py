"""Everyone has at most five places to go to, their own."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest

from shared.context import Viewer
from shared.events import StaffRole
from shared.web.navigation import MOST, PATIENT, Place, places

ROLES = ("nurse", "physician", "head", "admin", "ward", "coordinator", "auditor")


def staff(*roles: str) -> Viewer:
    return Viewer(UUID(int=1), "staff", roles=tuple(StaffRole(unit_id=UUID(int=2), role=role) for role in roles))


def texts(viewer: Viewer) -> set[str]:
    return {place.address for place in places(viewer)}


def test_nobody_signed_in_has_no_navigation() -> None:
    assert places(Viewer()) == ()


def test_patients_have_their_own() -> None:
    assert places(Viewer(UUID(int=1), "patient")) == PATIENT


def test_a_delegate_and_staff_without_a_role_have_only_home() -> None:
    assert texts(Viewer(UUID(int=1), "delegate")) == texts(staff()) == {"/contract/home"}


@pytest.mark.parametrize("count", [1, 2, 7])
def test_at_most_five_places_without_doubles(count: int) -> None:
    for roles in itertools.combinations(ROLES, count):
        found = places(staff(*roles))
        assert len({place.address for place in found}) == len(found) <= MOST


def test_only_an_admin_imports_and_only_care_staff_have_a_worklist() -> None:
    assert "/contract/exchange" in texts(staff("admin"))
    assert "/notify/worklist" not in texts(staff("admin"))
    assert "/notify/worklist" not in texts(staff("auditor"))
    assert "/notify/worklist" in texts(staff("nurse"))
    assert "/contract/exchange" not in texts(staff("nurse"))


def test_a_place_holds_what_is_inside_it_only() -> None:
    place = Place("/contract/home", PATIENT[0].text)
    assert place.holds("/contract/home")
    assert place.holds("/contract/home/x")
    assert not place.holds("/contract/homes")
