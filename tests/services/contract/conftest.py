"""What the contract's tests share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.db import Database
from shared.service import Service
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.databases import WorkerDatabases
from tests.support.services import make_app, make_service


@pytest.fixture
def contract(contract_db: Database) -> Service:
    """The contract service on a fresh database, its clock standing at noon on a Tuesday."""
    return make_service("contract", contract_db)


@pytest.fixture
def clinic(contract: Service, worker_databases: WorkerDatabases) -> Clinic:
    """Opened once per worker: the same people in every test, as nobody has met them yet."""
    return replace(worker_databases.begun("contract", "clinic", lambda: open_clinic(contract)), service=contract)


@pytest.fixture
def agreed(clinic: Clinic, worker_databases: WorkerDatabases) -> Agreed:
    """Karin's agreement at the clinic, opened once per worker too."""
    begun = worker_databases.begun("contract", "agreed", lambda: open_agreed(clinic), after="clinic")
    return replace(begun, clinic=clinic, app=make_app(clinic.service))
