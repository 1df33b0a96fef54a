"""What the rules of a plan say when they find something."""

from __future__ import annotations

from services.contract.plan.conflicts.domain import Rule
from shared.i18n import Lazy, _l

RULES: dict[str, Lazy] = {
    Rule.OVERLAP: _l("These are at the same time, or too near each other to get from one to the other:"),
    Rule.UNAVAILABLE: _l("This is at a time when the patient can't come:"),
    Rule.NOT_ACCEPTED: _l("Nobody has taken this on yet:"),
    Rule.NO_LEAD: _l("Several share this plan, and nobody has the overall responsibility."),
}
WEEKDAYS: dict[int, Lazy] = {
    1: _l("Every Monday"),
    2: _l("Every Tuesday"),
    3: _l("Every Wednesday"),
    4: _l("Every Thursday"),
    5: _l("Every Friday"),
    6: _l("Every Saturday"),
    7: _l("Every Sunday"),
}
