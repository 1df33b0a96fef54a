"""Commitments and goals on a page: what, by whom, how often, until when, and who else sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from services.contract.agreement import actions, store
from services.contract.agreement.content.domain import OWN_LISTS, Part, item_mark, item_of, may_write
from services.contract.agreement.content.seeing.domain import sees
from services.contract.agreement.pages import DOERS, FILL_IN, as_errors, part_named, writing_page
from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.schemas import ItemForm
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE, side_of
from services.contract.units import store as units
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.policy import Who, policy
from shared.relations import at_work
from shared.web.forms import Errors, read_form
from shared.web.pages import back

pages = Blueprint("items", __name__, url_prefix="/contract/agreement", template_folder="../templates")


@pages.get("/<uuid:contract_id>/items/<part>/<item>")
@policy("agreement", "write", Who.PATIENT, *CARE, about=by_contract, log="opened a part of the agreement to write")
def item_form(ctx: Ctx, contract_id: UUID, part: str, item: str) -> Response:
    return _item_page(ctx, contract_id, part_named(ctx, part, OWN_LISTS), item)


@pages.post("/<uuid:contract_id>/items/<part>/<item>")
@policy("agreement", "write", Who.PATIENT, *CARE, about=by_contract, log="wrote in the agreement")
def write_item(ctx: Ctx, contract_id: UUID, part: str, item: str) -> Response:
    which = part_named(ctx, part, OWN_LISTS)
    data, errors = read_form(ItemForm())
    if errors:
        return _item_page(ctx, contract_id, which, item, errors)
    if not data["words"] and item == "new":
        return _item_page(ctx, contract_id, which, item, {"words": [FILL_IN]})
    try:
        with ctx.session.begin_nested():
            said = _write_or_remove(ctx, contract_id, which, item, data)
    except Refused as refused:
        return _item_page(ctx, contract_id, which, item, as_errors(refused), status=409)
    return back(f"/contract/agreement/{contract_id}", said=f"agreement.{said}")


def _write_or_remove(ctx: Ctx, contract_id: UUID, part: Part, item: str, data: dict[str, Any]) -> str:
    side, before = side_of(ctx), data["before"]
    if not data["words"]:
        actions.remove_item(ctx, contract_id, side, part, item, before=before)
        return "removed"
    given = _item(part, side, item, data) | _who_sees(ctx, side, data, _shown_to(ctx, contract_id, part, item))
    actions.write_item(ctx, contract_id, side, part, given, before=before)
    return "saved"


def _item(part: Part, side: Side, item: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the form says as the item it means; whose commitment it is, is one the side may make."""
    found: dict[str, Any] = {"text": data["words"]}
    if item != "new":
        found["id"] = item
    if part is Part.COMMITMENTS:
        found["by"] = data["by"] if data["by"] in dict(DOERS[side]) else DOERS[side][0][0]
        found |= {"often": data["often"], "until": data["until"].isoformat() if data["until"] else None}
    else:
        found["by_day"] = data["by_day"].isoformat() if data["by_day"] else None
    return found


def _shown_to(ctx: Ctx, contract_id: UUID, part: Part, item: str) -> list[str]:
    return list((item_of(store.newest(ctx.session, contract_id).own, part, item) or {}).get("visible_to") or ())


def _who_sees(ctx: Ctx, side: Side, data: dict[str, Any], before: list[str]) -> dict[str, Any]:
    """The patient says what no delegate sees, the care what stays in its own unit (K21)."""
    if side is Side.PATIENT:
        return {"private": data["private"]}
    own = sorted(map(str, at_work(ctx.viewer.roles)))
    return {"visible_to": units.own_alone(ctx, before) or (own if data["own_unit"] else [])}


def _item_page(
    ctx: Ctx, contract_id: UUID, part: Part, item: str, errors: Errors | None = None, *, status: int = 422
) -> Response:
    """The form. What somebody else took away meanwhile is written anew, so that no words are lost."""
    saved = item_of(store.newest(ctx.session, contract_id).own, part, item)
    if saved and ctx.subject and ctx.subject.patient_id and not sees(saved, sight_of(ctx, ctx.subject.patient_id)):
        raise NotFound
    writable = may_write(part, side_of(ctx), saved.get("by")) if saved else item == "new" or status == 409
    if not writable:
        raise NotFound
    words = str(saved["text"]) if saved else ""
    values = {
        "part": part,
        "item": item,
        "saved": words,
        "before": item_mark(saved),
        "doers": DOERS[side_of(ctx)],
        "known": saved or {"visible_to": _units_that_tell_too_much(ctx)},
        "own_alone": bool(units.own_alone(ctx)),
        "others_alone": bool(units.own_alone(ctx, _shown_to(ctx, contract_id, part, item))),
    }
    return writing_page(ctx, contract_id, "agreement/item.html", errors, status=status, **values)


def _units_that_tell_too_much(ctx: Ctx) -> list[str]:
    """What is written at a unit whose name tells what is treated stays there unless it says otherwise."""
    found = ctx.directory.units(ctx.session, at_work(ctx.viewer.roles))
    return [str(unit_id) for unit_id, unit in found.items() if unit.neutral]
