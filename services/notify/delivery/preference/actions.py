"""Changing one's wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from uuid import UUID

from services.notify.delivery.preference import store
from services.notify.delivery.preference.domain import every_day
from shared.context import Ctx
from shared.events import PreferencesChanged


def change(ctx: Ctx, person_id: UUID, *, quiet_from: time, quiet_to: time, detail: str, language: str | None) -> None:
    """Keep a person's wishes; the hours are told on, so that reminders are planned outside them."""
    known = store.wishes(ctx.session, person_id)
    hours = every_day(quiet_from, quiet_to)
    store.keep(ctx.session, person_id, replace(known, quiet_hours=hours, detail=detail, language=language), ctx.now)
    ctx.tell(PreferencesChanged(person_id=person_id, quiet_hours=hours))
