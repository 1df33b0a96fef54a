"""Handing over on a chosen day: until then the present contact answers. Each verb tells the appointments with their days, so
that on the day nobody has to do anything, here or in the other services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.contract.named_contact import store
from services.contract.named_contact.actions import appoint, end_each, note_wish, tell_cover
from services.contract.named_contact.changing import actions as changing
from services.contract.named_contact.changing.store import due, due_since, planned, planned_to, zone_at
from services.contract.named_contact.changing.tables import ContactChange
from services.contract.named_contact.choosing.actions import check_staff
from services.contract.named_contact.planning.domain import takes_over
from services.contract.named_contact.tables import ContactAppointment, ContractCover
from services.contract.people import store as people
from services.contract.people.living.actions import living
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy, policy_of
from shared.service import ITSELF, Service

MOST = 200
"""Changes seen to in one round; the rest has its turn in the next."""


def change_contact(ctx: Ctx, *, contract_id: UUID, person_id: UUID, day: date | None, **told: Any) -> None:
    """From ``day`` at the unit on (None or today: from now on) this person is primary contact; until then it is whoever is
    now. ``told``: ``handover_note``, ``reason``, ``asked_for``, ``wish_unmet`` as in ``appoint``. ``Refused`` with the field."""
    kept = _held(ctx, contract_id, person_id)
    _begin(ctx, contract_id)
    starts = takes_over(day, zone_at(ctx, contract_id), ctx.now)
    if starts == ctx.now:
        where: dict[str, Any] = {"contract_id": contract_id, "patient_id": kept.patient_id, "unit_id": kept.unit_id}
        appoint(ctx, person_id=person_id, **where, **told)
    else:
        _plan(ctx, kept, person_id, starts, **told)


def move_change(ctx: Ctx, contract_id: UUID, *, day: date, why: str) -> None:
    """Let what is planned be on another day, today for now, which the patient is told with ``why``."""
    _held(ctx, contract_id)
    change = _ahead(ctx, contract_id)
    starts = takes_over(day, zone_at(ctx, contract_id), ctx.now)
    if starts == change.starts:
        raise Refused(_l("It is planned for that day already."), field="day")
    change.was, change.why, change.told_at = change.starts, why.strip(), ctx.now
    changing.move(ctx, change, starts)
    tell_cover(ctx, contract_id, taken_over=change.done_at is not None)


def call_off(ctx: Ctx, contract_id: UUID, *, why: str) -> None:
    """There will be no change, which the patient is told with ``why``: whoever is contact now stays."""
    _held(ctx, contract_id)
    _call_off(ctx, _ahead(ctx, contract_id), why.strip())


def call_off_who_left(ctx: Ctx, person_id: UUID) -> None:
    """Somebody's roles have changed: what they can't take over any more is called off, before a patient waits for them."""
    if not planned_to(ctx.session, person_id):
        return
    kept = store.covers(ctx.session, ctx.directory.contracts_touched_by(ctx.session, person_id))
    units = {one.contract_id: one.unit_id for one in kept}
    there = people.works_at(ctx.session, set(units.values()))
    for change in planned_to(ctx.session, person_id):
        if change.starts > ctx.now and person_id not in there.get(units[change.contract_id], ()):
            _call_off(ctx, change, "")


def waiting(session: Session, now: datetime) -> datetime | None:
    """Since when a new contact has been there without what that sets going."""
    return due_since(session, now)


@policy("named_contact", "take_over", Who.SERVICE, log="noted that your new contact has taken over")
def begin_due(service: Service) -> int:
    """Set going what a new contact sets going where one has taken over, each in a transaction of its own. Returns how many.
    Who answers needs no such thing: that is another from the instant itself."""
    with service.act() as ctx:
        found = due(ctx.session, ctx.now, MOST)
    for contract_id in found:
        with service.act(ITSELF, policy_of(begin_due)) as ctx:
            _begin(ctx, contract_id)
    return len(found)


def _begin(ctx: Ctx, contract_id: UUID) -> None:
    kept, change = store.cover(ctx.session, contract_id), planned(ctx.session, contract_id)
    if kept is None or change is None or change.starts > ctx.now:
        return
    patient = ctx.directory.person(ctx.session, kept.patient_id)
    change.done_at = ctx.now
    tell_cover(ctx, contract_id, taken_over=patient is not None and patient.deceased is None)
    ctx.saw([kept.patient_id])


def _call_off(ctx: Ctx, change: ContactChange, why: str) -> None:
    change.why, change.told_at = why, ctx.now
    changing.withdraw(ctx, change)
    tell_cover(ctx, change.contract_id)
    ctx.saw([_patient(ctx, change.contract_id)])


def _held(ctx: Ctx, contract_id: UUID, person_id: UUID | None = None) -> ContractCover:
    """The contract's cover, held until the transaction ends, and before it whoever takes over: their roles stay till then."""
    living(ctx, _patient(ctx, contract_id))
    if person_id is not None:
        people.for_change(ctx.session, person_id)
    kept = store.cover(ctx.session, contract_id)
    if kept is None or kept.ended_at:
        raise Refused(_l("This agreement has ended."))
    if person_id is not None and person_id not in people.works_at(ctx.session, [kept.unit_id]).get(kept.unit_id, ()):
        raise Refused(_l("Choose somebody who works here."), field="person_id")
    if person_id is not None:
        check_staff(ctx, person_id, "person_id", kept.patient_id)
    return kept


