"""A whole system as a newcomer runs it, for tests that need more than a service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from deploy import ports
from deploy.folder import CHECKOUT, Folder

SERVING = "Samkontrakt is at "
START_SECONDS = 180
STOP_SECONDS = 90


class System:
    """``samkontrakt run`` on a data folder of its own. ``output`` is what it has said so far."""

    def __init__(self, data: Path, more: Mapping[str, str] | None = None) -> None:
        self.folder = Folder(data)
        self.port = ports.choose(["public"], {})["public"]
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"DATA": str(data), "PORT": str(self.port), "RATE_FACTOR": "0"}
        own = {f"SAMKONTRAKT_{name}": text for name, text in given.items()}
        self._environ = {**os.environ, **own, **(more or {})}
        self.output: list[str] = []
        self._serving = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> None:
        """Start it and return when it serves; ``AssertionError`` with its last words if it does not."""
        self._serving.clear()
        self._process = subprocess.Popen(
            [*self.command, "run", *options], env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, cwd=CHECKOUT, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        assert self._serving.wait(START_SECONDS), self.said
        assert SERVING in self.said, self.said

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "deploy.cli"]

    @property
    def said(self) -> str:
        return "".join(self.output)

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line, speaking to this system."""
        return subprocess.run(
            [*self.command, *arguments], env=self._environ, cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send what Ctrl-C sends, and wait for the end; returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; returns the exit code."""
        assert self._process is not None
        return self._process.wait(STOP_SECONDS)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.output.append(line)
                if SERVING in line:
                    self._serving.set()
        self._serving.set()
