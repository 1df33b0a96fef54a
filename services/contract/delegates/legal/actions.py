"""Recording who acts for a patient by law, and ending it when the document or the child's age no longer carries it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from services.contract.delegates import actions, store
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.legal.domain import KINDS, LONGEST_DOCUMENT, ends_at, step_at
from services.contract.delegates.tables import Delegation
from services.contract.people import actions as people
from services.contract.people import store as people_store
from services.contract.people.tables import Person
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.events import PersonChanged
from shared.i18n import _l
from shared.time import to_local


def record(
    ctx: Ctx,
    patient_id: UUID,
    *,
    kind: str,
    document: str,
    scopes: Sequence[str],
    decided: bool,
    contact: dict[str, Any],
) -> UUID:
    """Staff have seen the document: this person acts for the patient from now on, as ``kind``. ``contact`` is their
    name, e-mail and phone; ``decided`` that the unit has decided to let a guardian see after 13.

    Raises ``Refused`` with the field: no document, a child too old, a protected child, somebody blocked."""
    patient = people_store.for_change(ctx.session, patient_id)
    if patient is None or patient.kind != "patient":
        raise NotFound
    if patient.deceased:
        raise Refused(_l("This person has died."))
    if kind not in KINDS or not document.strip() or len(document) > LONGEST_DOCUMENT:
        raise Refused(_l("Write which document shows it, and its date or number."), field="document")
    wanted = [scope for scope in SCOPES if scope in scopes]
    ends = None
    if kind == "guardian":
        wanted, ends = _as_guardian(ctx, patient, wanted, decided=decided)
    if not wanted:
        raise Refused(_l("Choose at least one thing this person may do."), field="scopes")
    contact = {**contact, "language": patient.language, "zone": patient.zone}
    delegate = people.save_person(ctx, kind="delegate", identity=None, **contact)
    return _recorded(ctx, patient_id, delegate, wanted, ends, kind=kind, document=document.strip())


def end(ctx: Ctx, delegation_id: UUID) -> None:
    """The document no longer holds."""
    grant = store.for_change(ctx.session, delegation_id)
    if grant is None or grant.kind not in KINDS:
        raise NotFound
    actions.end_now(ctx, grant)


def hide_protected_child(ctx: Ctx, person: PersonChanged) -> None:
    """A protected child is hidden from guardians at once: one of them may be whom the protection is from."""
    if person.protected and person.kind == "patient":
        for grant in store.of_patient(ctx.session, person.person_id):
            if grant.kind == "guardian":
                actions.end_now(ctx, grant)


def _as_guardian(ctx: Ctx, child: Person, wanted: list[str], *, decided: bool) -> tuple[list[str], datetime]:
    """What is left of the wished for by the child's age, and until when."""
    if child.protected:
        raise Refused(_l("The child has a protected identity. Nobody is let in here; ask the one responsible."))
    if child.birth_date is None:
        raise Refused(_l("The child's day of birth is not known. Write their number first."), field="kind")
    step = step_at(child.birth_date, to_local(ctx.now, child.zone).date())
    if step is None:
        raise Refused(_l("From 16 nobody acts as guardian here. The young person can invite them."), field="kind")
    if step.decided and not decided:
        raise Refused(_l("From 13 the unit must have decided it."), field="decided")
    return [scope for scope in wanted if scope in step.scopes], ends_at(child.birth_date, step, child.zone)


def _recorded(
    ctx: Ctx, patient_id: UUID, delegate: UUID, scopes: list[str], ends: datetime | None, **legal: str
) -> UUID:
    grant = Delegation(
        id=uuid4(),
        patient_id=patient_id,
        delegate_id=delegate,
        relation="",
        scopes=scopes,
        starts=ctx.now,
        ends=ends,
        state="active",
        invited_at=ctx.now,
        accepted_at=ctx.now,
        recorded_by=ctx.viewer.person_id,
        **legal,
    )
    ctx.session.add(grant)
    actions.let_units_know(ctx, patient_id, delegate)
    return actions.told(ctx, grant)
