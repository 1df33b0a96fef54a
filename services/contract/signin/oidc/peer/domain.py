"""How long a provider's own description is believed, how its tokens may be signed, and what it must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.contract.signin.oidc.domain import NotVouched

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""What a token may be signed with: never ``none``, never a secret that both have."""

LEEWAY_SECONDS = 60
"""How far a provider's clock may be from ours."""

SEEN_SECONDS = 12 * 3600
"""How long ago a provider may have seen somebody who signs in here. Asked so, it says when it did."""

BELIEVED_SECONDS = 3600.0
KEYS_AGAIN_SECONDS = 60.0
"""A token signed by a key we don't know has the keys read again, but not oftener: anybody can cause such a token."""

BASIC, IN_BODY = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True)
class Described:
    """What a provider says of itself, its keys, and since when we know either (monotonic seconds)."""

    metadata: dict[str, Any]
    keys: list[Any]
    read_at: float
    keys_at: float

    def url(self, name: str) -> str:
        """An address that it names. Raises ``NotVouched`` when it doesn't."""
        found = self.metadata.get(name)
        if not isinstance(found, str):
            raise NotVouched("not_now", f"names no {name}")
        return found

    @property
    def method(self) -> str:
        """How the secret goes along: in a header, unless only the body will do."""
        methods = self.metadata.get("token_endpoint_auth_methods_supported") or [BASIC]
        return IN_BODY if BASIC not in methods and IN_BODY in methods else BASIC
