"""Takes an answer, lets it be changed while there is time, and sees to it that a no reaches a person."""

from __future__ import annotations

from uuid import UUID

from services.selfcare.reminders import store as timeline
from services.selfcare.reminders.actions import replan
from services.selfcare.reminders.answer import domain, store
from services.selfcare.reminders.answer.domain import Question
from services.selfcare.reminders.attention.domain import attention
from services.selfcare.reminders.domain import ANSWERS, State
from services.selfcare.reminders.tables import Reminder
from shared.context import Ctx
from shared.errors import Refused
from shared.events import ReminderAnswered
from shared.i18n import _l
from shared.time import zone_of

MAY_ANSWER = "answer_reminders"
CLOSED = _l("This question is closed. Ring if you want to say something about the time.")


def question(ctx: Ctx, row: Reminder | None, person_id: UUID) -> Question | None:
    """The question as ``person_id`` may answer it now; None when it is closed, or not theirs to answer."""
    if row is None or not _may_answer(ctx, row, person_id):
        return None
    if row.answer_until is None or not domain.is_open(State(row.state), row.answer_until, ctx.now):
        return None
    return Question(
        reminder_id=row.id,
        starts_at=row.starts_at,
        zone=zone_of(row.zone),
        answer_until=row.answer_until,
        answer=row.answer,
        answered_at=row.answered_at,
        by_viewer=row.answered_by == person_id,
        for_other=row.patient_id != person_id,
    )


def questions(ctx: Ctx, patient_id: UUID, person_id: UUID) -> list[Question]:
    """Everything about the patient that this person may answer now."""
    found = (question(ctx, row, person_id) for row in store.asked(ctx.session, patient_id, ctx.now))
    return [one for one in found if one is not None]


def give(ctx: Ctx, reminder_id: UUID, person_id: UUID, answer: str) -> None:
    """Take the answer: the latest one stands, for every reminder of the same thing. The same one again is harmless.

    Raises ``Refused`` when the question is closed or not this person's.
    """
    row = store.by_id(ctx.session, reminder_id)
    rows = store.together(ctx.session, row) if row else []
    if row is None or question(ctx, row, person_id) is None:
        raise Refused(CLOSED)
    before = row.answer
    if (before, row.answered_by) == (answer, person_id):
        return
    if answer == "yes" and before in domain.NO:
        rows = _bring_back(ctx, row)
    for each in rows:
        _take(ctx, each, person_id, answer)
    _tell(ctx, row, before)


def _may_answer(ctx: Ctx, row: Reminder, person_id: UUID) -> bool:
    patient = ctx.directory.person(ctx.session, row.patient_id)
    if patient is None or patient.deceased:
        return False
    scopes = ctx.directory.scopes(ctx.session, person_id, row.patient_id, ctx.now)
    return person_id == row.patient_id or MAY_ANSWER in scopes


def _take(ctx: Ctx, row: Reminder, person_id: UUID, answer: str) -> None:
    """What has been sent is answered; what is still to be sent is sent after a yes, and not after a no."""
    row.answer, row.answered_by, row.answered_at = answer, person_id, ctx.now
    row.chase_at = row.chase_step = None
    if row.state != State.PLANNED:
        row.state = ANSWERS[answer]
    elif answer in domain.NO:
        row.state, row.reason = State.CANCELLED, store.ANSWERED_NO


def _bring_back(ctx: Ctx, row: Reminder) -> list[Reminder]:
    """A no that became a yes: what was held back is planned again, and the list of what is about the thing is new."""
    held_back = Reminder.reason == store.ANSWERED_NO
    timeline.revive(ctx.session, [*store.same_thing(row), held_back], ctx.now)
    replan(ctx, row.recipient_id)
    return store.together(ctx.session, row)


def _tell(ctx: Ctx, row: Reminder, before: str | None) -> None:
    """Contract hears every answer. A person hears of a no, and of a yes after a no: they may have acted on it."""
    ctx.tell(
        ReminderAnswered(
            reminder_id=row.id,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            subject_version=row.subject_version,
            patient_id=row.patient_id,
            answered_by=row.answered_by or row.patient_id,
            answer=row.answer or "",
            answered_at=ctx.now,
        )
    )
    if row.answer in domain.NO:
        ctx.tell(attention(row, domain.KINDS[row.answer], domain.REASONS[row.answer], ctx.now, by=row.answered_by))
    elif before in domain.NO:
        ctx.tell(attention(row, domain.KINDS[before], "reminder.changed_to_yes", ctx.now, by=row.answered_by))
