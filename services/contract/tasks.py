"""What happens when: the facts contract hears, and the work that becomes due."""

from __future__ import annotations

from services.contract.agreement.confirming.actions import on_request_answered
from services.contract.agreement.review.beginning import actions as reviews
from services.contract.delegates.pausing import actions as pauses
from services.contract.named_contact.planning import actions as contacts
from services.contract.next_contact.answers.actions import on_reminder_answered, on_reminder_unanswered
from services.contract.next_contact.watching import actions as watching
from services.contract.plan.conflicts import actions as conflicts
from services.contract.signin.sessions import actions as sessions
from shared.events import BookingsChanged, Event, ReminderAnswered, ReminderUnanswered, RequestAnswered
from shared.register import ends
from shared.service import Due, Handle
from shared.web.api import again as answers
from shared.web.drafts import actions as drafts

HANDLERS: dict[type[Event], Handle] = {
    ReminderAnswered: on_reminder_answered,
    ReminderUnanswered: on_reminder_unanswered,
    BookingsChanged: conflicts.on_bookings_changed,
    RequestAnswered: on_request_answered,
}
"""Event → action. What the register keeps (people, units, rights, cover) is applied before any handler."""

DUE: list[Due] = [
    Due("pauses", pauses.waiting, pauses.resume_due),
    Due("reviews", reviews.waiting, reviews.begin_due),
    Due("plans to look at", conflicts.waiting, conflicts.look_at_due),
    Due("contacts to change", contacts.waiting, contacts.begin_due),
    Due("next contacts to watch", watching.waiting, watching.tell_due),
    answers.FORGET,
    ends.FORGET,
    sessions.FORGET,
    drafts.FORGET,
]
"""Work that becomes due by time."""
