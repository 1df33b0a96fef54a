"""Checks of somebody before they become a patient's contact or deputy."""

from __future__ import annotations

from uuid import UUID

from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.register.blocks import shut_out

BLOCKED = _l("The patient has blocked the unit where this person works. Choose somebody else.")


def check_staff(ctx: Ctx, person_id: UUID, field: str, patient_id: UUID | None = None) -> None:
    """A living member of staff whom this patient does not keep out. Raises ``Refused``."""
    if not people.works(ctx.session, person_id):
        raise Refused(_l("Choose somebody who works here."), field=field)
    if patient_id is not None and kept_out(ctx, patient_id, person_id):
        raise Refused(BLOCKED, field=field)


def check_deputy(ctx: Ctx, person_id: UUID, deputy_id: UUID | None, patient_id: UUID | None = None) -> None:
    """The same of whoever stands in for somebody: for one patient, or for all where none is named."""
    if deputy_id == person_id:
        raise Refused(_l("Choose somebody else: nobody can stand in for themselves."), field="deputy_id")
    if deputy_id is not None:
        check_staff(ctx, deputy_id, "deputy_id", patient_id)


def check_unit(ctx: Ctx, patient_id: UUID, unit_id: UUID) -> None:
    """Nothing begins at a unit that the patient keeps out. Raises ``Refused``."""
    if unit_id in ctx.directory.blocked(ctx.session, [patient_id]).get(patient_id, ()):
        raise Refused(_l("The patient has blocked this unit. It can begin here only when they have lifted the block."))


def kept_out(ctx: Ctx, patient_id: UUID, person_id: UUID) -> bool:
    """Whether this person works nowhere but at units that the patient has blocked."""
    blocked = ctx.directory.blocked(ctx.session, [patient_id])
    return person_id in shut_out(ctx.session, blocked, [person_id]).get(patient_id, ())
