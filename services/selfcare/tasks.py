"""What happens when: the facts selfcare hears, and the work that becomes due."""

from __future__ import annotations

from services.selfcare.admission import actions as admission
from services.selfcare.dialysis import actions as dialysis
from services.selfcare.dialysis.store import to_top_up_since
from services.selfcare.reminders import actions as reminders
from services.selfcare.reminders.booked.actions import tell_booked
from services.selfcare.reminders.chain.actions import follow_up, on_delivered, on_failed
from services.selfcare.reminders.chain.store import to_follow_up_since
from services.selfcare.reminders.claim.actions import claim_due
from services.selfcare.reminders.claim.store import due_since
from services.selfcare.reminders.wishes.actions import on_engagement_changed
from shared.context import Ctx
from shared.events import (
    ContractActivated,
    ContractEnded,
    DeliveryDelivered,
    DeliveryFailed,
    EngagementPreferenceChanged,
    Event,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
    PersonChanged,
    PreferencesChanged,
)
from shared.policy import Who, policy
from shared.register import ends
from shared.service import Due, Handle
from shared.web.api import again as answers
from shared.web.drafts import actions as drafts


@policy("person", "handle", Who.SERVICE)
def on_person_changed(ctx: Ctx, event: PersonChanged) -> None:
    """A death releases sessions and stays and cancels reminders; a death registered in error brings them back."""
    changes = [
        (programme.on_death if event.deceased else programme.on_life)(ctx, event.person_id)
        for programme in (dialysis, admission)
    ]
    if any(changes):
        tell_booked(ctx, [event.person_id])
    reminders.on_person_changed(ctx, event)


HANDLERS: dict[type[Event], Handle] = {
    NextContactAgreed: reminders.on_next_contact,
    NextContactMoved: reminders.on_next_contact,
    NextContactCancelled: reminders.on_next_contact_cancelled,
    ContractActivated: reminders.on_contract_activated,
    ContractEnded: reminders.on_contract_ended,
    EngagementPreferenceChanged: on_engagement_changed,
    PersonChanged: on_person_changed,
    PreferencesChanged: reminders.on_preferences_changed,
    DeliveryDelivered: on_delivered,
    DeliveryFailed: on_failed,
}
"""Event → action. What the register keeps (people, units, rights, cover) is applied before any handler."""

DUE: list[Due] = [
    Due("reminders due", due_since, claim_due),
    Due("reminders to follow up", to_follow_up_since, follow_up),
    Due("sessions to plan ahead", to_top_up_since, dialysis.top_up),
    answers.FORGET,
    ends.FORGET,
    drafts.FORGET,
]
"""Work that becomes due by time."""
