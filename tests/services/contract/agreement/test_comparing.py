"""Any two versions beside each other, in plain words."""

from __future__ import annotations

import pytest

from services.contract.agreement.comparing.domain import chosen
from services.contract.next_contact.domain import Side
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import words


@pytest.mark.parametrize(
    ("numbers", "asked", "pair"),
    [
        ([], (None, None), None),
        ([1], (1, 1), None),
        ([3, 2, 1], (None, None), (2, 3)),
        ([3, 2, 1], (1, 3), (1, 3)),
        ([3, 2, 1], (3, 1), (1, 3)),
        ([3, 2, 1], (2, 2), (1, 2)),
        ([3, 2, 1], (None, 1), (1, 2)),
        ([3, 2, 1], (9, -4), (2, 3)),
    ],
)
def test_B1_two_versions_are_compared_whichever_way_they_are_asked_for(
    numbers: list[int], asked: tuple[int | None, int | None], pair: tuple[int, int] | None
) -> None:
    assert chosen(numbers, *asked) == pair


def test_B1_the_difference_of_any_two_versions_in_plain_words(agreed: Agreed) -> None:
    address = f"/contract/comparing/{agreed.contract}"
    karin = agreed.browser(agreed.karin)
    agreed.written()
    assert "There is only one version yet." in karin.text(address)
    agreed.both_confirm()
    agreed.promises(Side.PATIENT, "I walk every day.")
    agreed.both_confirm()
    agreed.promises(Side.CARE, "We write to your doctor.")
    page = words(karin.text(address))
    assert "New: The care does: We write to your doctor." in page
    assert "I walk every day." not in page
    page = words(karin.text(f"{address}?earlier=1&later=3"))
    assert "New: I do: I walk every day." in page
    assert "New: The patient does: I walk every day." in words(
        agreed.browser(agreed.clinic.anita).text(f"{address}?earlier=1&later=2")
    )
    assert karin.get(f"{address}?earlier=x").status_code == 200
    assert agreed.browser(agreed.clinic.other_admin).get(address).status_code == 404
    assert address in karin.text(f"/contract/agreement/{agreed.contract}")
