"""What somebody can be at a unit, by the name in ``StaffRole``, and what each is called."""

from shared.i18n import _l

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
