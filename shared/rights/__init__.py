"""The table of rights: for each thing that can be done to each resource, who may, and what a delegate must have been let do.

``table.toml`` beside this file is the whole of it and what is enforced: ``shared.policy`` lets nobody in whom it does not name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("table.toml")
NOT_YET = "not_yet"
HERE_ONLY = frozenset({"anyone", "service", "operator"})
"""To be signed in makes nobody one of these."""


@dataclass(frozen=True)
class Row:
    """Who may do one thing. ``who`` are names of ``Who``; ``scopes`` are all that a delegate needs for it.

    ``of`` is the row of the matrix of rights in the domain that this is a part of, ``does`` the letters there that allow it.
    ``when`` tells what more must hold, ``beyond`` the domain's reason for a right that the matrix does not give. ``fresh``: who
    signed in more than five minutes ago does so once more first.
    """

    who: frozenset[str]
    of: str
    does: str = ""
    scopes: frozenset[str] = frozenset()
    when: str = ""
    fresh: bool = False
    beyond: Mapping[str, str] = field(default_factory=dict)

    def allows(self, who: str) -> bool:
        """Whether the row lets somebody in who is this; what everybody may do, each may."""
        everybody = "signed_in" in self.who and who not in HERE_ONLY
        return who in self.who or everybody or "anyone" in self.who


class NotInTable(Exception):
    """Somebody would be let in whom the table of rights does not name, or to something it does not know."""


def read(path: Path = FILE) -> dict[tuple[str, str], Row]:
    """The table by resource and action. Raises what is wrong with the file."""
    resources = tomllib.loads(path.read_text(encoding="utf-8"))
    resources.pop(NOT_YET, None)
    return {
        (resource, action): _row(acts["of"], row)
        for resource, acts in resources.items()
        for action, row in acts.items()
        if action != "of"
    }


def _row(of: str, row: dict[str, Any]) -> Row:
    who, scopes = (frozenset(row.get(name, "").split()) for name in ("who", "scope"))
    rest = {name: value for name, value in row.items() if name not in ("who", "scope")}
    return Row(who=who, scopes=scopes, **{"of": of, **rest})


TABLE = read()


def row_of(resource: str, action: str, audience: frozenset[str]) -> Row:
    """The row of the table. Raises ``NotInTable`` when there is none, or when it does not let in all of these."""
    row = TABLE.get((resource, action))
    if row is None:
        raise NotInTable(f'{FILE} has no "{action}" of [{resource}]: add who may do it')
    if more := sorted(who for who in audience if not row.allows(who)):
        raise NotInTable(f'{FILE} does not let {", ".join(more)} do "{action}" of [{resource}]')
    return row
