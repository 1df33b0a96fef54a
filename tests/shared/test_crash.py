"""The crash points: each stands in the source once, and none does anything that was not asked for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from shared import crash

ROOT = Path(__file__).parent.parent.parent
NAME = re.compile(r'(?:crash\.here\(|exchange\([^)"]*)"([a-z_.]+)"')


def test_P4_every_crash_point_stands_in_the_source_exactly_once() -> None:
    sources = (path.read_text() for top in ("services", "shared") for path in (ROOT / top).rglob("*.py"))
    assert Counter(name for text in sources for name in NAME.findall(text)) == Counter(list(crash.POINTS))


def test_P4_a_process_that_nobody_armed_walks_past_every_crash_point() -> None:
    for point in ("", *crash.POINTS):
        crash.here(point)
