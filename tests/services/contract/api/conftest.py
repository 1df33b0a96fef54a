"""What the tests of the JSON door share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.db import Database
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Desk, open_desk
from tests.services.contract.api.there import There, stood
from tests.services.contract.clinic import Clinic


@pytest.fixture
def admin(clinic: Clinic) -> Desk:
    """The desk of the clinic's admin."""
    return open_desk(clinic.service, clinic.admin)


@pytest.fixture
def unit(clinic: Clinic) -> str:
    """The address of the clinic's unit."""
    return f"/units/{clinic.unit}"


@pytest.fixture
def sent(admin: Desk, unit: str) -> dict[str, Any]:
    """The unit as it would be sent."""
    return {name: value for name, value in admin.read(unit)[0].items() if name != "unit_id"}


@pytest.fixture
def there(agreed: Agreed, contract_db: Database) -> Iterator[There]:
    """Karin's agreement in a database that can be put back."""
    with stood(agreed, contract_db) as there:
        yield there
