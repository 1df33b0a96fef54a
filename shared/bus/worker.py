"""The work role: a Celery worker whose two tasks answer the bell."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery
from celery.signals import worker_process_init

from shared.bus.bell import DUE_WAITING, EVENTS_WAITING, celery_app
from shared.bus.work import Work
from shared.policy import Who, policy
from shared.service import Service


def worker_app(make: Callable[[], Service]) -> Celery:
    """The Celery app of one service. Each worker process makes its own service: a database connection survives no fork."""
    service = make()
    app = celery_app(service.name, service.config.broker_url)
    hands: list[Work] = []

    def work() -> Work:
        if not hands:
            hands.append(Work(make(), "work"))
        return hands[0]

    def fresh_process(**_: object) -> None:
        hands.clear()

    worker_process_init.connect(fresh_process, weak=False)

    @app.task(name=EVENTS_WAITING, shared=False)  # type: ignore[untyped-decorator]
    @policy("stream", "receive", Who.SERVICE)
    def events_waiting(stream: str, _head: int) -> None:
        work().events(stream)

    @app.task(name=DUE_WAITING, shared=False)  # type: ignore[untyped-decorator]
    @policy("due", "run", Who.SERVICE)
    def due_waiting() -> None:
        work().everything()

    return app
