"""A small provider on this machine that says whatever a test wants it to say."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from shared.providers import Provider

CLIENT, SECRET = "samkontrakt", "Vq3xTz8LmN2rKd7W+bYc5/Hj9P"
NUMBER, HSA = "personalIdentityNumber", "employeeHsaId"


@dataclass
class Issuer:
    """``says`` are claims of the next token (None leaves one out), ``at_door`` those of the userinfo endpoint alone."""

    url: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one", "use": "sig"}))
    signs_with: Any = None
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    says: dict[str, Any] = field(default_factory=dict)
    at_door: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    token: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def provider(self, **changed: Any) -> Provider:
        host = urlsplit(self.url).netloc
        known = {
            "id": "eid",
            "name": "E-legitimation",
            "issuer": self.url,
            "client_id": CLIENT,
            "client_secret": SECRET,
        }
        claims = {"patient": NUMBER, "delegate": NUMBER, "staff": HSA}
        rest = {"claims": claims, "scope": "openid profile", "acr": (), "hosts": frozenset({host})}
        return Provider(**known | rest | changed)

    def approve(self, location: str) -> dict[str, str]:
        """What a browser brings back after somebody has been vouched for at ``location``."""
        asked = dict(parse_qsl(urlsplit(location).query))
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.url}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        answer = self.answers.get(request.path) or self._answer(request)
        return answer(environ, start_response)

    def _answer(self, request: Request) -> Response:
        match request.path:
            case "/.well-known/openid-configuration":
                return _json(self._described())
            case "/jwks":
                return _json(KeySet([self.key]).as_dict(private=False))
            case "/token":
                return self._token(request)
            case "/door" if request.headers["Authorization"] == "Bearer pass":
                return _json({"sub": "somebody", **self.at_door})
        return Response("", 404)

    def _described(self) -> dict[str, Any]:
        own = {"authorization_endpoint": "/asks", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        doors = {name: self.url + path for name, path in {**own, "userinfo_endpoint": "/door"}.items()}
        return {"issuer": self.url, **doors, **self.metadata}

    def _token(self, request: Request) -> Response:
        """A code opens once, for who has the secret and began the round."""
        form, by = request.form, request.authorization
        asked = self.codes.pop(form["code"], None)
        verifier = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        ours = by is not None and (by.username, by.password) == (CLIENT, SECRET.replace("+", "%2B").replace("/", "%2F"))
        if not ours or asked is None or asked["code_challenge"] != verifier or asked["code_challenge_method"] != "S256":
            return _json({"error": "invalid_grant"}, 400)
        return _json({"id_token": self.token or self._signed(asked), "access_token": "pass", "token_type": "Bearer"})

    def _signed(self, asked: Mapping[str, str]) -> str:
        now = int(time.time())
        usual = {
            "iss": self.url,
            "sub": "somebody",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        claims = {name: value for name, value in {**usual, **self.says}.items() if value is not None}
        return jwt.encode(self.header, claims, self.signs_with or self.key, algorithms=[self.header["alg"]])


def _json(told: Any, status: int = 200) -> Response:
    return Response(json.dumps(told), status, content_type="application/json")


@contextmanager
def serving() -> Iterator[Issuer]:
    issuer = Issuer()
    server = make_server("127.0.0.1", 0, issuer, threaded=True)
    issuer.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
