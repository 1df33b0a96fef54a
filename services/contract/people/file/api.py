"""Many people from a sheet, as JSON: what it would bring, keeping all of it or nothing, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.people.file import actions, store
from services.contract.people.file.actions import Outlook
from services.contract.people.file.domain import Unreadable
from services.contract.people.file.pages import by_import
from services.contract.people.file.schemas import LARGEST_UPLOAD, PersonImportJson, SheetBody, SheetJson
from services.contract.people.file.tables import PersonImport
from services.contract.people.file.undoing import actions as undoing
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page
from shared.web.api.problem import Problem

api = Door("people_files", __name__, "People from a sheet: looked at, kept whole, taken back.", "/people/files")


def _shown(row: PersonImport) -> dict[str, Any]:
    return {**{field: getattr(row, field, None) for field in PersonImportJson().fields}, "import_id": row.id}


def _import(ctx: Ctx, import_id: UUID) -> dict[str, Any]:
    row = ctx.session.get(PersonImport, import_id)
    if row is None:
        raise NotFound
    return _shown(row)


IMPORT = Resource(PersonImportJson, of=_import, hold=lambda ctx, import_id: store.for_change(ctx.session, import_id))


@api.ask("/preview", SheetJson, SheetBody, largest=LARGEST_UPLOAD)
@policy("person_import", "try", Who.ADMIN)
def preview(ctx: Ctx, data: dict[str, Any]) -> dict[str, Any]:
    """What a sheet would bring. Nothing of it is kept."""
    try:
        found = actions.look(ctx, _own(ctx, data), data["content"].encode())
    except Unreadable as no:
        raise Refused(no.text, field="content") from None
    wrong = [{"row": one.row, "column": one.column, "text": str(one.text)} for one in found.wrong]
    counts = {name: getattr(found, name) for name in ("made", "changed", "same", "wrong_count")}
    return {**counts, "wrong": wrong}


@api.create("", IMPORT, SheetBody, largest=LARGEST_UPLOAD)
@policy("person_import", "run", Who.ADMIN, log="brought your details from a file")
def keep(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Keep every row. A sheet with an error in it is refused whole, with the first errors by row."""
    unit_id, content = _own(ctx, data), data["content"].encode()
    try:
        with ctx.session.begin_nested():
            return {"import_id": actions.keep(ctx, unit_id, content)}
    except Unreadable as no:
        raise Refused(no.text, field="content") from None
    except Refused as no:
        raise Problem(422, no.text, errors=_by_row(actions.look(ctx, unit_id, content))) from None


@api.list("", PersonImportJson)
@policy("person_import", "list", Who.ADMIN)
def list_imports(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Sheets kept for one's units, the newest first."""
    page: Page = asked["page"]
    after = UUID(page.after[0]) if page.after else None
    rows = store.imports_after(ctx.session, run_by(ctx.viewer.roles), after, page.more)
    found: Listed[PersonImport] = page.of(rows, lambda row: [str(row.id)])
    return Listed([_shown(row) for row in found.items], found.mark)


@api.read("/<uuid:import_id>", IMPORT)
@policy("person_import", "read", Who.ADMIN, about=by_import)
def read_import(ctx: Ctx, import_id: UUID) -> None:
    """One of them."""


@api.act("/<uuid:import_id>/undoing", IMPORT)
@policy("person_import", "undo", Who.ADMIN, about=by_import)
def undo(ctx: Ctx, import_id: UUID) -> None:
    """Let everybody be as before, while nobody of it has been used or changed since."""
    undoing.undo(ctx, import_id)


def _own(ctx: Ctx, data: dict[str, Any]) -> UUID:
    unit_id: UUID = data["unit_id"]
    if unit_id not in run_by(ctx.viewer.roles):
        raise Refused(_l("Choose one from the list."), field="unit_id")
    return unit_id


def _by_row(found: Outlook) -> list[tuple[str, object]]:
    said = _l("Row %(row)s, %(column)s: %(text)s")
    return [("/content", str(said) % {"row": one.row, "column": one.column, "text": one.text}) for one in found.wrong]
