"""Whom nobody answers for, now or in the next two weeks, and the two clicks that mend it. Status only, no contents."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from services.contract.named_contact import actions, store
from services.contract.named_contact.schemas import MendForm
from services.contract.named_contact.tables import ContactAppointment
from services.contract.named_contact.uncovered import store as gaps
from services.contract.people import store as people
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _, _l
from shared.policy import Subject, Who, policy
from shared.web import marks
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/named-contact/uncovered"
pages = Blueprint("uncovered", __name__, url_prefix=HERE, template_folder="templates")
SHOWN = 25

SAID = {"mended": _l("Saved. From now on somebody answers for the patient.")}
WHY = {
    "nobody": _l("Nobody is appointed."),
    "left": _l("%(name)s has no role here."),
    "away": _l("%(name)s is away, and so is whoever stands in."),
}
MEANWHILE = {
    "head": _l("The head of unit answers meanwhile."),
    "duty_line": _l("The duty line answers meanwhile."),
    "floor": _l("Only the number that is always answered is left."),
}


def by_cover(ctx: Ctx, contract_id: UUID) -> Subject | None:
    kept = store.cover(ctx.session, contract_id)
    if kept is None or kept.ended_at:
        return None
    return Subject(patient_id=kept.patient_id, unit_id=kept.unit_id, contract_id=contract_id)


@pages.get("")
@policy("named_contact", "list_uncovered", Who.ADMIN, log="saw whether somebody answers for you")
def list_(ctx: Ctx) -> Response:
    units, after = run_by(ctx.viewer.roles), marks.read(request.args.get("after"))
    rows = gaps.ahead(ctx, units, after, SHOWN + 1)
    found = gaps.explained(ctx, rows[:SHOWN])
    proposals = store.open_proposals(ctx.session, units, None, SHOWN) if after is None else []
    patients = {one.facts.patient_id for one in found} | {row.patient_id for row in proposals}
    ctx.saw(patients)
    staff = {person for one in found for person in (one.stand_in, one.appointed and one.appointed.person_id) if person}
    known = ctx.directory.people(ctx.session, patients | staff | {row.person_id for row in proposals})
    proposing = {row.unit_id for row in proposals}
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    return page(
        ctx,
        "uncovered/list.html",
        found=found,
        proposals=proposals,
        names={key: person.name for key, person in known.items()},
        units={key: unit.name for key, unit in ctx.directory.units(ctx.session, proposing).items()},
        why=WHY,
        meanwhile=MEANWHILE,
        more=url_for(".list_", after=marks.written((last.starts, last.contract_id))) if last else None,
    )


@pages.get("/<uuid:contract_id>")
@policy("named_contact", "appoint", Who.ADMIN, about=by_cover, log="looked for somebody to answer for you")
def choose(ctx: Ctx, contract_id: UUID) -> Response:
    return _choose(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("named_contact", "appoint", Who.ADMIN, about=by_cover, log="chose somebody to answer for you")
def mend(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(MendForm())
    if not errors and data["person_id"] not in {key for key, _name in _staff(ctx)}:
        errors = {"person_id": [_l("Choose one from the list.")]}
    errors = errors or tried(ctx, partial(_mend, ctx, contract_id, data))
    return _choose(ctx, contract_id, errors) if errors else back(HERE, said="uncovered.mended")


def _mend(ctx: Ctx, contract_id: UUID, data: dict[str, Any]) -> None:
    """Standing in needs somebody to stand in for. Somebody who has left can't write a note, so that is what it says."""
    store.cover(ctx.session, contract_id)
    standing = store.holding(ctx.session, contract_id, ctx.now)
    if data["seen"] not in (None, _shown(standing)):
        raise Refused(
            _l("Somebody has chosen another contact meanwhile. Here you see who it is now."), field="person_id"
        )
    subject = ctx.subject
    if data["act"] == "stand_in" and standing:
        actions.set_deputy(ctx, standing[0].id, data["person_id"])
        return
    if subject is None or subject.patient_id is None or subject.unit_id is None:
        raise NotFound
    left = people.without_role(ctx.session, [row.person_id for row in standing if row.is_primary])
    note = _("The contact before has no role here any more.") if left else ""
    actions.appoint(
        ctx,
        contract_id=contract_id,
        patient_id=subject.patient_id,
        unit_id=subject.unit_id,
        person_id=data["person_id"],
        handover_note=data["handover_note"] or note,
        reason=data["reason"],
        asked_for=data["asked_for"],
        wish_unmet=data["wish_unmet"],
    )


def _choose(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    kept = store.cover(ctx.session, contract_id)
    if kept is None:
        raise NotFound
    standing = store.holding(ctx.session, contract_id, ctx.now)
    known = ctx.directory.people(ctx.session, [kept.patient_id, *(row.person_id for row in standing)])
    return page(
        ctx,
        "uncovered/choose.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=known[kept.patient_id].name,
        contact=known[standing[0].person_id].name if standing else None,
        seen=_shown(standing),
        staff=_staff(ctx),
    )


def _shown(standing: list[ContactAppointment]) -> str:
    """Which appointment the page is about, as its form sends it back."""
    return str(standing[0].id) if standing else "nobody"


def _staff(ctx: Ctx) -> list[tuple[UUID, str]]:
    """Who may be chosen: those who work with patients at the units one is admin of."""
    return [(person.id, person.name) for person in people.staff_at(ctx.session, run_by(ctx.viewer.roles))]
