"""The one gate of every route: who is there, what they are to the subject, the access-log row, one transaction."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, g, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from shared import auth
from shared.bus.seal import SealError
from shared.context import Ctx, Viewer
from shared.errors import NotFound
from shared.i18n import _l, speaking
from shared.policy import Policy, Who, policy_of
from shared.relations import relations
from shared.service import Service
from shared.web import language as languages
from shared.web.api.again import once_sent
from shared.web.api.problem import asks_api, wished_language

SIGN_IN = "/contract/signin"
RENEW = "/contract/signin/renew"
STRANGER = Viewer()
NO_LONGER = _l("What you may do for this person has ended or is paused. Ask them if you wonder why.")
SAFE = ("GET", "HEAD", "OPTIONS")
View = Callable[..., Any]


def guarded(service: Service, view: View) -> View:
    """The view behind its declared policy. Raises ``Undeclared`` when it has none."""
    declared = policy_of(view)

    @functools.wraps(view)
    def call(**arguments: Any) -> Any:
        _refuse_other_sites()
        cookie = _cookie(service)
        if cookie and not cookie.fresh and Who.ANYONE not in declared.audience:
            if asks_api():
                raise Unauthorized
            return redirect(f"{RENEW}?next={quote(local_path())}", 307)
        with service.database.begin() as session:
            ctx = service.context(session, _viewer(service, session, cookie, arguments), declared)
            _prepare(service, ctx)
            if (refusal := _admit(ctx, declared, arguments)) is not None:
                return refusal
            with speaking(ctx.language):
                act = functools.partial(view, ctx, **arguments)
                return once_sent(ctx, act) if _is_form() else act()

    return call


def _is_form() -> bool:
    return request.method == "POST" and not asks_api()


def local_path() -> str:
    """The present address without the host: where to come back to."""
    return request.full_path.rstrip("?")


def safe_next(path: str | None, otherwise: str) -> str:
    """``path`` if it stays on this site, else ``otherwise``: no redirect leads away."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return otherwise
    parts = urlsplit(path)
    return otherwise if parts.scheme or parts.netloc else path


def _refuse_other_sites() -> None:
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        raise Forbidden
    if origin and _host_of(origin) != request.host:
        raise Forbidden


def _host_of(origin: str) -> str:
    """The host an ``Origin`` names; empty for what is no address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _cookie(service: Service) -> auth.SignedIn | None:
    value = request.cookies.get(auth.cookie_name(secure=service.config.secure))
    return auth.read_cookie(service.config.session_public_key, value) if value else None


def _viewer(service: Service, session: Session, cookie: auth.SignedIn | None, arguments: dict[str, Any]) -> Viewer:
    if token := request.headers.get("Authorization", "").removeprefix("Bearer ").strip():
        return _peer(service, token, str(arguments.get("stream", "")))
    if cookie is None or not cookie.fresh or service.directory.session_ended(session, cookie.session_id):
        return STRANGER
    person = service.directory.person(session, cookie.person_id)
    if person is None or person.deceased:
        return STRANGER
    roles = service.directory.roles(session, person.person_id)
    return Viewer(person.person_id, person.kind, person.name, person.language, roles, cookie.session_id)


def _peer(service: Service, token: str, scope: str) -> Viewer:
    for peer in service.sealer.peers:
        try:
            service.sealer.check(peer, scope, token)
        except SealError:
            continue
        return Viewer(kind="service", name=peer, acts_as=frozenset({Who.SERVICE}))
    return STRANGER


def _prepare(service: Service, ctx: Ctx) -> None:
    own = ctx.viewer.language
    ctx.language = g.language = wished_language(own) if asks_api() else languages.choose(own)
    ctx.form_token = auth.form_token(service.config.form_key, ctx.viewer.session_id)
    g.form_token = ctx.form_token


def form_field() -> Markup:
    """The hidden field that every form carries, so that no other site can post it. In templates: ``csrf()``."""
    return Markup('<input type="hidden" name="form_token" value="{}">').format(g.get("form_token", ""))


def _admit(ctx: Ctx, declared: Policy, arguments: dict[str, Any]) -> AnyResponse | None:
    """None when the viewer may go on. A stranger is asked to sign in; for others "not yours" looks like "not there"."""
    subject = declared.about(ctx, **arguments) if declared.about else None
    ctx.subject, ctx.whos = subject, relations(ctx, subject)
    missing = declared.about is not None and subject is None
    if missing or not ctx.whos & declared.audience:
        return _turn_away(ctx, declared)
    if request.method not in SAFE and Who.ANYONE not in declared.audience:
        _check_form(ctx)  # what anyone may do carries its own proof, a link's code, and may hold another service's form
    if subject and subject.patient_id:
        ctx.saw([subject.patient_id])
    return None


def _turn_away(ctx: Ctx, declared: Policy) -> Response | AnyResponse:
    if ctx.viewer.person_id or Who.ANYONE in declared.audience:
        raise NotFound(NO_LONGER if _helped_before(ctx) else None)
    if Who.SERVICE in declared.audience or asks_api():
        raise Unauthorized
    return redirect(f"{SIGN_IN}?next={quote(local_path() if request.method == 'GET' else '/contract/home')}", 303)


def _helped_before(ctx: Ctx) -> bool:
    """Whether a delegate stands before what they might do until it ended or was paused."""
    me, patient = ctx.viewer.person_id, ctx.subject.patient_id if ctx.subject else None
    if ctx.viewer.kind != "delegate" or me is None or patient is None:
        return False
    ended = not ctx.directory.scopes(ctx.session, me, patient, ctx.now)
    return ended and ctx.directory.was_delegate(ctx.session, me, patient)


def _check_form(ctx: Ctx) -> None:
    sent = ("" if asks_api() else request.form.get("form_token")) or request.headers.get("X-Form-Token") or ""
    if not hmac.compare_digest(sent.encode(), ctx.form_token.encode()):
        raise Forbidden
