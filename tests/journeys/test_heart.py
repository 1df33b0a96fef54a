"""An older person's agreement by pages alone, in Swedish, in a real browser against everything that runs."""

from __future__ import annotations

import logging
import time
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from deploy.tour.stage import Stage
from tests.journeys.heart import beginning, holding
from tests.journeys.heart.company import Company, Witness, begin
from tests.journeys.journey import listed, running
from tests.support.servers import Servers

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.full, pytest.mark.browser, pytest.mark.timeout(600)]


def test_from_the_first_meeting_to_the_second_version(servers: Servers, browser: Browser) -> None:
    with (
        running(servers.run / "heart", "--empty") as system,
        closing(Witness(browser, "heart")) as witness,
    ):
        begin(stage := Stage(system.folder, system.url), servers.run)
        company = Company(stage, witness)
        taken: dict[str, float] = {}
        for act in (*beginning.ACTS, *holding.ACTS):
            begun = time.monotonic()
            try:
                act(company)
            except Exception as error:
                error.add_note(f"in the act {act.__name__}, after {taken}")
                raise
            taken[act.__name__] = round(time.monotonic() - begun, 1)
        log.info("each act took, in seconds: %s", taken)
    assert not witness.faults, listed(witness.faults)
