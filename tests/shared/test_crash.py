"""The crash points: each stands in the source once, and none does anything that was not asked for."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from shared import crash

ROOT = Path(__file__).parent.parent.parent
NAME = re.compile(r'(?:crash\.here\(|exchange\([^)"]*)"([a-z_.]+)"')


def test_P4_every_crash_point_stands_in_the_source_exactly_once() -> None:
    sources = (path.read_text() for top in ("services", "shared") for path in (ROOT / top).rglob("*.py"))
    assert Counter(name for text in sources for name in NAME.findall(text)) == Counter(list(crash.POINTS))


def walk(armed: str) -> subprocess.CompletedProcess[str]:
    """A process that passes every crash point, one after the other."""
    steps = f"crash.arm({armed!r})\nfor point in ('', *crash.POINTS): crash.here(point)\nprint('walked past')"
    command = [sys.executable, "-c", f"from shared import crash\n{steps}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_P4_a_process_that_nobody_armed_walks_past_every_crash_point() -> None:
    walked = walk("")
    assert (walked.returncode, walked.stdout, walked.stderr) == (0, "walked past\n", "")


def test_P4_a_process_that_was_armed_is_gone_at_its_point() -> None:
    walked = walk("inbox.written")
    assert (walked.returncode, walked.stdout) == (-signal.SIGKILL, "")
    assert walked.stderr == "crash point inbox.written\n"
