"""Which two versions are put beside each other."""

from __future__ import annotations

from collections.abc import Sequence


def chosen(numbers: Sequence[int], earlier: int | None, later: int | None) -> tuple[int, int] | None:
    """The two version numbers to compare, the earlier one first whichever way they were asked for: those asked for, else
    the newest and the one before it. None where there are not two. ``numbers`` are those there are."""
    there = sorted(numbers)
    if len(there) < 2:
        return None
    last = later if later in there else there[-1]
    before = [one for one in there if one != last]
    first = earlier if earlier in before else max((one for one in before if one < last), default=before[0])
    return min(first, last), max(first, last)
