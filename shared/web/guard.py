"""The one gate of every route: who is there, what they are to the subject, the access-log row, one transaction."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import structlog
from flask import Response, g, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from shared import auth
from shared.bus.seal import SealError
from shared.config import Config
from shared.context import Ctx, Viewer
from shared.errors import NotFound
from shared.i18n import _l, speaking
from shared.policy import Policy, Who, policy_of
from shared.relations import relations
from shared.service import Service
from shared.web import language as languages
from shared.web.api.again import once_sent
from shared.web.api.problem import asks_api, wished_language
from shared.web.drafts.actions import arrived, keep
from shared.web.drafts.pages import told
from shared.web.forms import FORM_OWNER, FORM_TOKEN
from shared.web.stepup import first_sign_in
from shared.web.ways import RENEW, kept_at, local_path, page_asked_for, parts_of, sign_in_address, whole_page

log = structlog.get_logger()
STRANGER = Viewer()
UNHEARD_OF = Viewer(kind="unheard of")
"""Signed in at contract, which has not told this service of them yet: sent to sign in they would come straight back."""
NOT_YET = _l("You can't come in here yet. Just registered, or just given a role? Load the page again in a few seconds.")
NO_LONGER = _l("What you may do for this person has ended or is paused. Ask them if you wonder why.")
SAFE = ("GET", "HEAD", "OPTIONS")
View = Callable[..., Any]


def guarded(service: Service, view: View) -> View:
    """The view behind its declared policy. Raises ``Undeclared`` when it has none."""
    declared = policy_of(view)

    @functools.wraps(view)
    def call(**arguments: Any) -> Any:
        _refuse_other_sites()
        cookie = signed_in(service.config)
        if cookie and not cookie.fresh and Who.ANYONE not in declared.audience:
            if asks_api():
                raise Unauthorized
            return redirect(f"{RENEW}?next={quote(local_path())}", 307)
        with service.database.begin() as session:
            ctx = service.context(session, _viewer(service, session, cookie, arguments), declared)
            _prepare(service, ctx)
            instead = _kept(service, ctx) or _admit(service, ctx, declared, arguments)
            if instead is not None:
                return instead
            with speaking(ctx.language):
                act = functools.partial(view, ctx, **arguments)
                return arrived(session, ctx.viewer.person_id, once_sent(ctx, act)) if _is_form() else act()

    return call


def _is_form() -> bool:
    return request.method == "POST" and not asks_api()


def _refuse_other_sites() -> None:
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        raise Forbidden
    if origin and parts_of(origin).netloc != request.host:
        raise Forbidden


def signed_in(config: Config) -> auth.SignedIn | None:
    """The browser's cookie, however old, if contract signed it. Two of one name tell nothing: one of them was planted."""
    if "cookie" not in g:
        values = request.cookies.getlist(auth.cookie_name(secure=config.secure))
        g.cookie = auth.read_cookie(config.session_public_keys, values[0]) if len(values) == 1 else None
    found: auth.SignedIn | None = g.cookie
    return found


def _viewer(service: Service, session: Session, cookie: auth.SignedIn | None, arguments: dict[str, Any]) -> Viewer:
    """Nobody, when a request says in two ways who it is."""
    if token := request.headers.get("Authorization", "").removeprefix("Bearer ").strip():
        return STRANGER if cookie else _peer(service, token, str(arguments.get("stream", "")))
    if cookie is None or not cookie.fresh or service.directory.session_ended(session, cookie.session_id):
        return STRANGER
    person = service.directory.person(session, cookie.person_id)
    if person is None:
        return UNHEARD_OF
    if person.deceased:
        return STRANGER
    roles = service.directory.roles(session, person.person_id)
    until = datetime.fromtimestamp(cookie.until, UTC)
    told = person.person_id, person.kind, person.name, person.language, roles, cookie.session_id
    return Viewer(*told, until=until, vouched=cookie.vouched(person.kind, time.time()))


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
    ctx.form_token = auth.form_token(service.config.form_keys[0], ctx.viewer.session_id)
    g.form_token = ctx.form_token
    g.form_owner = functools.cache(lambda: auth.form_owner(service.config.form_keys, ctx.viewer.person_id))


