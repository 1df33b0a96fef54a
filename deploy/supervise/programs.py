"""The programs of a system on one machine, and the supervisord configuration that runs them."""

from __future__ import annotations

import configparser
import io
import os
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from deploy.embedded import owner
from deploy.folder import CHECKOUT, Folder
from deploy.settings import Settings
from shared.events import SERVICES

ROLES = ("web", "relay", "work")
SERVERS, PAGES, WORKING = GROUPS = ("servers", "pages", "working")
KEPT_LOG_BYTES = 5_000_000


@dataclass(frozen=True)
class Program:
    """One process under supervision. Groups are started in their order and stopped in reverse, the servers last."""

    name: str
    group: str
    command: tuple[str, ...]
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    as_server: bool = False

    @property
    def address(self) -> str:
        """What the supervisor calls it."""
        return f"{self.group}:{self.name}"


def programs(settings: Settings) -> list[Program]:
    """All of them, in the order in which they start."""
    return [
        Program(
            "postgres", SERVERS, tuple(settings.cluster.command()), stop_signal="INT", stop_seconds=60, as_server=True
        ),
        Program("valkey", SERVERS, tuple(settings.valkey.command())),
        Program("mail", SERVERS, _own("serve", "mail", "--port", str(settings.ports["smtp"]))),
        *(Program(f"{s}-web", PAGES, _own("serve", s, "web")) for s in SERVICES),
        Program("gateway", PAGES, _own("serve", "gateway")),
        *(Program(f"{s}-{role}", WORKING, _own("serve", s, role)) for s in SERVICES for role in ROLES if role != "web"),
    ]


def _own(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "deploy.cli", *arguments)


def configuration(folder: Folder, chosen: Iterable[Program]) -> str:
    """The text of supervisord's configuration file."""
    chosen = list(chosen)
    written = configparser.RawConfigParser()
    written.read_dict(_head(folder))
    for number, group in enumerate(GROUPS, start=1):
        members = [program.name for program in chosen if program.group == group]
        written[f"group:{group}"] = {"programs": ",".join(members), "priority": str(number)}
    for program in chosen:
        written[f"program:{program.name}"] = {key: _plain(text) for key, text in _section(folder, program).items()}
    out = io.StringIO()
    written.write(out)
    return out.getvalue()


def _head(folder: Folder) -> dict[str, dict[str, str]]:
    supervisord = {
        "nodaemon": "true",
        "logfile": str(folder.logs / "supervisor.log"),
        "logfile_maxbytes": str(KEPT_LOG_BYTES),
        "pidfile": str(folder.run / "supervisor.pid"),
        "childlogdir": str(folder.logs),
        "directory": str(CHECKOUT),
        "umask": "077",
        "minfds": "1024",
    }
    if os.geteuid() == 0:
        supervisord["user"] = "root"
    return {
        "supervisord": {key: _plain(text) for key, text in supervisord.items()},
        "unix_http_server": {"file": _plain(str(folder.socket)), "chmod": "0600"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }


def _section(folder: Folder, program: Program) -> dict[str, str]:
    section = {
        "command": shlex.join(program.command),
        "directory": "/" if program.as_server else str(CHECKOUT),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": "1",
        "startretries": "100",
        "stopsignal": program.stop_signal,
        "stopwaitsecs": str(program.stop_seconds),
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(folder.logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": str(KEPT_LOG_BYTES),
        "stdout_logfile_backups": "1",
    }
    if program.as_server and owner.run_as():
        section["user"] = owner.ACCOUNT
    return section


def _plain(text: str) -> str:
    """Supervisord expands ``%(…)s`` in every value."""
    return text.replace("%", "%%")
