"""The plan as one timeline: everything that everybody does, who is responsible, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.delegates.consents.store import units_shown
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.pages import ALL_READ, CARE
from services.contract.plan import actions, store
from services.contract.plan.conflicts import store as conflicts
from services.contract.plan.domain import (
    MOVES,
    OPEN,
    PRINCIPALS,
    STATES,
    State,
    is_overdue,
    is_visible,
    may_write,
    parties,
)
from services.contract.plan.lead.store import lead_of
from services.contract.plan.schemas import MoveForm
from services.contract.plan.tables import PlanActivity
from services.contract.plan.words.domain import RULES, WEEKDAYS
from services.contract.plan.writing.domain import KINDS
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.time import to_local
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("plan", __name__, url_prefix="/contract/plan", template_folder="templates")
ALL = (Who.PATIENT, Who.DELEGATE, *ALL_READ)

SAID = {
    "added": _l("Saved. It stands in the plan now."),
    "moved": _l("Saved. Both of you see it in the plan."),
    "changed": _l("Saved. Both of you see it in the plan."),
    "kept": _l("Saved. Those who help you no longer see it. Your care does."),
    "shown": _l("Saved. Those who may see your plan see it again."),
}
GOALS: list[Callable[[Ctx, UUID], list[tuple[str, str]]]] = []
"""Who knows the goals of a contract: called with it, gives the id and the words of each that the viewer is shown."""


def by_contract(ctx: Ctx, contract_id: UUID) -> Subject | None:
    return next_contacts.subject(ctx, contract_id, "see_plan")


def by_activity(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Subject | None:
    """The contract's subject, if the activity is that patient's and the viewer is shown it."""
    subject, row = by_contract(ctx, contract_id), store.activity(ctx.session, activity_id)
    return subject if subject and row and row.patient_id == subject.patient_id and shown_to(ctx, row) else None


def by_writable(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Subject | None:
    """The same, if the viewer may also change what the activity says."""
    subject, row = by_activity(ctx, contract_id, activity_id), store.activity(ctx.session, activity_id)
    return subject if row and writable(ctx, row) else None


@pages.get("")
@policy("plan", "find", Who.PATIENT)
def own(ctx: Ctx) -> Response:
    mine = ctx.directory.contracts_of(ctx.session, ctx.viewer.person_id) if ctx.viewer.person_id else []
    return back(f"/contract/plan/{mine[0]}" if mine else "/contract/agreement")


@pages.get("/<uuid:contract_id>")
@policy("plan", "read", *ALL, about=by_contract, log="read the plan")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return timeline(ctx, contract_id)


@pages.get("/<uuid:contract_id>/paper")
@policy("plan", "read", *ALL, about=by_contract, log="printed the plan")
def paper(ctx: Ctx, contract_id: UUID) -> Response:
    """The plan to print, in large type."""
    return page(ctx, "plan/paper.html", **_told(ctx, contract_id))


@pages.post("/<uuid:contract_id>/<uuid:activity_id>")
@policy("plan", "move", *CARE, about=by_activity, log="noted how far something in the plan has come")
def move(ctx: Ctx, contract_id: UUID, activity_id: UUID) -> Response:
    data, errors = read_form(MoveForm())
    act = (
        partial(actions.move, ctx, activity_id, State(data["state"]), data["reason"], seen=data["seen"])
        if data
        else None
    )
    return attempt(ctx, contract_id, act, errors, "plan.moved")


def attempt(ctx: Ctx, contract_id: UUID, act: Callable[[], object] | None, errors: Errors, said: str) -> Response:
    """The act, or the timeline again with what was wrong with the form or the rule that says no."""
    if act is None or errors:
        return timeline(ctx, contract_id, errors)
    if refused := tried(ctx, act):
        return timeline(ctx, contract_id, refused, status=409)
    return back(f"/contract/plan/{contract_id}", said=said)


def timeline(ctx: Ctx, contract_id: UUID, errors: Errors | None = None, status: int = 422) -> Response:
    """The whole plan, with what went wrong on it."""
    care = bool(ctx.whos & set(CARE))
    both = care or Who.PATIENT in ctx.whos
    return page(
        ctx,
        "plan/timeline.html",
        status=status if errors else 200,
        errors=errors or {},
        moves={state.value: [(to.value, STATES[to]) for to in State if to in MOVES[state]] for state in State},
        may_move=care,
        mine={row.id for row in store.activities(ctx.session, patient_of(ctx)) if both and writable(ctx, row)},
        may_add=both,
        may_keep=Who.PATIENT in ctx.whos,
        principals=[(one, parties(own=False)[one]) for one in sorted(PRINCIPALS)],
        goals=goals_of(ctx, contract_id),
        not_then=conflicts.not_then(ctx.session, patient_of(ctx)) if both else [],
        weekdays=WEEKDAYS,
        **_told(ctx, contract_id),
    )


def _told(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    """What the plan says, to whoever looks."""
    everything, patient = (
        store.activities(ctx.session, patient_of(ctx)),
        ctx.directory.person(ctx.session, patient_of(ctx)),
    )
    rows = [row for row in everything if shown_to(ctx, row)]
    today = to_local(ctx.now, patient.zone).date() if patient else ctx.now.date()
    titles: dict[str, Any] = {str(row.id): row.title for row in rows} | dict.fromkeys(
        next_shown(ctx, contract_id), NEXT
    )
    return {
        "help_line": next_contacts.line(ctx, contract_id),
        "contract_id": contract_id,
        "patient": patient,
        "coming": [row for row in rows if State(row.state) in OPEN],
        "over": [row for row in rows if State(row.state) not in OPEN],
        "overdue": {row.id for row in rows if is_overdue(State(row.state), row.until or row.on_date, today)},
        "lead": lead_of(ctx.session, patient_of(ctx)),
        "findings": [_in_words(one, titles) for one in conflicts.standing(ctx.session, patient_of(ctx))],
        "goal_words": dict(goals_of(ctx, contract_id)),
        "for_patient": bool(ctx.whos & {Who.PATIENT, Who.DELEGATE}),
        "whose": None if Who.PATIENT in ctx.whos or patient is None else patient.name,
        "parties": parties(own=Who.PATIENT in ctx.whos),
        "kinds": KINDS,
        "states": STATES,
    }


def _in_words(finding: Any, titles: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The rule, and what it is about; of a thing the viewer isn't shown, or another agreement's next contact, only that it
    takes that time (K21)."""
    return RULES[finding.rule], [titles.get(name, NOT_THEN) for name in finding.about]


