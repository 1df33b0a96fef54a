"""What the contract's tests share."""

from __future__ import annotations

import pytest

from shared.db import Database
from shared.service import Service
from tests.services.contract.agreed import Agreed, open_agreed
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.services import make_service


@pytest.fixture
def contract(contract_db: Database) -> Service:
    """The contract service on a fresh database, its clock standing at noon on a Tuesday."""
    return make_service("contract", contract_db)


@pytest.fixture
def clinic(contract: Service) -> Clinic:
    return open_clinic(contract)


@pytest.fixture
def agreed(clinic: Clinic) -> Agreed:
    return open_agreed(clinic)
