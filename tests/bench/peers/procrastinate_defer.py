"""procrastinate: one deferred job for each reminder, on PostgreSQL."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import procrastinate

from tests.bench.sink import Sink

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=os.environ["PEER_URL"]))
waiting = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=os.environ["PEER_URL"]))
sink = Sink(Path(os.environ["PEER_SINK"]))


@app.task(name="fire")  # type: ignore[untyped-decorator]
async def fire(number: int) -> None:
    sink.take_number(number)


def main(act: str, *arguments: str) -> None:
    if act == "worker":
        app.run_worker()
        return
    with waiting.open():
        if act == "prepare":
            waiting.schema_manager.apply_schema()
            return
        due = datetime.fromtimestamp(float(arguments[1]), UTC)
        for number in range(int(arguments[0])):
            waiting.configure_task("fire", schedule_at=due, allow_unknown=True).defer(number=number)


if __name__ == "__main__":
    main(*sys.argv[1:])
