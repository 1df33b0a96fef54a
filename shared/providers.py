"""Who vouches for people when they sign in: the OpenID Connect providers of a system, read from one JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from shared import strength

KINDS = ("patient", "delegate", "staff")
"""Whom a provider may vouch for, in the order in which people choose."""

LONGEST = 200


@dataclass(frozen=True)
class Provider:
    """One provider. ``claims`` names, for each kind of person, the claim that holds their number; ``acr`` the levels of
    assurance that are enough, any of them (empty: the provider's own); ``hosts`` what may be called on its behalf."""

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str
    claims: Mapping[str, str]
    scope: str
    acr: tuple[str, ...]
    hosts: frozenset[str]

    def __hash__(self) -> int:
        return hash((self.id, self.issuer))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Whom it vouches for."""
        return tuple(kind for kind in KINDS if kind in self.claims)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The issuer, and every host that may be called on its behalf."""
        scheme = urlsplit(self.issuer).scheme
        return (self.issuer, *(f"{scheme}://{host}" for host in sorted(self.hosts)))

    def may_call(self, url: str) -> bool:
        """Whether an address is one of this provider's own hosts, called as safely as its issuer."""
        parts = strength.host_of(url)
        return parts is not None and parts.netloc in self.hosts and parts.scheme == urlsplit(self.issuer).scheme


def read(text: str, *, clear: bool) -> tuple[Provider, ...]:
    """The providers that a JSON list names; none for an empty text. ``clear`` lets an issuer be called without TLS: a
    demonstration's own machine. Raises ``ValueError`` with one line that shows no value."""
    if not text:
        return ()
    try:
        told = json.loads(text)
    except ValueError:
        raise ValueError("is no JSON") from None
    try:
        found: list[Provider] = _Provider(many=True).load(told)
    except ValidationError as error:
        raise ValueError(f"is wrong at {_first(error.messages)}") from None
    if len({one.id for one in found}) != len(found):
        raise ValueError("names two providers with the same id")
    if any(not _may_be_called(address, clear=clear) for one in found for address in one.addresses):
        raise ValueError("names a host that is not https:// with the host's name, on port 443 or 8443")
    return tuple(found)


def _may_be_called(address: str, *, clear: bool) -> bool:
    return strength.is_on_the_web(address) or (clear and strength.is_loopback(address))


def _first(messages: Any) -> str:
    """Where the first fault is, and what it is."""
    where: list[str] = []
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        where.append(str(key))
    return f"{'.'.join(where)}: {messages[0] if isinstance(messages, list) else messages}"


class _Provider(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9][a-z0-9-]{0,31}\Z"))
    name = fields.String(required=True, validate=validate.Length(1, 60))
    issuer = fields.String(required=True, validate=validate.Length(max=LONGEST))
    client_id = fields.String(required=True, validate=validate.Length(1, LONGEST))
    client_secret_file = fields.String(required=True)
    claims = fields.Dict(
        keys=fields.String(validate=validate.OneOf(KINDS)),
        values=fields.String(validate=validate.Length(1, LONGEST)),
        required=True,
        validate=validate.Length(min=1),
    )
    scope = fields.String(load_default="openid profile", validate=validate.Regexp(r"^openid( [!-~]+)*\Z"))
    acr = fields.List(fields.String(validate=validate.Regexp(r"^[!-~]+\Z")), load_default=list)
    hosts = fields.List(fields.String(validate=validate.Regexp(r"^[a-z0-9.:\[\]-]{1,200}\Z")), load_default=list)

    @validates_schema
    def _names_an_issuer(self, data: dict[str, Any], **_more: Any) -> None:
        parts = strength.host_of(data["issuer"])
        if parts is None or parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username:
            raise ValidationError("must be the address of an issuer.", "issuer")

    @post_load
    def _as_provider(self, data: dict[str, Any], **_more: Any) -> Provider:
        path = Path(data.pop("client_secret_file"))
        try:
            secret = path.read_text().strip()
        except (OSError, ValueError):
            raise ValidationError("can't be read.", "client_secret_file") from None
        if len(secret) < 16 or strength.is_weak(secret):
            raise ValidationError("holds no secret of 16 or more random characters.", "client_secret_file")
        hosts = frozenset({urlsplit(data["issuer"]).netloc, *data.pop("hosts")})
        return Provider(**data | {"client_secret": secret, "acr": tuple(data["acr"]), "hosts": hosts})
