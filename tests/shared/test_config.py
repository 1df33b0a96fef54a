"""What a service refuses to start with: each in one line that names the setting and says what to do."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from shared.config import ConfigError, load

STRONG = "Vq3xTz8LmN2rKd7WbYc5Hj9PfGs4QaUe"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
GOOD = {
    "SAMKONTRAKT_DEMO": "0",
    "SAMKONTRAKT_PUBLIC_URL": "https://kontrakt.example",
    "SAMKONTRAKT_NOTIFY_DATABASE_URL": "postgresql+psycopg://notify:x@127.0.0.1:5432/notify",
    "SAMKONTRAKT_CONTRACT_URL": "http://127.0.0.1:8001",
    "SAMKONTRAKT_SELFCARE_URL": "http://127.0.0.1:8002",
    "SAMKONTRAKT_PAIR_CONTRACT_NOTIFY": STRONG,
    "SAMKONTRAKT_PAIR_NOTIFY_SELFCARE": STRONG,
    "SAMKONTRAKT_NOTIFY_FORM_KEY": STRONG,
    "SAMKONTRAKT_SESSION_PUBLIC_KEY": KEY,
    "SAMKONTRAKT_SMTP_URL": "smtp://127.0.0.1:25",
    "SAMKONTRAKT_MAIL_FROM": "paminnelse@kontrakt.example",
}
BAD = [
    ("SAMKONTRAKT_PUBLICURL", "https://x.example"),
    ("SAMKONTRAKT_DEMO", "yes"),
    ("SAMKONTRAKT_PUBLIC_URL", "http://kontrakt.example"),
    ("SAMKONTRAKT_PUBLIC_URL", "ftp://kontrakt.example"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "sqlite:///x.db"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", ""),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "short"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "a" * 40),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "my-secret-my-secret-my-secret-my-secret"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", ",".join([STRONG] * 3)),
    ("SAMKONTRAKT_NOTIFY_FORM_KEY", "changeme" * 6),
    ("SAMKONTRAKT_SESSION_PUBLIC_KEY", "AAAA"),
    ("SAMKONTRAKT_BROKER_URL", "amqp://127.0.0.1"),
    ("SAMKONTRAKT_SMTP_URL", "127.0.0.1:25"),
    ("SAMKONTRAKT_MAIL_FROM", ""),
    ("SAMKONTRAKT_CRASH_AT", "claim.committed"),
]


def test_a_whole_configuration_is_taken_and_needs_no_broker() -> None:
    config = load("notify", GOOD)
    assert config.broker_url is None
    assert config.secure
    assert config.session_key is None, "only contract may sign sessions"


@pytest.mark.parametrize(("name", "value"), BAD)
def test_fault_44_what_is_unknown_missing_or_weak_is_refused_in_one_line(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load("notify", GOOD | {name: value})
    line = str(refused.value)
    assert name in line
    assert "\n" not in line
    assert not value or len(value) < 6 or value not in line, "a setting's value is never shown"


def test_P4_a_crash_point_is_taken_in_demo_mode_alone_and_only_one_that_exists() -> None:
    demo = GOOD | {"SAMKONTRAKT_DEMO": "1"}
    assert not load("notify", GOOD).crash_at
    assert load("notify", demo | {"SAMKONTRAKT_CRASH_AT": "claim.committed"}).crash_at == "claim.committed"
    with pytest.raises(ConfigError, match="CRASH_AT"):
        load("notify", demo | {"SAMKONTRAKT_CRASH_AT": "somewhere.else"})


def test_two_secrets_are_taken_while_they_are_rotated() -> None:
    newer = STRONG[::-1]
    config = load("notify", GOOD | {"SAMKONTRAKT_PAIR_CONTRACT_NOTIFY": f"{newer}, {STRONG}"})
    assert config.pair_secrets["contract"] == (newer, STRONG)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{STRONG}\n")
    env = {name: value for name, value in GOOD.items() if name != "SAMKONTRAKT_NOTIFY_FORM_KEY"}
    assert load("notify", env | {"SAMKONTRAKT_NOTIFY_FORM_KEY_FILE": str(kept)}).form_key == STRONG
    with pytest.raises(ConfigError, match="can't be read"):
        load("notify", env | {"SAMKONTRAKT_NOTIFY_FORM_KEY_FILE": str(tmp_path / "none")})
