"""Pausing what a delegate may do, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.delegates.legal.api import HELPER, HERE, by_helper
from services.contract.delegates.pausing import actions
from services.contract.delegates.pausing.pages import MAY
from services.contract.delegates.pausing.schemas import PauseBody
from shared.context import Ctx
from shared.policy import policy
from shared.web.api.door import Door

api = Door("pausing", __name__, "Staff pause a delegate when they suspect pressure.", f"{HERE}/<uuid:delegation_id>")


@api.act("/pause", HELPER, PauseBody)
@policy("delegation", "pause", *MAY, about=by_helper, log="paused somebody you let help you")
def pause(ctx: Ctx, data: dict[str, Any], patient_id: UUID, delegation_id: UUID) -> None:
    """Nothing holds from now to the end of the last day. The patient can read why."""
    actions.pause(ctx, delegation_id, **data)


@api.act("/resumption", HELPER)
@policy("delegation", "resume", *MAY, about=by_helper, log="ended a pause of what you let somebody do")
def resume(ctx: Ctx, patient_id: UUID, delegation_id: UUID) -> None:
    """It holds again, as far as it did before."""
    actions.resume(ctx, delegation_id)
