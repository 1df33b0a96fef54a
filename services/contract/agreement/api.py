"""Finding, opening and writing an agreement, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement import actions, store
from services.contract.agreement.content.domain import (
    ENGAGEMENTS,
    OWN_LISTS,
    OWN_TEXTS,
    Part,
    item_mark,
    item_of,
    mark,
)
from services.contract.agreement.content.seeing.domain import sees
from services.contract.agreement.pages import DOERS
from services.contract.agreement.reading.api import AGREEMENT, HERE, NOTHING_MORE, status
from services.contract.agreement.reading.pages import READERS, by_contract, found
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.schemas import (
    CHOOSE,
    ContractJson,
    ContractStatusJson,
    ItemBody,
    ItemJson,
    OpenBody,
    TextBody,
    TextJson,
)
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import CARE, side_of
from services.contract.units.store import own_alone
from shared.context import Ctx
from shared.errors import NotFound, Refused
from shared.i18n import _l
from shared.policy import Who, policy
from shared.relations import at_work
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

api = Door("agreement", __name__, "Contracts, and what both sides write in them.", "/contracts")
ONE = HERE.removeprefix("/contracts")
WRITERS = (Who.PATIENT, *CARE)


def _hold(ctx: Ctx, contract_id: UUID, **_more: object) -> None:
    store.contract(ctx.session, contract_id, lock=True)


def _status(ctx: Ctx, contract_id: UUID) -> dict[str, Any]:
    return status(found(ctx, contract_id))


def _text(ctx: Ctx, contract_id: UUID, part: str) -> dict[str, str]:
    which = _part(part, OWN_TEXTS)
    return {"part": which, "words": str(store.newest(ctx.session, contract_id).own.get(which, ""))}


def _item(ctx: Ctx, contract_id: UUID, part: str, item_id: str) -> dict[str, Any]:
    """One that the viewer is not shown looks like one that is not there (K21)."""
    return {**NOTHING_MORE, **_saved(ctx, contract_id, part, item_id)}


def _saved(ctx: Ctx, contract_id: UUID, part: str, item_id: str) -> dict[str, Any]:
    whole = found(ctx, contract_id)
    item = item_of(whole.version.own, _part(part, OWN_LISTS), item_id)
    if item is None or not sees(item, sight_of(ctx, whole.contract.patient_id)):
        raise NotFound
    return item


STATUS = Resource(ContractStatusJson, of=_status)
TEXT = Resource(TextJson, of=_text, hold=_hold)
ITEM = Resource(ItemJson, of=_item, hold=_hold)


@api.list("", ContractJson)
@policy("agreement", "list", Who.SIGNED_IN, log="listed the agreements they have a part in")
def list_contracts(ctx: Ctx, asked: dict[str, Any]) -> Listed[dict[str, Any]]:
    """One's own, those one answers for, those of the units one runs; ended ones left out."""
    page: Page = asked["page"]
    after = UUID(page.after[0]) if page.after else None
    rows = store.with_part(ctx, after, page.more)
    fields = ("patient_id", "unit_id", "state", "opened_at", "review_on")
    found_ = page.of(rows, lambda row: [str(row.id)])
    ctx.saw(row.patient_id for row in found_.items)
    shown = [{**{name: getattr(row, name) for name in fields}, "contract_id": row.id} for row in found_.items]
    return Listed(shown, found_.mark)


@api.create("", STATUS, OpenBody)
@policy("agreement", "open", Who.PATIENT, log="started the agreement")
def open_contract(ctx: Ctx, data: dict[str, Any]) -> dict[str, UUID]:
    """Start one's own agreement."""
    me = ctx.viewer.person_id
    if me is None:
        raise NotFound
    if store.open_of(ctx.session, me):
        raise Refused(_l("There is an agreement already."))
    if ctx.directory.unit(ctx.session, data["unit_id"]) is None:
        raise Refused(CHOOSE, field="unit_id")
    return {"contract_id": actions.open_contract(ctx, patient_id=me, unit_id=data["unit_id"], by=me)}


@api.read(ONE, STATUS)
@policy("agreement", "read_status", *READERS, Who.ADMIN, about=by_contract, log="saw how far your agreement is")
def read_contract(ctx: Ctx, contract_id: UUID) -> None:
    """How far it is, what it lacks, who has said yes. Never what it says."""


