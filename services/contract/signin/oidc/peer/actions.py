"""Talks to one provider with Authlib: where the browser goes, a code for a token, and what the token is worth."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from services.contract.signin.oidc.domain import NotVouched
from services.contract.signin.oidc.line.actions import Line
from services.contract.signin.oidc.peer.domain import (
    ALGORITHMS,
    BELIEVED_SECONDS,
    KEYS_AGAIN_SECONDS,
    LEEWAY_SECONDS,
    SEEN_SECONDS,
    Described,
)
from shared.providers import Provider

DISCOVERY = "/.well-known/openid-configuration"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SIGNING_KEYS = ("RSA", "EC", "OKP")
Claims = Mapping[str, Any]


class Peer:
    """One provider and what it has told of itself. A process's threads share it: at worst two ask the same twice."""

    def __init__(self, provider: Provider, clock: Callable[[], float] = time.monotonic) -> None:
        self.provider = provider
        self._clock = clock
        self._line = Line(provider)
        self._told: Described | None = None

    def address(self, redirect_uri: str, state: str, nonce: str, verifier: str, *, again: bool = False) -> str:
        """Where the browser goes to be vouched for, ``again`` by showing anew who they are. Raises ``NotVouched``, as all of
        these."""
        wished = {"acr_values": " ".join(self.provider.acr)} if self.provider.acr else {}
        wished |= {"prompt": "login", "max_age": "0"} if again else {"max_age": str(SEEN_SECONDS)}
        address: str = prepare_grant_uri(
            self._own(self._described().url("authorization_endpoint")),
            client_id=self.provider.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=self.provider.scope,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **wished,
        )
        return address

    def vouched(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> tuple[Claims, str]:
        """What the provider's token says in exchange for its code, and the pass to its own door, if there is one."""
        told = self._described()
        secret = (
            quote(self.provider.client_secret, safe="")
            if told.method.endswith("basic")
            else self.provider.client_secret
        )
        auth = ClientAuth(self.provider.client_id, secret, told.method)
        body = prepare_token_request("authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)
        url, headers, body = auth.prepare("POST", told.url("token_endpoint"), dict(FORM), body)
        answer = self._line.ask("POST", url, headers, body)
        access = answer.get("access_token")
        return self._judged(answer.get("id_token"), nonce, access), access if isinstance(access, str) else ""

    def more(self, claims: Claims, access_token: str) -> Claims:
        """What the provider says of the same person at its own door alone; nothing when it has none."""
        told = self._described()
        if not access_token or "userinfo_endpoint" not in told.metadata:
            return {}
        found = self._line.ask("GET", told.url("userinfo_endpoint"), {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != claims["sub"]:
            raise NotVouched("not_now", "tells of somebody else")
        return found

    def _judged(self, id_token: Any, nonce: str, access_token: Any) -> Claims:
        token = self._read(id_token)
        wanted: dict[str, Any] = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        if self.provider.acr:
            wanted["acr"] = {"essential": True, "values": list(self.provider.acr)}
        params = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": access_token}
        try:
            claims = CodeIDToken(token.claims, token.header, wanted, params)
            claims.validate(int(time.time()), LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise NotVouched("not_now", f"token refused: {_short(error)}") from None
        return dict(claims)

    def _read(self, id_token: Any) -> jwt.Token:
        """The token, its signature checked by one of the provider's keys; they are read again for a key we don't know."""
        if not isinstance(id_token, str):
            raise NotVouched("not_now", "answers without a token")
        try:
            try:
                return jwt.decode(id_token, _set(self._described().keys), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                return jwt.decode(id_token, _set(self._keys_again().keys), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as error:
            raise NotVouched("not_now", f"token refused: {_short(error)}") from None

    def _described(self) -> Described:
        now = self._clock()
        if self._told is None or now - self._told.read_at > BELIEVED_SECONDS:
            metadata = self._line.ask("GET", self.provider.issuer.rstrip("/") + DISCOVERY)
            if metadata.get("issuer") != self.provider.issuer:
                raise NotVouched("not_now", "calls itself something else")
            told = Described(metadata, [], now, now)
            self._told = replace(told, keys=self._keys_of(told))
        return self._told

    def _keys_again(self) -> Described:
        told, now = self._described(), self._clock()
        if now - told.keys_at > KEYS_AGAIN_SECONDS:
            self._told = told = replace(told, keys=self._keys_of(told), keys_at=now)
        return told

    def _keys_of(self, told: Described) -> list[Any]:
        keys = self._line.ask("GET", told.url("jwks_uri")).get("keys")
        return keys if isinstance(keys, list) else []

    def _own(self, url: str) -> str:
        if not self.provider.may_call(url):
            raise NotVouched("not_now", "names an address that is not its own")
        return url


def _set(keys: list[Any]) -> KeySet:
    """The keys that sign; one of a kind that nobody here knows is none of them."""
    found = KeySet([])
    for key in keys:
        if isinstance(key, dict) and key.get("kty") in SIGNING_KEYS and key.get("use", "sig") == "sig":
            try:
                found.keys.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError):
                continue
    return found


def _short(error: Exception) -> str:
    """What kind of fault it is. Its own text may quote what was sent."""
    return getattr(error, "error", "") or type(error).__name__
