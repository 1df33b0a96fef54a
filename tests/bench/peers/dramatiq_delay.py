"""dramatiq: one message with a ``delay`` for each reminder, on Redis."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from tests.bench.sink import Sink

dramatiq.set_broker(RedisBroker(url=os.environ["PEER_URL"]))
sink = Sink(Path(os.environ["PEER_SINK"]))


@dramatiq.actor  # type: ignore[untyped-decorator]
def fire(number: int) -> None:
    sink.take_number(number)


def schedule(count: int, due: float) -> None:
    for number in range(count):
        left = round((due - time.time()) * 1000) + 1
        fire.send_with_options(args=(number,), delay=left if left > 0 else None)


if __name__ == "__main__":
    schedule(int(sys.argv[2]), float(sys.argv[3]))
