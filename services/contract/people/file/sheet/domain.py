"""People as rows of a sheet that no spreadsheet runs: a cell that would be a formula is shown as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.contract.people.file.domain import COLUMNS, safe_cell

MARK = "\ufeff"
"""By which spreadsheets know that the text is UTF-8."""


@dataclass(frozen=True)
class Listed:
    """One person as a row. Of somebody protected ``email`` and ``phone`` are left out."""

    kind: str
    name: str
    identity: str
    language: str
    email: str
    phone: str
    protected: bool
    roles: Collection[str]


def sheet(people: Iterable[Listed]) -> str:
    """The whole sheet. What it holds can be read by ``rows`` and ``check`` again."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(names[0] for names in COLUMNS.values())
    for one in people:
        hidden = ("", "") if one.protected else (one.email, one.phone)
        protected, roles = "yes" if one.protected else "", "+".join(sorted(one.roles))
        cells = (one.kind, one.name, one.identity, one.language, *hidden, protected, roles)
        writer.writerow(map(safe_cell, cells))
    return MARK + out.getvalue()
