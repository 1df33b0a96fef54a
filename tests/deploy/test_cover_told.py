"""A change of who answers is seen by the two other services within a second, while everything is up (B4)."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from deploy import operator
from deploy.supervise.waiting import wait_until
from deploy.tour.stage import Stage
from services.contract.named_contact import actions
from shared.service import Service
from tests.journeys.journey import running
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.servers import Servers

pytestmark = [pytest.mark.alone, pytest.mark.full, pytest.mark.timeout(300)]
TIMES, WITHIN, HEARD, BEGUN = 12, 1.0, 30.0, 120.0
READERS = ("selfcare", "notify")
log = logging.getLogger(__name__)


@pytest.fixture
def services(servers: Servers) -> Iterator[dict[str, Service]]:
    """Everything running, at ten o'clock on a Tuesday, and a hand on each service's database."""
    with running(servers.run / "cover", "--empty") as system, ExitStack() as opened:
        stage = Stage(system.folder, system.url)
        today = stage.today()
        days = (1 - today.weekday()) % 7 or 7
        stage.clock_to(datetime.combine(today.date() + timedelta(days=days), datetime.min.time()).replace(hour=10))
        yield {name: opened.enter_context(operator.service(name)) for name in ("contract", *READERS)}


def test_B4_an_absence_is_seen_by_the_other_services_within_a_second(
    services: dict[str, Service], record_property: Callable[[str, object], None]
) -> None:
    clinic = open_clinic(services["contract"])
    for name in READERS:
        wait_until(lambda name=name: answers_in(services[name], clinic) == clinic.anita, name, BEGUN)  # type: ignore[misc]
    taken: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(TIMES):
        absence = sets_absence(clinic)
        measure(services, clinic, clinic.lisa, taken)
        with clinic.service.act() as ctx:
            actions.end_absence(ctx, absence)
        measure(services, clinic, clinic.anita, taken)
    for name, seconds in taken.items():
        figures = {"changes": len(seconds), "median_s": statistics.median(seconds), "max_s": max(seconds)}
        log.info("who answers, as %s sees it: %s", name, figures)
        record_property(name, figures)
    assert {name: max(seconds) for name, seconds in taken.items() if max(seconds) > WITHIN} == {}


def sets_absence(clinic: Clinic) -> UUID:
    """Anita is away from this moment; Lisa stands in."""
    with clinic.service.act() as ctx:
        return actions.set_absence(
            ctx, person_id=clinic.anita, starts=ctx.now, ends=None, deputy_id=clinic.lisa, note=""
        )


def measure(services: dict[str, Service], clinic: Clinic, expected: UUID, taken: dict[str, list[float]]) -> None:
    """How long after the change was kept each of the others says that this person answers."""
    changed, waiting = time.monotonic(), set(READERS)
    while waiting:
        for name in sorted(waiting):
            if answers_in(services[name], clinic) == expected:
                taken[name].append(time.monotonic() - changed)
                waiting.remove(name)
        assert time.monotonic() - changed < HEARD, f"{waiting} has not heard of it"
        time.sleep(0.005)


def answers_in(service: Service, clinic: Clinic) -> UUID | None:
    """Who answers for Esther right now, as this service works it out from its own copy."""
    with service.act() as ctx:
        answer = ctx.directory.who_answers_for(ctx.session, clinic.contract, ctx.now)
    return answer.person_id if answer else None
