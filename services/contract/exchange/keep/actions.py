"""Goes through the items of one file in their order: the same as before, brought up to date, new, or left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from services.contract.exchange.domain import NEEDS, Item, content, resolved
from services.contract.exchange.keep import store
from services.contract.exchange.keep.care import actions as care
from services.contract.exchange.keep.people import actions as people
from services.contract.exchange.links.domain import Key
from services.contract.exchange.outcome.domain import CREATED, UNCHANGED, UPDATED
from services.contract.exchange.outgoing.store import draft_of
from services.contract.exchange.own.domain import AGREED_HERE
from services.contract.exchange.problem.domain import Problem, Weight
from services.contract.exchange.store import digest
from services.contract.exchange.tables import SourceName, SourceRecord
from services.contract.exchange.who.domain import PersonDraft
from services.contract.people import actions as register
from services.contract.people import store as people_store
from shared.context import Ctx
from shared.i18n import _l

KEEP: Mapping[str, Callable[[Ctx, UUID | None, Any], UUID]] = {
    "Practitioner": people.keep_person,
    "Patient": people.keep_person,
    "RelatedPerson": people.keep_relative,
    "PractitionerRole": people.keep_role,
    "CareTeam": care.keep_team,
    "CarePlan": care.keep_plan,
    "Goal": care.keep_goal,
    "Condition": care.keep_condition,
}


KEPT_HERE = _l("This was told from here: it is left as it is, and changed where it is agreed.")


@dataclass
class Keeper:
    """One file being stored. It is imported for ``unit_id``, and may change what belongs to the
    units in ``rights``; None is for all. ``ids`` are what keys of other resources mean here, ``own`` the keys of what was
    told from here; ``done`` is what became of each place."""

    ctx: Ctx
    run_id: UUID
    source: str
    unit_id: UUID | None
    rights: frozenset[UUID] | None
    records: Mapping[Key, SourceRecord]
    ids: dict[Key, UUID]
    own: Mapping[Key, UUID] = field(default_factory=dict)
    done: dict[str, tuple[str, str, UUID]] = field(default_factory=dict)
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    names: set[tuple[str, UUID]] = field(default_factory=set)
    patients: set[UUID] = field(default_factory=set)
    teams_changed: dict[UUID, str] = field(default_factory=dict)

    def keep(self, item: Item) -> None:
        """Store one item, whose references have all been through here before it."""
        if item.key in self.own and item.type in AGREED_HERE:
            self._leave(item)
            return
        body, record = resolved(item.body, self.ids), self.records.get(item.key)
        said = content(body)
        if record is not None and record.content == said:
            self._remember(item, record, UNCHANGED)
            return
        hindrance = self._hindrance(item, body, record)
        if hindrance:
            self.left_out[item.type] += 1
            self.problems.append(Problem(f"{item.place}.resource", hindrance))
            return
        before = self._before(item)
        if before is not None and before.protected:
            body = replace(body, zone=before.zone)  # it was not told, so its absence says nothing
        local_id = self._store(item, body, record)
        if record is None:
            record = SourceRecord(id=uuid4(), type=item.type, key=digest(item.key, self.source))
            record.first_run_id = self.run_id
            self.ctx.session.add(record)
        what = UNCHANGED if before == body else UPDATED if record.content or before else CREATED
        record.local_id, record.content, record.last_run_id = local_id, said, self.run_id
        self._remember(item, record, what)
        self._follow_up(item, body, local_id)

    def finish(self) -> None:
        """What follows from the whole file: names to be found by, proposals, the access log."""
        self.ctx.session.flush()
        rows = [{"name": name, "record_id": record_id} for name, record_id in sorted(self.names, key=str)]
        if rows:
            self.ctx.session.execute(insert(SourceName).on_conflict_do_nothing(), rows)
        for patient_id, place in self.teams_changed.items():
            if not care.propose_contact(self.ctx, patient_id):
                self.problems.append(Problem(place, _l("The team points out a contact, but at no unit that is known.")))
        self.ctx.saw(self.patients)

    def _store(self, item: Item, body: Any, record: SourceRecord | None) -> UUID:
        if item.type == "Organization":
            return people.keep_unit(self.ctx, store.unit_key(item, self.source), body)
        return KEEP[item.type](self.ctx, record.local_id if record else self.own.get(item.key), body)

    def _before(self, item: Item) -> PersonDraft | None:
        """What is kept of somebody who comes back in a file for the first time."""
        person = people_store.get(self.ctx.session, self.own[item.key]) if item.key in self.own else None
        return draft_of(person) if person else None

    def _leave(self, item: Item) -> None:
        """It was told from here, so it is known already, and it is changed where it is agreed."""
        self.ids[item.key] = self.own[item.key]
        self.tally[item.type, UNCHANGED] += 1
        self.done[item.place] = (UNCHANGED, item.type, self.own[item.key])
        self.problems.append(Problem(f"{item.place}.resource", KEPT_HERE, {}, Weight.NOTE))

    def _remember(self, item: Item, record: SourceRecord, what: str) -> None:
        self.ids[item.key] = record.local_id
        self.names |= {(digest(name, self.source), record.id) for name in item.names}
        self.tally[item.type, what] += 1
        self.done[item.place] = (what, item.type, record.local_id)

    def _hindrance(self, item: Item, body: Any, record: SourceRecord | None) -> str | None:
        """Why this may not be stored here and now."""
        if record is not None and record.type != item.type:
            return _l("It is left out, because an earlier file calls something of another type by this name.")
        if any(getattr(body, name) is None for name, _text in NEEDS.get(item.type, ())):
            return _l("It is left out, because what it belongs to was left out.")
        known = record.local_id if record else self.own.get(item.key)
        if self.rights is not None and not store.belongs_to(self.ctx.session, self.rights, item, body, known):
            return _l("It is left out, because it belongs to another unit. Its admin or an operator can import it.")
        if (
            self.rights is not None
            and item.type == "PractitionerRole"
            and body.person == str(self.ctx.viewer.person_id)
        ):
            return _l("It is left out: nobody changes their own roles. Another admin or an operator can import it.")
        return None

    def _follow_up(self, item: Item, body: Any, local_id: UUID) -> None:
        """What a stored item means for the patient it is about."""
        if item.type in ("Patient", "Practitioner") and self.unit_id:
            register.know_at(self.ctx, local_id, self.unit_id)
        if item.type == "Patient":
            self.patients.add(local_id)
            known = self.ctx.directory.person(self.ctx.session, local_id)
            if known and known.deceased and not body.dead:
                self.problems.append(
                    Problem(f"{item.place}.resource", _l("The register says that this person has died."))
                )
        elif patient := getattr(body, "patient", None):
            self.patients.add(UUID(patient))
        if item.type == "CareTeam" and body.patient:
            self.teams_changed[UUID(body.patient)] = f"{item.place}.resource"
