"""What a service refuses to start with: each in one line that names the setting and says what to do."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import make_url

from shared.config import ConfigError, load

STRONG = "Vq3xTz8LmN2rKd7WbYc5Hj9PfGs4QaUe"
OTHERS = ("Tn5wRb8XkEj2vMqZ6cLh9sYdGu4PfAo7", "Jy7pCk3WgVx9tBnQ5mSe8rHzDu2LfTa6")
AUDIT = "Wd6yRm3KpZ8cXj5TnL2vBq7HsGf4EoAu"
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
GOOD = {
    "SAMKONTRAKT_DEMO": "0",
    "SAMKONTRAKT_PUBLIC_URL": "https://kontrakt.example",
    "SAMKONTRAKT_NOTIFY_DATABASE_URL": "postgresql+psycopg://notify:Gu4PfAo7Tn5wRb8X@127.0.0.1:5432/notify",
    "SAMKONTRAKT_CONTRACT_URL": "http://127.0.0.1:8001",
    "SAMKONTRAKT_SELFCARE_URL": "http://127.0.0.1:8002",
    "SAMKONTRAKT_PAIR_CONTRACT_NOTIFY": STRONG,
    "SAMKONTRAKT_PAIR_NOTIFY_SELFCARE": OTHERS[0],
    "SAMKONTRAKT_NOTIFY_FORM_KEY": OTHERS[1],
    "SAMKONTRAKT_NOTIFY_AUDIT_KEY": AUDIT,
    "SAMKONTRAKT_SESSION_PUBLIC_KEY": KEY,
    "SAMKONTRAKT_SMTP_URL": "smtp://127.0.0.1:25",
    "SAMKONTRAKT_MAIL_FROM": "paminnelse@kontrakt.example",
}
BAD = [
    ("SAMKONTRAKT_PUBLIC_URL", '"https://kontrakt.example"'),
    ("SAMKONTRAKT_RATE_FACTOR", "0"),
    ("SAMKONTRAKT_RATE_FACTOR", "-1"),
    ("SAMKONTRAKT_RATE_FACTOR", "101"),
    ("SAMKONTRAKT_RATE_FACTOR", "1e3"),
    ("SAMKONTRAKT_PUBLICURL", "https://x.example"),
    ("SAMKONTRAKT_DEMO", "yes"),
    ("SAMKONTRAKT_PUBLIC_URL", "http://kontrakt.example"),
    ("SAMKONTRAKT_PUBLIC_URL", "ftp://kontrakt.example"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "sqlite:///x.db"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", ""),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "postgresql+psycopg://notify@127.0.0.1/notify"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "postgresql+psycopg://notify:notify@127.0.0.1/notify"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "postgresql+psycopg://notify:p/ss:w@rd@127.0.0.1/notify"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://127.0.0.1:99999"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://:8001"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://[::1"),
    ("SAMKONTRAKT_PUBLIC_URL", "https://kontrakt example"),
    ("SAMKONTRAKT_PUBLIC_URL", "https://localhost@kontrakt.example"),
    ("SAMKONTRAKT_CONTRACT_URL", "file:///etc/passwd"),
    ("SAMKONTRAKT_CONTRACT_URL", "gopher://127.0.0.1:8001"),
    ("SAMKONTRAKT_CONTRACT_URL", "127.0.0.1:8001"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://127.0.0.1:8001@evil.example"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://127.0.0.1:8001#@evil.example"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://127.0.0.1:8001?x=y"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://127.0.0.1:-1"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://169.254.169.254"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://[::ffff:169.254.169.254]"),
    ("SAMKONTRAKT_CONTRACT_URL", "http://2852039166"),
    ("SAMKONTRAKT_SMTP_URL", "smtp://0x7f000001:25"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "'postgresql+psycopg://notify:Gu4PfAo7Tn5wRb8X@127.0.0.1/notify'"),
    ("SAMKONTRAKT_NOTIFY_DATABASE_URL", "postgresql+psycopg://notify:Gu4PfAo7@Tn5wRb8X/x@127.0.0.1/notify"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", f"{STRONG[:16]} {STRONG[16:]}"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", f"'{STRONG}'"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "short"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "a" * 40),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", "my-secret-my-secret-my-secret-my-secret"),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", ",".join([STRONG] * 3)),
    ("SAMKONTRAKT_NOTIFY_FORM_KEY", "changeme" * 6),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", OTHERS[0]),
    ("SAMKONTRAKT_PAIR_CONTRACT_NOTIFY", OTHERS[1]),
    ("SAMKONTRAKT_SESSION_PUBLIC_KEY", "AAAA"),
    ("SAMKONTRAKT_BROKER_URL", "amqp://127.0.0.1"),
    ("SAMKONTRAKT_SMTP_URL", "127.0.0.1:25"),
    ("SAMKONTRAKT_MAIL_FROM", ""),
    ("SAMKONTRAKT_NOTIFY_AUDIT_KEY", OTHERS[1]),
    ("SAMKONTRAKT_AUDIT_HEADS", "/nowhere/at/all"),
    ("SAMKONTRAKT_AUDIT_HEADS", "heads"),
    ("SAMKONTRAKT_CRASH_AT", "claim.committed"),
    ("SAMKONTRAKT_MAIL_FROM", "Samkontrakt"),
    ("SAMKONTRAKT_MAIL_FROM", "a@kontrakt.example\nBcc: b@kontrakt.example"),
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


def test_C_config_a_password_with_every_sign_is_taken_when_it_is_written_as_in_addresses() -> None:
    password = "p/ss:w@rd%Gu4PfAo7 #Tn"
    url = f"postgresql+psycopg://notify:{quote(password, safe='')}@127.0.0.1:5432/notify"
    assert make_url(load("notify", GOOD | {"SAMKONTRAKT_NOTIFY_DATABASE_URL": url}).database_url).password == password


def test_P4_a_crash_point_is_taken_in_demo_mode_alone_and_only_one_that_exists() -> None:
    demo = GOOD | {"SAMKONTRAKT_DEMO": "1", "SAMKONTRAKT_PUBLIC_URL": "http://127.0.0.1:8000"}
    assert not load("notify", GOOD).crash_at
    assert load("notify", demo | {"SAMKONTRAKT_CRASH_AT": "claim.committed"}).crash_at == "claim.committed"
    with pytest.raises(ConfigError, match="CRASH_AT"):
        load("notify", demo | {"SAMKONTRAKT_CRASH_AT": "somewhere.else"})


@pytest.mark.parametrize("demo", ["", "0", "1"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("kontrakt.example", False),
        ("127.0.0.1.kontrakt.example", False),
        ("localhost.kontrakt.example", False),
        ("192.168.1.4", False),
        ("0.0.0.0", False),  # noqa: S104
    ],
)
def test_fault_44_a_demonstration_opens_its_doors_to_its_own_machine_alone(
    demo: str, scheme: str, host: str, own: bool
) -> None:
    env = GOOD | {"SAMKONTRAKT_DEMO": demo, "SAMKONTRAKT_PUBLIC_URL": f"{scheme}://{host}"}
    if own if demo == "1" else scheme == "https":
        assert load("notify", env).demo is (demo == "1")
    else:
        with pytest.raises(ConfigError, match="DEMO" if demo == "1" else "PUBLIC_URL"):
            load("notify", env)


def test_two_secrets_are_taken_while_they_are_rotated() -> None:
    newer = STRONG[::-1]
    config = load("notify", GOOD | {"SAMKONTRAKT_PAIR_CONTRACT_NOTIFY": f"{newer}, {STRONG}"})
    assert config.pair_secrets["contract"] == (newer, STRONG)


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{OTHERS[1]}\n")
    env = {name: value for name, value in GOOD.items() if name != "SAMKONTRAKT_NOTIFY_FORM_KEY"}
    assert load("notify", env | {"SAMKONTRAKT_NOTIFY_FORM_KEY_FILE": str(kept)}).form_keys == (OTHERS[1],)
    with pytest.raises(ConfigError, match="can't be read"):
        load("notify", env | {"SAMKONTRAKT_NOTIFY_FORM_KEY_FILE": str(tmp_path / "none")})
    kept.write_bytes(b"\xff\xfe" * 32)
    with pytest.raises(ConfigError, match="holds no text"):
        load("notify", env | {"SAMKONTRAKT_NOTIFY_FORM_KEY_FILE": str(kept)})


def test_fault_44_a_public_key_that_opens_nobodys_session_is_refused() -> None:
    own = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    contract = GOOD | {
        "SAMKONTRAKT_CONTRACT_DATABASE_URL": GOOD["SAMKONTRAKT_NOTIFY_DATABASE_URL"],
        "SAMKONTRAKT_NOTIFY_URL": "http://127.0.0.1:8003",
        "SAMKONTRAKT_PAIR_CONTRACT_SELFCARE": STRONG[::-1],
        "SAMKONTRAKT_CONTRACT_FORM_KEY": OTHERS[0],
        "SAMKONTRAKT_CONTRACT_AUDIT_KEY": AUDIT,
        "SAMKONTRAKT_SESSION_KEY": KEY,
    }
    with pytest.raises(ConfigError, match="not the public half"):
        load("contract", contract)
    public = base64.urlsafe_b64encode(own).decode()
    assert load("contract", contract | {"SAMKONTRAKT_SESSION_PUBLIC_KEY": public}).session_key == bytes(range(32))
    rotating = contract | {"SAMKONTRAKT_SESSION_PUBLIC_KEY": f"{GOOD['SAMKONTRAKT_SESSION_PUBLIC_KEY']},{public}"}
    assert load("contract", rotating).session_public_keys[1] == own
    for wrong in (f"{public},short", f"{public},{public},{public}", ","):
        with pytest.raises(ConfigError, match="two while rotating"):
            load("contract", contract | {"SAMKONTRAKT_SESSION_PUBLIC_KEY": wrong})


def test_several_sentinels_are_one_broker() -> None:
    broker = "sentinel://127.0.0.1:26379;sentinel://127.0.0.1:26380"
    assert load("notify", GOOD | {"SAMKONTRAKT_BROKER_URL": broker}).broker_url == broker
