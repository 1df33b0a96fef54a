"""Which providers of sign-in are taken, and which are refused in one line that shows no value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.providers import Provider, read

SECRET = "Vq3xTz8LmN2rKd7WbYc5Hj9P"


def told(tmp_path: Path, **changed: Any) -> str:
    """The text that names one good provider, with these changes; None leaves a name out."""
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    one = {
        "id": "eid",
        "name": "E-legitimation",
        "issuer": "https://login.example/op",
        "client_id": "samkontrakt",
        "client_secret_file": str(tmp_path / "secret"),
        "claims": {"staff": "employeeHsaId", "patient": "personalIdentityNumber"},
    }
    return json.dumps([{name: value for name, value in (one | changed).items() if value is not None}])


def the_only(tmp_path: Path, **changed: Any) -> Provider:
    (provider,) = read(told(tmp_path, **changed), clear=False)
    return provider


def test_no_provider_is_needed() -> None:
    assert read("", clear=False) == ()


def test_a_provider_vouches_for_the_kinds_it_has_a_claim_for_patients_first(tmp_path: Path) -> None:
    provider = the_only(tmp_path)
    assert provider.kinds == ("patient", "staff")
    assert provider.client_secret == SECRET


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://login.example/jwks", True),
        ("https://keys.login.example/jwks", True),
        ("http://login.example/jwks", False),
        ("https://login.example:8443/jwks", False),
        ("https://login.example@evil.example/jwks", False),
        ("https://evil.example/login.example", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("gopher://login.example/x", False),
        ("https://[::ffff:169.254.169.254]/latest", False),
        ("https://[::ffff:a9fe:a9fe]/latest", False),
        ("https://2852039166/latest", False),
        ("https://0xa9fea9fe/latest", False),
        ("https://login.example:22/", False),
        ("https://login.example:6379/", False),
        ("https://login.example#@evil.example/", True),
        ("https://login.example\\@evil.example/", False),
        ("https://login.example.evil.example/", False),
        ("//login.example/jwks", False),
        ("", False),
    ],
)
def test_C_outgoing_only_a_providers_own_hosts_are_called(tmp_path: Path, url: str, may: bool) -> None:
    assert the_only(tmp_path, hosts=["keys.login.example"]).may_call(url) is may


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "BankID"},
        {"id": "a/b"},
        {"name": ""},
        {"issuer": "http://login.example"},
        {"issuer": "login.example"},
        {"issuer": "https://login.example/?a=b"},
        {"issuer": "https://name:word@login.example"},
        {"client_id": None},
        {"client_secret_file": "/nowhere/at/all"},
        {"claims": {}},
        {"claims": {"admin": "sub"}},
        {"scope": "profile"},
        {"acr": ["two levels"]},
        {"unheard_of": 1},
    ],
    ids=str,
)
def test_fault_44_a_wrong_provider_is_refused_in_one_line(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^(is|names) ") as refused:
        read(told(tmp_path, **changed), clear=False)
    assert "\n" not in str(refused.value)
    assert "word" not in str(refused.value)


HOSTS = [
    "169.254.169.254", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[fe80::1]", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376",
    "127.0.0.1", "10.0.0.4", "login.example:22", "login.example:6379", "login.example:5432", "login.example:0",
    "login.example@evil.example", "name:word@login.example", "evil.example/login.example", "evil.example#login.example",
    "evil.example?login.example", "", " ", "login.example evil.example",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_C_outgoing_an_issuer_and_its_hosts_are_names_at_a_port_of_the_web(tmp_path: Path, host: str) -> None:
    for changed in ({"issuer": f"https://{host}"}, {"hosts": [host]}):
        if host.startswith("evil") and "issuer" in changed and "/" in host:
            continue  # an issuer may have a path; its host is evil.example all the same
        with pytest.raises(ValueError, match=r"^(is|names) ") as refused:
            read(told(tmp_path, **changed), clear=False)
        assert not host.strip() or host not in str(refused.value)


@pytest.mark.parametrize("scheme", ["http", "file", "gopher", "ftp", "redis", "javascript", "HTTPS ", ""])
def test_C_outgoing_an_issuer_is_called_by_https_alone(tmp_path: Path, scheme: str) -> None:
    with pytest.raises(ValueError, match=r"^(is|names) "):
        read(told(tmp_path, issuer=f"{scheme}://login.example/op"), clear=False)


def test_C_outgoing_a_name_at_a_port_of_the_web_is_taken(tmp_path: Path) -> None:
    for issuer in ("https://login.example", "https://login.example:443/op", "https://keycloak:8443/realms/x"):
        (one,) = read(
            told(tmp_path, issuer=issuer, hosts=["keys.login.example", "keys.login.example:8443"]), clear=False
        )
        assert one.issuer == issuer


@pytest.mark.parametrize("text", ["[", "{}", "[1]", '"https://login.example"'])
def test_fault_44_what_is_no_list_of_providers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        read(text, clear=False)


def test_fault_44_a_weak_secret_of_a_provider_is_refused(tmp_path: Path) -> None:
    text = told(tmp_path)
    (tmp_path / "secret").write_text("changeme-changeme-changeme")
    with pytest.raises(ValueError, match="client_secret_file"):
        read(text, clear=False)


def test_fault_44_two_providers_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same id"):
        read(json.dumps(json.loads(told(tmp_path)) * 2), clear=False)


def test_an_issuer_is_called_in_clear_on_a_demonstrations_own_machine_alone(tmp_path: Path) -> None:
    text = told(tmp_path, issuer="http://127.0.0.1:8100")
    assert read(text, clear=True)[0].may_call("http://127.0.0.1:8100/token")
    for elsewhere, clear in ((text, False), (told(tmp_path, issuer="http://login.example"), True)):
        with pytest.raises(ValueError, match="https"):
            read(elsewhere, clear=clear)
