"""Who can be met in the demonstration, and by what their records know them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BUNDLES = Path(__file__).parent / "bundles"


@dataclass(frozen=True)
class Persona:
    """One person of the care records in ``bundles``: kind and identity, as the register keeps them."""

    kind: str
    identity: str


ESTHER = Persona("patient", "195006142524")
KARIN = Persona("delegate", "197705282387")
LISA = Persona("staff", "TSTNMT0000000000-P101")
ANITA = Persona("staff", "TSTNMT0000000000-P102")
ULLA = Persona("staff", "TSTNMT0000000000-P190")
EMIL = Persona("patient", "199707302395")
NOOR = Persona("staff", "TSTNMT0000000000-P301")
HELENA = Persona("staff", "TSTNMT0000000000-P302")
DAVID = Persona("staff", "TSTNMT0000000000-P311")

DOORS = {
    "patient": ESTHER,
    "contact": LISA,
    "deputy": ANITA,
    "delegate": KARIN,
    "admin": ULLA,
    "patient_admission": EMIL,
    "contact_admission": NOOR,
    "ward": DAVID,
}
"""Key of each door → who stands behind it, in the order in which they are shown."""

MAY = ("see_times", "receive_reminders", "answer_reminders", "see_contract", "see_plan")
"""What Esther lets her daughter do."""


def bundles() -> list[Path]:
    """Our own personas first, then the made-up dialysis patients, two of whom have died."""
    return [BUNDLES / "esther.json", BUNDLES / "emil.json", *sorted((BUNDLES / "dialysis").glob("*.json"))]
