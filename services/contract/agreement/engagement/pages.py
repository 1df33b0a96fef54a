"""How I want to take part: three questions, what was answered before, and the same for the contact to read."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, Response, request

from services.contract.agreement import store as agreements
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.domain import State
from services.contract.agreement.engagement import actions, store
from services.contract.agreement.engagement.domain import Doing, Knowing, Preference, is_asked_at_review
from services.contract.agreement.engagement.schemas import PreferenceForm
from services.contract.agreement.engagement.tables import EngagementPreference
from services.contract.agreement.reading.domain import words
from services.contract.agreement.reading.pages import by_contract
from services.contract.agreement.review import store as reviews
from services.contract.agreement.told.domain import WAYS
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.pages import ALL_READ, side_of
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import Lazy, _l
from shared.policy import Who, policy
from shared.web.forms import Errors, read_form, tried
from shared.web.pages import back, page

pages = Blueprint("engagement", __name__, url_prefix="/contract/engagement", template_folder="templates")
SAID = {"chosen": _l("Saved. You can change it any time.")}
SHOWN = 20
DOING: dict[str, Lazy] = {Doing.MUCH: _l("Much"), Doing.SOME: _l("Some"), Doing.LITTLE: _l("Little right now")}
KNOWING: dict[str, Lazy] = {
    Knowing.ALL: _l("All"),
    Knowing.MAIN: _l("The main things"),
    Knowing.MUST: _l("Only what I must"),
}
KNOWING_TO_OTHERS = KNOWING | {Knowing.MUST: _l("Only what is needed")}


@pages.get("/<uuid:contract_id>")
@policy("engagement", "read", Who.PATIENT, *ALL_READ, about=by_contract, log="saw how you want to take part")
def show(ctx: Ctx, contract_id: UUID) -> Response:
    return _page(ctx, contract_id)


@pages.post("/<uuid:contract_id>")
@policy("engagement", "choose", Who.PATIENT, Who.CONTACT, about=by_contract, log="noted how you want to take part")
def choose(ctx: Ctx, contract_id: UUID) -> Response:
    data, errors = read_form(PreferenceForm())
    errors = errors or tried(ctx, partial(_choose, ctx, contract_id, **data))
    if errors:
        return _page(ctx, contract_id, errors)
    return back(f"/contract/engagement/{contract_id}", said="engagement.chosen")


def _choose(ctx: Ctx, contract_id: UUID, *, before: str, how: str | None, **wish: str) -> None:
    actions.choose(ctx, contract_id, Preference(**wish), before=before, writer=side_of(ctx), how=how)


def _page(ctx: Ctx, contract_id: UUID, errors: Errors | None = None) -> Response:
    contract = agreements.contract(ctx.session, contract_id)
    if contract is None:
        raise NotFound
    rows = store.page(ctx.session, contract.patient_id, SHOWN + 1, before=request.args.get("before", None, int))
    people = ctx.directory.people(ctx.session, {contract.patient_id, *(row.by for row in rows)})
    decides = str(agreements.newest(ctx.session, contract_id).own.get(Part.ENGAGEMENT, ""))
    own = side_of(ctx) is Side.PATIENT
    return page(
        ctx,
        "engagement/show.html",
        status=422 if errors else 200,
        errors=errors or {},
        contract_id=contract_id,
        patient=people[contract.patient_id],
        own=own,
        may_choose=bool(ctx.whos & {Who.PATIENT, Who.CONTACT}) and State(contract.state) is not State.ENDED,
        decides=decides,
        ask_again=_ask_again(ctx, contract_id, rows),
        before=mark(decides),
        latest=store.latest(ctx.session, contract.patient_id),
        rows=rows[:SHOWN],
        names={person: known.name for person, known in people.items()},
        deciding=words(own=own)["taking_part"],
        doing=DOING,
        knowing=KNOWING if own else KNOWING_TO_OTHERS,
        ways=WAYS,
        next=f"?before={rows[SHOWN - 1].id}" if len(rows) > SHOWN else None,
        help_line=next_contacts.line(ctx, contract_id),
    )


def _ask_again(ctx: Ctx, contract_id: UUID, rows: list[EngagementPreference]) -> bool:
    review = reviews.open_review(ctx.session, contract_id)
    return is_asked_at_review([row.at for row in rows], review.opened_at if review else None)
