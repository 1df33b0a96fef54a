"""Many people from a spreadsheet: choose it, see what it would bring, confirm; and take an import back."""

from __future__ import annotations

from functools import partial
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.people.file import actions, store
from services.contract.people.file.domain import COLUMNS, Unreadable
from services.contract.people.file.schemas import LARGEST_FORM, LARGEST_UPLOAD, ConfirmForm, UploadForm
from services.contract.people.file.tables import PersonImport
from services.contract.people.file.undoing import actions as undoing
from services.contract.units import store as units
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.carried import packed, unpacked
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/people/file"
pages = Blueprint("file", __name__, url_prefix=HERE, template_folder="templates")
SAID = {
    "kept": _l("Everybody in the file is in the register now."),
    "undone": _l("The import is taken back. Everybody is as before."),
}


@pages.before_request
def take_larger_forms() -> None:
    """A sheet is larger than any other form. The gate still turns strangers away before it is read."""
    request.max_content_length = request.max_form_memory_size = LARGEST_FORM


def by_import(ctx: Ctx, import_id: UUID) -> Subject | None:
    done = ctx.session.get(PersonImport, import_id)
    return Subject(unit_id=done.unit_id) if done else None


@pages.get("")
@policy("person_import", "list", Who.ADMIN)
def show(ctx: Ctx) -> Response:
    return _start(ctx)


@pages.post("/preview")
@policy("person_import", "try", Who.ADMIN)
def preview(ctx: Ctx) -> Response:
    """What the file would bring. Nothing of it is stored; the page carries it to the next step."""
    form, errors = read_form(UploadForm())
    upload = request.files.get("file")
    data = upload.stream.read(LARGEST_UPLOAD + 1) if upload else b""
    if not data.strip():
        errors = {**errors, "file": [_l("Choose a file.")]}
    elif len(data) > LARGEST_UPLOAD:
        errors = {**errors, "file": [_l("The file is larger than 8 MB. Divide it.")]}
    return _start(ctx, errors) if errors else _preview(ctx, _own(ctx, form["unit_id"]), data)


@pages.post("/keep")
@policy("person_import", "run", Who.ADMIN, log="brought your details from a file")
def keep(ctx: Ctx) -> Response:
    """Keep what the preview showed, all of it."""
    form, errors = read_form(ConfirmForm())
    data = _carried(form.get("content", ""))
    if errors or not data:
        return _start(ctx, {"file": [_l("Choose the file again.")]})
    unit_id = _own(ctx, form["unit_id"])
    try:
        errors = tried(ctx, partial(actions.keep, ctx, unit_id, data))
    except Unreadable as no:
        errors = {"file": [cast(str, no.text)]}
    return _preview(ctx, unit_id, data) if errors else back(HERE, said="file.kept")


@pages.post("/<uuid:import_id>/undo")
@policy("person_import", "undo", Who.ADMIN, about=by_import)
def undo(ctx: Ctx, import_id: UUID) -> Response:
    errors = tried(ctx, partial(undoing.undo, ctx, import_id))
    return _start(ctx, errors, 409) if errors else back(HERE, said="file.undone")


def _start(ctx: Ctx, errors: Errors | None = None, status: int = 422) -> Response:
    mine = run_by(ctx.viewer.roles)
    own = [(unit.id, unit.name) for unit in units.listed(ctx.session, mine)]
    return page(
        ctx,
        "file/start.html",
        status=status if errors else 200,
        errors=errors or {},
        units=own,
        names=dict(own),
        imports=store.imports(ctx.session, mine),
        columns=list(COLUMNS.values()),
    )


def _preview(ctx: Ctx, unit_id: UUID, data: bytes) -> Response:
    values: dict[str, Any] = {"unit_id": unit_id}
    try:
        outlook = actions.look(ctx, unit_id, data)
    except Unreadable as no:
        return _start(ctx, {"file": [cast(str, no.text)]})
    wrong = outlook.wrong_count
    content = "" if wrong else packed(data)
    return page(ctx, "file/preview.html", status=422 if wrong else 200, outlook=outlook, content=content, **values)


def _carried(content: str) -> bytes:
    try:
        return unpacked(content, LARGEST_UPLOAD) if content else b""
    except ValueError:
        return b""


def _own(ctx: Ctx, unit_id: UUID) -> UUID:
    if unit_id not in run_by(ctx.viewer.roles):
        raise NotFound
    return unit_id