@api.act(f"{ONE}/agreement/drafts", AGREEMENT)
@policy("agreement", "write", *WRITERS, about=by_contract, log="began a new version of the agreement")
def begin_draft(ctx: Ctx, contract_id: UUID) -> None:
    """Begin a new version. The one in force stands until both have said yes to the new one."""
    actions.begin_new_version(ctx, contract_id)


@api.read(f"{ONE}/agreement/texts/<part>", TEXT)
@policy("agreement", "read", *READERS, about=by_contract, log="read the agreement")
def read_text(ctx: Ctx, contract_id: UUID, part: str) -> None:
    """what_matters, watch_for or engagement."""


@api.change(f"{ONE}/agreement/texts/<part>", TEXT, TextBody)
@policy("agreement", "write", *WRITERS, about=by_contract, log="wrote in the agreement")
def write_text(ctx: Ctx, data: dict[str, Any], contract_id: UUID, part: str) -> None:
    """Write one of the texts; what matters and how to take part is the patient's alone."""
    which, words = _part(part, OWN_TEXTS), data["words"]
    if which is Part.ENGAGEMENT and words not in ENGAGEMENTS:
        raise Refused(CHOOSE, field="words")
    before = mark(_text(ctx, contract_id, part)["words"])
    actions.write_text(ctx, contract_id, side_of(ctx), which, words, before=before)


@api.create(f"{ONE}/agreement/items/<part>", ITEM, ItemBody)
@policy("agreement", "write", *WRITERS, about=by_contract, log="wrote in the agreement")
def add_item(ctx: Ctx, data: dict[str, Any], contract_id: UUID, part: str) -> dict[str, Any]:
    """A new commitment or goal."""
    item_id = _write(ctx, contract_id, _part(part, OWN_LISTS), data, saved=None)
    return {"contract_id": contract_id, "part": part, "item_id": item_id}


@api.read(f"{ONE}/agreement/items/<part>/<item_id>", ITEM)
@policy("agreement", "read", *READERS, about=by_contract, log="read the agreement")
def read_item(ctx: Ctx, contract_id: UUID, part: str, item_id: str) -> None:
    """One of the commitments or goals."""


@api.change(f"{ONE}/agreement/items/<part>/<item_id>", ITEM, ItemBody)
@policy("agreement", "write", *WRITERS, about=by_contract, log="wrote in the agreement")
def write_item(ctx: Ctx, data: dict[str, Any], contract_id: UUID, part: str, item_id: str) -> None:
    """Write it anew."""
    saved = _saved(ctx, contract_id, part, item_id)
    _write(ctx, contract_id, _part(part, OWN_LISTS), {**data, "id": item_id}, saved=saved)


@api.remove(f"{ONE}/agreement/items/<part>/<item_id>", ITEM)
@policy("agreement", "write", *WRITERS, about=by_contract, log="wrote in the agreement")
def remove_item(ctx: Ctx, contract_id: UUID, part: str, item_id: str) -> None:
    """Take it away."""
    before = item_mark(_saved(ctx, contract_id, part, item_id))
    actions.remove_item(ctx, contract_id, side_of(ctx), _part(part, OWN_LISTS), item_id, before=before)


def _write(ctx: Ctx, contract_id: UUID, part: Part, item: dict[str, Any], *, saved: dict[str, Any] | None) -> str:
    """A commitment is somebody's whom the side may speak for; a goal is nobody's. What only the other side says of who sees it
    stays as it was."""
    allowed = dict(DOERS[side_of(ctx)]) if part is Part.COMMITMENTS else {None: ""}
    if item["by"] not in allowed:
        raise Refused(CHOOSE, field="by")
    wrong = "visible_to" if side_of(ctx) is Side.PATIENT else "private"
    if item.get(wrong) or not set(item["visible_to"]) <= at_work(ctx.viewer.roles):
        raise Refused(CHOOSE, field=wrong)
    alone = own_alone(ctx, (saved or {}).get("visible_to") or ()) if side_of(ctx) is Side.CARE else []
    more = {"visible_to": alone or [str(unit) for unit in item["visible_to"]]}
    days = {name: item[name].isoformat() for name in ("until", "by_day") if item[name]}
    said = {name: value for name, value in {**item, **more, **days}.items() if value is not None and name != wrong}
    return actions.write_item(ctx, contract_id, side_of(ctx), part, said, before=item_mark(saved))


def _part(name: str, allowed: tuple[Part, ...]) -> Part:
    part = next((one for one in allowed if one == name), None)
    if part is None:
        raise NotFound
    return part
