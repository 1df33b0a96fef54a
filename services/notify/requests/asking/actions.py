"""The patient asks, or a delegate for them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from services.notify.requests import store as requests
from services.notify.requests.blocking import store as blocking
from services.notify.requests.domain import Priority
from services.notify.requests.handling.actions import say
from services.notify.requests.opening.actions import bring
from services.notify.requests.opening.domain import Need
from shared.context import Ctx
from shared.cover import CoverFacts
from shared.errors import NotFound, Refused
from shared.i18n import _l

KIND, REASON = "question", "question"


def open_to(ctx: Ctx, patient_id: UUID) -> list[CoverFacts]:
    """The contracts through which the patient has somebody to ask: those that have not ended, at no unit they block."""
    covers, blocked = blocking.covers(ctx, patient_id)
    here = (facts for facts in covers if facts.unit.unit_id not in blocked and not _ended(ctx, facts))
    return sorted(here, key=lambda facts: facts.unit.name)


def ask(ctx: Ctx, patient_id: UUID, contract_id: UUID | None, priority: Priority, text: str, *, once: UUID) -> UUID:
    """Put the words before whoever answers. ``once`` is the form's own mark: sent twice, it asks once.

    Raises ``Refused`` when the contract is not one to ask through.
    """
    asker = ctx.viewer.person_id
    if asker is None:
        raise NotFound
    facts = _chosen(open_to(ctx, patient_id), contract_id)
    request_id = uuid5(asker, str(once))
    need = Need(
        patient_id=patient_id,
        unit_id=facts.unit.unit_id,
        contract_id=facts.contract_id,
        kind=KIND,
        priority=priority,
        reason_key=REASON,
        subject=f"question:{request_id}",
        key=f"question:{request_id}",
        at=ctx.now,
        rule_made=False,
        asked_by=asker,
        request_id=request_id,
    )
    if (row := bring(ctx, need)) is not None:
        say(ctx, row, "asked", text)
    known = requests.by_id(ctx.session, request_id)
    if known is None or known.patient_id != patient_id:
        raise NotFound
    return request_id


def _chosen(covers: Sequence[CoverFacts], contract_id: UUID | None) -> CoverFacts:
    chosen = [facts for facts in covers if contract_id in (None, facts.contract_id)]
    if len(chosen) != 1:
        raise Refused(_l("Choose whom you want to ask."), field="contract")
    return chosen[0]


def _ended(ctx: Ctx, facts: CoverFacts) -> bool:
    return bool(facts.appointments) and all(a.ends is not None and a.ends <= ctx.now for a in facts.appointments)
