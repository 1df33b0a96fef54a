"""An import of people as JSON; and its forms: the file as it is uploaded, and as the page carries it until it is confirmed."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.i18n import _l
from shared.web.api.schemas import Body, Instant

LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_FORM = LARGEST_UPLOAD * 3 // 2


class UploadForm(Schema):
    """The file itself is read from the request."""

    unit_id = fields.UUID(required=True)


class ConfirmForm(Schema):
    """The same file again, as the page carried it: nothing of it is stored between the two steps, nor after."""

    unit_id = fields.UUID(required=True)
    content = fields.String(required=True)


class SheetBody(Body):
    """A sheet as comma-separated text (also ``;`` or tabs) with its headings, for one of the units one runs."""

    unit_id = fields.UUID(required=True)
    content = fields.String(required=True, validate=validate.Length(1, LARGEST_UPLOAD, error=_l("Choose a file.")))


class CellJson(Body):
    """What is wrong in one cell. ``row`` counts as a spreadsheet does: the headings are row 1."""

    row = fields.Integer(required=True, strict=True)
    column = fields.String(required=True)
    text = fields.String(required=True)


class SheetJson(Body):
    """What a sheet would bring: people made, changed and left as they are; the first errors, and how many there are."""

    made = fields.Integer(required=True, strict=True)
    changed = fields.Integer(required=True, strict=True)
    same = fields.Integer(required=True, strict=True)
    wrong = fields.List(fields.Nested(CellJson), required=True)
    wrong_count = fields.Integer(required=True, strict=True)


class PersonImportJson(Body):
    """A sheet that was kept, and whether it has been taken back."""

    import_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    imported_by = fields.UUID(required=True, allow_none=True)
    imported_at = Instant(required=True)
    made = fields.Integer(required=True, strict=True)
    changed = fields.Integer(required=True, strict=True)
    undone_at = Instant(required=True, allow_none=True)
