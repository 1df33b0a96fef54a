"""What a person may write down as somebody's number; what a record brings is kept as it comes."""

from __future__ import annotations

from services.contract.people.domain import identity_key
from services.contract.people.identity.domain import WrongIdentity, read_identity
from services.contract.units.domain import HOME_ZONE
from shared.context import Ctx
from shared.errors import Refused
from shared.time import to_local


def checked_identity(ctx: Ctx, kind: str, raw: str | None) -> str | None:
    """The number as it is kept. Refuses a patient's number that nobody can have, and says what is wrong with it."""
    if kind != "patient" or not (raw or "").strip():
        return identity_key(raw)
    try:
        return read_identity(raw or "", to_local(ctx.now, HOME_ZONE).date()).key
    except WrongIdentity as wrong:
        raise Refused(wrong.text, field="identity") from None
