"""One patient on one page, for a nurse who has forty: what matters, what comes next, who answers, what waits, and a way to
everything that can be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement.content.domain import COMMITTED
from services.contract.agreement.content.seeing.domain import hides
from services.contract.agreement.domain import TO_ACTIVATE, State
from services.contract.agreement.engagement.pages import DOING, KNOWING_TO_OTHERS
from services.contract.agreement.keeping.pages import LEVELS
from services.contract.agreement.patient.domain import SHOWN, Standing, Wait, waits
from services.contract.agreement.patient.store import Around, around, local_day
from services.contract.agreement.reading.domain import MISSING, words
from services.contract.agreement.reading.pages import by_contract, found, may_confirm, to_do
from services.contract.agreement.reading.store import Reading
from services.contract.agreement.review.domain import Told, noes, still_to_answer
from services.contract.agreement.review.words.domain import REASONS, questions
from services.contract.agreement.stages.domain import stage_in
from services.contract.agreement.stages.pages import NAMES
from services.contract.agreement.understanding.domain import Explained
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.domain import State as NextState
from services.contract.next_contact.pages import CARE, CARE_READS
from services.contract.next_contact.words.domain import words as meeting_words
from services.contract.plan.domain import STATES as HOW_FAR
from shared.context import Ctx
from shared.i18n import Lazy, _l
from shared.phone import readable
from shared.policy import policy
from shared.register.store import Person
from shared.time import zone_of
from shared.web.pages import page

pages = Blueprint("patient", __name__, url_prefix="/contract/patient", template_folder="templates")

WAITS: dict[Wait, tuple[Lazy, str]] = {
    Wait.JOINING: (_l("The patient has not answered if they want to work this way."), "joining/{0}"),
    Wait.ANOTHER_TIME: (_l("The patient asks for another time."), "next-contact/{0}"),
    Wait.TIME_SUGGESTED: (_l("The patient suggests how you meet next."), "next-contact/{0}"),
    Wait.TIME_PASSED: (_l("The time has passed. Write how it went."), "next-contact/{0}/end"),
    Wait.NO_NEXT: (_l("No next contact is agreed."), "next-contact/{0}"),
    Wait.REVIEW: (_l("The agreement is being looked at again."), "review/{0}"),
    Wait.ANSWER_SEVEN: (_l("The care has not answered the seven questions."), "review/{0}"),
    Wait.CARES_YES: (_l("The text waits for a yes from the care."), "agreement/{0}"),
    Wait.PATIENTS_YES: (_l("The text waits for a yes from the patient."), "agreement/{0}"),
    Wait.NEWS: (_l("Something has changed since you both said yes."), "agreement/{0}"),
    Wait.OVERDUE: (_l("Something in the plan should have been done."), "plan/{0}"),
    Wait.CONFLICT: (_l("Something in the plan can't go together."), "plan/{0}"),
    Wait.EXPLAIN_AGAIN: (_l("Not all came through. Explain it again."), "understanding/{0}"),
}
"""What each thing that waits is called, and where it is done."""


@pages.get("/<uuid:contract_id>")
@policy("patient", "see_on_one_page", *CARE_READS, about=by_contract, log="saw you and your agreement on one page")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    reading = found(ctx, contract_id)
    about = around(ctx, reading)
    patient = about.people[reading.contract.patient_id]
    waiting = waits(ctx.now, _standing(ctx, reading, about, patient))
    return page(
        ctx,
        "patient/show.html",
        contract_id=contract_id,
        reading=reading,
        about=about,
        content=about.content,
        hides=hides(reading.content, about.sight),
        patient=patient,
        names={str(one.person_id): one.name for one in about.people.values()},
        waiting=[(WAITS[one][0], f"/contract/{WAITS[one][1].format(contract_id)}") for one in waiting],
        may_confirm=may_confirm(ctx),
        answers_for=bool(ctx.whos & set(CARE)),
        changes_contact=reading.contact == str(ctx.viewer.person_id),
        **_next_step(reading, about, patient),
        **_written(ctx, reading, about),
        **_plan(ctx, about, patient),
        **_words(),
    )


def _next_step(reading: Reading, about: Around, patient: Person) -> dict[str, Any]:
    """When and how they meet next, and who answers until then."""
    row, answers = reading.next_contact, about.today
    return {
        "row": row,
        "times": next_contacts.times(row) if row else None,
        "zone": zone_of(row.zone if row else patient.zone),
        "number": readable(answers.number) if answers else "",
    }


def _written(ctx: Ctx, reading: Reading, about: Around) -> dict[str, Any]:
    """What is written in the agreement and what it lacks, and how what was promised went."""
    state = State(reading.contract.state)
    under_way = state not in {State.DRAFT, State.ENDED}
    return {
        "stage": NAMES[stage_in(state)][0] if under_way else None,
        "lacks": [need for need in reading.needs if need in TO_ACTIVATE and under_way],
        "to_do": to_do(ctx, reading.contract.id),
        "made": {who: about.content.promised_by(who) for who in COMMITTED},
        "noes": {side.value: noes(row.answers) for side, row in about.seven.items()},
    }


def _plan(ctx: Ctx, about: Around, patient: Person) -> dict[str, Any]:
    return {
        "coming": about.plan[:SHOWN],
        "more": max(0, len(about.plan) - SHOWN),
        "overdue": about.overdue(local_day(ctx.now, patient)),
    }


def _words() -> dict[str, Any]:
    return {
        "words": words(own=False),
        "meeting": meeting_words(own=False),
        "missing": MISSING,
        "levels": LEVELS,
        "asked": questions(patient=False),
        "reasons": REASONS,
        "doing": DOING,
        "knowing": KNOWING_TO_OTHERS,
        "how_far": HOW_FAR,
    }


def _standing(ctx: Ctx, reading: Reading, about: Around, patient: Person) -> Standing:
    row, draft = reading.next_contact, reading.version.state == "draft"
    state = State(reading.contract.state)
    to_confirm = draft and state is not State.DRAFT and not TO_ACTIVATE.intersection(reading.needs)
    times = next_contacts.times(row) if row else None
    told = {side: Told(answers.answers, answers.done_at) for side, answers in about.seven.items()}
    return Standing(
        state=state,
        next_state=NextState(row.state) if row else None,
        suggested_by=Side(row.suggested_by) if row and row.suggested_by else None,
        offered=row is not None and bool(row.suggested_local or row.waiting_terms),
        agreed=times.agreed if times else None,
        has_next=draft or bool(about.no_more) or (row is not None and next_contacts.stands(row)),
        yes=frozenset(reading.yes) if to_confirm else None,
        reviewed=about.review is not None,
        to_answer=frozenset(still_to_answer(told, about.review.opened_at)) if about.review else frozenset(),
        changed=bool(reading.news) and not draft,
        overdue=bool(about.overdue(local_day(ctx.now, patient))),
        conflicts=bool(about.conflicts),
        unclear=about.explained is Explained.AGAIN,
    )
