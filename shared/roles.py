"""What somebody can be at a unit, by the name in ``StaffRole``, and what each is called."""

from __future__ import annotations

from collections.abc import Collection

from shared.i18n import Lazy, _l

ROLES = {
    "nurse": _l("Nurse"),
    "physician": _l("Doctor"),
    "head": _l("Head of unit"),
    "admin": _l("Admin"),
    "auditor": _l("Log reviewer"),
    "ward": _l("Ward nurse"),
    "coordinator": _l("Coordinator"),
}
NOT_IN_CARE = ("admin", "auditor")
"""These give nobody a part in anybody's care: they answer no patient and read no record."""
SAID_BY = {"nurse": "ward"}
"""Roles that another one, held at the same time, says already in its name."""


def called(held: Collection[str]) -> list[Lazy]:
    """What somebody with these roles is called, each thing once."""
    return [text for role, text in ROLES.items() if role in held and SAID_BY.get(role) not in held]