def next_shown(ctx: Ctx, contract_id: UUID) -> list[str]:
    """How a finding names the next contacts that the viewer is shown: this agreement's, to the patient those of all."""
    own = Who.PATIENT in ctx.whos
    contracts = ctx.directory.contracts_of(ctx.session, patient_of(ctx)) if own else [contract_id]
    return [f"next_contact:{row.id}" for row in next_contacts.current_of(ctx.session, contracts).values()]


NEXT, NOT_THEN = _l("The next contact"), _l("not available then")


def goals_of(ctx: Ctx, contract_id: UUID) -> list[tuple[str, str]]:
    return [goal for known in GOALS for goal in known(ctx, contract_id)]


def patient_of(ctx: Ctx) -> UUID:
    if ctx.subject is None or ctx.subject.patient_id is None:
        raise NotFound
    return ctx.subject.patient_id


def writable(ctx: Ctx, row: PlanActivity) -> bool:
    me = ctx.viewer.person_id
    return may_write(row.party, by_patient=me == row.patient_id, theirs=me == row.added_by)


def shown_to(ctx: Ctx, row: PlanActivity) -> bool:
    """Patients see all of their plan; staff what their unit is shown (K21); helpers nothing private (B8)."""
    if ctx.viewer.person_id == row.patient_id:
        return True
    helps = Who.DELEGATE in ctx.whos or not ctx.viewer.roles
    return not (row.private and helps) and is_visible(map(UUID, row.visible_to), units_shown(ctx, row.patient_id))
