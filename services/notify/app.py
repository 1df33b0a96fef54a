"""The wiring of the notify service: the only place that knows all its concepts."""

from __future__ import annotations

from flask import Blueprint, Flask

from services.notify.delivery.history import pages as history
from services.notify.delivery.preference import pages as preference
from services.notify.requests.asking.pages import pages as asking
from services.notify.requests.handling.pages import pages as handling
from services.notify.requests.mine.pages import pages as mine
from services.notify.requests.overview.pages import pages as overview
from services.notify.requests.worklist.pages import pages as worklist
from services.notify.tables import Base
from services.notify.tasks import DUE, HANDLERS
from shared.audit.doors import log_pages
from shared.config import Config, load
from shared.service import Service, assemble
from shared.web.app import create_app

NAME = "notify"
METADATA = Base.metadata
BLUEPRINTS: list[Blueprint] = [
    history.pages,
    preference.pages,
    worklist,
    handling,
    asking,
    mine,
    overview,
    *log_pages(NAME),
]


def make(config: Config | None = None) -> Service:
    """The service from its environment, or from a given configuration."""
    return assemble(config or load(NAME), HANDLERS, DUE)


def create(config: Config | None = None) -> Flask:
    """The web role."""
    return create_app(make(config), BLUEPRINTS)
