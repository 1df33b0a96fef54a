"""When an outside party sees a part of a plan."""

from __future__ import annotations

SHARE = "share_plan"
"""The kind of consent to show one's plan to one outside party."""


def still_shared(*, by_patient: bool, consented: bool) -> bool:
    """What patients share themselves they stop themselves; what others share stands only as long as the patient's yes."""
    return by_patient or consented
