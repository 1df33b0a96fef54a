"""Stores teams, plans, goals and conditions. Drafts speak of people and units by our own ids here."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from services.contract.exchange import store
from services.contract.exchange.care.domain import ConditionDraft, GoalDraft, MemberDraft, TeamDraft, propose
from services.contract.exchange.plan.domain import PlanDraft, told
from services.contract.exchange.tables import (
    ImportedCondition,
    ImportedGoal,
    ImportedPlan,
    ImportedRole,
    ImportedTeam,
)
from services.contract.named_contact.proposing import actions as proposing
from services.contract.people import actions as people_actions
from services.contract.plan import actions as plan_actions
from services.contract.plan.domain import ImportedActivity, Party
from shared.context import Ctx
from shared.cover import not_over

ACTIVE = "active"
TAKEN_OUT = "stopped"
"""What becomes of an activity that a newer version of its plan does not ask for any more."""


def keep_team(ctx: Ctx, known: UUID | None, draft: TeamDraft) -> UUID:
    """The units of a patient's team have to do with the patient from now on."""
    members = [_member(ctx, member) for member in draft.members]
    row = ImportedTeam(
        id=known or uuid4(),
        patient_id=UUID(draft.patient) if draft.patient else None,
        unit_id=UUID(draft.unit) if draft.unit else None,
        status=draft.status,
        starts=draft.starts,
        ends=draft.ends,
        members=members,
    )
    ctx.session.merge(row)
    if row.patient_id and draft.status == ACTIVE:
        for unit in {member["unit"] for member in members} - {None}:
            people_actions.know_at(ctx, row.patient_id, UUID(unit))
    return row.id


def keep_plan(ctx: Ctx, known: UUID | None, draft: PlanDraft) -> UUID:
    """An active plan's activities go into the coordinated plan; what an earlier version asked for alone is stopped."""
    plan_id, patient_id = known or uuid4(), UUID(draft.patient or "")
    row = ctx.session.get(ImportedPlan, plan_id)
    before = {activity["key"]: activity for activity in row.activities} if row else {}
    now = told(str(plan_id), draft) if draft.status == ACTIVE or before else ()
    keys = {key for activity in now for key in activity.source_keys}
    gone = [_stopped(activity) for key, activity in before.items() if key not in keys]
    plan_actions.merge_activities(ctx, patient_id, [*now, *gone])
    dates = {"starts": draft.starts, "ends": draft.ends}
    activities = [_plain(activity) for activity in now]
    what = {"status": draft.status, "title": draft.title, "activities": activities, **dates}
    ctx.session.merge(ImportedPlan(id=plan_id, patient_id=patient_id, **what))
    return plan_id


def keep_goal(ctx: Ctx, known: UUID | None, draft: GoalDraft) -> UUID:
    what = {"text": draft.text, "status": draft.status, "starts": draft.starts, "due": draft.due}
    row = ImportedGoal(id=known or uuid4(), patient_id=UUID(draft.patient or ""), **what)
    ctx.session.merge(row)
    return row.id


def keep_condition(ctx: Ctx, known: UUID | None, draft: ConditionDraft) -> UUID:
    row = ImportedCondition(
        id=known or uuid4(),
        patient_id=UUID(draft.patient or ""),
        system=draft.code.system,
        code=draft.code.code,
        title=draft.title,
        status=draft.status,
        onset=draft.onset,
        abated=draft.abated,
    )
    ctx.session.merge(row)
    return row.id


def propose_contact(ctx: Ctx, patient_id: UUID) -> bool:
    """Propose whom the patient's newest team points out. False when a team does, but no unit is known for them."""
    member = propose(store.teams_of(ctx.session, patient_id), ctx.now)
    patient = ctx.directory.person(ctx.session, patient_id)
    if member is None or patient is None or patient.deceased or _is_contact(ctx, patient_id, UUID(member.person)):
        return True
    if member.unit is None:
        return False
    proposing.propose(
        ctx, patient_id=patient_id, person_id=UUID(member.person), unit_id=UUID(member.unit), source="fhir"
    )
    return True


def _is_contact(ctx: Ctx, patient_id: UUID, person_id: UUID) -> bool:
    appointed = (one for facts in ctx.directory.covers(ctx.session, patient_id) for one in not_over(facts, ctx.now))
    return any(one.person_id == person_id and one.primary for one in appointed)


def _member(ctx: Ctx, member: MemberDraft) -> dict[str, str | None]:
    """Whom a team means when it names a role: the person who has it, at its unit."""
    role = ctx.session.get(ImportedRole, UUID(member.person))
    person = str(role.person_id) if role else member.person[:]
    unit = member.unit or (str(role.unit_id) if role else None)
    return {"person": person, "unit": unit, "part": member.part}


def _plain(activity: ImportedActivity) -> dict[str, Any]:
    return {
        "key": activity.source_keys[0],
        "code": activity.code,
        "system": activity.system,
        "title": activity.title,
        "responsible": activity.responsible,
        "party": activity.party.value,
    }


def _stopped(activity: dict[str, Any]) -> ImportedActivity:
    return ImportedActivity(
        code=activity["code"],
        system=activity["system"],
        title=activity["title"],
        responsible=activity["responsible"],
        status=TAKEN_OUT,
        source_keys=(activity["key"],),
        party=Party(activity["party"]),
    )
