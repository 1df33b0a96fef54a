"""Who is at the other end: the short session cookie, and the answer links that open one question without signing in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.fernet import InvalidToken
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.bus.seal import derive, fernet
from shared.strength import public_half

COOKIE_SECONDS = 600
COOKIE_NAME = "samkontrakt"
FRESH_SECONDS = 300
"""So long after somebody has shown who they are they may do what others could do much harm by."""
CODE_DIGITS = 8
OWNER_SECONDS = 7 * 24 * 3600
"""So long a page may stand open and what is typed there still be kept."""
ISSUER = "samkontrakt/contract"


@dataclass(frozen=True)
class SignedIn:
    """What a valid session cookie says. ``until`` is when the session runs out unless it is used, ``vouched_at`` when its person
    last showed who they are (0: nobody knows), both as seconds of the epoch; ``strong`` whether by more than a mail or a link."""

    session_id: UUID
    person_id: UUID
    issued_at: int
    until: int
    vouched_at: int = 0
    strong: bool = False

    @property
    def fresh(self) -> bool:
        """Whether the cookie is young enough to act on; an older one must be renewed at contract first."""
        return time.time() < min(self.issued_at + COOKIE_SECONDS, self.until)

    def vouched(self, kind: str, at: float) -> bool:
        """Whether somebody of this kind has lately shown, well enough, who they are: staff not by a mail or a link."""
        return at - self.vouched_at < FRESH_SECONDS and (self.strong or kind != "staff")


def cookie_name(*, secure: bool) -> str:
    return f"__Host-{COOKIE_NAME}" if secure else COOKIE_NAME


def sign_cookie(
    private_key: bytes,
    session_id: UUID,
    person_id: UUID,
    issued_at: float | None = None,
    until: float | None = None,
    *,
    vouched_at: float = 0,
    strong: bool = False,
) -> str:
    """The cookie's value: session, person, now and how long, signed (EdDSA). Only contract has the private key."""
    issued_at = time.time() if issued_at is None else issued_at
    until = issued_at + COOKIE_SECONDS if until is None else until
    public = public_half(private_key)
    claims = {"iss": ISSUER, "sid": str(session_id), "sub": str(person_id), "iat": int(issued_at), "until": int(until)}
    claims |= {"auth_time": int(vouched_at), "strong": strong}
    head = {"alg": "Ed25519", "kid": key_name(public)}
    return jwt.encode(head, claims, _key(public, private_key), algorithms=["Ed25519"])


def read_cookie(public_keys: tuple[bytes, ...], value: str) -> SignedIn | None:
    """What the cookie says, whatever its age; None when contract did not sign it with the key that it names."""
    try:
        claims = jwt.decode(value, _keys(public_keys), algorithms=["Ed25519"]).claims
        if claims.get("iss") != ISSUER or int(claims["iat"]) > time.time() + 60:
            return None
        vouched_at, strong = int(claims.get("auth_time", 0)), claims.get("strong") is True
        times = int(claims["iat"]), int(claims["until"]), vouched_at
        return SignedIn(UUID(claims["sid"]), UUID(claims["sub"]), *times, strong)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def key_name(public_key: bytes) -> str:
    """How a cookie names the key it is signed with (``kid``)."""
    return _text(hashlib.sha256(public_key).digest()[:9])


@lru_cache(4)
def _keys(public_keys: tuple[bytes, ...]) -> KeySet:
    return KeySet([_key(public_key) for public_key in public_keys])


def _key(public_key: bytes, private_key: bytes | None = None) -> OKPKey:
    jwk: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "x": _text(public_key)}
    jwk["kid"] = key_name(public_key)
    return OKPKey.import_key(jwk | ({"d": _text(private_key)} if private_key else {}))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def form_token(form_key: str, session_id: UUID | None) -> str:
    """The token a form of this session carries, so that no other site can post it."""
    return hmac.new(form_key.encode(), f"form:{session_id}".encode(), hashlib.sha256).hexdigest()[:40]


def is_form_token(form_keys: tuple[str, ...], session_id: UUID | None, sent: str) -> bool:
    """Whether a form of this session carried it, made with any of the keys in use."""
    return any(hmac.compare_digest(sent.encode(), form_token(key, session_id).encode()) for key in form_keys)


def form_owner(form_keys: tuple[str, ...], person_id: UUID | None) -> str:
    """For whom a form was shown, sealed: whose words they are when the form arrives after the session has ended."""
    return fernet(form_keys, "form owner").encrypt(person_id.bytes).decode() if person_id else ""


def read_form_owner(form_keys: tuple[str, ...], sent: str) -> UUID | None:
    """The person whom a form was shown to; None when we did not make it."""
    try:
        return UUID(bytes=fernet(form_keys, "form owner").decrypt(sent, OWNER_SECONDS))
    except (InvalidToken, ValueError):
        return None


def answer_token(pair_secret: str, reminder_id: UUID, recipient_id: UUID) -> str:
    """The opaque part of an answer link: which question, for whom. What may still be done is the reminder's own state."""
    return _answers(pair_secret).sign(base64_encode(reminder_id.bytes + recipient_id.bytes)).decode()


def read_answer_token(pair_secrets: tuple[str, ...], token: str) -> tuple[UUID, UUID] | None:
    """The reminder and the recipient an answer link is for; None when we did not make it."""
    for secret in pair_secrets:
        try:
            both = base64_decode(_answers(secret).unsign(token))
            return UUID(bytes=both[:16]), UUID(bytes=both[16:])
        except (BadData, ValueError):
            continue
    return None


def signin_code(pair_secret: str, code_id: UUID) -> str:
    """The digits that sign somebody in once. Nothing keeps or tells them: contract and notify both work them out."""
    drawn = hmac.new(derive(pair_secret, "signin code"), code_id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(drawn) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def is_signin_code(pair_secrets: tuple[str, ...], code_id: UUID, written: str) -> bool:
    """Whether these are the digits. As long for a wrong guess as for a right one."""
    made = [hmac.compare_digest(signin_code(secret, code_id).encode(), written.encode()) for secret in pair_secrets]
    return any(made)


def signin_token(pair_secret: str, code_id: UUID) -> str:
    """The opaque part of the link that does what the digits do."""
    return _links(pair_secret).sign(base64_encode(code_id.bytes)).decode()


def read_signin_token(pair_secrets: tuple[str, ...], token: str) -> UUID | None:
    """Which code a link stands for; None when we did not make it."""
    for secret in pair_secrets:
        try:
            return UUID(bytes=base64_decode(_links(secret).unsign(token)))
        except (BadData, ValueError):
            continue
    return None


@lru_cache(8)
def _links(pair_secret: str) -> Signer:
    return Signer(derive(pair_secret, "signin link"), key_derivation="none", digest_method=hashlib.sha256)


@lru_cache(8)
def _answers(pair_secret: str) -> Signer:
    return Signer(derive(pair_secret, "answer"), key_derivation="none", digest_method=hashlib.sha256)


def code_hash(code: str) -> str:
    """How a one-use link's code is stored: its hash, so that a stolen database opens nothing."""
    return hashlib.sha256(code.encode()).hexdigest()
