"""Where somebody is signed in, as JSON."""

from __future__ import annotations

from marshmallow import fields

from shared.web.api.schemas import Body, Instant


class SigninJson(Body):
    """One device on which its person is signed in. ``this`` is the session that asks."""

    id = fields.UUID(required=True)
    device = fields.String(required=True)
    started_at = Instant(required=True)
    seen_at = Instant(required=True)
    runs_out = Instant(required=True)
    this = fields.Boolean(required=True)


class SigninsJson(Body):
    """On how many devices somebody is signed in."""

    standing = fields.Integer(required=True)


class SignOutBody(Body):
    """Which sessions end: all, or all but the one that asks."""

    others_only = fields.Boolean(required=True)
