"""Keeping what was typed for whom the form was shown to, and letting it go once it has arrived or is too old."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from flask import json, request
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.auth import read_form_owner
from shared.bus.seal import fernet
from shared.db import database_now
from shared.forgetting import forgotten
from shared.web.drafts.tables import draft
from shared.web.forms import FORM_OWNER, FROM_DRAFT, said_in
from shared.web.ways import came_from

KEPT_FOR = timedelta(hours=24)
MOST = 10
"""Of one person. The newest stay."""
SHORTEST_WORDS = 2


@dataclass(frozen=True)
class Draft:
    """What somebody had filled in: where it was going, on which page it stood, and whether a file went with it."""

    id: UUID
    at: datetime
    path: str
    page: str
    fields: list[tuple[str, str]]
    files: bool

    @property
    def words(self) -> list[str]:
        """What one knows it again by: answers of more than one word."""
        return [text for _name, text in self.fields if len(text.split()) >= SHORTEST_WORDS]


def keep(session: Session, keys: tuple[str, ...], path: str) -> bool:
    """Keep the form of this request, which was going to ``path``, for whom it was shown to. False when it was shown to
    nobody we know. Files are too much to keep for somebody who may never come back."""
    person_id = read_form_owner(keys, request.form.get(FORM_OWNER, ""))
    if person_id is None:
        return False
    kept = {
        "person_id": str(person_id),
        "path": path,
        "page": came_from(),
        "fields": said_in(request.form),
        "files": any(file.filename for file in request.files.values()),
    }
    content = json.dumps(kept, sort_keys=True).encode()
    mark = UUID(bytes=hmac.new(keys[0].encode(), content, hashlib.sha256).digest()[:16])
    row = insert(draft).values(id=mark, person_id=person_id, sealed=fernet(keys, "draft").encrypt(content))
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"at": sa.func.clock_timestamp()}))
    newest = sa.select(draft.c.id).where(draft.c.person_id == person_id).order_by(draft.c.at.desc()).limit(MOST)
    session.execute(sa.delete(draft).where(draft.c.person_id == person_id, draft.c.id.not_in(newest)))
    return True


def of(session: Session, keys: tuple[str, ...], person_id: UUID) -> list[Draft]:
    """What is kept of this person's, newest first. What another key sealed, or somebody moved here, is passed over."""
    since = database_now(session) - KEPT_FOR
    rows = session.execute(sa.select(draft).where(draft.c.person_id == person_id, draft.c.at > since))
    found = [_opened(keys, row) for row in rows]
    return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)


def _opened(keys: tuple[str, ...], row: Any) -> Draft | None:
    try:
        kept: Mapping[str, Any] = json.loads(fernet(keys, "draft").decrypt(row.sealed))
    except InvalidToken:
        return None
    if kept["person_id"] != str(row.person_id):
        return None
    fields = [(name, text) for name, text in kept["fields"]]
    return Draft(row.id, row.at, kept["path"], kept["page"], fields, kept["files"])


def let_go(session: Session, person_id: UUID | None, draft_id: str) -> None:
    """Take one of this person's away; what is none of theirs stays."""
    try:
        mine = draft.c.id == UUID(draft_id), draft.c.person_id == person_id
    except ValueError:
        return
    session.execute(sa.delete(draft).where(*mine))


def arrived(session: Session, person_id: UUID | None, answer: Any) -> Any:
    """The answer to a form. Was it a kept one, it has arrived now: done, or back on its page to be put right."""
    given, status = request.form.get(FROM_DRAFT), getattr(answer, "status_code", 200)
    if given and (status < 400 or status == 422):
        let_go(session, person_id, given)
    return answer


FORGET = forgotten("drafts", "draft", draft.c.at, KEPT_FOR)
"""What nobody came back for."""
