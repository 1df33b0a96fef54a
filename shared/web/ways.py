"""Where a request leads: addresses of this site alone, and whole pages also where a script asked for a part of one."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlsplit

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from shared.events import SERVICES

HOME = "/contract/home"
SIGN_IN = "/contract/signin"
RENEW = f"{SIGN_IN}/renew"


def local_path() -> str:
    """The present address without the host: where to come back to."""
    return request.full_path.rstrip("?")


def parts_of(address: str) -> SplitResult:
    """An address that a browser tells of itself, in its parts; all of them empty for what is no address at all."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def safe_next(path: str | None, otherwise: str) -> str:
    """``path`` if it stays on this site, else ``otherwise``: no redirect leads away."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return otherwise
    parts = urlsplit(path)
    return otherwise if parts.scheme or parts.netloc else path


def sign_in_address(onward: str) -> str:
    return f"{SIGN_IN}?next={quote(onward)}"


def came_from() -> str:
    """The page of ours on which the link or the form stood that leads here; empty when the browser doesn't say."""
    from_page = parts_of(request.referrer or "")
    if from_page.netloc != request.host or not from_page.path.startswith("/"):
        return ""
    return f"{from_page.path}?{from_page.query}" if from_page.query else from_page.path


def sign_in_again_address(onward: str, why: str, instead: str = "") -> str:
    """Where somebody signs in once more. ``why``: what it is for, which the page puts in words; ``instead``: where they go who
    would rather not."""
    other = f"&instead={quote(instead)}" if instead else ""
    return f"{SIGN_IN}?again=1&why={quote(why)}&next={quote(onward)}{other}"


def whole_page(url: str) -> AnyResponse:
    """To ``url``; when a script asks for a part of a page, the whole page goes there."""
    return Response(status=204, headers={"HX-Redirect": url}) if "HX-Request" in request.headers else redirect(url, 303)


def page_asked_for(onward: str = "") -> str:
    """Where to come back to: ``onward``, or the address asked for; the page, when only a part of it was asked for."""
    if "HX-Request" in request.headers:
        parts = parts_of(request.headers.get("HX-Current-URL", ""))
        return safe_next(f"{parts.path}?{parts.query}".rstrip("?"), HOME)
    return onward or (local_path() if request.method == "GET" else HOME)


def kept_at(service: str) -> str:
    """The page of a service that gives back what was typed and not sent."""
    return f"/{service}/kept"


def kept_cookie(service: str) -> str:
    """The cookie by which a browser knows that there is something."""
    return f"kept_{service}"


def kept_pages() -> list[str]:
    """The pages that have something for whoever uses this browser."""
    return [kept_at(service) for service in SERVICES if kept_cookie(service) in request.cookies]
