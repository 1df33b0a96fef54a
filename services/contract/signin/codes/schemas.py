"""What is written to ask for a code, and the code."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields

from services.contract.signin.codes.domain import as_code
from shared.i18n import _l
from shared.web.forms import at_most


class Code(fields.String):
    """The digits of a code."""

    def _deserialize(self, value: object, *args: object, **more: object) -> str:
        if not (code := as_code(str(value))):
            raise ValidationError(_l("Write the eight digits of the code."))
        return code


class AskForm(Schema):
    """Whose code is asked for."""

    identity = fields.String(required=True, validate=at_most(20))


class CodeForm(Schema):
    """The code that came."""

    code = Code(required=True, validate=at_most(20))
