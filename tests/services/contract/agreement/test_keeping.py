"""Was it kept? Each side notes its own commitments, and both are shown in the same words beside each other."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from services.contract.agreement import actions as writing
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.keeping import actions, store
from services.contract.agreement.keeping.domain import Kept, Share, shares
from services.contract.next_contact.domain import Side
from shared.errors import NotFound, Refused
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import words

TODAY = date(2026, 11, 24)


@pytest.fixture
def in_force(agreed: Agreed) -> Agreed:
    agreed.written().both_confirm()
    return agreed


def item(agreed: Agreed, who: str) -> str:
    made = agreed.now().content.items(Part.COMMITMENTS)
    return str(next(one["id"] for one in made if one["by"] == who))


def notes(agreed: Agreed, who: str, kept: Kept, *, side: Side | None = None, how: str | None = None) -> None:
    writer = side or (Side.CARE if who == "care" else Side.PATIENT)
    with agreed.acting(agreed.person(writer)) as ctx:
        actions.note(ctx, agreed.contract, item(agreed, who), writer, kept=kept, on_day=TODAY, words="", how=how)


def counted(agreed: Agreed) -> dict[str, Share]:
    with agreed.clinic.service.act() as ctx:
        made = [one["id"] for one in agreed.now().content.items(Part.COMMITMENTS)]
        return store.counted(ctx.session, agreed.contract, made)


def test_K25_nobody_is_left_out_of_the_shares() -> None:
    found = shares({("care", "kept"): 3, ("care", "partly"): 1, ("patient", "not_this_time"): 2})
    assert found == {"patient": Share(not_this_time=2), "family": Share(), "care": Share(kept=3, partly=1)}
    assert [share.noted for share in found.values()] == [2, 0, 4]


def test_K25_the_cares_commitments_are_counted_beside_the_patients(in_force: Agreed) -> None:
    notes(in_force, "patient", Kept.KEPT)
    notes(in_force, "patient", Kept.NOT_THIS_TIME)
    notes(in_force, "care", Kept.PARTLY)
    found = counted(in_force)
    assert (found["patient"].kept, found["patient"].noted) == (1, 2)
    assert (found["care"].kept, found["care"].noted) == (0, 1)


def test_K25_nobody_notes_for_the_care_but_the_care(in_force: Agreed) -> None:
    for how in (None, "spoken"):
        with pytest.raises(Refused):
            notes(in_force, "care", Kept.NOT_THIS_TIME, side=Side.PATIENT, how=how)
    assert counted(in_force)["care"].noted == 0


def test_K15_the_care_notes_what_the_patient_told_only_with_how(in_force: Agreed) -> None:
    with pytest.raises(Refused):
        notes(in_force, "patient", Kept.KEPT, side=Side.CARE)
    notes(in_force, "patient", Kept.KEPT, side=Side.CARE, how="spoken")
    page = in_force.browser(in_force.karin).text(f"/contract/keeping/{in_force.contract}/{item(in_force, 'patient')}")
    assert "Anita Berg for Karin Ek" in words(page)


def test_K25_only_what_both_stand_by_is_noted(agreed: Agreed) -> None:
    agreed.written()
    with pytest.raises(NotFound):
        notes(agreed, "care", Kept.KEPT)
    agreed.both_confirm()
    with pytest.raises(NotFound), agreed.acting(agreed.karin) as ctx:
        actions.in_force(ctx, agreed.contract, str(uuid4()))


def test_K25_the_pages_show_both_sides_and_shame_nobody(in_force: Agreed) -> None:
    address = f"/contract/keeping/{in_force.contract}"
    anita, karin = in_force.browser(in_force.clinic.anita), in_force.browser(in_force.karin)
    one = f"{address}/{item(in_force, 'care')}"
    assert anita.post(one, {"kept": "not_this_time", "on_day": "2027-01-01"}).status_code == 422
    assert anita.post(one, {"kept": "not_this_time", "on_day": "2026-11-23", "words": "<i>Ill</i>"}).status_code == 303
    assert "&lt;i&gt;Ill&lt;/i&gt;" in karin.text(one)
    assert karin.post(one, {"kept": "kept", "on_day": "2026-11-23"}).status_code == 422
    page = words(karin.text(address))
    assert "0 of 1" in page
    assert not {"failed", "broken", "bad"} & set(page.lower().split())
    assert in_force.browser(in_force.clinic.other_admin).get(address).status_code == 404


def test_K25_before_the_agreement_there_is_nothing_to_keep(agreed: Agreed) -> None:
    assert "You have not agreed yet." in agreed.browser(agreed.karin).text(f"/contract/keeping/{agreed.contract}")


def test_K21_H20_B8_rule_5_8_a_private_commitment_leaves_no_trace_on_a_delegates_page(agreed: Agreed) -> None:
    agreed.written()
    with agreed.acting(agreed.karin) as ctx:
        secret = {"text": "I see my peer group.", "by": "patient", "private": True}
        hidden = writing.write_item(ctx, agreed.contract, Side.PATIENT, Part.COMMITMENTS, secret, before=mark(""))
    agreed.both_confirm()
    with agreed.acting(agreed.karin) as ctx:
        actions.note(ctx, agreed.contract, hidden, Side.PATIENT, kept=Kept.KEPT, on_day=TODAY, words="", how=None)
    eva = agreed.helper("see_contract")
    for address in ("keeping", "comparing"):
        page = agreed.browser(eva).text(f"/contract/{address}/{agreed.contract}")
        assert "peer group" not in page
        assert "1 of 1" not in page
    assert agreed.browser(eva).get(f"/contract/keeping/{agreed.contract}/{hidden}").status_code == 404
    assert "1 of 1" in words(agreed.browser(agreed.karin).text(f"/contract/keeping/{agreed.contract}"))
