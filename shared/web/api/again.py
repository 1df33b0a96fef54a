"""A request asked again (the answer got lost, the client died) acts once and gets the same answer: ``Idempotency-Key``.
So does a form that is sent twice, by the id that it was given when it was shown.

The answer is written in the transaction of the act, so no crash can come between the two. Only acts that happened are
remembered: what was refused may be tried again. Whoever gets an answer again is logged as they were the first time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from cryptography.fernet import InvalidToken, MultiFernet
from flask import Response, current_app, json, request
from markupsafe import Markup
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.bus.seal import fernet
from shared.context import Ctx
from shared.forgetting import forgotten
from shared.i18n import _l
from shared.policy import Subject
from shared.web.api.problem import Problem
from shared.web.api.tables import answered
from shared.web.forms import said_in

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEPT_FOR = timedelta(hours=48)
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Set-Cookie")
FORM_MARK = "form_mark"
DONE = 303

NO_KEY = _l("Send an Idempotency-Key of your own, so that asking again makes nothing twice.")
BAD_KEY = _l("The Idempotency-Key is 1 to 255 visible signs of ASCII.")
OTHER_BODY = _l("This Idempotency-Key was used for another request.")
IN_PROGRESS = _l("The same request is being done right now. Ask again in a moment.")
CANT_REPEAT = _l("This was done already, and its answer can't be given again. Read the resource.")


def once(ctx: Ctx, act: Callable[[], Response], *, needed: bool) -> Response:
    """The answer of ``act``, or the one it gave before under the same key. ``needed``: without a key it is a 400."""
    key = _key(needed=needed)
    if key is None:
        return act()
    mine = hashlib.sha256(f"{ctx.viewer.person_id}\n{request.method} {request.path}\n{key}".encode()).digest()
    asked = hashlib.sha256(request.get_data()).digest()
    if not _claimed(ctx.session, mine, asked):
        return _before(ctx, mine, asked)
    response = act()
    _remember(ctx, mine, response)
    return response


def once_sent(ctx: Ctx, act: Callable[[], Response]) -> Response:
    """The answer of ``act``, or where the same form led when it was sent before. Other answers than an act's redirect are
    not remembered, and other words in the form are another act. Nor is a stranger's: who sends the same may be another, and
    would get the session that began."""
    mark = request.form.get(FORM_MARK)
    if not mark or len(mark) > LONGEST_KEY or ctx.viewer.person_id is None:
        return act()
    said = repr((str(ctx.viewer.person_id), request.path, sorted(said_in(request.form))))
    mine = hashlib.sha256(said.encode()).digest()
    if not _claimed(ctx.session, mine, mine):
        return _before(ctx, mine, mine)
    response = act()
    if response.status_code == DONE:
        _remember(ctx, mine, response)
    else:
        ctx.session.execute(sa.delete(answered).where(answered.c.key == mine))
    return response


def form_mark() -> Markup:
    """The hidden field by which a form that makes something new does it once. In templates: ``ui.form(once=True)``."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FORM_MARK, uuid4().hex)


def _remember(ctx: Ctx, mine: bytes, response: Response) -> None:
    row, kept = sa.update(answered).where(answered.c.key == mine), {**_plain(response), "about": _about(ctx)}
    ctx.session.execute(row.values(answer=_seal().encrypt(json.dumps(kept).encode())))


def _about(ctx: Ctx) -> dict[str, Any]:
    """Whose data the answer may hold, at which unit and in which emergencies: whoever gets it again is logged again."""
    emergencies = [glass.glass_id for patient, glass in ctx.glasses.items() if patient in ctx.seen]
    return {"patients": list(ctx.seen), "unit": ctx.subject.unit_id if ctx.subject else None, "glasses": emergencies}


def _log_again(ctx: Ctx, about: dict[str, Any]) -> None:
    """What the act wrote in the access log, for those whom the gate has not written of already."""
    if ctx.subject is None and about["unit"]:
        ctx.subject = Subject(unit_id=UUID(about["unit"]))
    glasses = ctx.directory.glasses(ctx.session, [UUID(one) for one in about["glasses"]])
    ctx.glasses = {glass.patient_id: glass for glass in glasses.values()} | ctx.glasses
    ctx.saw(UUID(one) for one in about["patients"])


def _key(*, needed: bool) -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        if needed:
            raise Problem(400, NO_KEY)
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(400, BAD_KEY)
    return key


def _claimed(session: Session, mine: bytes, asked: bytes) -> bool:
    """Whether this request is the first with its key. One that is being done now is waited for, but not for ever."""
    row = insert(answered).values(key=mine, asked=asked).on_conflict_do_nothing().returning(answered.c.key)
    try:
        return session.execute(row).first() is not None
    except OperationalError:
        raise Problem(409, IN_PROGRESS, headers={"Retry-After": "1"}) from None


def _before(ctx: Ctx, mine: bytes, asked: bytes) -> Response:
    row = ctx.session.execute(sa.select(answered).where(answered.c.key == mine)).one()
    if row.asked != asked:
        raise Problem(422, OTHER_BODY)
    try:
        kept = json.loads(_seal().decrypt(row.answer))
    except InvalidToken:
        raise Problem(409, CANT_REPEAT) from None
    _log_again(ctx, kept["about"])
    return Response(kept["body"], kept["status"], kept["headers"])


def _plain(response: Response) -> dict[str, Any]:
    headers = [(name, value) for name in KEPT_HEADERS for value in response.headers.getlist(name)]
    return {"status": response.status_code, "headers": headers, "body": response.get_data(as_text=True)}


def _seal() -> MultiFernet:
    return fernet(current_app.extensions["samkontrakt"].config.form_keys, "answered")


FORGET = forgotten("answers", "api_answered", answered.c.at, KEPT_FOR)
"""Answers that nobody will ask for again."""
