"""Compare two versions: what is new, changed and gone, for the patient and whoever may read the agreement."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.comparing.domain import chosen
from services.contract.agreement.content.difference.domain import Difference, difference
from services.contract.agreement.content.domain import Content, Part, from_json
from services.contract.agreement.content.seeing.domain import seen_changes
from services.contract.agreement.reading.domain import words
from services.contract.agreement.reading.pages import READERS, by_contract
from services.contract.agreement.reading.store import sight_of
from services.contract.agreement.tables import Version
from services.contract.next_contact import store as next_contacts
from shared.context import Ctx
from shared.errors import NotFound
from shared.policy import Who, policy
from shared.web.pages import page

pages = Blueprint("comparing", __name__, url_prefix="/contract/comparing", template_folder="templates")


@pages.get("/<uuid:contract_id>")
@policy("agreement", "compare", *READERS, about=by_contract, log="compared two versions of the agreement")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    versions = {one.number: one for one in agreements.versions(ctx.session, contract_id)}
    earlier, later = (request.args.get(name, None, int) for name in ("earlier", "later"))
    pair = chosen(list(versions), earlier, later)
    news = list(seen_changes(_news(versions, pair), sight_of(ctx, contract.patient_id))) if pair else []
    people = ctx.directory.people(ctx.session, {contract.patient_id} | _named(news))
    return page(
        ctx,
        "comparing/show.html",
        contract_id=contract_id,
        patient=people[contract.patient_id],
        versions=list(versions.values()),
        pair=pair,
        news=news,
        names={str(person): known.name for person, known in people.items()},
        words=words(own=Who.PATIENT in ctx.whos),
        for_patient=bool(ctx.whos & {Who.PATIENT, Who.DELEGATE}),
        help_line=next_contacts.line(ctx, contract_id),
    )


def _news(versions: dict[int, Version], pair: tuple[int, int]) -> list[Difference]:
    before, after = (_content(versions[number]) for number in pair)
    return difference(before, after)


def _content(version: Version) -> Content:
    return from_json(version.content)


def _named(news: list[Difference]) -> set[UUID]:
    contacts = [person for one in news if one.part is Part.NAMED_CONTACT for person in (one.before, one.after)]
    return {UUID(person) for person in contacts if person}
