"""The main job as the people in it do it, in a real browser, through everything that runs."""

from __future__ import annotations

import pytest

from deploy.tour.stage import Stage
from tests.journeys.conftest import Walked
from tests.journeys.journey import WITHOUT_LOSS, begin_without_broker, listed, running, walk_through
from tests.support.servers import Servers

pytestmark = pytest.mark.timeout(600)


@pytest.mark.alone
@pytest.mark.browser
def test_everybody_comes_through_the_main_job_on_sound_pages_of_a_phone(walked: Walked) -> None:
    assert not walked.faults, listed(walked.faults)


@pytest.mark.full
def test_P5_the_main_job_works_where_there_never_was_a_broker(servers: Servers) -> None:
    with running(servers.run / "no-broker", "--empty") as system:
        begin_without_broker(system)
        assert system.cli("demo", "load").returncode == 0
        walk_through(Stage(system.folder, system.url), leaving_out=WITHOUT_LOSS)
