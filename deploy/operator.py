"""Acting on a service as the operator: in one transaction, with the policy of the command, in the access log."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from deploy import fitting, system
from shared.context import Ctx, Viewer
from shared.policy import Policy, Who
from shared.service import Service

OPERATOR = Viewer(kind="operator", acts_as=frozenset({Who.OPERATOR}))


@contextmanager
def service(name: str) -> Iterator[Service]:
    """One service of the system that commands speak to; its connections are let go at the end."""
    config = system.config_of(name)
    fitting.check(name, config.database_url)
    made: Service = importlib.import_module(f"services.{name}.app").make(config)
    try:
        yield made
    finally:
        made.database.close()


@contextmanager
def act(name: str, declared: Policy) -> Iterator[Ctx]:
    """One act of the operator in one service."""
    with service(name) as made, made.act(OPERATOR, declared) as ctx:
        yield ctx
