"""The data folder: everything a running system of this checkout keeps, in one place that nothing else touches."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parent.parent
SYSTEM_SHARE = Path("/var/lib/samkontrakt")
LONGEST_SOCKET_PATH = 100
"""A Unix socket's address holds 108 bytes; the supervisor appends a few of its own while it binds."""


@dataclass(frozen=True)
class Folder:
    """Where each part of a running system keeps its things."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def programs(self) -> Path:
        return self.root / "programs"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def doors(self) -> Path:
        return self.root / "doors.json"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def heads(self) -> Path:
        """Where the signed heads of the access logs stand: apart from the databases they vouch for."""
        return self.root / "heads"

    @property
    def sent(self) -> Path:
        """The journal of what was sent: apart from the ledger, which may be brought back from a backup."""
        return self.root / "sent"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def socket(self) -> Path:
        return self.run / "supervisor.sock"

    def create(self) -> None:
        """Make the folder and its rooms, closed to others.

        As root the folder itself may be traversed (not listed): the database server runs as ``nobody`` and must
        reach its own room in it.
        """
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_PATH:
            raise Trouble(
                f"the path of the data folder is too long ({self.root}): set SAMKONTRAKT_DATA to a shorter one"
            )
        self._refuse_another_use()
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for room in self._rooms():
                room.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Trouble(
                f"cannot use {self.root} as data folder ({error.strerror}): set SAMKONTRAKT_DATA to one you own"
            ) from error

    def _refuse_another_use(self) -> None:
        """A folder that holds somebody else's things keeps them, and its mode: closing /tmp or a home would break more
        than this system."""
        try:
            there = {one.name for one in self.root.iterdir()} if self.root.is_dir() else set()
        except OSError:
            return  # making the rooms says why it can't be used
        if self.settings.name not in there and there - {"settings.new", *(room.name for room in self._rooms())}:
            raise Trouble(f"{self.root} holds other things: set SAMKONTRAKT_DATA to a folder of its own")

    def _rooms(self) -> tuple[Path, ...]:
        return (self.valkey, self.mail, self.logs, self.heads, self.sent, self.backups, self.run)


def data_folder(
    environ: Mapping[str, str] = os.environ, checkout: Path = CHECKOUT, *, root: bool | None = None
) -> Folder:
    """The folder named by SAMKONTRAKT_DATA, else one of this checkout's own in the user's share (root: /var/lib)."""
    named = environ.get("SAMKONTRAKT_DATA")
    if named:
        return Folder(Path(named).expanduser().absolute())
    is_root = os.geteuid() == 0 if root is None else root
    own = f"{checkout.name}-{hashlib.sha256(os.fsencode(checkout)).hexdigest()[:8]}"
    return Folder((SYSTEM_SHARE if is_root else _users_share(environ)) / own)


def _users_share(environ: Mapping[str, str]) -> Path:
    share = environ.get("XDG_DATA_HOME")
    return (Path(share) if share else Path.home() / ".local" / "share") / "samkontrakt"
