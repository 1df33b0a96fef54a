"""Importing a file: all of it or nothing, in the caller's transaction, and a trial that leaves nothing behind."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import PurePath
from uuid import UUID, uuid4

from services.contract.exchange import store
from services.contract.exchange.bundle.domain import Reading, read
from services.contract.exchange.domain import Draft, draft
from services.contract.exchange.keep.actions import Keeper
from services.contract.exchange.links.domain import Key, Target, outward
from services.contract.exchange.outcome.domain import MOST_TOLD, Outcome
from services.contract.exchange.own.store import own
from services.contract.exchange.problem.domain import Problem, Refused, Weight
from services.contract.exchange.tables import ImportRun
from shared import errors
from shared.context import Ctx

LONGEST_FILE_NAME = 200


def import_bundle(
    ctx: Ctx, file_name: str, data: bytes, *, for_unit: UUID | None = None, whole: bool = False
) -> Outcome:
    """Import one file and write down how it went; a refused file stores nothing but that.

    ``for_unit`` is the unit whose admin imports: what belongs to units where the viewer is no admin stays untouched.
    Without it an operator imports, and everything in the file counts. ``whole``: a file of which anything would be left
    out is refused as well.
    """
    outcome = _attempt(ctx, file_name, data, for_unit, keep=True, whole=whole)
    if outcome.refused:
        run = _begin_run(ctx, outcome.file, for_unit)
        _end_run(run, outcome)
        outcome = replace(outcome, run_id=run.id)
    return outcome


def preview(ctx: Ctx, file_name: str, data: bytes, *, for_unit: UUID | None = None) -> Outcome:
    """What ``import_bundle`` would do. It is done and undone, so that the counts are the same; nothing stays."""
    return _attempt(ctx, file_name, data, for_unit, keep=False)


def _attempt(
    ctx: Ctx, file_name: str, data: bytes, for_unit: UUID | None, *, keep: bool, whole: bool = False
) -> Outcome:
    plain = "".join(sign for sign in file_name if unicodedata.category(sign) != "Cc").replace("\\", "/")
    name = PurePath(plain).name[:LONGEST_FILE_NAME]
    try:
        reading = read(data)
    except Refused as refusal:
        return Outcome(name, refusal.problems, refused=True)
    store.hold_imports(ctx.session)
    savepoint = ctx.session.begin_nested()
    try:
        outcome = _import(ctx, name, reading, for_unit)
    except errors.Refused as refusal:
        savepoint.rollback()
        return Outcome(name, (Problem("", str.__str__(refusal.text), {}, Weight.REFUSAL),), refused=True)
    lacking = whole and any(outcome.left_out.values())
    if keep and not lacking:
        savepoint.commit()
    else:
        savepoint.rollback()
    return Outcome(name, outcome.problems, refused=True) if lacking else outcome


def _import(ctx: Ctx, name: str, reading: Reading, for_unit: UUID | None) -> Outcome:
    run = _begin_run(ctx, name, for_unit)
    planned, keeper = _keeper(ctx, run, reading, for_unit)
    for item in planned.items:
        keeper.keep(item)
    keeper.finish()
    outcome = Outcome(
        name,
        problems=(*planned.problems, *keeper.problems),
        tally=keeper.tally,
        left_out=keeper.left_out + planned.left_out,
        not_taken=reading.not_taken,
        run_id=run.id,
        done=keeper.done,
    )
    _end_run(run, outcome)
    return outcome


def _keeper(ctx: Ctx, run: ImportRun, reading: Reading, for_unit: UUID | None) -> tuple[Draft, Keeper]:
    """What the file would bring, and who stores it, knowing what earlier files brought and what is ours."""
    source, pointed = str(for_unit) if for_unit else "", outward(reading)
    known, ours = store.known(ctx.session, pointed, source), own(ctx.session, reading.taken, pointed)
    targets = {told: Target(record.type, Key(record.id)) for told, record in known.items()}
    planned = draft(reading, {**ours.targets, **targets})
    return planned, Keeper(
        ctx=ctx,
        run_id=run.id,
        source=source,
        unit_id=for_unit,
        rights=_rights(ctx) if for_unit else None,
        records=store.records(ctx.session, [item.key for item in planned.items], source),
        ids={**ours.ids, **{Key(record.id): record.local_id for record in known.values()}},
        own=ours.entries,
    )


def _rights(ctx: Ctx) -> frozenset[UUID]:
    return frozenset(role.unit_id for role in ctx.viewer.roles if role.role == "admin")


def _begin_run(ctx: Ctx, name: str, for_unit: UUID | None) -> ImportRun:
    run = ImportRun(id=uuid4(), at=ctx.now, by=ctx.viewer.person_id, unit_id=for_unit, file_name=name)
    _end_run(run, Outcome(name))
    ctx.session.add(run)
    ctx.session.flush()
    return run


def _end_run(run: ImportRun, outcome: Outcome) -> None:
    run.refused = outcome.refused
    run.counts = dict(outcome.by_type())
    run.not_taken = dict(outcome.not_taken)
    run.problems = [problem.as_json() for problem in outcome.problems[:MOST_TOLD]]
    run.problem_count = len(outcome.problems)
