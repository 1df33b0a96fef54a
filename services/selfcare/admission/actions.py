"""Plans a stay, and puts a wish to come in before a person at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from services.selfcare.admission import store
from services.selfcare.admission.domain import KIND, is_same_wish, leaves_local
from services.selfcare.admission.tables import AdmissionRequest, Stay
from services.selfcare.reminders.actions import cancel_reminders, plan_reminders
from services.selfcare.reminders.attention.domain import attention
from services.selfcare.reminders.booked.actions import tell_booked
from services.selfcare.reminders.domain import Occasion
from services.selfcare.reminders.places.actions import check_unit
from services.selfcare.reminders.reach.domain import called_before
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.time import to_instant

NO_WARD = _l("You have no agreement about coming in yet. Ring the number below.")


def plan_stay(
    ctx: Ctx,
    *,
    patient_id: UUID,
    contract_id: UUID | None,
    unit_id: UUID,
    starts_local: datetime,
    nights: int,
    zone: str,
) -> Stay:
    """Plan a stay of so many nights, with its leaving day and the reminder of it; the same stay again is harmless, and
    one that was cancelled is planned anew. Raises ``Refused`` for a unit that the patient has blocked."""
    check_unit(ctx, patient_id, unit_id)
    known = store.stay_of(ctx.session, patient_id, starts_local)
    if known and known.state != store.CANCELLED:
        return known
    leaves = leaves_local(starts_local, nights)
    who = {"patient_id": patient_id, "contract_id": contract_id, "unit_id": unit_id}
    when = {"starts_local": starts_local, "zone": zone, "starts_at": to_instant(starts_local, zone), "nights": nights}
    when |= {"leaves_local": leaves, "leaves_at": to_instant(leaves, zone)}
    stay = ctx.session.merge(Stay(id=known.id if known else uuid4(), state=store.PLANNED, **who, **when))
    ctx.session.flush()
    plan_reminders(ctx, [_leaving_day(stay)])
    tell_booked(ctx, [patient_id])
    return stay


def cancel_stay(ctx: Ctx, stay: Stay) -> None:
    """The patient does not come in then, after all; again is harmless."""
    if stay.state == store.CANCELLED:
        return
    stay.state = store.CANCELLED
    ctx.session.flush()
    cancel_reminders(ctx, [stay.id], "moved")
    tell_booked(ctx, [stay.patient_id])


def ask_to_come_in(ctx: Ctx, patient_id: UUID) -> AdmissionRequest:
    """Put the patient's wish before the ward. Pressing again while it is being handled joins the same request.

    Raises ``Refused`` for a patient who has no ward here.
    """
    store.one_at_a_time(ctx.session, patient_id)
    stay = store.newest_stay(ctx.session, patient_id)
    unit = ctx.directory.unit(ctx.session, stay.unit_id) if stay else None
    if stay is None or unit is None:
        raise Refused(NO_WARD)
    known = standing_request(ctx, patient_id)
    if known:
        return known
    request = AdmissionRequest(
        patient_id=patient_id,
        contract_id=stay.contract_id,
        unit_id=stay.unit_id,
        asked_at=ctx.now,
        called_before=called_before(unit, ctx.now),
    )
    ctx.session.add(request)
    ctx.session.flush()
    ctx.tell(
        attention(
            request,
            "wants_to_come_in",
            "admission.wants_to_come_in",
            ctx.now,
            priority="urgent",
            subject="admission_request",
        )
    )
    return request


def standing_request(ctx: Ctx, patient_id: UUID) -> AdmissionRequest | None:
    """The wish that is being handled, if there is one."""
    newest = store.newest_request(ctx.session, patient_id)
    return newest if newest and is_same_wish(newest.asked_at, newest.called_before, ctx.now) else None


def on_death(ctx: Ctx, patient_id: UUID) -> bool:
    """Release the person's stays. Whether there were any."""
    return bool(store.set_state(ctx.session, patient_id, store.PLANNED, store.RELEASED, ctx.now))


def on_life(ctx: Ctx, patient_id: UUID) -> bool:
    """A death registered in error: the stays stand again. Whether there were any."""
    return bool(store.set_state(ctx.session, patient_id, store.RELEASED, store.PLANNED, ctx.now))


def _leaving_day(stay: Stay) -> Occasion:
    return Occasion(
        kind=KIND,
        id=stay.id,
        version=1,
        patient_id=stay.patient_id,
        unit_id=stay.unit_id,
        contract_id=stay.contract_id,
        starts_local=stay.leaves_local,
        zone=stay.zone,
    )
