"""The session cookie: signed by contract alone, with a key that is known now, and never by what the cookie itself says."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared import auth
from tests.support.services import PRIVATE, PUBLIC

NEWER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
OTHERS = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
SESSION, PERSON = uuid4(), uuid4()


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": auth.ISSUER, "sid": str(SESSION), "sub": str(PERSON), "iat": now, "until": now + 600,
    } | changed  # fmt: skip


def signed(key: Ed25519PrivateKey, head: dict[str, Any], body: dict[str, Any]) -> str:
    public = key.public_key().public_bytes_raw()
    jwk: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "x": text(public)}
    jwk["d"] = text(key.private_bytes_raw())
    head = {"alg": "Ed25519", "kid": auth.key_name(public)} | head
    return jwt.encode(head, body, OKPKey.import_key(jwk), algorithms=["Ed25519"])


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(head: dict[str, Any], body: dict[str, Any], signature: str = "") -> str:
    return ".".join([text(json.dumps(head).encode()), text(json.dumps(body).encode()), signature])


OWN = Ed25519PrivateKey.from_private_bytes(PRIVATE)
KID = auth.key_name(PUBLIC)
NOT_OURS = {
    "alg none": unsigned({"alg": "none", "kid": KID}, claims()),
    "alg None": unsigned({"alg": "None", "kid": KID}, claims()),
    "no signature": unsigned({"alg": "Ed25519", "kid": KID}, claims()),
    "public key as a secret": jwt.encode({"alg": "HS256", "kid": KID}, claims(), OctKey.import_key(PUBLIC)),
    "another key under our name": signed(OTHERS, {"kid": KID}, claims()),
    "another key under its own name": signed(OTHERS, {}, claims()),
    "its own key in the head": signed(
        OTHERS,
        {"kid": KID, "jwk": {"kty": "OKP", "crv": "Ed25519", "x": text(OTHERS.public_key().public_bytes_raw())}},
        claims(),
    ),
    "future": signed(OWN, {}, claims(iat=int(time.time()) + 86_400)),
    "issuer": signed(OWN, {}, claims(iss="somebody")),
    "no person": signed(OWN, {}, claims(sub=None)),
    "no end": signed(OWN, {}, {name: value for name, value in claims().items() if name != "until"}),
    "no number": signed(OWN, {}, claims(iat="now")),
    "nothing": "",
    "words": "a.b.c",
}


@pytest.mark.parametrize("value", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_P31_a_cookie_that_contract_did_not_sign_says_nothing(value: str) -> None:
    assert auth.read_cookie((PUBLIC, NEWER.public_key().public_bytes_raw()), value) is None


def test_a_cookie_says_who_and_until_when() -> None:
    until = time.time() + 1800
    read = auth.read_cookie((PUBLIC,), auth.sign_cookie(PRIVATE, SESSION, PERSON, until=until))
    assert read == auth.SignedIn(SESSION, PERSON, int(time.time()), int(until))
    assert read.fresh


def test_a_cookie_is_not_fresh_once_the_session_has_run_out() -> None:
    now = time.time()
    for issued, until in ((now - 601, now + 60), (now - 5, now - 1)):
        read = auth.read_cookie((PUBLIC,), auth.sign_cookie(PRIVATE, SESSION, PERSON, issued, until))
        assert read
        assert not read.fresh


def test_both_keys_are_good_while_they_are_rotated_and_the_old_one_not_after() -> None:
    newer = NEWER.public_key().public_bytes_raw()
    old, new = (auth.sign_cookie(key, SESSION, PERSON) for key in (PRIVATE, NEWER.private_bytes_raw()))
    for keys in ((PUBLIC, newer), (newer, PUBLIC)):
        assert auth.read_cookie(keys, old)
        assert auth.read_cookie(keys, new)
    assert auth.read_cookie((newer,), old) is None
    assert auth.read_cookie((PUBLIC,), new) is None


def test_a_form_of_either_key_is_taken_while_they_are_rotated() -> None:
    old, new = "older " * 8, "newer " * 8
    for key in (old, new):
        assert auth.is_form_token((new, old), SESSION, auth.form_token(key, SESSION))
        assert not auth.is_form_token((new, old), uuid4(), auth.form_token(key, SESSION))
    assert not auth.is_form_token((new,), SESSION, auth.form_token(old, SESSION))
    assert not auth.is_form_token((new, old), SESSION, "")
