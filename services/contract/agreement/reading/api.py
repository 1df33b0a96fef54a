"""The whole agreement as JSON, as it is now and as it was, and what differs between two versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.content.difference.domain import Difference, difference
from services.contract.agreement.content.domain import OWN_LISTS, OWN_TEXTS, Content, from_json
from services.contract.agreement.content.seeing.domain import Sight, seen, seen_changes
from services.contract.agreement.reading.pages import READERS, by_contract, found
from services.contract.agreement.reading.schemas import (
    AgreementJson,
    DifferenceJson,
    VersionJson,
    WholeVersionJson,
)
from services.contract.agreement.reading.store import Reading, sight_of
from services.contract.agreement.tables import Version
from services.contract.next_contact import store as next_contacts
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import policy
from shared.web.api.door import Door, Resource
from shared.web.api.paging import Listed, Page

HERE = "/contracts/<uuid:contract_id>"
api = Door("reading", __name__, "The whole agreement, its versions, and what differs between them.", HERE)


NOTHING_MORE: dict[str, Any] = {
    "by": None,
    "often": None,
    "until": None,
    "by_day": None,
    "private": False,
    "visible_to": [],
}
"""What an item says where nobody said more."""


def status(reading: Reading) -> dict[str, Any]:
    """What may be told to those who never see what it says."""
    known = {field: getattr(reading.contract, field) for field in ("patient_id", "unit_id", "state", "opened_at")}
    more = {"review_on": reading.contract.review_on, "lacks": reading.needs, "yes": sorted(reading.yes)}
    return {**known, **more, "contract_id": reading.contract.id}


def whole(ctx: Ctx, contract_id: UUID, **_more: object) -> dict[str, Any]:
    reading = found(ctx, contract_id)
    waits, sight = reading.waits_for, sight_of(ctx, reading.contract.patient_id)
    return {
        **status(reading),
        "version": reading.version.number,
        "in_force": reading.in_force,
        "shown": reading.shown,
        "time_shown": waits.suggested_local if waits else None,
        "content": _content(seen(reading.content, sight)),
        "confirmations": [reading.yes[side] for side in sorted(reading.yes)],
        "lapsed": reading.lapsed,
        "questions": reading.questions,
        "news": list(seen_changes(reading.news, sight)),
    }


def hold(ctx: Ctx, contract_id: UUID, **_more: object) -> None:
    """In the order in which saying yes takes them."""
    next_contacts.current(ctx.session, contract_id, lock=True)
    store.contract(ctx.session, contract_id, lock=True)


def _version(ctx: Ctx, contract_id: UUID, number: int) -> dict[str, Any]:
    old = _once(ctx, contract_id, number)
    known = {field: getattr(old, field) for field in VersionJson().fields}
    return {**known, "content": _content(seen(from_json(old.content), _sight(ctx, contract_id)))}


AGREEMENT = Resource(AgreementJson, of=whole, hold=hold)
VERSION = Resource(WholeVersionJson, of=_version)


@api.read("/agreement", AGREEMENT)
@policy("agreement", "read", *READERS, about=by_contract, log="read the agreement")
def read_agreement(ctx: Ctx, contract_id: UUID) -> None:
    """The whole as it stands now: what it says and lacks, and what each side has said yes to."""


@api.list("/versions", VersionJson)
@policy("agreement", "read", *READERS, about=by_contract, log="read which versions of the agreement there are")
def list_versions(ctx: Ctx, asked: dict[str, Any], contract_id: UUID) -> Listed[Version]:
    """The newest first; not the one being worked on."""
    page: Page = asked["page"]
    rows = [one for one in store.versions(ctx.session, contract_id) if one.state != "draft"]
    return page.cut(rows, lambda one: [one.number])


@api.read("/versions/<int:number>", VERSION)
@policy("agreement", "read", *READERS, about=by_contract, log="read an earlier version of the agreement")
def read_version(ctx: Ctx, contract_id: UUID, number: int) -> None:
    """A version that both once agreed on, just as it was."""


@api.list("/versions/<int:number>/difference/<int:other>", DifferenceJson)
@policy("agreement", "read", *READERS, about=by_contract, log="compared versions of the agreement")
def list_differences(ctx: Ctx, asked: dict[str, Any], contract_id: UUID, number: int, other: int) -> Listed[Difference]:
    """What is new, changed and gone in ``other``, compared with ``number``."""
    page: Page = asked["page"]
    before, after = (from_json(_once(ctx, contract_id, one).content) for one in (number, other))
    rows = list(enumerate(seen_changes(difference(before, after), _sight(ctx, contract_id))))
    shown = page.cut(rows, lambda row: [row[0]])
    return Listed([change for _place, change in shown.items], shown.mark)


def _sight(ctx: Ctx, contract_id: UUID) -> Sight:
    return sight_of(ctx, found(ctx, contract_id).contract.patient_id)


def _once(ctx: Ctx, contract_id: UUID, number: int) -> Version:
    """A version that is or was in force."""
    old = store.version(ctx.session, contract_id, number) if number < 2**31 else None
    if old is None or old.state == "draft":
        raise NotFound
    return old


def _content(content: Content) -> dict[str, Any]:
    """The parts by name."""
    texts = {part.value: content.text(part) for part in OWN_TEXTS}
    lists = {part.value: [{**NOTHING_MORE, **item} for item in content.items(part)] for part in OWN_LISTS}
    named = UUID(content.named_contact) if content.named_contact else None
    return {**texts, **lists, "next_step": content.next_step, "plan": list(content.plan), "named_contact": named}
