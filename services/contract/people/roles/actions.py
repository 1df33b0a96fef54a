"""Roles as an admin gives them: at the own units, to others; and to oneself only with a unit that is new."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.contract.people import actions, store
from services.contract.people.tables import StaffRoleHeld
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import Refused
from shared.events import StaffRole, StaffRolesChanged
from shared.i18n import _l


def set_roles_here(ctx: Ctx, person_id: UUID, roles: Sequence[StaffRole]) -> None:
    """Let these be all the roles at the units the viewer runs. An admin never changes another unit's."""
    mine = run_by(ctx.viewer.roles)
    if any(role.unit_id not in mine for role in roles):
        raise Refused(_l("Choose one from the list."), field="roles")
    elsewhere = [role for role in store.roles(ctx.session, person_id) if role.unit_id not in mine]
    actions.set_roles(ctx, person_id, [*elsewhere, *roles])


def run_new_unit(ctx: Ctx, unit_id: UUID) -> None:
    """Whoever made a unit is its first admin: a unit that nobody runs could never be put right. It has no patients yet,
    so nobody gains a right to anybody by it, and nobody else is there to ask."""
    if (me := ctx.viewer.person_id) is not None:
        ctx.session.add(StaffRoleHeld(person_id=me, unit_id=unit_id, role="admin"))
        ctx.session.flush()
        store.place(ctx.session, [me])
        ctx.tell(StaffRolesChanged(person_id=me, roles=store.roles(ctx.session, me)))
