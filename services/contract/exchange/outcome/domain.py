"""The result of importing one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.contract.exchange.bundle.domain import TAKEN
from services.contract.exchange.problem.domain import Problem, Weight

CREATED, UPDATED, UNCHANGED = WHATS = ("created", "updated", "unchanged")
MOST_TOLD = 200
"""So many problems are written down; of more, only how many there are."""


@dataclass(frozen=True)
class Outcome:
    """``tally`` counts ``(type, created | updated | unchanged)``; ``not_taken`` the types that are never imported."""

    file: str
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    tally: Mapping[tuple[str, str], int] = field(default_factory=Counter)
    left_out: Mapping[str, int] = field(default_factory=dict)
    not_taken: Mapping[str, int] = field(default_factory=dict)
    run_id: UUID | None = None
    """The import that was written down; None for a trial."""
    done: Mapping[str, tuple[str, str, UUID]] = field(default_factory=dict, compare=False)
    """What became of each resource that is kept, by its place: created, updated or unchanged, its type, its id here."""

    def total(self, what: str) -> int:
        return sum(number for (_type, counted), number in self.tally.items() if counted == what)

    def by_type(self) -> Iterator[tuple[str, dict[str, int]]]:
        """The counts of each type in the file, in the order in which they are stored."""
        for resource_type in TAKEN:
            counts = {what: self.tally.get((resource_type, what), 0) for what in WHATS}
            counts["left_out"] = self.left_out.get(resource_type, 0)
            if any(counts.values()):
                yield resource_type, counts

    def of_weight(self, weight: Weight) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.weight is weight)

    def reason(self, language: str | None = None) -> str | None:
        """Why the file was refused: the first place and reason, and how many more there are."""
        if not self.refused:
            return None
        first, more = self.problems[0], len(self.problems) - 1
        said = f"{first.place}: {first.said(language)}" if first.place else first.said(language)
        return f"{said} (+{more})" if more else said

    def as_json(self) -> dict[str, Any]:
        """One file's line for the command line, in English."""
        return {
            "file": self.file,
            **{what: self.total(what) for what in WHATS},
            "left_out": sum(self.left_out.values()),
            "not_taken": sum(self.not_taken.values()),
            "refused": self.refused,
            "reason": self.reason("en"),
            "by_type": dict(self.by_type()),
            "types_not_taken": dict(self.not_taken),
            "problems": [
                {"place": one.place, "reason": one.said("en"), "weight": one.weight.value}
                for one in self.problems[:MOST_TOLD]
            ],
            "problem_count": len(self.problems),
        }
