"""People as rows of a sheet that no spreadsheet runs: a cell that would be a formula is shown as text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from services.contract.people.file.domain import COLUMNS
from shared import sheet as sheets


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
    return sheets.sheet([[names[0] for names in COLUMNS.values()], *_rows(people)])


def _rows(people: Iterable[Listed]) -> Iterator[tuple[str, ...]]:
    for one in people:
        hidden = ("", "") if one.protected else (one.email, one.phone)
        protected, roles = "yes" if one.protected else "", "+".join(sorted(one.roles))
        yield (one.kind, one.name, one.identity, one.language, *hidden, protected, roles)
