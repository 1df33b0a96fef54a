"""The question who has the overall responsibility."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.contract.plan.lead.tables import PlanLead


def lead_of(session: Session, patient_id: UUID, *, lock: bool = False) -> PlanLead | None:
    return session.get(PlanLead, patient_id, with_for_update=lock or None, populate_existing=lock)
