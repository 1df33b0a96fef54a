"""What a viewer is to a subject: the patient, a delegate, the named contact, who answers in their place, staff, admin."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.context import Ctx
from shared.cover import CoverFacts, handed_over_lately
from shared.events import BreakGlassChanged, StaffRole, UnitChanged
from shared.policy import Subject, Who
from shared.register.blocks import left
from shared.roles import NOT_IN_CARE


def relations(ctx: Ctx, subject: Subject | None) -> frozenset[Who]:
    """What the viewer is, towards this subject, at this instant. Without a subject: what they are anywhere."""
    viewer = ctx.viewer
    whos = {Who.ANYONE, *viewer.acts_as}
    if viewer.person_id is None:
        return frozenset(whos)
    whos.add(Who.SIGNED_IN)
    if subject is None:
        return frozenset(whos | _anywhere(ctx))
    return frozenset(whos | _towards_unit(ctx, subject) | _towards_patient(ctx, subject))


def _anywhere(ctx: Ctx) -> set[Who]:
    whos = {Who.PATIENT} if ctx.viewer.kind == "patient" else set()
    if ctx.viewer.kind == "delegate":
        whos.add(Who.DELEGATE)
    held = {role.role for role in ctx.viewer.roles}
    if held - {"auditor"}:
        whos.add(Who.STAFF)
    return whos | {Who(role) for role in held & set(NOT_IN_CARE)}


def blocked_by(ctx: Ctx, patient_id: UUID | None) -> frozenset[UUID]:
    """The units whose staff this patient keeps out. Asked for staff alone: it concerns nobody else."""
    if patient_id is None or not ctx.viewer.roles:
        return frozenset()
    if patient_id not in ctx.blocked:
        ctx.blocked[patient_id] = ctx.directory.blocked(ctx.session, [patient_id]).get(patient_id, frozenset())
    return ctx.blocked[patient_id]


def roles_towards(ctx: Ctx, patient_id: UUID | None) -> tuple[StaffRole, ...]:
    """The roles in which the viewer may meet this patient: not those at a unit that the patient has blocked."""
    return left(ctx.viewer.roles, blocked_by(ctx, patient_id))


def _towards_unit(ctx: Ctx, subject: Subject) -> set[Who]:
    roles = ctx.viewer.roles if subject.past_block else roles_towards(ctx, subject.patient_id)
    here = {role.role for role in roles if role.unit_id == subject.unit_id}
    whos = {Who.STAFF} if here.difference(NOT_IN_CARE) else set()
    return whos | {Who(role) for role in here.intersection(NOT_IN_CARE)}


def _towards_patient(ctx: Ctx, subject: Subject) -> set[Who]:
    person, patient = ctx.viewer.person_id, subject.patient_id
    if person is None or patient is None:
        return set()
    if person == patient:
        return {Who.PATIENT}
    whos = set()
    needed = {subject.scope, *(ctx.policy.scopes if ctx.policy else ())}
    if needed <= ctx.directory.scopes(ctx.session, person, patient, ctx.now):
        whos.add(Who.DELEGATE)
    covers = ctx.directory.covers(ctx.session, patient, subject.contract_id)
    for facts in covers:
        whos |= part_in(ctx, facts, person)
    closed = subject.contract_id is not None and any(closed_to(ctx, facts.unit) for facts in covers)
    return whos or (set() if closed else _in_an_emergency(ctx, patient))


def at_work(roles: Iterable[StaffRole]) -> frozenset[UUID]:
    """The units where somebody with these roles takes part in care: an admin or a log reviewer as such does nowhere."""
    return frozenset(role.unit_id for role in roles if role.role not in NOT_IN_CARE)


def closed_to(ctx: Ctx, unit: UnitChanged) -> bool:
    """Whether the viewer works elsewhere than at this unit, which is sensitive: no emergency opens what is its own (B10)."""
    return unit.sensitive and unit.unit_id not in at_work(ctx.viewer.roles)


def _in_an_emergency(ctx: Ctx, patient: UUID) -> set[Who]:
    """Asked only where it opens anything, of somebody who is nothing else to the patient."""
    opens = ctx.policy is not None and Who.BREAK_GLASS in ctx.policy.audience
    glass = open_glass(ctx) if opens else None
    if glass is None or not _shows(ctx, glass, patient):
        return set()
    ctx.glasses[patient] = glass
    return {Who.BREAK_GLASS}


def _shows(ctx: Ctx, glass: BreakGlassChanged, patient: UUID) -> bool:
    """What a unit opened before it was blocked is closed by the block; only an opening past the block is not."""
    return glass.patient_id == patient and (glass.past_block or glass.unit_id not in blocked_by(ctx, patient))


def open_glass(ctx: Ctx) -> BreakGlassChanged | None:
    """Whose pages the viewer has open in an emergency now. It holds no longer than their work with patients at the unit for
    which they opened them (B10)."""
    if ctx.viewer.person_id is None or ctx.viewer.kind != "staff":
        return None
    glass = ctx.directory.glass(ctx.session, ctx.viewer.person_id, ctx.now)
    return glass if glass and glass.unit_id in at_work(ctx.viewer.roles) else None


def part_in(ctx: Ctx, facts: CoverFacts, person: UUID) -> set[Who]:
    """What somebody is to one contract: whoever has a part in its cover, and whoever had one lately and may read on, unless it
    is a sensitive unit's by now and they work elsewhere."""
    reads_on = handed_over_lately(facts, person, ctx.now) and not closed_to(ctx, facts.unit)
    return ctx.directory.part_in(facts, person, ctx.now) | ({Who.CONTACT_BEFORE} if reads_on else set())
