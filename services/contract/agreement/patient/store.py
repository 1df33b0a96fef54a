"""Gathers what stands around one patient: a fixed number of questions, each by an index, however much there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.contract.agreement.content.domain import Content
from services.contract.agreement.content.seeing.domain import Sight, seen
from services.contract.agreement.engagement import store as engagement
from services.contract.agreement.engagement.tables import EngagementPreference
from services.contract.agreement.home.domain import Today, today
from services.contract.agreement.keeping import store as keeping
from services.contract.agreement.keeping.tables import CommitmentNote
from services.contract.agreement.meeting import store as meetings
from services.contract.agreement.meeting.tables import Preparation
from services.contract.agreement.reading.store import Reading, sight_of
from services.contract.agreement.review import store as reviews
from services.contract.agreement.review.tables import Documented, Review, SevenAnswers
from services.contract.agreement.understanding import store as explaining
from services.contract.agreement.understanding.domain import Explained
from services.contract.delegates import store as delegates
from services.contract.delegates.tables import Delegation
from services.contract.named_contact import store as named_contacts
from services.contract.named_contact.changing.store import ahead_told
from services.contract.named_contact.tables import ContactAppointment
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.plan import store as plans
from services.contract.plan.conflicts import store as conflicts
from services.contract.plan.domain import OPEN, State, is_overdue
from services.contract.plan.lead.store import lead_of
from services.contract.plan.lead.tables import PlanLead
from services.contract.plan.tables import PlanActivity
from shared.context import Ctx
from shared.policy import Who
from shared.register.store import Person
from shared.time import to_local


@dataclass(frozen=True, kw_only=True)
class Around:
    """One patient as somebody of the care may see them. ``plan`` holds what is still to be done, as far as it is shown
    to the viewer's units; ``conflicts`` counts what in it can't go together; ``no_more`` is why there is no next
    contact, where that has been said; ``before`` the contact who has handed over with a note, ``ahead`` in words who will be."""

    sight: Sight
    content: Content
    plan: list[PlanActivity]
    lead: PlanLead | None
    conflicts: int
    today: Today | None
    before: ContactAppointment | None
    ahead: str
    no_more: str
    prepared: Preparation | None
    seven: dict[Side, SevenAnswers]
    review: Review | None
    documented: Documented | None
    helpers: list[Delegation]
    wish: EngagementPreference | None
    kept: dict[str, CommitmentNote]
    explained: Explained
    people: dict[UUID, Person]

    def overdue(self, day: date) -> set[UUID]:
        """What in the plan should have been done before this day."""
        return {row.id for row in self.plan if is_overdue(State(row.state), row.until or row.on_date, day)}


def around(ctx: Ctx, reading: Reading) -> Around:
    """Everything around the contract that was read."""
    session, contract = ctx.session, reading.contract
    rows = plans.activities(session, contract.patient_id)
    sight = sight_of(ctx, contract.patient_id, rows)
    facts = ctx.directory.covers_of(session, [contract.id]).get(contract.id)
    answers = today(facts, ctx.now) if facts else None
    seven, helpers = reviews.latest(session, contract.id), _helpers(ctx, contract.patient_id)
    named = reading.people() | {row.by for row in seven.values()} | {one.delegate_id for one in helpers}
    last, before = next_contacts.latest(session, contract.id), _before(ctx, contract.id)
    named |= {before.person_id} if before else set()
    return Around(
        sight=sight,
        content=seen(reading.content, sight),
        plan=_coming(rows, sight),
        lead=lead_of(session, contract.patient_id),
        conflicts=len(conflicts.standing(session, contract.patient_id)),
        today=answers,
        before=before,
        ahead=ahead_told(ctx, contract.id),
        no_more=last.no_more if last and last.closed_at else "",
        prepared=meetings.of(session, last.id) if last and not last.closed_at else None,
        seven=seven,
        review=reviews.open_review(session, contract.id),
        documented=reviews.documented(session, reading.active.id) if reading.active else None,
        helpers=helpers,
        wish=engagement.latest(session, contract.patient_id),
        kept=keeping.latest(session, contract.id),
        explained=explaining.stands(session, contract.id),
        people=ctx.directory.people(session, named | (answers.people() if answers else set())),
    )


def _before(ctx: Ctx, contract_id: UUID) -> ContactAppointment | None:
    """Who has handed over to whoever answers now, and to nobody else."""
    return (
        named_contacts.handed_over(ctx.session, contract_id, ctx.now) if ctx.whos & {Who.CONTACT, Who.DEPUTY} else None
    )


def _coming(rows: Sequence[PlanActivity], sight: Sight) -> list[PlanActivity]:
    """What is still to be done and shown to them, in the order of the plan."""
    return [row for row in rows if State(row.state) in OPEN and str(row.id) not in sight.plan_hidden]


def _helpers(ctx: Ctx, patient_id: UUID) -> list[Delegation]:
    """Whom the patient lets help now, or has asked to."""
    granted = delegates.of_patient(ctx.session, patient_id)
    return [one for one in granted if one.ends is None or one.ends > ctx.now]


def local_day(at: datetime, patient: Person) -> date:
    """The day it is where the patient lives."""
    return to_local(at, patient.zone).date()
