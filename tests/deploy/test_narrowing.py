"""Contract brought back from a backup opens nothing that has been closed since: the narrower right wins, as the others know it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.backup.narrowing import Copy, copy_of, narrow
from deploy.cli.backup import restore
from deploy.operator import OPERATOR
from services.contract.blocks import actions as blocks
from services.contract.delegates import actions as delegates
from services.contract.delegates import store as grants
from services.contract.delegates.pausing import actions as pausing
from services.contract.people import actions as people
from shared.audit.tables import access_log
from shared.policy import policy_of
from shared.service import Service
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import open_clinic, staff
from tests.support.databases import WorkerDatabases
from tests.support.services import make_service, pump

DONE = {"blocks": 1, "grants ended": 1, "grants paused": 1, "deaths": 1, "staff with fewer roles": 1, "selfcare": 1}


@dataclass
class Hour:
    """A backup of contract, and what people close in the hour after it."""

    databases: WorkerDatabases
    agreed: Agreed
    selfcare: Service
    eva: UUID
    bo: UUID
    nurse: UUID
    ulla: UUID

    @property
    def contract(self) -> Service:
        return self.agreed.clinic.service

    def grant(self, helper: UUID) -> UUID:
        with self.contract.act() as ctx:
            return next(
                one.id for one in grants.of_patient(ctx.session, self.agreed.karin) if one.delegate_id == helper
            )

    def passes(self) -> Copy:
        """What is closed, and what selfcare knows then."""
        with self.agreed.acting(self.agreed.karin) as ctx:
            blocks.make(ctx, patient_id=self.agreed.karin, unit_id=self.agreed.clinic.other_unit)
            delegates.revoke(ctx, self.grant(self.eva))
        with self.agreed.acting(self.agreed.clinic.anita) as ctx:
            pausing.pause(ctx, self.grant(self.bo), "I am worried.", ctx.now.date())
        with self.contract.act() as ctx:
            people.set_roles(ctx, self.nurse, [])
            people.register_death(ctx, self.ulla, ctx.now.date())
        pump({"contract": self.contract, "selfcare": self.selfcare})
        with self.selfcare.act() as ctx:
            return copy_of(ctx.session, "selfcare")

    def brought_back(self) -> None:
        self.databases.begun("contract", "hour_ago", lambda: None)

    def narrows(self, copy: Copy) -> Counter[str]:
        with self.contract.act(OPERATOR, policy_of(restore.callback or restore)) as ctx:
            return narrow(ctx, [copy])

    def open(self) -> set[str]:
        """What is open in contract."""
        karin = self.agreed.karin
        with self.contract.act() as ctx:
            doors = {
                "the unit": not ctx.directory.blocked(ctx.session, [karin]),
                "Eva": bool(ctx.directory.scopes(ctx.session, self.eva, karin, ctx.now)),
                "Bo": bool(ctx.directory.scopes(ctx.session, self.bo, karin, ctx.now)),
                "the nurse": bool(ctx.directory.roles(ctx.session, self.nurse)),
                "the dead": (known := ctx.directory.person(ctx.session, self.ulla)) is None or known.deceased is None,
            }
        return {name for name, stands in doors.items() if stands}


@pytest.fixture
def hour(worker_databases: WorkerDatabases) -> Hour:
    selfcare = make_service("selfcare", worker_databases.fresh("selfcare"))
    worker_databases.fresh("contract")

    def begin() -> Hour:
        agreed = open_agreed(open_clinic(make_service("contract", worker_databases.fresh("contract"))))
        eva, bo = agreed.helper("see_contract"), agreed.helper("see_times")
        with agreed.clinic.service.act() as ctx:
            nurse = staff(ctx, "Nora Natt", agreed.clinic.unit, "nurse")
            ulla = people.save_person(ctx, kind="patient", name="Ulla Berg", identity=None)
        return Hour(worker_databases, agreed, selfcare, eva, bo, nurse, ulla)

    found = worker_databases.begun("contract", "hour_ago", begin)
    found.selfcare = selfcare
    return found


def test_P35_a_restore_closes_again_what_the_others_know_to_be_closed(hour: Hour) -> None:
    copy = hour.passes()
    assert hour.open() == set()
    hour.brought_back()
    assert len(hour.open()) == 5
    assert hour.narrows(copy) == DONE
    assert hour.open() == set()
    assert hour.narrows(copy) == {"selfcare": 1}, "twice is once"
    log = access_log.c
    with hour.contract.act() as ctx:
        told = set(ctx.session.scalars(sa.select(log.patient_id).where(log.action == "restore")))
    assert told == {hour.agreed.karin, hour.ulla}


def test_P35_what_has_heard_less_than_the_backup_knows_is_not_asked(hour: Hour) -> None:
    copy = hour.passes()
    hour.brought_back()
    assert hour.narrows(replace(copy, heard=0)) == {}
    assert len(hour.open()) == 5


def test_P9_the_others_agree_with_what_was_closed_again(hour: Hour) -> None:
    copy = hour.passes()
    hour.brought_back()
    hour.narrows(copy)
    pump({"contract": hour.contract, "selfcare": hour.selfcare})
    with hour.selfcare.act() as ctx:
        assert replace(copy_of(ctx.session, "selfcare"), heard=copy.heard) == copy
