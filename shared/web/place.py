"""From where a request comes and which site it was meant for: what only a gateway may say is believed of a gateway alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.config import Config
from shared.strength import is_loopback

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def behind_gateway(app: Wsgi) -> Wsgi:
    """The app, told by its gateway who asks and for which site. Whoever asks from the open net is no gateway of ours: what
    they say of themselves is not listened to."""
    told = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return (told if is_near(environ.get("REMOTE_ADDR", "")) else app)(environ, start_response)

    return answer


def is_near(address: str) -> bool:
    """Whether it is this machine or one of the own network."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return found.is_loopback or found.is_private


def place_of(address: str) -> str:
    """What counts as one place: an address, of IPv6 the network that one household gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return "nowhere"
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def refuse_other_hosts(config: Config) -> Callable[[], None]:
    """No page is given to a site of another name, though its name may lead here: it would be ours to the browser. The door
    between services is asked by other names, and a system of this machine alone by all that the machine has."""
    own, alone = urlsplit(config.public_url).netloc.lower(), is_loopback(config.public_url)

    def check() -> None:
        host = request.host.lower()
        if host != own and request.blueprint != "internal" and not (alone and is_loopback(f"http://{host}")):
            raise BadRequest

    return check
