"""What a person may write down as somebody's number; what a record brings is kept as it comes."""

from __future__ import annotations

from services.contract.people import store
from services.contract.people.domain import identity_key
from services.contract.people.identity.domain import WrongIdentity, read_identity
from services.contract.units.domain import HOME_ZONE
from shared.context import Ctx
from shared.errors import Refused
from shared.i18n import _l
from shared.time import to_local


def checked_identity(ctx: Ctx, kind: str, raw: str | None) -> str | None:
    """The number as it is kept. Refuses a patient's number that nobody can have, and says what is wrong with it."""
    if kind != "patient" or not (raw or "").strip():
        return identity_key(raw)
    try:
        return read_identity(raw or "", to_local(ctx.now, HOME_ZONE).date()).key
    except WrongIdentity as wrong:
        raise Refused(wrong.text, field="identity") from None


def numbered(ctx: Ctx, kind: str, raw: str | None) -> str | None:
    """A number nobody else has. Who has it already is another unit's to tell about, so the refusal names nobody."""
    identity = checked_identity(ctx, kind, raw)
    if identity and store.by_identity(ctx.session, kind, identity):
        raise Refused(_l("There is somebody with this identity already."), field="identity")
    return identity
