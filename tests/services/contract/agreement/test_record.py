"""The copy for the record, as a record takes it."""

from __future__ import annotations

from tests.services.contract.agreed import WHAT_MATTERS, Agreed


def test_K24_the_copy_is_in_the_readers_language_to_the_last_heading(agreed: Agreed) -> None:
    agreed.written().both_confirm()
    address = f"/contract/record/{agreed.contract}.txt"
    swedish, english = (agreed.browser(agreed.clinic.anita).text(address, language) for language in ("sv", "en"))
    assert f"\n\nVAD SOM ÄR VIKTIGT FÖR PATIENTEN\n{WHAT_MATTERS}" in swedish
    assert f"\n\nWHAT MATTERS TO THE PATIENT\n{WHAT_MATTERS}" in english
    headings = {line for line in english.splitlines() if line.isupper()}
    assert len(headings) > 8
    assert not headings & set(swedish.splitlines())
