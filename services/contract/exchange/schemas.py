"""An import as JSON; and its forms: the file as it is uploaded, and as the page carries it until it is confirmed."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.web import carried
from shared.web.api.schemas import Body, Instant
from shared.web.forms import at_most

LARGEST_UPLOAD = 8 * 1024 * 1024
LARGEST_FORM = LARGEST_UPLOAD * 3 // 2
"""What a page carries is compressed, and written with a third more signs."""


class UploadForm(Schema):
    """The file itself is read from the request."""

    unit_id = fields.UUID(required=True)


class ConfirmForm(Schema):
    """The same file again, as ``packed`` put it into the page: nothing is stored between the two steps."""

    unit_id = fields.UUID(required=True)
    file_name = fields.String(required=True, validate=at_most(200))
    content = fields.String(required=True)


def unpacked(text: str) -> bytes:
    """The file again. Raises ``ValueError`` for what ``packed`` did not make, or what would grow beyond any upload."""
    return carried.unpacked(text, LARGEST_UPLOAD)


class ImportBody(Body):
    """A FHIR R4 bundle for one of the units one runs."""

    unit_id = fields.UUID(required=True)
    file_name = fields.String(required=True, validate=validate.Length(1, 200))
    bundle = fields.Dict(required=True)


class FoundJson(Body):
    """One thing that was wrong: its place in the bundle, a sentence, and what it costs (refusal, problem or note)."""

    place = fields.String(required=True)
    reason = fields.String(required=True)
    weight = fields.String(required=True)


class OutcomeJson(Body):
    """What an import brings: counts by resource type, and the first problems."""

    file_name = fields.String(required=True, validate=at_most(200))
    refused = fields.Boolean(required=True)
    counts = fields.Dict(required=True)
    not_taken = fields.Dict(required=True)
    problems = fields.List(fields.Nested(FoundJson), required=True)
    problem_count = fields.Integer(required=True, strict=True)


class RunJson(OutcomeJson):
    """An import that was done, or refused: then nothing but this was kept of it."""

    run_id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True, allow_none=True)
    at = Instant(required=True)
    by = fields.UUID(required=True, allow_none=True)
