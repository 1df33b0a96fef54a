"""Did the care explain well? Teach-back and how its texts read: both are shown, and neither stops anybody."""

from __future__ import annotations

import pytest

from services.contract.agreement.domain import State
from services.contract.agreement.understanding import actions, store
from services.contract.agreement.understanding.domain import Explained, Understood, explained, read_all
from services.contract.next_contact.domain import Side
from shared.text import LIX_AIM, judge
from tests.services.contract.agreed import Agreed
from tests.services.contract.agreement.test_words import sentences
from tests.services.contract.clinic import words

HARD = "Patientens egenvårdsbedömning dokumenteras kontinuerligt av multidisciplinära professionsföreträdare. " * 12
PLAIN = "Vi ringer dig på fredag. Du kan fråga om allt. Säg till om du mår sämre. " * 8


def notes(agreed: Agreed, understood: Understood, again: str = "") -> None:
    with agreed.acting(agreed.clinic.anita) as ctx:
        actions.note(
            ctx,
            agreed.contract,
            asked="When to ring us",
            patient_words="If my legs swell I ring",
            understood=understood,
            explained_again=again,
        )


@pytest.mark.parametrize(
    ("understood", "again", "stands"),
    [
        (None, "", Explained.NOT_ASKED),
        (Understood.FULLY, "", Explained.WELL),
        (Understood.PARTLY, "", Explained.AGAIN),
        (Understood.NOT, "", Explained.AGAIN),
        (Understood.PARTLY, "with a picture", Explained.WELL),
    ],
)
def test_B12_point_4_what_did_not_come_through_is_explained_again(
    understood: Understood | None, again: str, stands: Explained
) -> None:
    assert explained(understood, again) is stands


def test_B12_point_1_each_text_of_the_care_is_judged_and_the_patients_own_are_not() -> None:
    own = {
        "what_matters": HARD,
        "watch_for": PLAIN,
        "commitments": [
            {"id": "1", "by": "care", "text": HARD},
            {"id": "2", "by": "patient", "text": HARD},
            {"id": "3", "by": "care", "text": "Vi följer ultrafiltration."},
            {"id": "4", "by": "care", "text": " "},
        ],
    }
    read = read_all(own, "sv")
    assert [(one.part, one.item_id, one.found.verdict, one.warns) for one in read] == [
        ("commitments", "1", "too_short", True),
        ("commitments", "3", "too_short", True),
        ("watch_for", None, "plain", False),
    ]
    assert read[1].hard_words == ["ultrafiltration"]
    assert read[2].hard_words == []


def test_B12_hard_words_are_named_of_a_text_above_the_aim() -> None:
    (read,) = read_all({"watch_for": HARD + HARD}, "sv")
    assert read.found.verdict == "hard"
    assert read.hard_words[0] == "egenvårdsbedömning"
    assert "professionsföreträdare" in read.hard_words
    assert "av" not in read.hard_words


def test_B12_point_4_the_contact_writes_it_down_and_the_patient_sees_it(agreed: Agreed) -> None:
    address = f"/contract/understanding/{agreed.contract}"
    anita, karin = agreed.browser(agreed.clinic.anita), agreed.browser(agreed.karin)
    assert "Nothing is written down yet." in karin.text(address)
    form = {"asked": "The tablets", "patient_words": "One <b>each</b> morning", "understood": "partly"}
    assert anita.post(address, {**form, "understood": "well"}).status_code == 422
    assert anita.post(address, form).status_code == 303
    page = karin.text(address)
    assert "One &lt;b&gt;each&lt;/b&gt; morning" in page
    assert "It is not a test of you." in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]
    assert karin.post(address, form).status_code in (403, 404)
    assert agreed.browser(agreed.clinic.other_admin).get(address).status_code == 404


def test_B12_it_is_shown_before_the_yes_and_never_stops_it(agreed: Agreed) -> None:
    agreed.written()
    agreed.promises(Side.CARE, "Vi ser över din ultrafiltration.")
    notes(agreed, Understood.NOT)
    page = words(agreed.browser(agreed.clinic.anita).text(f"/contract/agreement/{agreed.contract}"))
    assert "Last time not all of it came through." in page
    assert "ultrafiltration" in page
    assert "Is it easy to read?" not in agreed.browser(agreed.karin).text(f"/contract/agreement/{agreed.contract}")
    assert agreed.both_confirm() is State.ACTIVE


def test_B12_the_page_of_readings_links_to_each_text(agreed: Agreed) -> None:
    agreed.written()
    item = agreed.promises(Side.CARE, "Vi ser över din ultrafiltration.")
    page = agreed.browser(agreed.clinic.anita).text(f"/contract/understanding/{agreed.contract}/reading")
    assert f"/contract/agreement/{agreed.contract}/items/commitments/{item}" in page
    assert "Too short to judge" in page
    assert "Words to explain or replace: ultrafiltration." in words(page)
    karin = agreed.browser(agreed.karin)
    assert karin.get(f"/contract/understanding/{agreed.contract}/reading").status_code in (403, 404)


def test_B12_the_newest_is_what_counts_and_the_list_is_paged(agreed: Agreed) -> None:
    notes(agreed, Understood.NOT)
    notes(agreed, Understood.FULLY)
    with agreed.clinic.service.act() as ctx:
        assert store.stands(ctx.session, agreed.contract) is Explained.WELL
        newest = store.page(ctx.session, agreed.contract, 1)
        assert [row.understood for row in newest] == ["fully"]
        older = store.page(ctx.session, agreed.contract, 5, before=newest[0].id)
        assert [row.understood for row in older] == ["not"]


@pytest.mark.parametrize("page", ["understanding", "engagement", "keeping", "meeting", "comparing"])
def test_B12_the_patients_pages_around_the_agreement_read_easily(agreed: Agreed, page: str) -> None:
    agreed.written().both_confirm()
    html = agreed.browser(agreed.karin).text(f"/contract/{page}/{agreed.contract}", "sv")
    found = judge(sentences(html), "sv")
    assert found.words > 10
    assert found.score <= LIX_AIM, f"{found.score}: {sentences(html)}"
    assert found.jargon == ()
