"""Seals what one service tells another, and signs its requests: one secret per pair, two accepted while rotating."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.bus import strict

TOKEN_SECONDS = 60
LEEWAY_SECONDS = 60
ASK_SECONDS, REFUSING_SECONDS = 1.0, 0.05
"""How often newer secrets are asked for, and how often while something does not open."""
Secrets = Mapping[str, tuple[str, ...]]


class SealError(Exception):
    """What was received was not sealed, or not signed, by the peer it claims to be from."""


def derive(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose from a shared secret (HKDF-SHA256): a seal can't be used as a token or the reverse."""
    return HKDF(SHA256(), length=32, salt=b"samkontrakt", info=purpose.encode()).derive(secret.encode())


@lru_cache(32)
def fernet(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    """What encrypts for one purpose: the first secret seals, each opens."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derive(secret, purpose))) for secret in secrets])


class Sealer:
    """The keys of one service towards its peers.

    ``newer`` gives the secrets anew when they have changed, else None. It is asked now and then, and before anything is
    refused: so a process that runs for months learns of a rotation, and takes nothing for forged that is only new.
    """

    def __init__(
        self,
        service: str,
        pair_secrets: Mapping[str, tuple[str, ...]],
        newer: Callable[[], Secrets | None] | None = None,
    ) -> None:
        self.service = service
        self.newer = newer
        self._asked = 0.0
        self._know(pair_secrets)

    def _know(self, pair_secrets: Secrets) -> None:
        self.peers = tuple(pair_secrets)
        self._seals = {peer: fernet(secrets, "seal") for peer, secrets in pair_secrets.items()}
        self._tokens = {
            peer: [OctKey.import_key(derive(s, "token")) for s in secrets] for peer, secrets in pair_secrets.items()
        }

    def _ask(self, pause: float = ASK_SECONDS) -> bool:
        """Whether there were newer secrets."""
        if self.newer is None or time.monotonic() - self._asked < pause:
            return False
        self._asked = time.monotonic()
        found = self.newer()
        if found is not None:
            self._know(found)
        return found is not None

    def seal(self, peer: str, event_id: UUID, data: Mapping[str, Any]) -> str:
        """Encrypt ``data`` for ``peer``. The event's id is inside, so that a seal can't be moved to another event."""
        self._ask()
        body = json.dumps({"id": str(event_id), "data": data}, ensure_ascii=False, separators=(",", ":"))
        return self._seals[peer].encrypt(body.encode()).decode()

    def open(self, peer: str, event_id: UUID, sealed: str) -> dict[str, Any]:
        """Decrypt what ``peer`` sealed. Raises ``SealError`` when it is forged, damaged or belongs to another event."""
        try:
            body = strict.loads(strict.storable(self._decrypt(peer, sealed)))
        except (InvalidToken, ValueError, KeyError):
            raise SealError("the seal does not open with this pair's secret") from None
        except strict.NotJson as error:
            raise SealError(f"what is sealed can't be read: {error}") from None
        if not isinstance(body, dict) or body.get("id") != str(event_id) or not isinstance(body.get("data"), dict):
            raise SealError("the seal belongs to another event")
        data: dict[str, Any] = body["data"]
        return data

    def _decrypt(self, peer: str, sealed: str) -> bytes:
        self._ask()
        try:
            return self._seals[peer].decrypt(sealed.encode())
        except InvalidToken:
            if not self._ask(REFUSING_SECONDS):
                raise
            return self._seals[peer].decrypt(sealed.encode())

    def token(self, peer: str, scope: str) -> str:
        """A token for one minute and one purpose, from this service to ``peer``."""
        self._ask()
        now = int(time.time())
        claims = {"iss": self.service, "aud": peer, "scope": scope, "iat": now, "exp": now + TOKEN_SECONDS}
        return jwt.encode({"alg": "HS256"}, claims, self._tokens[peer][0])

    def check(self, peer: str, scope: str, token: str) -> None:
        """Raise ``SealError`` unless ``peer`` made this token, for this service and this purpose, just now."""
        self._ask()
        wanted = {"iss": peer, "aud": self.service, "scope": scope}
        for key in self._tokens.get(peer, ()):
            try:
                claims = jwt.decode(token, key, algorithms=["HS256"]).claims
            except (JoseError, ValueError):
                continue
            fresh = claims.get("exp", 0) + LEEWAY_SECONDS > time.time() > claims.get("iat", 0) - LEEWAY_SECONDS
            if fresh and all(claims.get(name) == value for name, value in wanted.items()):
                return
        raise SealError("the token is not valid for this stream")
