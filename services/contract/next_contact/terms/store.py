"""The terms of a next contact, as its row keeps them."""

from __future__ import annotations

from services.contract.next_contact.domain import Kind, Way
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.terms.domain import Terms, from_json, same_step


def terms_of(row: NextContact) -> Terms:
    """The terms that stand, or that were the first to be suggested."""
    return Terms(
        kind=Kind(row.kind),
        way=Way(row.way),
        earliest=row.earliest,
        latest=row.latest,
        weekdays=tuple(row.weekdays),
        day_parts=tuple(row.day_parts),
        event=row.event,
    )


def waiting_terms(row: NextContact) -> Terms | None:
    """Terms that one side has suggested and the other has not said yes to."""
    return from_json(row.waiting_terms) if row.waiting_terms else None


def put_terms(row: NextContact, terms: Terms) -> None:
    """Let these be the terms of the next contact. Other days are watched over anew."""
    if not same_step(terms_of(row), terms):
        row.watched = []
    row.kind, row.way, row.event, row.waiting_terms = terms.kind, terms.way, terms.event, None
    row.earliest, row.latest = terms.earliest, terms.latest
    row.weekdays, row.day_parts = list(terms.weekdays), list(terms.day_parts)
