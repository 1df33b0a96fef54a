"""The main job where one thing is missing."""

from __future__ import annotations

import pytest

from deploy.tour.stage import Stage
from tests.journeys.journey import WITHOUT_LOSS, begin_without_broker, running, walk_through
from tests.support.servers import Servers

pytestmark = pytest.mark.timeout(600)


@pytest.mark.full
def test_P5_the_main_job_works_where_there_never_was_a_broker(servers: Servers) -> None:
    with running(servers.run / "no-broker", "--empty") as system:
        begin_without_broker(system)
        assert system.cli("demo", "load").returncode == 0
        walk_through(Stage(system.folder, system.url), leaving_out=WITHOUT_LOSS)
