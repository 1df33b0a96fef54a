"""What the forms about people may say."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.contract.people.domain import LONGEST_EMAIL, LONGEST_NAME
from shared.i18n import LANGUAGES, _l
from shared.web.forms import Day, at_most

ONE_OF_THE_LIST = _l("Choose one from the list.")


class SearchForm(Schema):
    """Words are searched for by POST: names and numbers of people never stand in an address."""

    words = fields.String(load_default="", validate=at_most(LONGEST_NAME))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class DetailsForm(Schema):
    """A person's name, language and how they are reached."""

    name = fields.String(required=True, validate=at_most(LONGEST_NAME))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES, error=ONE_OF_THE_LIST))
    email = fields.String(load_default="", validate=at_most(LONGEST_EMAIL))
    phone = fields.String(load_default="", validate=at_most(40))
    protected = fields.Boolean(load_default=False)


class NewPersonForm(DetailsForm):
    """Somebody the clinic writes down by hand."""

    kind = fields.String(required=True, validate=validate.OneOf(("patient", "staff"), error=ONE_OF_THE_LIST))
    identity = fields.String(load_default=None, validate=at_most(40))


class RolesForm(Schema):
    """Each role as its unit and its name, with a space between."""

    roles = fields.List(fields.String(), load_default=list)


class DeathForm(Schema):
    deceased = Day(required=True)
