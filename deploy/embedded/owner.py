"""Whom a server runs as: PostgreSQL refuses root, so root lends it the account that owns nothing."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path
from typing import Any, TypedDict

from deploy.trouble import Trouble

ACCOUNT = "nobody"


class RunAs(TypedDict, total=False):
    """Arguments of ``subprocess`` that start a program as its server account."""

    user: int
    group: int
    extra_groups: list[int]


def run_as() -> RunAs:
    """Nothing for an ordinary user; ``nobody`` and its group alone for root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(ACCOUNT)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Hand one file or folder to the server account."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.chown(path, account.pw_uid, account.pw_gid)


def check_reachable(path: Path) -> None:
    """Raise ``Trouble`` when the server account may not enter ``path``."""
    if subprocess.run(["/usr/bin/test", "-x", str(path)], cwd="/", **run_as()).returncode:
        raise Trouble(
            f"the database server, which root runs as {ACCOUNT}, may not enter {path}: "
            "set SAMKONTRAKT_DATA to a folder outside private homes, such as /var/lib/samkontrakt/mine"
        )


def run(command: list[str], **more: Any) -> None:
    """Run a server's helper program to its end as the server account; ``Trouble`` with its last words if it fails."""
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **run_as(), **more)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise Trouble(f"{Path(command[0]).name} failed: {words[-1]}")
