"""Configuration from the environment alone. What is missing, unknown or weak is refused at start, in one clear line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shared import crash, providers, strength
from shared.events import SERVICES

PREFIX = "SAMKONTRAKT_"
SHORTEST_SECRET, SHORTEST_PASSWORD = 32, 16
TOOLS = ("DATA", "PORT", "SHARED_DATA", "LOG_LEVEL", "RATE_FACTOR")
"""What is set for tools and for a system on one machine."""


class ConfigError(Exception):
    """One line that says which setting is wrong and what to do about it."""


@dataclass(frozen=True)
class Config:
    """What one service needs to run. Secrets may be two while they are rotated: the first one seals, both open. Of what is
    counted by the minute ``rate_factor`` times the usual is given; 0 counts nothing."""

    service: str
    demo: bool
    public_url: str
    database_url: str
    broker_url: str | None
    urls: Mapping[str, str]
    pair_secrets: Mapping[str, tuple[str, ...]]
    form_keys: tuple[str, ...]
    session_public_keys: tuple[bytes, ...]
    session_key: bytes | None
    smtp_url: str | None
    mail_from: str
    audit_keys: tuple[str, ...]
    crash_at: str = ""
    audit_heads: Path | None = None
    send_journal: Path | None = None
    providers: tuple[providers.Provider, ...] = ()
    rate_factor: int = 1

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def pair_name(one: str, other: str) -> str:
    """The setting that holds the secret of two services, whichever is named first."""
    first, second = sorted((one, other))
    return f"PAIR_{first.upper()}_{second.upper()}"


def known_names() -> frozenset[str]:
    own = [f"{s.upper()}_{part}" for s in SERVICES for part in ("DATABASE_URL", "URL", "FORM_KEY", "AUDIT_KEY")]
    pairs = {pair_name(a, b) for a in SERVICES for b in SERVICES if a != b}
    plain = {"DEMO", "PUBLIC_URL", "BROKER_URL", "SMTP_URL", "MAIL_FROM", "CRASH_AT", "OIDC"}
    names = {*own, *pairs, *plain, "SESSION_KEY", "SESSION_PUBLIC_KEY", "AUDIT_HEADS", "SEND_JOURNAL", *TOOLS}
    return frozenset(names | {f"{name}_FILE" for name in names})


def load(service: str, env: Mapping[str, str] | None = None) -> Config:
    """Read and judge the environment for one service. Raises ``ConfigError`` with one line."""
    read = _Reader(os.environ if env is None else env)
    read.refuse_unknown()
    others, own, demo = [s for s in SERVICES if s != service], service.upper(), read.flag("DEMO")
    public_url = read.url("PUBLIC_URL", ("http", "https"))
    read.judged("PUBLIC_URL", partial(strength.refuse_place, demo=demo))
    config = Config(
        service=service,
        demo=demo,
        public_url=public_url.rstrip("/"),
        database_url=read.database(f"{own}_DATABASE_URL"),
        broker_url=read.url("BROKER_URL", ("redis", "rediss", "sentinel")) if read.get("BROKER_URL") else None,
        urls={s: read.url(f"{s.upper()}_URL", ("http", "https")).rstrip("/") for s in others},
        pair_secrets={s: read.secrets(pair_name(service, s)) for s in others},
        form_keys=read.secrets(f"{own}_FORM_KEY"),
        session_public_keys=read.keys("SESSION_PUBLIC_KEY"),
        session_key=read.keys("SESSION_KEY")[0] if service == "contract" else None,
        smtp_url=read.url("SMTP_URL", ("smtp", "smtps")) if service == "notify" else None,
        mail_from=read.sender("MAIL_FROM") if service == "notify" else "",
        audit_keys=read.secrets(f"{own}_AUDIT_KEY"),
        audit_heads=read.folder("AUDIT_HEADS"),
        send_journal=read.folder("SEND_JOURNAL") if service == "notify" else None,
        crash_at=read.crash_at(demo=demo),
        rate_factor=read.judged("RATE_FACTOR", partial(strength.factor, least=0 if demo else 1)),
        providers=read.judged("OIDC", partial(providers.read, clear=demo)) if service == "contract" else (),
    )
    read.refuse_shared((f"{own}_FORM_KEY", f"{own}_AUDIT_KEY", *(pair_name(service, s) for s in others)))
    if config.session_key and strength.public_half(config.session_key) not in config.session_public_keys:
        raise ConfigError(f"{PREFIX}SESSION_PUBLIC_KEY is not the public half of {PREFIX}SESSION_KEY.")
    return config


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env

    def refuse_unknown(self) -> None:
        known = known_names()
        for name in self.env:
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
                raise ConfigError(f"{name} is not a setting of Samkontrakt: remove it or correct its spelling.")

    def get(self, name: str) -> str:
        path = self.env.get(f"{PREFIX}{name}_FILE")
        if path:
            try:
                return Path(path).read_text().strip()
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else "it holds no text"
                raise ConfigError(f"{PREFIX}{name}_FILE can't be read: {why}.") from None
        return self.env.get(PREFIX + name, "").strip()

    def must(self, name: str) -> str:
        value = self.get(name)
        if not value:
            raise ConfigError(f"{PREFIX}{name} is missing: set it, or {PREFIX}{name}_FILE to a file that holds it.")
        return value

    def flag(self, name: str) -> bool:
        value = self.get(name) or "0"
        if value not in ("0", "1"):
            raise ConfigError(f"{PREFIX}{name} must be 0 or 1.")
        return value == "1"

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        value = self.must(name)
        hosts = [strength.host_of(one) for one in value.split(";")]
        if not value.isprintable() or " " in value or not all(strength.may_be(host, schemes) for host in hosts):
            begins = " or ".join(f"{one}://" for one in schemes)
            raise ConfigError(f"{PREFIX}{name} must be an address that begins with {begins} and names a host.")
        return value

    def judged(self, name: str, judge: Callable[[str], Any]) -> Any:
        """What ``judge`` makes of a setting; its ``ValueError`` says what is wrong without showing any value."""
        try:
            return judge(self.get(name))
        except ValueError as error:
            raise ConfigError(f"{PREFIX}{name} {error}") from None

    def database(self, name: str) -> str:
        value = self.url(name, ("postgresql+psycopg",))
        password = urlsplit(value).password or ""
        if len(password) < SHORTEST_PASSWORD or strength.is_weak(password):
            raise ConfigError(f"{PREFIX}{name} needs a password of {SHORTEST_PASSWORD} or more random characters.")
        return value

    def sender(self, name: str) -> str:
        value = self.must(name)
        if not strength.is_sender(value):
            raise ConfigError(f"{PREFIX}{name} must be a sender's address, for example Name <name@example.org>.")
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self.must(name).split(",") if part.strip())
        if len(values) > 2:
            raise ConfigError(f"{PREFIX}{name} holds more than two secrets: one, or two while rotating.")
        for value in values:
            if not value.isprintable() or " " in value or value[0] in "'\"":
                raise ConfigError(f"{PREFIX}{name} holds a space or a quotation mark: write the secret bare.")
            if len(value) < SHORTEST_SECRET or strength.is_weak(value):
                raise ConfigError(f"{PREFIX}{name} is too weak: use {SHORTEST_SECRET} or more random characters.")
        return values

    def crash_at(self, *, demo: bool) -> str:
        point = self.get("CRASH_AT")
        if point and not demo:
            raise ConfigError(f"{PREFIX}CRASH_AT is for tests in demo mode only: remove it.")
        if point and point not in crash.POINTS:
            raise ConfigError(f"{PREFIX}CRASH_AT must be one of the points that shared/crash.py lists.")
        return point

    def folder(self, name: str) -> Path | None:
        value = self.get(name)
        if value and not (Path(value).is_absolute() and Path(value).is_dir()):
            raise ConfigError(f"{PREFIX}{name} must be the whole path of a folder that is there.")
        return Path(value) if value else None

    def refuse_shared(self, names: Iterable[str]) -> None:
        """Each secret opens one thing: who has learned one must not be able to open another with it."""
        holds: dict[str, str] = {}
        for name in names:
            for value in set(self.secrets(name)):
                if (other := holds.setdefault(value, name)) != name:
                    raise ConfigError(f"{PREFIX}{name} holds the same secret as {PREFIX}{other}: each needs its own.")

    def keys(self, name: str) -> tuple[bytes, ...]:
        found = tuple(strength.raw_key(part) for part in self.must(name).split(",") if part.strip())
        if None in found or not 1 <= len(found) <= 2:
            raise ConfigError(f"{PREFIX}{name} must be an Ed25519 key, or two while rotating: 32 bytes as base64url.")
        return tuple(filter(None, found))
