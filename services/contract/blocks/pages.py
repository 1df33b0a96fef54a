"""Blocked units: the patient's own page, where one is blocked and let in again, and what their contact sees of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for

from services.contract.blocks import actions, store
from services.contract.blocks.schemas import BlockForm
from services.contract.delegates.legal.pages import by_patient_here
from services.contract.people import store as people
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

HERE = "/contract/blocks"
pages = Blueprint("blocks", __name__, url_prefix=HERE, template_folder="templates")
SAID = {
    "made": _l("Blocked. Nobody who works there sees your pages any more."),
    "lifted": _l("Lifted. They who work there can see what they could before."),
}
READERS = (Who.CONTACT, Who.DEPUTY, Who.ADMIN)


def by_me(ctx: Ctx) -> Subject | None:
    return Subject(patient_id=ctx.viewer.person_id) if ctx.viewer.kind == "patient" else None


def by_block(ctx: Ctx, block_id: UUID) -> Subject | None:
    block = store.get(ctx.session, block_id)
    return Subject(patient_id=block.patient_id) if block else None


@pages.get("")
@policy("block", "list", Who.PATIENT, about=by_me, log="looked at which units are blocked")
def list_(ctx: Ctx) -> Response:
    return page(ctx, "blocks/mine.html", **_blocks(ctx, _me(ctx)))


@pages.get("/new")
@policy("block", "make", Who.PATIENT, about=by_me, log="opened the form to block a unit")
def form(ctx: Ctx) -> Response:
    return _form(ctx)


@pages.post("/new")
@policy("block", "make", Who.PATIENT, about=by_me, log="blocked a unit")
def make(ctx: Ctx) -> Response:
    """At once: what is blocked in a hurry needs no fresh sign-in, what is lifted does."""
    data, errors = read_form(BlockForm())
    errors = errors or tried(ctx, partial(actions.make, ctx, patient_id=_me(ctx), **data))
    return _form(ctx, errors) if errors else back(HERE, said="blocks.made")


@pages.post("/<uuid:block_id>/lift")
@policy("block", "lift", Who.PATIENT, about=by_block, log="lifted the block of a unit")
def lift(ctx: Ctx, block_id: UUID) -> Response:
    actions.lift(ctx, block_id)
    return back(HERE, said="blocks.lifted")


@pages.get("/of/<uuid:patient_id>")
@policy("block", "read", *READERS, about=by_patient_here, log="saw which units you have blocked")
def show(ctx: Ctx, patient_id: UUID) -> Response:
    """For those who plan the care: so that nobody is asked to step in who can't."""
    patient = people.get(ctx.session, patient_id)
    if patient is None:
        raise NotFound
    return page(ctx, "blocks/of.html", patient=patient, **_blocks(ctx, patient_id))


def _me(ctx: Ctx) -> UUID:
    if ctx.viewer.person_id is None:
        raise NotFound
    return ctx.viewer.person_id


def _blocks(ctx: Ctx, patient_id: UUID) -> dict[str, Any]:
    every = store.seen_by(ctx, patient_id)
    units = ctx.directory.units(ctx.session, {one.unit_id for one in every})
    return {
        "standing": [one for one in every if one.ends is None],
        "before": [one for one in every if one.ends is not None],
        "units": {key: unit.name for key, unit in units.items()},
    }


def _form(ctx: Ctx, errors: Errors | None = None) -> Response:
    """Every unit that is not blocked yet, by name."""
    blocked = ctx.directory.blocked(ctx.session, [_me(ctx)]).get(_me(ctx), frozenset())
    left = [unit for key, unit in ctx.directory.units(ctx.session).items() if key not in blocked]
    choices = [(str(unit.unit_id), unit.name) for unit in sorted(left, key=lambda unit: unit.name)]
    status = 422 if errors else 200
    return page(ctx, "blocks/new.html", status=status, errors=errors or {}, units=choices, back_to=url_for(".list_"))
