"""What every programme asks before it books something for a patient at a unit."""

from __future__ import annotations

from uuid import UUID

from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l


def check_unit(ctx: Ctx, patient_id: UUID, unit_id: UUID) -> None:
    """Raises ``Refused`` for a unit that the patient has blocked."""
    if unit_id in ctx.directory.blocked(ctx.session, [patient_id]).get(patient_id, ()):
        raise Refused(_l("The patient has blocked this unit. Nothing can be booked here."))
