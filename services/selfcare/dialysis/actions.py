"""Sets a patient's weekly pattern and keeps its sessions and reminders planned ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.selfcare.dialysis import store
from services.selfcare.dialysis.domain import KIND, PLANNED_AHEAD, Pattern, sessions
from services.selfcare.dialysis.tables import DialysisPattern, DialysisSession
from services.selfcare.reminders.actions import cancel_reminders, plan_reminders
from services.selfcare.reminders.booked.actions import tell_booked
from services.selfcare.reminders.domain import Occasion
from services.selfcare.reminders.places.actions import check_unit
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.policy import Who, policy, policy_of
from shared.service import Service
from shared.time.rrule import BadRule, parse_rule

DECEASED = "deceased"


def set_pattern(
    ctx: Ctx,
    *,
    patient_id: UUID,
    contract_id: UUID | None,
    unit_id: UUID,
    rule: str,
    start_local: datetime,
    zone: str,
    minutes: int,
    reminded: bool = True,
) -> DialysisPattern:
    """Put this pattern in force and plan its sessions; the one before it ends now. Setting the same again is harmless.

    ``start_local`` is the first session's wall time in ``zone``; ``minutes`` of elapsed time each; ``reminded`` the
    evening before. Raises ``Refused`` for a rule that is not allowed, or a unit that the patient has blocked.
    """
    wanted = {"unit_id": unit_id, "rule": rule, "start_local": start_local, "zone": zone, "minutes": minutes}
    wanted |= {"contract_id": contract_id, "reminded": reminded}
    check_unit(ctx, patient_id, unit_id)
    _check(rule)
    known = store.active_pattern(ctx.session, patient_id, lock=True)
    if known and all(getattr(known, name) == value for name, value in wanted.items()):
        return known
    if known:
        _end(ctx, known)
        ctx.session.flush()
    pattern = DialysisPattern(patient_id=patient_id, planned_until=ctx.now, ended_at=None, **wanted)
    ctx.session.add(pattern)
    ctx.session.flush()
    _plan_ahead(ctx, pattern)
    tell_booked(ctx, [patient_id])
    return pattern


@policy("dialysis", "plan ahead", Who.SERVICE)
def top_up(service: Service) -> int:
    """Add the sessions that have come within eight weeks. Returns how many patterns were looked at."""
    total = 0
    while moved := _top_up_batch(service):
        total += moved
    return total


def on_death(ctx: Ctx, patient_id: UUID) -> bool:
    """Release the person's coming sessions; their reminders are cancelled where reminders are. Whether there were any."""
    return bool(store.release(ctx.session, [DialysisSession.patient_id == patient_id], DECEASED, ctx.now))


def on_life(ctx: Ctx, patient_id: UUID) -> bool:
    """A death registered in error: the sessions stand again. Whether there were any."""
    return bool(store.take_back(ctx.session, patient_id, DECEASED, ctx.now))


def _top_up_batch(service: Service) -> int:
    with service.act(declared=policy_of(top_up)) as ctx:
        patterns = store.to_top_up(ctx.session, ctx.now)
        longer = [pattern.patient_id for pattern in patterns if _plan_ahead(ctx, pattern)]
        tell_booked(ctx, longer)
    return len(patterns)


def _plan_ahead(ctx: Ctx, pattern: DialysisPattern) -> bool:
    """Returns whether sessions were added."""
    until = ctx.now + PLANNED_AHEAD
    shape = Pattern(rule=pattern.rule, start_local=pattern.start_local, zone=pattern.zone, minutes=pattern.minutes)
    planned = sessions(shape, pattern.planned_until, until)
    new = store.add_sessions(ctx.session, pattern, planned)
    pattern.planned_until = until
    if pattern.reminded:
        plan_reminders(ctx, _occasions(new))
    return bool(new)


def _end(ctx: Ctx, pattern: DialysisPattern) -> None:
    pattern.ended_at = ctx.now
    released = store.release(ctx.session, [DialysisSession.pattern_id == pattern.id], "new_pattern", ctx.now)
    if released:
        cancel_reminders(ctx, released, "moved")


def _occasions(rows: Sequence[DialysisSession]) -> list[Occasion]:
    return [
        Occasion(
            kind=KIND,
            id=row.id,
            version=1,
            patient_id=row.patient_id,
            unit_id=row.unit_id,
            contract_id=row.contract_id,
            starts_local=row.starts_local,
            zone=row.zone,
        )
        for row in rows
    ]


def _check(rule: str) -> None:
    try:
        parse_rule(rule)
    except BadRule as error:
        raise Refused(_l("This week can't be read. Choose days and a time.")) from error
