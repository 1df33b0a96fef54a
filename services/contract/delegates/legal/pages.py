"""A patient's delegates as staff see them: who may do what, paused or recorded from a document."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates import store
from services.contract.delegates.domain import SCOPES
from services.contract.delegates.legal import actions
from services.contract.delegates.legal.domain import KINDS
from services.contract.delegates.legal.schemas import LegalForm
from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.relations import roles_towards
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/delegates/of"
pages = Blueprint("legal", __name__, url_prefix=HERE, template_folder="templates")
SAID = {
    "recorded": _l("Saved. It holds from now on, and the patient sees it."),
    "ended": _l("Ended. From now on they see nothing and can do nothing for the patient."),
}
MAY = (Who.CONTACT, Who.DEPUTY, Who.STAFF, Who.ADMIN)


def by_patient_here(ctx: Ctx, patient_id: UUID) -> Subject | None:
    """A patient, and the unit of theirs where the viewer works or is admin."""
    patient = people.get(ctx.session, patient_id)
    if patient is None or patient.kind != "patient":
        return None
    theirs = people.units_of(ctx.session, patient_id)
    mine = sorted(role.unit_id for role in roles_towards(ctx, patient_id) if role.unit_id in theirs)
    return Subject(patient_id=patient_id, unit_id=next(iter(mine), None))


def by_grant_here(ctx: Ctx, delegation_id: UUID) -> Subject | None:
    grant = store.get(ctx.session, delegation_id)
    return by_patient_here(ctx, grant.patient_id) if grant else None


@pages.get("/<uuid:patient_id>")
@policy("delegation", "read", *MAY, about=by_patient_here, log="saw whom you let help you")
def show(ctx: Ctx, patient_id: UUID) -> Response:
    return _page(ctx, patient_id)


@pages.post("/<uuid:patient_id>")
@policy("delegation", "record", *MAY, about=by_patient_here, log="wrote down who acts for you by law")
def record(ctx: Ctx, patient_id: UUID) -> Response:
    data, errors = read_form(LegalForm())
    errors = errors or tried(ctx, partial(_record, ctx, patient_id, data))
    return _page(ctx, patient_id, errors) if errors else back(f"{HERE}/{patient_id}", said="legal.recorded")


@pages.post("/grant/<uuid:delegation_id>/end")
@policy("delegation", "end_legal", *MAY, about=by_grant_here, log="noted that somebody no longer acts for you by law")
def end(ctx: Ctx, delegation_id: UUID) -> Response:
    actions.end(ctx, delegation_id)
    patient = ctx.subject.patient_id if ctx.subject else None
    return back(f"{HERE}/{patient}", said="legal.ended")


def _record(ctx: Ctx, patient_id: UUID, data: dict[str, Any]) -> None:
    contact = {name: data.pop(name) for name in ("name", "email", "phone")}
    actions.record(ctx, patient_id, contact=contact, **data)


def _page(ctx: Ctx, patient_id: UUID, errors: Errors | None = None) -> Response:
    patient = people.get(ctx.session, patient_id)
    if patient is None:
        raise NotFound
    grants = store.of_patient(ctx.session, patient_id)
    names = ctx.directory.people(
        ctx.session, {who for one in grants for who in (one.delegate_id, one.paused_by) if who}
    )
    return page(
        ctx,
        "legal/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        patient=patient,
        grants=grants,
        names={key: person.name for key, person in names.items()},
        scopes=SCOPES,
        kinds=KINDS,
    )
