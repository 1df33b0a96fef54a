"""A worklist as its viewer may see it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.notify.requests.handling.store import clinical_units, subject
from services.notify.requests.reasons.domain import NAME_TO_COME, why
from services.notify.requests.tables import ContactRequest
from services.notify.requests.worklist import store
from services.notify.requests.worklist.domain import Line
from services.notify.requests.worklist.store import Which
from shared.context import Ctx
from shared.errors import NotFound
from shared.register.store import Person


def lines(ctx: Ctx, which: Which, page: int) -> tuple[list[Line], bool]:
    """One page of the list, and whether more follow. Patients who are shown stand in the access log."""
    viewer = _viewer(ctx)
    rows, more = store.waiting(ctx.session, viewer, clinical_units(ctx), which, page)
    shown = {row.id for row in rows if subject(ctx, row.id) is not None}
    people = ctx.directory.people(ctx.session, {person for row in rows for person in _people(row) if person})
    late = store.put_before(ctx.session, viewer, shown)
    _log(ctx, {row.patient_id for row in rows if row.id in shown})
    return [_line(row, people, known=row.id in shown, late=row.id in late) for row in rows], more


def counts(ctx: Ctx) -> dict[str, int]:
    return store.count(ctx.session, _viewer(ctx), clinical_units(ctx))


def saw_notice(ctx: Ctx, notice_id: UUID) -> None:
    """The viewer has read a notice: it leaves the list. Somebody else's stays."""
    store.saw_notice(ctx.session, notice_id, _viewer(ctx), ctx.now)


def _line(row: ContactRequest, people: dict[UUID, Person], *, known: bool, late: bool) -> Line:
    names = {person_id: person.name for person_id, person in people.items()}
    return Line(
        request_id=row.id,
        patient=names.get(row.patient_id, str(NAME_TO_COME)) if known else None,
        why=why(row.reason_key).staff if known else None,
        asked_by=names.get(row.asked_by) if known and row.asked_by and row.asked_by != row.patient_id else None,
        priority=row.priority,
        state=row.state,
        due=row.answer_by if row.acknowledged_at else row.acknowledge_by,
        read_by=names.get(row.acknowledged_by) if row.acknowledged_by else None,
        responsible=names.get(row.responsible_id) if row.responsible_id else None,
        deputy_for_another=row.responsible_kind == "deputy",
        late=late,
    )


def _people(row: ContactRequest) -> Sequence[UUID | None]:
    return row.patient_id, row.asked_by, row.acknowledged_by, row.responsible_id


def _log(ctx: Ctx, patients: set[UUID]) -> None:
    if patients and ctx.policy:
        ctx.saw(patients - store.seen_lately(ctx.session, _viewer(ctx), patients, ctx.policy))


def _viewer(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id
