"""Traps of contracts, contacts and delegates (domain.md H) that no single concept could fall into alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.contract.agreement import actions
from services.contract.agreement.content.domain import Part, mark
from services.contract.delegates import actions as delegates
from services.contract.delegates.domain import SCOPES
from services.contract.exchange.door.api import READERS
from services.contract.named_contact import actions as contacts
from services.contract.next_contact.domain import Side
from services.contract.people import actions as people
from services.contract.units import store as units
from services.contract.units.actions import change_unit
from shared.bus import tables
from shared.bus.seal import Sealer
from shared.cover import Answer
from tests.services.contract.agreed import Agreed
from tests.services.contract.clinic import FLOOR, Clinic, staff
from tests.services.contract.test_doors import pages
from tests.support.services import NOON, config_for, sign_in

PRIVATE_WORDS = "CANARY I drink when my son is here"


def test_H_deputies_of_each_other_both_away_lead_on_to_the_head_and_then_to_the_floor(clinic: Clinic) -> None:
    for person, deputy in ((clinic.anita, clinic.lisa), (clinic.lisa, clinic.anita)):
        away(clinic, person, deputy)
    assert (answering(clinic).kind, answering(clinic).number) == ("floor", FLOOR)
    with clinic.service.act() as ctx:
        head = staff(ctx, "Hedda Ek", clinic.unit, "head")
        unit = units.get(ctx.session, clinic.unit)
        assert unit is not None
        change_unit(ctx, replace(units.facts(unit), head_id=head))
    assert (answering(clinic).kind, answering(clinic).person_id) == ("head", head)
    away(clinic, head, clinic.anita)
    assert answering(clinic).kind == "floor"


def away(clinic: Clinic, person: UUID, deputy: UUID) -> None:
    with clinic.service.act() as ctx:
        contacts.set_absence(
            ctx, person_id=person, starts=NOON, ends=NOON + timedelta(days=1), deputy_id=deputy, note=""
        )


def answering(clinic: Clinic) -> Answer:
    with clinic.service.act() as ctx:
        answer = ctx.directory.who_answers_for(ctx.session, clinic.contract, ctx.now)
    assert answer is not None
    return answer


def test_H_a_delegate_under_pressure_finds_nothing_private_on_a_page_in_a_search_or_an_export(agreed: Agreed) -> None:
    """With every scope there is, behind every door, in the version in force, in the change to the next and in what is
    told to the services that send messages."""
    agreed.written()
    keeps_private(agreed, Part.COMMITMENTS, PRIVATE_WORDS)
    keeps_private(agreed, Part.GOALS, PRIVATE_WORDS)
    agreed.both_confirm()
    keeps_private(agreed, Part.COMMITMENTS, f"{PRIVATE_WORDS} again")
    eva = with_every_scope(agreed)
    doors = {*pages(agreed), *(f"/contract/fhir/{kind}" for kind in READERS)}
    doors |= {f"/contract/agreement/{agreed.contract}/versions/1", f"/contract/record/{agreed.contract}.txt"}
    hers, evas = said(agreed, agreed.karin, doors), said(agreed, eva, doors)
    assert len(evas) > 20
    assert [path for path, text in evas.items() if "CANARY" in text] == []
    assert {path.split("/")[2] for path, text in hers.items() if "CANARY" in text} >= {
        "agreement",
        "api",
        "comparing",
        "fhir",
        "record",
    }
    assert "CANARY" not in all_that_is_told(agreed)


def said(agreed: Agreed, person: UUID, doors: Iterable[str]) -> dict[str, str]:
    """What each door that opens to this person says."""
    client = sign_in(agreed.app.test_client(), person)
    answers = {path: client.get(path) for path in doors}
    return {path: answer.get_data(as_text=True) for path, answer in answers.items() if answer.status_code == 200}


def keeps_private(agreed: Agreed, part: Part, words: str) -> None:
    with agreed.acting(agreed.karin) as ctx:
        item = {"text": words, "private": True} | ({"by": "patient"} if part is Part.COMMITMENTS else {})
        actions.write_item(ctx, agreed.contract, Side.PATIENT, part, item, before=mark(""))


def with_every_scope(agreed: Agreed) -> UUID:
    with agreed.acting(agreed.karin) as ctx:
        eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
        grant = delegates.invite(ctx, patient_id=agreed.karin, delegate_id=eva, scopes=list(SCOPES))
        delegates.accept(ctx, grant)
    return eva


def all_that_is_told(agreed: Agreed) -> str:
    """Everything the other services were told, unsealed as they unseal it."""
    service, read = agreed.clinic.service, []
    with service.database.begin() as session:
        for row in session.execute(tables.outbox.select()):
            reader = row.stream.split(".")[1]
            sealer = Sealer(reader, config_for(reader, service.database).pair_secrets)
            read.append(str(sealer.open("contract", row.event_id, row.data)))
    assert read
    return "\n".join(read)
