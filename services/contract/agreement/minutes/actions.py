"""The verb of time spent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.contract.agreement import store as agreements
from services.contract.agreement.minutes import store
from services.contract.agreement.minutes.tables import StaffMinutes
from services.contract.agreement.told.domain import check_been
from services.contract.units.store import today_at
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l


def note(ctx: Ctx, contract_id: UUID, *, minutes: int, on_day: date) -> int:
    """Note minutes spent on an agreement, also after it has ended; fewer than none take back what was noted wrongly.

    Returns the note's id. ``Refused`` for a day to come and for taking back more than there is.
    """
    contract, by = agreements.contract(ctx.session, contract_id, lock=True), ctx.viewer.person_id
    if contract is None or by is None:
        raise NotFound
    check_been(on_day, today_at(ctx, contract.unit_id), field="on_day")
    if store.spent(ctx.session, contract_id) + minutes < 0:
        raise Refused(_l("You can't take back more minutes than are noted."), field="minutes")
    row = StaffMinutes(contract_id=contract_id, minutes=minutes, on_day=on_day, by=by, at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    return row.id
