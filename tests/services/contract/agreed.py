"""One patient's agreement to test with: Karin, whose named contact is Anita; Lisa stands in when she is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask

from services.contract.agreement import actions, store
from services.contract.agreement.confirming import actions as confirming
from services.contract.agreement.content.domain import Part, mark
from services.contract.agreement.domain import State
from services.contract.agreement.reading.store import Reading, read
from services.contract.delegates import actions as delegates
from services.contract.named_contact import actions as contacts
from services.contract.next_contact import actions as next_contacts
from services.contract.next_contact import store as next_steps
from services.contract.next_contact.domain import Side, Way
from services.contract.people import actions as people
from shared.context import Ctx
from tests.services.contract.clinic import Browser, Clinic
from tests.support.services import NOON, make_app, viewer_of

IN_TWO_DAYS = datetime(2026, 11, 27, 9, 0)  # noqa: DTZ001
"""09.00 on the patient's clock, nearly three days after noon."""

WHAT_MATTERS = "I want to walk to the shop and meet my sister on Sundays."


@dataclass(frozen=True)
class Agreed:
    """Karin's agreement, and everybody's way of acting on it."""

    clinic: Clinic
    karin: UUID
    contract: UUID
    app: Flask

    def browser(self, person: UUID) -> Browser:
        return Browser(self.clinic.service, self.app.test_client(), person)

    def helper(self, *scopes: str) -> UUID:
        """Eva, whom Karin lets do this much for her."""
        with self.acting(self.karin) as ctx:
            eva = people.save_person(ctx, kind="delegate", name="Eva Ek", identity=None)
            grant = delegates.invite(ctx, patient_id=self.karin, delegate_id=eva, scopes=scopes)
        with self.acting(eva) as ctx:
            delegates.accept(ctx, grant)
        return eva

    @contextmanager
    def acting(self, person: UUID) -> Iterator[Ctx]:
        """One act of this person, in a transaction of its own."""
        with self.clinic.service.act() as ctx:
            ctx.viewer = viewer_of(self.clinic.service, ctx, person)
            yield ctx

    def writes(self, words: str = WHAT_MATTERS) -> None:
        with self.acting(self.karin) as ctx:
            before = str(store.newest(ctx.session, self.contract).own.get(Part.WHAT_MATTERS, ""))
            actions.write_text(ctx, self.contract, Side.PATIENT, Part.WHAT_MATTERS, words, before=mark(before))

    def aims(self, goal: str = "Walk to the shop by summer.") -> None:
        with self.acting(self.karin) as ctx:
            actions.write_item(ctx, self.contract, Side.PATIENT, Part.GOALS, {"text": goal}, before=mark(""))

    def chooses(self, options: str = "Home or clinic: we chose home.") -> None:
        with self.acting(self.karin) as ctx:
            before = str(store.newest(ctx.session, self.contract).own.get(Part.OPTIONS, ""))
            actions.write_text(ctx, self.contract, Side.PATIENT, Part.OPTIONS, options, before=mark(before))

    def promises(self, side: Side, words: str) -> str:
        with self.acting(self.person(side)) as ctx:
            item = {"text": words, "by": side.value}
            return actions.write_item(ctx, self.contract, side, Part.COMMITMENTS, item, before=mark(""))

    def suggests(self, local: datetime = IN_TWO_DAYS, side: Side = Side.CARE) -> None:
        with self.acting(self.person(side)) as ctx:
            next_contacts.suggest(ctx, self.contract, side, local=local, way=Way.VISIT)

    def accepts(self, local: datetime = IN_TWO_DAYS, side: Side = Side.PATIENT) -> None:
        with self.acting(self.person(side)) as ctx:
            next_contacts.accept(ctx, self.contract, side, seen=local)

    def written(self) -> Agreed:
        """Everything that is needed before both can say yes; the time is suggested and waits for Karin."""
        self.writes()
        self.aims()
        self.chooses()
        self.promises(Side.PATIENT, "I weigh myself every morning.")
        self.promises(Side.CARE, "We ring you every Friday.")
        self.suggests()
        return self

    def confirms(self, side: Side, shown: str | None = None) -> State:
        with self.acting(self.person(side)) as ctx:
            row = next_steps.current(ctx.session, self.contract)
            return confirming.confirm(
                ctx,
                self.contract,
                side,
                shown=shown or self.read(ctx).shown,
                time_shown=row.suggested_local if row else None,
            )

    def both_confirm(self) -> State:
        self.confirms(Side.PATIENT)
        return self.confirms(Side.CARE)

    def person(self, side: Side) -> UUID:
        return self.karin if side is Side.PATIENT else self.clinic.anita

    def read(self, ctx: Ctx) -> Reading:
        reading = read(ctx, self.contract)
        assert reading is not None
        return reading

    def now(self) -> Reading:
        with self.clinic.service.act() as ctx:
            return self.read(ctx)


def open_agreed(clinic: Clinic) -> Agreed:
    with clinic.service.act() as ctx:
        karin = people.save_person(ctx, kind="patient", name="Karin Ek", identity="19480101-0009")
        contract = actions.open_contract(ctx, patient_id=karin, unit_id=clinic.unit, by=clinic.admin)
        contacts.appoint(
            ctx,
            contract_id=contract,
            patient_id=karin,
            person_id=clinic.anita,
            unit_id=clinic.unit,
            deputy_id=clinic.lisa,
        )
        actions.settle(ctx, contract)
    return Agreed(clinic, karin, contract, make_app(clinic.service))


def later(**delta: int) -> datetime:
    return NOON + timedelta(**delta)
