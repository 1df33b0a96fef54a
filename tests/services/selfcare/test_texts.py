"""What patients read is plain: LIX at most 35, no jargon."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from shared.i18n.catalogue import PO_FOLDER
from shared.text import LIX_AIM, judge


@pytest.mark.parametrize("concept", ["reminders", "dialysis", "admission"])
def test_B12_swedish_patient_text_is_easy_to_read(concept: str) -> None:
    with (PO_FOLDER / "sv" / f"selfcare.{concept}.po").open("rb") as source:
        texts = [str(message.string).rstrip(".") for message in read_po(source, locale="sv") if message.id]
    found = judge(". ".join(texts) + ".", "sv")
    assert found.score <= LIX_AIM
    assert found.jargon == ()
