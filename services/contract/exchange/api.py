"""Care records in, as JSON: what a bundle would bring, bringing it, and how earlier imports went."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from services.contract.exchange import actions, store
from services.contract.exchange.outcome.domain import MOST_TOLD, Outcome
from services.contract.exchange.pages import by_run
from services.contract.exchange.problem.domain import Problem
from services.contract.exchange.schemas import LARGEST_UPLOAD, ImportBody, OutcomeJson, RunJson
from services.contract.exchange.tables import ImportRun
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("imports", __name__, "FHIR R4 bundles in.")


def _told(problems: list[Problem]) -> list[dict[str, str]]:
    return [{"place": one.place, "reason": one.said(), "weight": one.weight} for one in problems[:MOST_TOLD]]


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "file_name": outcome.file,
        "refused": outcome.refused,
        "counts": dict(outcome.by_type()),
        "not_taken": dict(outcome.not_taken),
        "problems": _told(list(outcome.problems)),
        "problem_count": len(outcome.problems),
    }


def _shown(run: ImportRun) -> dict[str, Any]:
    known = {field: getattr(run, field, None) for field in RunJson().fields}
    return {**known, "run_id": run.id, "problems": _told([Problem.from_json(one) for one in run.problems])}


def _run(ctx: Ctx, run_id: UUID) -> dict[str, Any]:
    run = ctx.session.get(ImportRun, run_id)
    if run is None:
        raise NotFound
    return _shown(run)


RUN = Resource(RunJson, of=_run)


@api.ask("/preview", OutcomeJson, ImportBody, largest=LARGEST_UPLOAD)
@policy("import", "try", Who.ADMIN)
def preview(ctx: Ctx, data: dict[str, Any]) -> dict[str, Any]:
    """What a bundle would bring. Nothing of it is kept."""
    return _outcome(actions.preview(ctx, data["file_name"], _bytes(data), for_unit=_own(ctx, data)))


@api.create("", RUN, ImportBody, largest=LARGEST_UPLOAD)
@policy("import", "run", Who.ADMIN, log="imported a care record")
def import_bundle(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Import a bundle, all of it or nothing. One that is refused is a run too, and says why."""
    outcome = actions.import_bundle(ctx, data["file_name"], _bytes(data), for_unit=_own(ctx, data))
    if outcome.run_id is None:
        raise NotFound
    return {"run_id": outcome.run_id}


@api.list("", RunJson)
@policy("import", "list", Who.ADMIN)
def list_runs(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """Earlier imports, the newest first."""
    page: Page = asked["page"]
    after = UUID(page.after[0]) if page.after else None
    found = page.of(
        store.runs_after(ctx.session, run_by(ctx.viewer.roles), after, page.more), lambda run: [str(run.id)]
    )
    return Listed([_shown(run) for run in found.items], found.mark)


@api.read("/<uuid:run_id>", RUN)
@policy("import", "read", Who.ADMIN, about=by_run)
def read_run(ctx: Ctx, run_id: UUID) -> None:
    """How one import went."""


def _bytes(data: dict[str, Any]) -> bytes:
    return json.dumps(data["bundle"], ensure_ascii=False).encode()


def _own(ctx: Ctx, data: dict[str, Any]) -> UUID:
    unit_id: UUID = data["unit_id"]
    if unit_id not in run_by(ctx.viewer.roles):
        raise Refused(_l("Choose one from the list."), field="unit_id")
    return unit_id
