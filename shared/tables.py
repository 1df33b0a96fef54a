"""One MetaData per service, with the tables that every service has."""

from __future__ import annotations

import sqlalchemy as sa

from shared import clock_row
from shared.audit import tables as audit_tables
from shared.bus import tables as bus_tables
from shared.db import NAMING, common
from shared.register import tables as register_tables
from shared.web.api import tables as api_tables
from shared.web.drafts import tables as draft_tables

EVERY_SERVICE = (api_tables, audit_tables, bus_tables, clock_row, draft_tables, register_tables)
"""Modules that declare tables on ``shared.db.common``; imported here so that none is forgotten."""


def service_metadata() -> sa.MetaData:
    """A fresh MetaData that already holds the common tables."""
    metadata = sa.MetaData(naming_convention=NAMING)
    for table in common.tables.values():
        table.to_metadata(metadata)
    return metadata
