"""What a patient can let somebody do, each thing by itself, and when it holds (B8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.i18n import _l
from shared.time import to_instant, to_local

SCOPES = {
    "see_times": _l("See my next times"),
    "receive_reminders": _l("Get reminders when I have not answered"),
    "answer_reminders": _l("Answer reminders for me"),
    "see_contract": _l("See my agreement"),
    "confirm_contract": _l("Agree to my agreement for me"),
    "see_plan": _l("See my plan"),
    "write_diary": _l("Write in my diary"),
    "see_dialysis_log": _l("See my dialysis log"),
    "write_dialysis_log": _l("Write in my dialysis log when helping me"),
    "message_contact": _l("Write to my contact for me"),
    "see_admission_queue": _l("See my place in line for a bed"),
    "told_of_admission": _l("Be told when I am admitted"),
    "take_part_in_meetings": _l("Take part in meetings"),
}
"""Everything that can be let, by its name in ``DelegateChanged``. Each is off until the patient says otherwise."""

CHOSEN = "chosen"
"""The kind of a grant that the patient makes; the others are recorded by staff."""
LONGEST_RELATION = 80
ASK_AGAIN = timedelta(days=60)
"""How long before its end the patient is asked whether a grant is to go on."""
LONGEST = timedelta(days=5 * 366)


def default_end(starts: datetime, zone: str) -> datetime:
    """Twelve months on, at the same wall time where the patient lives; 29 February becomes the 28th."""
    local = to_local(starts, zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return to_instant(local.replace(year=local.year + 1, day=day), zone)
