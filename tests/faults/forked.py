"""Runs of tests in a copy of the source, each forked from one process that has loaded the libraries and none of the source.

A run of a test or two is over sooner than the libraries are loaded for it; here they are loaded once. What is the
project's own is imported anew in every run, from the copy as it then stands.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

LIBRARIES = (
    "alembic.autogenerate", "authlib.integrations.httpx_client", "babel.dates", "celery", "cryptography.x509",
    "dateutil.parser", "dateutil.rrule", "flask_smorest", "holidays", "httpx", "hypothesis.strategies", "joserfc.jwt",
    "jsonschema", "limits", "lxml.html", "marshmallow", "phonenumbers", "playwright.sync_api",
    "psycopg", "redis", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "structlog", "time_machine", "yaml",
)  # fmt: skip
PLAINLY = ("-n0", "-q", "-W", "ignore::pytest.PytestAssertRewriteWarning")
WITHOUT = ("randomly", "cacheprovider", "schemathesis")


class Forked(AbstractContextManager["Forked"]):
    """Runs tests in the source at ``root``, one run at a time."""

    def __init__(self, root: Path) -> None:
        self._said = root / "said"
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-P", __file__], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit code of pytest and all that it said."""
        assert self._process.stdin
        assert self._process.stdout
        plugins = [word for name in WITHOUT for word in ("-p", f"no:{name}")]
        print(json.dumps([*PLAINLY, *plugins, *arguments]), file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        return code, self._said.read_text()

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def fork_runs() -> None:
    """Run what each line asks for, until there are no more; answer each with the exit code."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run_here(json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


def _run_here(arguments: list[str]) -> None:
    said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    code = pytest.main(arguments)
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    fork_runs()
