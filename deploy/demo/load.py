"""Loading the demo personas: their care records through the same door as anybody's, then what they have decided so far.

Esther's named contact is proposed by her record and waits for the clinic's admin; Emil's is accepted. Both have their
weeks planned: Esther her dialysis, Emil a stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deploy import operator
from deploy.demo import care, personas
from deploy.demo.doors import KeptDoors
from deploy.folder import Folder
from deploy.supervise.waiting import wait_until
from deploy.trouble import Trouble
from services.contract.exchange.actions import import_bundle
from shared.policy import Policy, Who
from shared.service import Service

LOADING = Policy("demo data", "load", frozenset({Who.OPERATOR}), None, log="loaded the demonstration")
BUS_SECONDS = 180


def load(folder: Folder, records: Sequence[Path] | None = None) -> bool:
    """Load the personas (``records``: their care records, else our own) into the running system unless they are there;
    says whether it did.

    An interrupted load is finished by the next: each step done twice changes nothing.
    """
    doors = KeptDoors(folder.doors)
    if doors.known():
        return False
    with operator.service("contract") as contract, operator.service("selfcare") as selfcare:
        _import(contract, personas.bundles() if records is None else records)
        with contract.act(operator.OPERATOR, LOADING) as ctx:
            weeks = care.decide(ctx)
            behind = {key: care.find(ctx, persona) for key, persona in personas.DOORS.items()}
        wait_until(lambda: _has_heard(selfcare, weeks), "the bus from contract to selfcare", BUS_SECONDS)
        with selfcare.act(operator.OPERATOR, LOADING) as ctx:
            care.plan(ctx, weeks)
    doors.keep(behind)
    return True


def _import(contract: Service, records: Sequence[Path]) -> None:
    for path in records:
        with contract.act(operator.OPERATOR, LOADING) as ctx:
            outcome = import_bundle(ctx, path.name, path.read_bytes())
        if outcome.refused:
            raise Trouble(f"the demo record {path.name} was refused: {outcome.reason('en')}")


def _has_heard(selfcare: Service, weeks: care.Weeks) -> bool:
    with selfcare.act() as ctx:
        people = ctx.directory.people(ctx.session, [weeks.esther.patient_id, weeks.emil.patient_id])
        units = ctx.directory.units(ctx.session, [weeks.esther.unit_id, weeks.emil.unit_id])
        return len(people) == len(units) == 2
