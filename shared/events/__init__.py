"""The facts the services tell each other, and who may read which part of each.

An event is a frozen dataclass. Its type name is published and never changes meaning: a new meaning is a new class with the
next version number. ``readers`` names each service that hears it and the fields that service gets (``ALL`` or a tuple), so
that nobody is told more than they need. ``aggregate`` names the field whose value orders the events of one thing.

Only the standard library is used here: every service, the CLI and the tests may import this module.
"""

from shared.events.attention import ContractAttentionNeeded, ContractAttentionSettled
from shared.events.base import (
    ALL,
    EVENTS,
    SERVICES,
    Event,
    from_data,
)
from shared.events.contract import (
    AbsencesChanged,
    ContractActivated,
    ContractEnded,
    CoverChanged,
    EngagementPreferenceChanged,
    NextContactAgreed,
    NextContactCancelled,
    NextContactMoved,
    PersonChanged,
    SessionEnded,
    SigninCodeAsked,
    UnitChanged,
)
from shared.events.notify import (
    DeliveryDelivered,
    DeliveryFailed,
    PreferencesChanged,
    RequestAnswered,
)
from shared.events.parts import (
    Absence,
    Appointment,
    Booking,
    OpenHours,
    QuietInterval,
    StaffRole,
)
from shared.events.rights import BlockChanged, BreakGlassChanged, DelegateChanged, StaffRolesChanged
from shared.events.selfcare import (
    BookingsChanged,
    ReminderAnswered,
    ReminderCancelled,
    ReminderDue,
    ReminderUnanswered,
    SelfcareAttentionNeeded,
)

__all__ = [
    "ALL",
    "EVENTS",
    "SERVICES",
    "Absence",
    "AbsencesChanged",
    "Appointment",
    "BlockChanged",
    "Booking",
    "BookingsChanged",
    "BreakGlassChanged",
    "ContractActivated",
    "ContractAttentionNeeded",
    "ContractAttentionSettled",
    "ContractEnded",
    "CoverChanged",
    "DelegateChanged",
    "DeliveryDelivered",
    "DeliveryFailed",
    "EngagementPreferenceChanged",
    "Event",
    "NextContactAgreed",
    "NextContactCancelled",
    "NextContactMoved",
    "OpenHours",
    "PersonChanged",
    "PreferencesChanged",
    "QuietInterval",
    "ReminderAnswered",
    "ReminderCancelled",
    "ReminderDue",
    "ReminderUnanswered",
    "RequestAnswered",
    "SelfcareAttentionNeeded",
    "SessionEnded",
    "SigninCodeAsked",
    "StaffRole",
    "StaffRolesChanged",
    "UnitChanged",
    "from_data",
]
