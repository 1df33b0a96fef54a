"""The settings of one machine's system: secrets made once, ports kept while free, and what each process is told.

Everything stands in ``settings.json`` of the data folder, readable by its owner alone. Each process gets only the
settings it needs, under the names of ``shared.config``.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy import ports
from deploy.embedded import databases
from deploy.embedded.postgres import Cluster, programs
from deploy.embedded.valkey import Valkey
from deploy.folder import Folder
from deploy.trouble import Trouble
from shared.config import pair_name
from shared.events import SERVICES

PORTS = ("postgres", "valkey", "smtp", *SERVICES)
PAIRS = tuple(pair_name(a, b) for a in SERVICES for b in SERVICES if a < b)
SECRETS = (
    "postgres",
    "valkey",
    *PAIRS,
    *(f"{s}_{part}" for s in SERVICES for part in ("database", "form_key", "audit_key")),
)
USUAL_PORT = 8000
MAIL_FROM = "Samkontrakt <svar@samkontrakt.example>"
"""Names no unit and no treatment; ``example`` is a domain nobody can own, so no demo mail ever reaches a stranger."""


@dataclass(frozen=True)
class Settings:
    """What one data folder's system is made with."""

    folder: Folder
    public_port: int
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.public_port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.ports['smtp']}"

    @property
    def cluster(self) -> Cluster:
        here = self.folder
        return Cluster(here.postgres, programs(here.programs), self.ports["postgres"], self.secrets["postgres"])

    @property
    def valkey(self) -> Valkey:
        return Valkey(self.folder.valkey, self.ports["valkey"], self.secrets["valkey"])

    def database_url(self, service: str) -> str:
        return databases.url(service, self.secrets[f"{service}_database"], self.ports["postgres"])

    def service_url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def environment(self, service: str) -> dict[str, str]:
        """All that the processes of one service may know, and nothing of the others' secrets."""
        pairs = {pair_name(service, other) for other in SERVICES if other != service}
        own = {
            f"{service}_DATABASE_URL": self.database_url(service),
            f"{service}_FORM_KEY": self.secrets[f"{service}_form_key"],
            f"{service}_AUDIT_KEY": self.secrets[f"{service}_audit_key"],
            **{pair: self.secrets[pair] for pair in pairs},
        }
        if service == "contract":
            own["SESSION_KEY"] = self.secrets["session_key"].split(",")[0]
        if service == "notify":
            own |= {"SMTP_URL": self.smtp_url, "MAIL_FROM": MAIL_FROM, "SEND_JOURNAL": str(self.folder.sent)}
        return self.common() | {f"SAMKONTRAKT_{name.upper()}": value for name, value in own.items()}

    def common(self) -> dict[str, str]:
        """What every process is told."""
        told = {
            "DEMO": "1",
            "PUBLIC_URL": self.public_url,
            "BROKER_URL": self.valkey.url,
            "AUDIT_HEADS": str(self.folder.heads),
            "SESSION_PUBLIC_KEY": ",".join(map(_public, self.secrets["session_key"].split(","))),
            **{f"{service.upper()}_URL": self.service_url(service) for service in SERVICES},
        }
        return {f"SAMKONTRAKT_{name}": value for name, value in told.items()}


def load(folder: Folder) -> Settings:
    """The settings of the system that was last started in ``folder``. ``Trouble`` when none ever was."""
    if not folder.settings.exists():
        raise Trouble(f"no system has been started from this checkout yet (nothing in {folder.root}): make run")
    kept = json.loads(folder.settings.read_text())
    return Settings(folder, kept["public_port"], kept["ports"], kept["secrets"])


def prepare(folder: Folder, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings for a start now: secrets as they were, ports too unless something else has taken one meanwhile."""
    kept = json.loads(folder.settings.read_text()) if folder.settings.exists() else {}
    public_port = _public_port(environ)
    chosen = Settings(
        folder=folder,
        public_port=public_port,
        ports=ports.choose(PORTS, kept.get("ports", {}), avoid=public_port),
        secrets=fresh() | kept.get("secrets", {}),
    )
    return keep(chosen, {})


def fresh() -> dict[str, str]:
    """New secrets, each known to nobody yet."""
    return {name: secrets.token_urlsafe(36) for name in SECRETS} | {"session_key": _private()}


def keep(chosen: Settings, changed: Mapping[str, str]) -> Settings:
    """Write them down with these secrets in place of what they were. Processes read them when they start, pages also when
    they are told to."""
    kept = replace(chosen, secrets={**chosen.secrets, **changed})
    write_private(kept.folder.settings, json.dumps(_plain(kept), indent=1))
    return kept


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, never half."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.rename(path)


def _plain(chosen: Settings) -> dict[str, object]:
    return {"public_port": chosen.public_port, "ports": chosen.ports, "secrets": chosen.secrets}


def _public_port(environ: Mapping[str, str]) -> int:
    said = environ.get("SAMKONTRAKT_PORT", str(USUAL_PORT))
    if not said.isdecimal() or not 1 <= int(said) <= 65_535:
        raise Trouble(f"SAMKONTRAKT_PORT is {said!r}: it must be a number from 1 to 65535")
    if not ports.is_free(int(said)):
        raise Trouble(f"port {said} is taken by another program: SAMKONTRAKT_PORT={int(said) + 10} make run")
    return int(said)


def _private() -> str:
    return base64.urlsafe_b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()


def _public(private: str) -> str:
    key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(private))
    return base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode()
