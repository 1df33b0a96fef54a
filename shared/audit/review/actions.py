"""Drawing a sample, and documenting what was found in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from shared.audit.review import store
from shared.audit.review.domain import Reason, check_days, check_findings, drawn
from shared.audit.review.store import Draw, Row
from shared.audit.tables import access_review
from shared.context import Ctx
from shared.errors import NotFound
from shared.time import zone_of


def sample(ctx: Ctx, unit_id: UUID, *, first: date, last: date, seed: str) -> list[tuple[Reason, Row]]:
    """What is drawn of the unit's log; whoever it is about will see that it was checked. Raises ``Refused``."""
    unit = ctx.directory.unit(ctx.session, unit_id)
    if unit is None or ctx.viewer.person_id is None:
        raise NotFound
    check_days(first, last, ctx.now.astimezone(zone_of(unit.zone)).date())
    draw = Draw(unit_id, unit.zone, first, last, seed, ctx.viewer.person_id)
    found = drawn({reason: store.rows(ctx.session, draw, reason) for reason in Reason})
    ctx.saw(row.patient_id for _reason, row in found)
    return found


def document(
    ctx: Ctx, unit_id: UUID, *, first: date, last: date, seed: str, follow_up: Collection[int], note: str
) -> UUID:
    """Write down that the sample was looked through, and what of it needs a follow-up. Raises ``Refused``."""
    ids = [row.act.id for _reason, row in sample(ctx, unit_id, first=first, last=last, seed=seed)]
    check_findings(ids, follow_up, note)
    made: dict[str, Any] = {
        "id": uuid4(),
        "reviewer_id": ctx.viewer.person_id,
        "unit_id": unit_id,
        "first_day": first,
        "last_day": last,
        "seed": seed,
        "sample": ids,
        "follow_up": sorted(set(follow_up)),
        "note": note.strip(),
        **({"at": ctx.now} if ctx.demo else {}),
    }
    ctx.session.execute(insert(access_review).values(made))
    review_id: UUID = made["id"]
    return review_id
