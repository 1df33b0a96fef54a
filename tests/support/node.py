"""Other people's tools that run in Node: installed beside the script that uses them, once for each version of their lock."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

NPM_SECONDS = 300


def with_tools(folder: Path) -> str:
    """Node, with the tools that ``package-lock.json`` of the folder names. Without Node the test is skipped."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        pytest.skip("third-party data and tools: no Node here to run other people's tools with")
    lock, mark = (folder / "package-lock.json").read_text(), folder / "node_modules" / "installed.json"
    with (folder / "package.json").open() as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != lock:
            subprocess.run([npm, "ci", "--silent"], cwd=folder, check=True, timeout=NPM_SECONDS)
            mark.write_text(lock)
    return program
