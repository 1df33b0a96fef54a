"""The one MetaData of the selfcare service: what its concepts own and the tables every service has."""

from shared.db import ServiceBase
from shared.tables import service_metadata


class Base(ServiceBase):
    """What every table of this service is declared on."""

    __abstract__ = True
    metadata = service_metadata()
