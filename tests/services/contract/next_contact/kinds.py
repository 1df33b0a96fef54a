"""Ways to meet to test with, and how Karin and Anita agree on one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.contract.next_contact import store
from services.contract.next_contact.domain import Kind, Side, Way
from services.contract.next_contact.tables import NextContact
from services.contract.next_contact.terms.actions import accept_terms, propose
from services.contract.next_contact.terms.domain import Terms
from tests.services.contract.agreed import Agreed

FIRST, LAST = date(2026, 12, 14), date(2027, 1, 15)
INSIDE = datetime(2026, 12, 16, 9, 0)  # noqa: DTZ001
KINDS: dict[Kind, dict[str, Any]] = {
    Kind.WINDOW: {"earliest": FIRST, "latest": LAST, "weekdays": ("monday",), "day_parts": ("morning",)},
    Kind.PATIENT_INITIATED: {"latest": LAST},
    Kind.ON_EVENT: {"latest": LAST, "event": "The blood test"},
}


def terms(kind: Kind = Kind.WINDOW, **changes: Any) -> Terms:
    return Terms(**{"kind": kind, "way": Way.VISIT, **KINDS.get(kind, {}), **changes})


def row_of(agreed: Agreed) -> NextContact:
    with agreed.clinic.service.act() as ctx:
        row = store.current(ctx.session, agreed.contract)
        assert row is not None
        return row


def proposes(
    agreed: Agreed, said: Terms, side: Side = Side.CARE, *, local: datetime | None = None, seen: int | None = None
) -> None:
    with agreed.acting(agreed.person(side)) as ctx:
        propose(ctx, agreed.contract, side, said, local=local, seen=seen)


def accepts_terms(agreed: Agreed, side: Side = Side.PATIENT) -> None:
    seen = row_of(agreed).revision
    with agreed.acting(agreed.person(side)) as ctx:
        accept_terms(ctx, agreed.contract, side, seen=seen)


def meets(agreed: Agreed, kind: Kind = Kind.WINDOW, **changes: Any) -> None:
    """Both agree on this way to meet."""
    proposes(agreed, terms(kind, **changes))
    accepts_terms(agreed)
