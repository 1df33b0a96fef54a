"""Goes through the items of one file in their order: the same as before, brought up to date, new, or left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert

from services.contract.exchange.domain import NEEDS, Item, content, resolved
from services.contract.exchange.keep import store
from services.contract.exchange.keep.care import actions as care
from services.contract.exchange.keep.people import actions as people
from services.contract.exchange.links.domain import Key
from services.contract.exchange.outcome.domain import CREATED, UNCHANGED, UPDATED
from services.contract.exchange.problem.domain import Problem
from services.contract.exchange.store import digest
from services.contract.exchange.tables import SourceName, SourceRecord
from services.contract.people import actions as register
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


@dataclass
class Keeper:
    """One file being stored. It is imported for ``unit_id``, and may change what belongs to the
    units in ``rights``; None is for all. ``ids`` are what keys of other resources mean here."""

    ctx: Ctx
    run_id: UUID
    source: str
    unit_id: UUID | None
    rights: frozenset[UUID] | None
    records: Mapping[Key, SourceRecord]
    ids: dict[Key, UUID]
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    names: set[tuple[str, UUID]] = field(default_factory=set)
    patients: set[UUID] = field(default_factory=set)
    teams_changed: dict[UUID, str] = field(default_factory=dict)

    def keep(self, item: Item) -> None:
        """Store one item, whose references have all been through here before it."""
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
        local_id = self._store(item, body, record)
        if record is None:
            record = SourceRecord(id=uuid4(), type=item.type, key=digest(item.key, self.source))
            record.first_run_id = self.run_id
            self.ctx.session.add(record)
        what = UPDATED if record.content else CREATED
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
        return KEEP[item.type](self.ctx, record.local_id if record else None, body)

    def _remember(self, item: Item, record: SourceRecord, what: str) -> None:
        self.ids[item.key] = record.local_id
        self.names |= {(digest(name, self.source), record.id) for name in item.names}
        self.tally[item.type, what] += 1

    def _hindrance(self, item: Item, body: Any, record: SourceRecord | None) -> str | None:
        """Why this may not be stored here and now."""
        if record is not None and record.type != item.type:
            return _l("It is left out, because an earlier file calls something of another type by this name.")
        if any(getattr(body, name) is None for name, _text in NEEDS.get(item.type, ())):
            return _l("It is left out, because what it belongs to was left out.")
        known = record.local_id if record else None
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