def form_field() -> Markup:
    """The hidden fields that every form carries, so that no other site can post it and nothing typed in it is lost. In
    templates: ``csrf()``."""
    field, owner = Markup('<input type="hidden" name="{}" value="{}">'), g.get("form_owner", str)()
    return field.format(FORM_TOKEN, g.get("form_token", "")) + (field.format(FORM_OWNER, owner) if owner else "")


def _admit(service: Service, ctx: Ctx, declared: Policy, arguments: dict[str, Any]) -> AnyResponse | None:
    """None when the viewer may go on. A stranger is asked to sign in; for others "not yours" looks like "not there"."""
    subject = declared.about(ctx, **arguments) if declared.about else None
    ctx.subject, ctx.whos = subject, relations(ctx, subject)
    missing = declared.about is not None and subject is None
    if missing or not ctx.whos & declared.audience:
        return _turn_away(ctx, declared)
    if request.method not in SAFE and Who.ANYONE not in declared.audience and not _has_token(service, ctx):
        raise Forbidden  # what anyone may do carries its own proof, a link's code, and may hold another service's form
    again = first_sign_in(ctx, declared, service.config.form_keys)
    if again is None and subject and subject.patient_id:
        ctx.saw([subject.patient_id])
    return again


def _turn_away(ctx: Ctx, declared: Policy) -> Response | AnyResponse:
    """The refusal is noted in the process log, with no name: whose session it was the database knows."""
    who = {"kind": ctx.viewer.kind, "session": str(ctx.viewer.session_id)}
    log.warning("refused", resource=declared.resource, action=declared.action, method=request.method, **who)
    if _not_heard_of_yet(ctx.viewer):
        raise NotFound(NOT_YET)
    if ctx.viewer.person_id or Who.ANYONE in declared.audience:
        raise NotFound(NO_LONGER if _helped_before(ctx) else None)
    if Who.SERVICE in declared.audience or asks_api():
        raise Unauthorized
    return whole_page(sign_in_address(page_asked_for()))


def _kept(service: Service, ctx: Ctx) -> AnyResponse | None:
    """A form of a session that is over is kept for whom it was shown to: they get it back when they are signed in again,
    nobody else does. None for any other request."""
    stays = _is_form() and ctx.policy and Who.ANYONE not in ctx.policy.audience and not _has_token(service, ctx)
    if not stays or not keep(ctx.session, service.config.form_keys, local_path()):
        return None
    here = kept_at(service.name)
    return told(service.name, whole_page(here if ctx.viewer.person_id else sign_in_address(here)))


def _not_heard_of_yet(viewer: Viewer) -> bool:
    """Whether contract may have let them in moments ago: told of the viewer alone, it says nothing of what is here."""
    return viewer is UNHEARD_OF or (viewer.kind == "staff" and not viewer.roles)


def _helped_before(ctx: Ctx) -> bool:
    """Whether a delegate stands before what they might do until it ended or was paused."""
    me, patient = ctx.viewer.person_id, ctx.subject.patient_id if ctx.subject else None
    if ctx.viewer.kind != "delegate" or me is None or patient is None:
        return False
    ended = not ctx.directory.scopes(ctx.session, me, patient, ctx.now)
    return ended and ctx.directory.was_delegate(ctx.session, me, patient, ctx.now)


def _has_token(service: Service, ctx: Ctx) -> bool:
    sent = ("" if asks_api() else request.form.get(FORM_TOKEN)) or request.headers.get("X-Form-Token") or ""
    return auth.is_form_token(service.config.form_keys, ctx.viewer.session_id, sent)
