"""Why a request is there, for whoever answers it and for the patient it is about."""

from __future__ import annotations

from dataclasses import dataclass

from shared.i18n import Lazy, _l


@dataclass(frozen=True)
class Why:
    """One reason: what staff read, and what the patient reads."""

    staff: Lazy
    patient: Lazy


NAME_TO_COME = _l("We have not been told the name yet")
"""Instead of a name: the request came before the fact of who it is about."""

REASONS = {
    "question": Why(_l("Asked a question"), _l("You asked a question.")),
    "reminder.cannot_come": Why(_l("Can't come to the booked time"), _l("You answered that you can't come.")),
    "reminder.another_time": Why(_l("Needs another time"), _l("You answered that you need another time.")),
    "reminder.changed_to_yes": Why(_l("Has changed the answer: can come"), _l("You changed your answer to yes.")),
    "reminder.no_answer": Why(
        _l("Has not answered the question about the time"), _l("We asked about a time and have no answer yet.")
    ),
    "reminder.too_late": Why(
        _l("The question about the time could not be sent in time"), _l("We could not ask you about a time in time.")
    ),
    "reminder.unreachable": Why(
        _l("Could not be reached: no message got through"), _l("We could not reach you with a message.")
    ),
    "reminder.no_channel": Why(
        _l("Could not be reached: there is no address to write to"), _l("We have no address to write to you.")
    ),
    "reminder.fault": Why(
        _l("Could not be reached: the message could not be made"), _l("We could not make a message to you.")
    ),
    "reminder.expired": Why(
        _l("Could not be reached while it was of use"), _l("We could not reach you with a message in time.")
    ),
    "break_glass.untold": Why(
        _l("Tell the patient: someone has opened the pages in an emergency, and no message got through"),
        _l("Someone has opened your pages in an emergency. No message from us got through to you."),
    ),
    "admission.wants_to_come_in": Why(_l("Needs to come in"), _l("You said that you need to come in.")),
    "next_contact.time_suggested": Why(_l("Has suggested a time"), _l("You suggested a time.")),
    "next_contact.another_time": Why(_l("Needs another time"), _l("You asked for another time.")),
    "next_contact.cancelled": Why(_l("Has cancelled the time"), _l("You cancelled a time.")),
    "next_contact.call": Why(
        _l("Ring: you have not agreed on a time after several tries"), _l("You and we have not found a time yet.")
    ),
    "next_contact.window_closing": Why(
        _l("Book a time: the last day of the agreed weeks is near"),
        _l("You have no booked time, and the last day is near."),
    ),
    "next_contact.safety_day": Why(
        _l("Make contact: the safety day is near and the patient has not rung"),
        _l("The safety day is near. Your care makes contact."),
    ),
    "next_contact.window_passed": Why(
        _l("Ring: the last day has passed without a contact"), _l("The last day has passed without a contact.")
    ),
    "next_contact.time_passed": Why(
        _l("Note how the meeting went, and what comes next"), _l("A time has passed. Your care notes what comes next.")
    ),
    "plan.overlap": Why(_l("Two things in the plan are at the same time"), _l("Two things in your plan collide.")),
    "plan.unavailable": Why(
        _l("Something in the plan is at a time when the patient can't come"),
        _l("Something in your plan is at a time when you can't come."),
    ),
    "plan.not_accepted": Why(
        _l("Nobody has taken on something in the plan"), _l("Nobody has taken on something in your plan yet.")
    ),
    "plan.no_lead": Why(
        _l("Nobody has the overall responsibility for the plan"),
        _l("Nobody has the overall responsibility for your plan yet."),
    ),
    "agreement.change": Why(
        _l("Wants to change something in the agreement"), _l("You want to change something in your agreement.")
    ),
    "agreement.unclear": Why(
        _l("Doesn't understand something in the agreement"), _l("Something in your agreement is hard to understand.")
    ),
    "agreement.review_time": Why(
        _l("The day has come to look at the agreement again"), _l("It is time to look at your agreement again.")
    ),
    "agreement.review_asked": Why(
        _l("Wants to look at the agreement again"), _l("You want to look at your agreement again.")
    ),
    "agreement.review_question_no": Why(
        _l("Answered no to one of the seven questions"), _l("Something in your agreement does not work as it should.")
    ),
    "agreement.review_contact_changed": Why(
        _l("New named contact: look at the agreement together"),
        _l("You have a new contact. You look at the agreement together."),
    ),
    "agreement.review_unanswered": Why(
        _l("Three questions about times without an answer: look at the agreement"),
        _l("We have not had your answer three times. We look at the agreement with you."),
    ),
}
OTHER = Why(_l("Something needs to be looked at"), _l("Your care is looking at something for you."))


def why(reason_key: str) -> Why:
    """The reason in words; one that nobody has put into words yet still says that somebody must look."""
    return REASONS.get(reason_key, OTHER)
