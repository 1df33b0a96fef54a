"""What the parts, states and people of an agreement are called in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.contract.agreement.content.domain import ENGAGEMENTS, Part
from services.contract.agreement.domain import Need, State
from services.contract.next_contact.words.domain import KINDS, OWN_KINDS
from services.contract.plan.domain import parties
from shared.i18n import Lazy, _l

PARTS: dict[str, Lazy] = {
    Part.WHAT_MATTERS: _l("What matters to me"),
    Part.CIRCUMSTANCES: _l("What my days are like"),
    Part.GOALS: _l("What we want to reach"),
    Part.OPTIONS: _l("What we have talked about and chosen"),
    Part.COMMITMENTS: _l("What each of us does"),
    Part.WATCH_FOR: _l("What I watch for, and what I do then"),
    Part.ENGAGEMENT: _l("How I want to take part"),
    Part.NEXT_STEP: _l("The next contact"),
    Part.PLAN: _l("The plan"),
    Part.PLAN_NOT_NEEDED: _l("Why no plan is needed"),
    Part.NAMED_CONTACT: _l("The named contact"),
    Part.CONTACT_NOT_NEEDED: _l("Why no named contact is needed"),
}
TAKING_PART: dict[str, Lazy] = dict(
    zip(ENGAGEMENTS, (_l("I decide"), _l("We decide together"), _l("You decide for me")), strict=True)
)
DOERS: dict[str, Lazy] = {"patient": _l("I do"), "family": _l("My family does"), "care": _l("The care does")}

PARTS_TO_OTHERS = PARTS | {
    Part.WHAT_MATTERS: _l("What matters to the patient"),
    Part.CIRCUMSTANCES: _l("What the patient's days are like"),
    Part.WATCH_FOR: _l("What the patient watches for, and does then"),
    Part.ENGAGEMENT: _l("How the patient wants to take part"),
}
DOERS_TO_OTHERS = DOERS | {"patient": _l("The patient does"), "family": _l("The family does")}
TAKING_PART_TO_OTHERS = dict(
    zip(ENGAGEMENTS, (_l("The patient decides"), _l("We decide together"), _l("The care decides")), strict=True)
)
"""The same in the words of those who are not the patient."""

PROMPTS: dict[str, tuple[Lazy, Lazy]] = {
    Part.WHAT_MATTERS: (
        _l("In your own words"),
        _l("What is a good day for you? What do you want to be able to do?"),
    ),
    Part.CIRCUMSTANCES: (
        _l("In your own words"),
        _l("For example who lives with you, your work, stairs, travel, how you sleep."),
    ),
    Part.OPTIONS: (
        _l("What you have talked about"),
        _l("Write the choices you talked about, and what you chose."),
    ),
    Part.WATCH_FOR: (
        _l("What to watch for, and what to do then"),
        _l("For example: if my legs swell, I ring my contact."),
    ),
    Part.PLAN_NOT_NEEDED: (_l("Why is it not needed?"), _l("The patient agrees to this with the rest.")),
    Part.CONTACT_NOT_NEEDED: (_l("Why is it not needed?"), _l("The patient agrees to this with the rest.")),
}
"""What is asked where a text is written, and a hint."""

STATES: dict[str, Lazy] = {
    State.DRAFT: _l("Waits for the patient to say yes to working this way"),
    State.COASSESS: _l("Being written"),
    State.CODECIDE: _l("Being written"),
    State.CODESIGN: _l("Being written"),
    State.PROPOSED: _l("Waits for a yes"),
    State.ACTIVE: _l("Agreed by both"),
    State.UNDER_REVIEW: _l("Being looked at again"),
    State.ENDED: _l("Ended"),
}
OWN_STATES = STATES | {State.DRAFT: _l("Waits for your answer")}
MISSING: dict[Need, Lazy] = {
    Need.OWN_WORDS: _l("The patient writes what matters to them."),
    Need.GOAL: _l("You write a goal together."),
    Need.OPTIONS: _l("You write what you have talked about and chosen."),
    Need.PATIENT_COMMITMENT: _l("The patient writes something they will do."),
    Need.CARE_COMMITMENT: _l("The care writes something it will do."),
    Need.NEXT_STEP: _l("You agree on the next contact."),
    Need.NAMED_CONTACT: _l("The patient gets a named contact."),
    Need.FLOOR_NUMBER: _l("The unit gets a phone number that is always answered."),
}
"""What is to be done before anybody can say yes, and by whom."""
OWN_MISSING: dict[Need, Lazy] = MISSING | {
    Need.OWN_WORDS: _l("You write what matters to you."),
    Need.PATIENT_COMMITMENT: _l("You write something you will do."),
    Need.NAMED_CONTACT: _l("You get a named contact."),
}
"""The same, said to the patient."""

LACKS: dict[str, Lazy] = {
    Need.OWN_WORDS: _l("the patient's own words"),
    Need.GOAL: _l("a goal"),
    Need.OPTIONS: _l("what was talked about"),
    Need.PATIENT_COMMITMENT: _l("what the patient does"),
    Need.CARE_COMMITMENT: _l("what the care does"),
    Need.NEXT_STEP: _l("next contact"),
    Need.NAMED_CONTACT: _l("named contact"),
    Need.FLOOR_NUMBER: _l("a number that is always answered"),
    Need.PLAN: _l("plan"),
}
"""What an agreement lacks, for those who see how far it is and not what it says."""


def words(*, own: bool) -> Mapping[str, Any]:
    """What everything on the page is called, to the patient (``own``) or to others."""
    return {
        "parts": PARTS if own else PARTS_TO_OTHERS,
        "taking_part": TAKING_PART if own else TAKING_PART_TO_OTHERS,
        "doers": DOERS if own else DOERS_TO_OTHERS,
        "parties": parties(own=own),
        "kinds": OWN_KINDS if own else KINDS,
        "states": OWN_STATES if own else STATES,
    }


def names_of(parts: Sequence[Part], *, own: bool) -> str:
    """The parts as they are called in running text."""
    called = PARTS if own else PARTS_TO_OTHERS
    return ", ".join(str(called[part]) for part in parts)
