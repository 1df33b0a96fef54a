"""huey: one scheduled task for each reminder, on Redis."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from huey import RedisHuey

from tests.bench.sink import Sink

huey = RedisHuey("peer", url=os.environ["PEER_URL"])
sink = Sink(Path(os.environ["PEER_SINK"]))


@huey.task()  # type: ignore[untyped-decorator]
def fire(number: int) -> None:
    sink.take_number(number)


def schedule(count: int, due: float) -> None:
    eta = datetime.fromtimestamp(due, UTC)
    for number in range(count):
        fire.schedule(args=(number,), eta=eta)


if __name__ == "__main__":
    from tests.bench.peers import huey_schedule

    huey_schedule.schedule(int(sys.argv[2]), float(sys.argv[3]))
