"""Celery: one task with an ``eta`` for each reminder, and two prefork children; or plain tasks for solo workers."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from celery import Celery

from tests.bench.sink import Sink

app = Celery("peer", broker=os.environ.get("PEER_URL", "memory://"), set_as_current=False)
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)
sink = Sink(Path(os.environ.get("PEER_SINK", os.devnull)))


@app.task(name="fire", shared=False)  # type: ignore[untyped-decorator]
def fire(number: int) -> None:
    sink.take_number(number)


def main(act: str, *arguments: str) -> None:
    if act == "worker":
        options = ["--concurrency=2", f"--pool={arguments[0]}", f"--hostname=peer{arguments[1]}@%h"]
        app.worker_main(["worker", *options, "--loglevel=CRITICAL"])
    elif act == "publish":
        for number in range(int(arguments[0])):
            fire.delay(number)
    else:
        eta = datetime.fromtimestamp(float(arguments[1]), UTC)
        for number in range(int(arguments[0])):
            fire.apply_async((number,), eta=eta)


if __name__ == "__main__":
    main(*sys.argv[1:])
