"""What the tests of the pages share: a service with one open request of Esther's, and visitors."""

from __future__ import annotations

import pytest

from shared.db import Database
from shared.service import Service
from tests.services.notify.requests.visitor import Visit, Visitor
from tests.services.notify.requests.world import attention, hear, settled
from tests.support.services import make_app


@pytest.fixture
def service(notify_db: Database) -> Service:
    service = settled(notify_db)
    hear(service, attention())
    return service


@pytest.fixture
def visit(service: Service) -> Visit:
    app = make_app(service)
    return lambda person_id=None: Visitor(app, service, person_id)
