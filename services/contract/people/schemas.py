"""What the forms about people may say, and how people are sent and shown as JSON."""

from __future__ import annotations

import unicodedata
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME, tidy_name
from shared.i18n import LANGUAGES, _l
from shared.roles import ROLES
from shared.web.api.schemas import Body, Day, PageBody
from shared.web.forms import at_most

ONE_OF_THE_LIST = _l("Choose one from the list.")
UNSEEN = _l("Write it on one line, without signs that can't be seen.")


class Called(fields.String):
    """A name in a form. Spaces are put right; signs that can't be seen, which could turn a name around, are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        name = str(super()._deserialize(value, attr, data, **more))
        if any(unicodedata.category(sign) == "Cf" for sign in name):
            raise ValidationError(UNSEEN)
        return name


class SearchForm(Schema):
    """Words are searched for by POST: names and numbers of people never stand in an address."""

    words = fields.String(load_default="", validate=at_most(LONGEST_NAME))
    after = fields.UUID(load_default=None)


class DetailsForm(Schema):
    """A person's name, language and how they are reached."""

    name = Called(required=True, validate=at_most(LONGEST_NAME))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES, error=ONE_OF_THE_LIST))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    protected = fields.Boolean(load_default=False)
    identity = fields.String(load_default=None, validate=at_most(40))


class NewPersonForm(DetailsForm):
    """Somebody the clinic writes down by hand."""

    kind = fields.String(required=True, validate=validate.OneOf(("patient", "staff"), error=ONE_OF_THE_LIST))


class RolesForm(Schema):
    """Each role as its unit and its name, with a space between."""

    roles = fields.List(fields.String(validate=at_most(100)), load_default=list)


class DeathForm(Schema):
    deceased = Day(required=True)


class Line(fields.String):
    """A text on one line. What would not be kept as it was sent is refused, not put right in silence."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        line = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **more))
        if tidy_name(line) != line:
            raise ValidationError(UNSEEN)
        return line


class Name(Line):
    """What somebody is called."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if not (name := super()._deserialize(value, attr, data, **more)):
            raise ValidationError(_l("Write a name."))
        return name


class SearchBody(PageBody):
    """Parts of a name, or a whole personal identity number."""

    words = fields.String(load_default="", validate=at_most(LONGEST_NAME))


class PersonBody(Body):
    """A person's name, language and how they are reached. ``null`` takes away, but of a protected person it leaves."""

    name = Name(required=True, validate=at_most(LONGEST_NAME))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES, error=ONE_OF_THE_LIST))
    email = fields.String(required=True, allow_none=True, validate=at_most(LONGEST_EMAIL))
    phone = fields.String(required=True, allow_none=True, validate=at_most(40))
    protected = fields.Boolean(required=True, metadata={"description": "Only raised here; see unprotect."})


class NewPersonBody(PersonBody):
    """Somebody new."""

    kind = fields.String(required=True, validate=validate.OneOf(("patient", "staff"), error=ONE_OF_THE_LIST))
    identity = fields.String(required=True, allow_none=True, validate=at_most(40))


class PersonJson(Body):
    """A person. E-mail and phone of somebody protected are ``null`` to everybody else."""

    person_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    zone = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    protected = fields.Boolean(required=True)
    deceased = Day(required=True, allow_none=True)


class RoleJson(Body):
    """What somebody is at a unit."""

    unit_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES, error=ONE_OF_THE_LIST))


class RolesBody(Body):
    """All the roles somebody has at the units one runs."""

    roles = fields.List(fields.Nested(RoleJson), required=True, validate=validate.Length(max=200))


class DeathBody(Body):
    """The day of a death."""

    deceased = Day(required=True)
