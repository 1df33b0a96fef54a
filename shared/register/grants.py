"""When what a patient lets somebody do holds: as conditions on the copy of the grants."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from shared.register.tables import delegate, person

Conditions = tuple[sa.ColumnElement[bool], ...]


def active(at: datetime) -> Conditions:
    """Grants that hold at this instant. None does longer than the patient lives."""
    ends = delegate.c.ends
    return delegate.c.state == "active", delegate.c.starts <= at, sa.or_(ends.is_(None), ends > at), _patient_lives()


def begun(at: datetime) -> Conditions:
    """Grants of the living that hold or have held: no invitation, and none whose day is still to come."""
    return delegate.c.state != "invited", delegate.c.starts <= at, _patient_lives()


def _patient_lives() -> sa.ColumnElement[bool]:
    dead = person.c.person_id == delegate.c.patient_id, person.c.deceased.is_not(None)
    return ~sa.exists().where(*dead).correlate(delegate)
