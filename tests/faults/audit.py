"""What became of every event, by the traces that the handlers left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from shared.db import Database
from tests.faults.facts import Heard

TRACES = sa.text("SELECT stream, aggregate, number FROM trace ORDER BY id")


@dataclass(frozen=True)
class Found:
    """``lost`` was committed and never handled; ``handled_twice`` counts every time too many, among them the handling of
    what was never committed; ``out_of_order`` counts the steps back within one aggregate."""

    written: int
    handled: int
    lost: int
    handled_twice: int
    out_of_order: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.handled_twice or self.out_of_order)


def judge(expected: Sequence[Heard], traces: Sequence[Heard]) -> Found:
    """Compare what was committed with the traces, these in the order in which they were left."""
    seen, numbers = Counter(traces), defaultdict(list)
    for trace in traces:
        numbers[trace.stream, trace.aggregate].append(trace.number)
    wanted = Counter(expected)
    return Found(
        written=len(expected),
        handled=len(seen),
        lost=(wanted - seen).total(),
        handled_twice=(seen - wanted).total(),
        out_of_order=sum(b < a for told in numbers.values() for a, b in pairwise(told)),
    )


def traces(databases: Iterable[Database]) -> list[Heard]:
    """Every trace, of each reader in its order."""
    found: list[Heard] = []
    for database in databases:
        with database.begin() as session:
            found += [Heard(*row) for row in session.execute(TRACES)]
    return found


def behind(databases: Mapping[str, Database], expected: Sequence[Heard]) -> dict[str, int]:
    """How many traces of each stream are missing, by their number alone: one cheap question to each reader."""
    waiting = Counter(heard.stream for heard in expected)
    for database in databases.values():
        with database.begin() as session:
            rows = session.execute(sa.text("SELECT stream, count(*) FROM trace GROUP BY 1"))
            waiting.subtract({str(stream): int(count) for stream, count in rows})
    return {stream: count for stream, count in waiting.items() if count > 0}
