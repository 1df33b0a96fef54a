"""An admin's imports: upload a file, see what it would bring, confirm; and how earlier imports went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.exchange import actions, store
from services.contract.exchange.outcome.domain import Outcome
from services.contract.exchange.problem.domain import Problem, Weight
from services.contract.exchange.schemas import (
    LARGEST_FORM,
    LARGEST_UPLOAD,
    ConfirmForm,
    UploadForm,
    unpacked,
)
from services.contract.exchange.tables import ImportRun
from services.contract.units import store as units
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.carried import packed
from shared.web.forms import read_form
from shared.web.pages import back, page

HOME = "/contract/exchange"
pages = Blueprint("exchange", __name__, url_prefix=HOME, template_folder="templates")

SAID = {
    "imported": _l("The file is imported."),
    "refused": _l("The file was refused. Nothing was imported."),
}

TYPES = {
    "Organization": _l("Care units"),
    "Practitioner": _l("Staff"),
    "Patient": _l("Patients"),
    "RelatedPerson": _l("Relatives"),
    "PractitionerRole": _l("Roles"),
    "CareTeam": _l("Care teams"),
    "CarePlan": _l("Care plans"),
    "Goal": _l("Goals"),
    "Condition": _l("Conditions"),
}

TOO_LARGE = _l("The file is too large for the web. Ask the operator to import it.")


@pages.before_request
def take_larger_forms() -> None:
    """A care record is larger than any other form. The gate still turns strangers away before it is read."""
    request.max_content_length = LARGEST_FORM
    request.max_form_memory_size = LARGEST_FORM


def by_run(ctx: Ctx, run_id: UUID) -> Subject | None:
    """A run is of the unit that made it; an operator's run is of every admin's own unit."""
    run = ctx.session.get(ImportRun, run_id)
    return Subject(unit_id=run.unit_id or next(iter(_admin_of(ctx)), None)) if run else None


@pages.get("")
@policy("import", "list", Who.ADMIN)
def show(ctx: Ctx) -> Response:
    """The form, and the earlier imports, newest first."""
    return _start(ctx)


@pages.get("/<uuid:run_id>")
@policy("import", "read", Who.ADMIN, about=by_run)
def show_run(ctx: Ctx, run_id: UUID) -> Response:
    """How one import went."""
    run = ctx.session.get(ImportRun, run_id)
    if run is None:
        raise NotFound
    problems = [Problem.from_json(problem) for problem in run.problems]
    counts = [(resource_type, run.counts[resource_type]) for resource_type in TYPES if resource_type in run.counts]
    parts = _sorted_out(problems, run.problem_count)
    return page(ctx, "exchange/run.html", run=run, counts=counts, types=TYPES, **parts)


@pages.post("/preview")
@policy("import", "try", Who.ADMIN)
def show_preview(ctx: Ctx) -> Response:
    """What the uploaded file would bring. Nothing of it is stored; a refused one leaves the reason."""
    form, errors = read_form(UploadForm())
    upload = request.files.get("file")
    data = upload.stream.read(LARGEST_UPLOAD + 1) if upload else b""
    if not data:
        errors = {**errors, "file": [_l("Choose a file.")]}
    elif len(data) > LARGEST_UPLOAD:
        errors = {**errors, "file": [TOO_LARGE]}
    if errors:
        return _start(ctx, errors=errors, status=422)
    unit_id, name = _own(ctx, form["unit_id"]), (upload and upload.filename) or "bundle.json"
    outcome = actions.preview(ctx, name, data, for_unit=unit_id)
    if outcome.refused:
        actions.import_bundle(ctx, name, data, for_unit=unit_id)
    return _preview(ctx, outcome, unit_id, data)


@pages.post("/import")
@policy("import", "run", Who.ADMIN, log="imported a care record")
def confirm(ctx: Ctx) -> Response:
    """Import what the preview showed."""
    form, errors = read_form(ConfirmForm())
    try:
        data = unpacked(form["content"]) if form else b""
    except ValueError:
        data = b""
    if errors or not data:
        return _start(ctx, errors={"file": [_l("Choose the file again.")]}, status=422)
    outcome = actions.import_bundle(ctx, form["file_name"], data, for_unit=_own(ctx, form["unit_id"]))
    return back(HOME, "exchange.refused" if outcome.refused else "exchange.imported")


def _start(ctx: Ctx, *, errors: dict[str, Any] | None = None, status: int = 200) -> Response:
    number = max(1, request.args.get("page", 1, int))
    runs, more = store.runs(ctx.session, _admin_of(ctx), number)
    own = [(unit.id, unit.name) for unit in units.listed(ctx.session, _admin_of(ctx))]
    return page(
        ctx,
        "exchange/show.html",
        status=status,
        errors=errors or {},
        runs=[(run, Problem.from_json(run.problems[0]) if run.refused else None) for run in runs],
        units=own,
        previous=f"{HOME}?page={number - 1}" if number > 1 else None,
        next=f"{HOME}?page={number + 1}" if more else None,
    )


def _preview(ctx: Ctx, outcome: Outcome, unit_id: UUID, data: bytes) -> Response:
    return page(
        ctx,
        "exchange/preview.html",
        status=422 if outcome.refused else 200,
        outcome=outcome,
        types=TYPES,
        unit_id=unit_id,
        content="" if outcome.refused else packed(data),
        **_sorted_out(outcome.problems, len(outcome.problems)),
    )


def _sorted_out(problems: list[Problem] | tuple[Problem, ...], number: int) -> dict[str, Any]:
    """What stands in the way, and apart from it what was only left blank."""
    notes = [problem for problem in problems if problem.weight is Weight.NOTE]
    return {"problems": [problem for problem in problems if problem not in notes], "notes": notes, "number": number}


def _admin_of(ctx: Ctx) -> list[UUID]:
    return sorted({role.unit_id for role in ctx.viewer.roles if role.role == "admin"}, key=str)


def _own(ctx: Ctx, unit_id: UUID) -> UUID:
    if unit_id not in _admin_of(ctx):
        raise NotFound
    return unit_id
