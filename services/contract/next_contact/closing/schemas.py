"""What the forms that end a next contact may say."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from services.contract.next_contact.closing.domain import Then
from services.contract.next_contact.domain import Act, Kind
from services.contract.next_contact.schemas import CHOOSE, LONGEST, WordsBody
from services.contract.next_contact.terms.schemas import TermsBody, TermsForm, terms_from, terms_in
from shared.web.forms import at_most

NONE = "none"
ENDS = (Act.FULFIL, Act.MISS_BY_PATIENT, Act.MISS_BY_CARE, Act.CANCEL_BY_CARE)


class NextForm(TermsForm):
    """What comes after: a way to meet, or none and why."""

    next = fields.String(load_default=None, validate=validate.OneOf([*Kind, NONE], error=CHOOSE))
    why_none = fields.String(load_default="", validate=at_most(LONGEST))
    words = fields.String(load_default="", validate=at_most(LONGEST))


class EndForm(NextForm):
    """How it went, or why it will not be, and what comes after."""

    act = fields.String(required=True, validate=validate.OneOf(ENDS, error=CHOOSE))


class CancelBody(WordsBody):
    """Why it will not be, and what comes after: ``next``, or ``why_none``."""

    next = fields.Nested(TermsBody, load_default=None, allow_none=True)
    why_none = fields.String(load_default="", validate=at_most(LONGEST))


class EndBody(CancelBody):
    """How it went, or why it will not be, and what comes after."""

    act = fields.String(required=True, validate=validate.OneOf(ENDS, error=CHOOSE))


def then_in(data: dict[str, Any]) -> Then:
    """What comes after, in a body."""
    terms, local = terms_in(data["next"]) if data["next"] else (None, None)
    return Then(terms=terms, local=local, why_none=data["why_none"])


def then_from(data: dict[str, Any]) -> Then:
    """What comes after, in what was filled in; nothing where nothing was chosen."""
    if data["next"] in (None, NONE):
        return Then(why_none=data["why_none"] if data["next"] == NONE else "")
    terms, local = terms_from(Kind(data["next"]), data)
    return Then(terms=terms, local=local)
