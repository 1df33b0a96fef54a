"""Karin's agreement behind the door, in a database that can be put back after each thing that is tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from services.contract.app import METADATA
from shared.db import Database
from tests.services.contract.agreed import Agreed
from tests.services.contract.api.desk import Answer, Desk, open_desk
from tests.support.services import make_app, make_service
from tests.support.texts.rewound import Rewound


@dataclass(frozen=True)
class There:
    """Karin's agreement in a database that can be put back."""

    agreed: Agreed
    database: Rewound
    desk: Desk

    def who(self, name: str) -> Desk:
        return self.desk.of(self.agreed.karin if name == "karin" else getattr(self.agreed.clinic, name))

    def refused(self, answer: Answer, before: list[str], *statuses: int) -> None:
        """In words that say what to do, in the one shape, and nothing of it is kept."""
        assert answer.status_code in (statuses or (409, 412, 422)), (answer.status_code, answer.text)
        assert answer.content_type == "application/problem+json"
        assert len(answer.json["detail"]) > 15
        assert self.database.is_as(before), f"refused with {answer.status_code}, and something is kept"

    def run(self, statement: str, **values: Any) -> None:
        self.database.connection.execute(sa.text(statement), values)


@contextmanager
def stood(agreed: Agreed, real: Database) -> Iterator[There]:
    database = Rewound(real, METADATA)
    service = make_service("contract", database)
    moved = replace(agreed, clinic=replace(agreed.clinic, service=service), app=make_app(service))
    try:
        yield There(moved, database, open_desk(service))
    finally:
        database.close()
