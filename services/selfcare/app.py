"""The wiring of the selfcare service: the only place that knows all its concepts."""

from __future__ import annotations

from flask import Blueprint, Flask

from services.selfcare.admission import store as admissions
from services.selfcare.admission.pages import pages as admission
from services.selfcare.dialysis import store as dialyses
from services.selfcare.dialysis.pages import pages as dialysis
from services.selfcare.reminders.answer.pages import pages as answer
from services.selfcare.reminders.booked.actions import SOURCES as BOOKED
from services.selfcare.reminders.times.actions import DOORS, SOURCES, Door
from services.selfcare.reminders.times.pages import pages as times
from services.selfcare.tables import Base
from services.selfcare.tasks import DUE, HANDLERS
from shared.audit.doors import log_pages
from shared.config import Config, load
from shared.i18n import _l
from shared.service import Service, assemble
from shared.web.app import create_app

NAME = "selfcare"
METADATA = Base.metadata
BLUEPRINTS: list[Blueprint] = [answer, times, dialysis, admission, *log_pages(NAME)]

SOURCES.update({"dialysis_session": dialyses.coming, "leaving_day": admissions.coming})
BOOKED[:] = [dialyses.booked, admissions.booked]
DOORS[:] = [
    Door("dialysis.show", _l("My dialysis"), dialyses.has_pattern),
    Door("admission.show", _l("I need to come in"), admissions.has_stay),
]


def make(config: Config | None = None) -> Service:
    """The service from its environment, or from a given configuration."""
    return assemble(config or load(NAME), HANDLERS, DUE)


def create(config: Config | None = None) -> Flask:
    """The web role."""
    return create_app(make(config), BLUEPRINTS)
