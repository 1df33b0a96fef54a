"""The one MetaData of the contract service: what its concepts own and the tables every service has."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import ServiceBase
from shared.tables import service_metadata


class Base(ServiceBase):
    """What every table of this service is declared on."""

    __abstract__ = True
    metadata = service_metadata()


class Changed:
    """When a row was last written, by the database's own clock: what other systems ask for news since."""

    changed_at: Mapped[datetime] = mapped_column(
        server_default=sa.func.clock_timestamp(), onupdate=sa.func.clock_timestamp()
    )
