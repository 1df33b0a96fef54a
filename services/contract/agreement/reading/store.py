"""Puts together everything a page says about one contract."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.contract.agreement import store
from services.contract.agreement.content.difference.domain import Difference, difference
from services.contract.agreement.content.domain import Content, Part, changed_parts, fingerprint, from_json
from services.contract.agreement.content.seeing.domain import Sight, sees, sight
from services.contract.agreement.domain import Need, lacking
from services.contract.agreement.tables import Confirmation, Contract, Question, Version
from services.contract.delegates.consents.store import units_shown
from services.contract.next_contact import store as next_contacts
from services.contract.next_contact.domain import Side
from services.contract.next_contact.tables import NextContact
from services.contract.plan import store as plans
from services.contract.plan.tables import PlanActivity
from services.contract.units.domain import has_floor
from shared.context import Ctx
from shared.policy import Who


@dataclass(frozen=True)
class Lapsed:
    """A yes that no longer counts: whose, and who changed what since. ``by`` None: it came from outside these pages."""

    side: Side
    given_by: UUID
    changed_by: UUID | None
    parts: tuple[Part, ...]
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One contract at one instant.

    ``version`` is the one being worked on, else the active one; ``content`` what it says now and ``shown`` its hash.
    ``news`` is what differs from the active version. ``yes`` holds the confirmations of exactly this content.
    """

    contract: Contract
    version: Version
    active: Version | None
    content: Content
    shown: str
    news: list[Difference]
    yes: dict[Side, Confirmation]
    lapsed: list[Lapsed]
    needs: list[Need]
    questions: list[Question]
    next_contact: NextContact | None

    @property
    def in_force(self) -> bool:
        """Whether this very text is what both stand by, and nothing else has been agreed or changed since."""
        return self.active is not None and self.version.id == self.active.id and not self.news

    @property
    def contact(self) -> str | None:
        """The named contact by now, also where the agreement in force names the one before."""
        return next((one.after for one in self.news if one.part == Part.NAMED_CONTACT), self.content.named_contact)

    @property
    def waits_for(self) -> NextContact | None:
        """The next contact, when a suggested time in it waits for the other side's yes."""
        row = self.next_contact
        return row if row is not None and row.suggested_local is not None else None

    def people(self) -> set[UUID]:
        """Everybody who is named on the page."""
        named = {self.contract.patient_id, self.contract.last_answer_by, *(one.by for one in self.yes.values())}
        named |= {person for one in self.lapsed for person in (one.given_by, one.changed_by)}
        named |= {question.asked_by for question in self.questions}
        contacts = [
            self.content.named_contact,
            *(v for d in self.news if d.part == Part.NAMED_CONTACT for v in _both(d)),
        ]
        return {person for person in named if person} | {UUID(one) for one in contacts if one}


def read(ctx: Ctx, contract_id: UUID) -> Reading | None:
    """The contract as it stands now; None where there is none."""
    contract = store.contract(ctx.session, contract_id)
    if contract is None:
        return None
    draft, active = (store.in_state(ctx.session, contract_id, state) for state in ("draft", "active"))
    version = draft or active or store.newest(ctx.session, contract_id)
    now = store.whole(ctx.session, contract, version.own, ctx.now)
    content = now if version is draft else from_json(version.content)
    shown = fingerprint(content)
    given = store.confirmations(ctx.session, version.id)
    yes = {Side(one.side): one for one in given if one.voided_at is None and one.content_hash == shown}
    unit = ctx.directory.unit(ctx.session, contract.unit_id)
    return Reading(
        contract=contract,
        version=version,
        active=active,
        content=content,
        shown=shown,
        news=difference(from_json(active.content), now) if active else [],
        yes=yes,
        lapsed=list(_lapsed(given, yes, version, content)),
        needs=lacking(content, has_floor=unit is not None and has_floor(unit)),
        questions=store.open_questions(ctx.session, contract_id),
        next_contact=next_contacts.current(ctx.session, contract_id),
    )


def _lapsed(
    given: Sequence[Confirmation], yes: dict[Side, Confirmation], version: Version, content: Content
) -> Iterator[Lapsed]:
    """The latest lapsed yes of each side that has not said yes anew; a part that changed outside the agreement lapses
    it at once, before anybody has written here."""
    for side in Side:
        mine = [one for one in given if one.side == side]
        if side in yes or not mine:
            continue
        last = mine[-1]
        parts = tuple(map(Part, last.voided_parts)) or tuple(changed_parts(from_json(version.content), content))
        yield Lapsed(side, last.by, last.voided_by, parts, last.voided_at)


def _both(change: Difference) -> tuple[str | None, str | None]:
    return change.before, change.after


def sight_of(ctx: Ctx, patient_id: UUID, plan: Collection[PlanActivity] | None = None) -> Sight:
    """What this viewer is shown. ``plan`` are the patient's activities, where they are at hand."""
    own = ctx.viewer.person_id == patient_id
    if plan is None:
        plan = [] if own else plans.activities(ctx.session, patient_id)
    return sight(
        own=own,
        helps=Who.DELEGATE in ctx.whos,
        units=units_shown(ctx, patient_id),
        plan={row.id: [UUID(one) for one in row.visible_to] for row in plan},
        private={row.id for row in plan if row.private},
    )


def goals(ctx: Ctx, contract_id: UUID) -> list[tuple[str, str]]:
    """The id and the words of each goal that this viewer is shown (K21), as the latest words have them."""
    contract, found = store.contract(ctx.session, contract_id), store.versions(ctx.session, contract_id)
    if contract is None or not found:
        return []
    sight = sight_of(ctx, contract.patient_id)
    return [(one["id"], one["text"]) for one in found[0].own.get(Part.GOALS, ()) if sees(one, sight)]
