"""What a setting must be to be of any use: a secret nobody guesses, an address that can be called, keys that match."""

from __future__ import annotations

import base64
import binascii
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

WEAK = ("changeme", "change-me", "secret", "password", "default", "example")
FEWEST_SIGNS = 10
LARGEST_FACTOR = 100
WEB_PORTS = (None, 443, 8443)


def is_weak(secret: str) -> bool:
    """Whether it is made of few signs, or of a word that stands in every list."""
    return len(set(secret)) < FEWEST_SIGNS or any(word in secret.lower() for word in WEAK)


def host_of(address: str) -> SplitResult | None:
    """The parts of an address; None for what names no host, or a port that can't be."""
    try:
        parts = urlsplit(address)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def is_plain(host: str) -> bool:
    """Whether a host is a name, or an address written as addresses are: no number in disguise (``2852039166``,
    ``::ffff:a9fe:a9fe``), and none of those by which a machine asks about itself (169.254.0.0/16)."""
    if ":" not in host and not host.rpartition(".")[2][:1].isdigit():
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return not found.is_link_local and getattr(found, "ipv4_mapped", None) is None


def may_be(parts: SplitResult | None, schemes: tuple[str, ...]) -> bool:
    """Whether an address can be called as one of these, and says plainly which host that is."""
    if parts is None or parts.scheme not in schemes or not is_plain(parts.hostname or ""):
        return False
    return parts.scheme not in ("http", "https") or not (parts.username or parts.query or parts.fragment)


def is_on_the_web(address: str) -> bool:
    """Whether it is https, at a host's name, of which alone a certificate can be, and a port where pages are served."""
    parts = host_of(address) if " " not in address else None
    if parts is None or parts.scheme != "https" or parts.username is not None or parts.port not in WEB_PORTS:
        return False
    host = parts.hostname or ""
    return ":" not in host and not host.rpartition(".")[2][:1].isdigit()


def is_loopback(address: str) -> bool:
    """Whether nobody but this machine can call it."""
    host = (found.hostname if (found := host_of(address)) else None) or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_sender(text: str) -> bool:
    """Whether mail can be sent in its name: one address, with or without a name before it."""
    try:
        return text.isprintable() and bool(Address(addr_spec=parseaddr(text)[1]).domain)
    except (MessageError, ValueError, IndexError):
        return False


def refuse_place(address: str, *, demo: bool) -> None:
    """A demonstration lets anybody be anybody: it stays on its own machine. Else pages are never sent in clear. Raises
    ``ValueError``."""
    if demo and not is_loopback(address):
        raise ValueError("must be on this machine, or SAMKONTRAKT_DEMO be 0: a demonstration opens every door.")
    if not demo and not address.startswith("https://"):
        raise ValueError("must be https:// outside demo mode: no patient's page is sent in clear.")


def factor(text: str, *, least: int) -> int:
    """How many times the usual; once where nothing is said. Raises ``ValueError``."""
    if not text:
        return 1
    if not (text.isascii() and text.isdecimal() and least <= int(text[:9]) <= LARGEST_FACTOR):
        raise ValueError(f"must be a whole number from {least} to {LARGEST_FACTOR}.")
    return int(text)


def raw_key(text: str) -> bytes | None:
    """The 32 bytes of an Ed25519 key; None for what is none."""
    try:
        raw = base64.urlsafe_b64decode(text.strip() + "==")
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == 32 else None


def public_half(private_key: bytes) -> bytes:
    """The public half of an Ed25519 key."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
