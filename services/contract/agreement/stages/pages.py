"""How far a contract has come: its four stages, what each side has given in each, what is missing and where it is done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement.content.domain import COMMITTED, Content, Part, from_json
from services.contract.agreement.content.seeing.domain import Sight, seen
from services.contract.agreement.domain import TO_ACTIVATE, State
from services.contract.agreement.keeping import store as keeping
from services.contract.agreement.reading.domain import MISSING, OWN_MISSING, words
from services.contract.agreement.reading.pages import READERS, by_contract, found, may_confirm, to_do
from services.contract.agreement.reading.store import Reading, sight_of
from services.contract.agreement.stages.domain import Stage, asks, may_go_back, stage_in, standing
from services.contract.agreement.understanding import store as explaining
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import CARE, side_of
from services.contract.plan.domain import Party
from shared.context import Ctx
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.web.pages import page

pages = Blueprint("stages", __name__, url_prefix="/contract/stages", template_folder="templates")

NAMES: dict[str, tuple[Lazy, Lazy]] = {
    Stage.COASSESS: (_l("Understand together"), _l("What is life like, and what matters?")),
    Stage.CODECIDE: (_l("Choose together"), _l("Where do we want to go, and which ways are there?")),
    Stage.CODESIGN: (_l("Plan together"), _l("Who does what, and when is the next contact?")),
    Stage.CODELIVER: (_l("Do it together"), _l("Both say yes. Then both do what they have said.")),
}
"""What each stage is called, and what is asked in it."""

STANDINGS: dict[str, tuple[Lazy, str]] = {
    "done": (_l("Done"), "good"),
    "here": (_l("You are here"), "calm"),
    "ahead": (_l("Later"), "off"),
}
BEGINS_AT: dict[str, Part] = {
    Stage.COASSESS: Part.WHAT_MATTERS,
    Stage.CODECIDE: Part.GOALS,
    Stage.CODESIGN: Part.COMMITMENTS,
}
"""The part of the agreement with which a stage begins: where one comes to who goes back to it."""


@pages.get("/<uuid:contract_id>")
@policy("agreement", "see_stages", *READERS, about=by_contract, log="saw how far the agreement has come")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    reading = found(ctx, contract_id)
    people = ctx.directory.people(ctx.session, reading.people())
    patient = people[reading.contract.patient_id]
    own, sight = Who.PATIENT in ctx.whos, sight_of(ctx, patient.person_id)
    content = seen(reading.content, sight)
    return page(
        ctx,
        "stages/show.html",
        contract_id=contract_id,
        reading=reading,
        content=content,
        patient=patient,
        names={str(one.person_id): one.name for one in people.values()},
        words=words(own=own),
        side=side_of(ctx),
        for_patient=bool(ctx.whos & {Who.PATIENT, Who.DELEGATE}),
        missing=OWN_MISSING if own else MISSING,
        help_line=next_contacts.line(ctx, contract_id),
        **_stages(ctx, reading),
        **_given(ctx, reading, content, sight),
    )


def _stages(ctx: Ctx, reading: Reading) -> dict[str, Any]:
    """Where the work stands, what each stage lacks, and where this viewer goes on or back."""
    state = State(reading.contract.state)
    under_way = state not in {State.DRAFT, State.ENDED}
    doable = to_do(ctx, reading.contract.id) if under_way else {}
    return {
        "stages": NAMES,
        "standings": {stage: STANDINGS[standing(stage, state)] for stage in Stage},
        "here": stage_in(state) if under_way else None,
        "lacks": {stage: [need for need in asks(stage) if need in reading.needs] for stage in Stage},
        "ready": not TO_ACTIVATE.intersection(reading.needs),
        "to_do": doable,
        "may_confirm": may_confirm(ctx),
        "begins_at": BEGINS_AT,
        "back_to": [stage for stage in Stage if may_go_back(state, stage) and doable.keys() & asks(stage)],
    }


def _given(ctx: Ctx, reading: Reading, content: Content, sight: Sight) -> dict[str, Any]:
    """What each side has given: what they do, what they have in the plan, and how it went."""
    active = seen(from_json(reading.active.content), sight) if reading.active else Content()
    in_force = [item["id"] for item in active.items(Part.COMMITMENTS)]
    ours = {Party.PATIENT.value, Party.FAMILY.value}
    may_know = bool(ctx.whos & {Who.PATIENT, *CARE})
    return {
        "made": {who: content.promised_by(who) for who in COMMITTED},
        "planned": {
            "patient": [one for one in content.plan if one["party"] in ours],
            "care": [one for one in content.plan if one["party"] not in ours],
        },
        "shares": keeping.counted(ctx.session, reading.contract.id, in_force),
        "explained": explaining.stands(ctx.session, reading.contract.id) if may_know else None,
    }