def _patient(ctx: Ctx, contract_id: UUID) -> UUID:
    if (whose := store.whose(ctx.session, contract_id)) is None:
        raise NotFound
    return whose[0]


def _ahead(ctx: Ctx, contract_id: UUID) -> ContactChange:
    change = planned(ctx.session, contract_id)
    if change is None or change.starts <= ctx.now:
        raise Refused(_l("No change is planned any more."))
    return change


def _plan(
    ctx: Ctx,
    kept: ContractCover,
    person_id: UUID,
    starts: datetime,
    *,
    handover_note: str,
    reason: str,
    asked_for: bool | None = None,
    wish_unmet: str = "",
) -> None:
    here = [row for row in store.holding(ctx.session, kept.contract_id, ctx.now) if row.is_primary]
    _check_may_plan(ctx, here, kept.contract_id, person_id)
    end_each(ctx, here, handover_note, reason, starts)
    note_wish(_coming(ctx, kept, person_id, starts), asked_for, wish_unmet.strip())
    who = {"contract_id": kept.contract_id, "person_id": person_id, "before_id": here[0].person_id}
    texts = {"reason": reason.strip(), "handover_note": handover_note.strip(), "why": ""}
    ctx.session.add(ContactChange(id=uuid4(), **who, **texts, starts=starts, told_at=ctx.now))
    tell_cover(ctx, kept.contract_id)


def _check_may_plan(ctx: Ctx, here: list[ContactAppointment], contract_id: UUID, person_id: UUID) -> None:
    if not here:
        raise Refused(_l("There is no contact now. Choose one from today."), field="day")
    if here[0].person_id == person_id:
        raise Refused(_l("Choose somebody else: this is the contact now."), field="person_id")
    if planned(ctx.session, contract_id) is not None:
        raise Refused(_l("A change is planned already. Move it, or call it off first."))


def _coming(ctx: Ctx, kept: ContractCover, person_id: UUID, starts: datetime) -> ContactAppointment:
    """The new contact's appointment; as somebody beside the contact they are appointed until then."""
    for row in store.holding(ctx.session, kept.contract_id, ctx.now):
        if row.person_id == person_id:
            row.ends = starts
    ctx.session.flush()
    row = store.appointment_of(ctx.session, kept.contract_id, person_id, starts)
    row.unit_id, row.is_primary = kept.unit_id, True
    return row
