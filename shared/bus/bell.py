"""The bell: a Celery task without a payload, over Redis. It may be lost and may ring twice; nothing depends on it but speed."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import Celery
from kombu.entity import Queue
from kombu.exceptions import OperationalError

EVENTS_WAITING = "samkontrakt.events_waiting"
DUE_WAITING = "samkontrakt.due_waiting"
BELL_SECONDS = 10
SILENCE_SECONDS = 2
RING_SECONDS = 1
"""How long ringing may take: the relay waits meanwhile. A worker that listens is given longer, it has nothing else to do."""
log = structlog.get_logger()


SETTINGS: dict[str, Any] = {
    "task_acks_late": False,
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_publish_retry": False,
    "task_time_limit": 120,
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": 20_000,
    "worker_soft_shutdown_timeout": 5,
    "worker_enable_remote_control": False,
    "worker_send_task_events": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "enable_utc": True,
    "timezone": "UTC",
    "broker_transport_options": {
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
        "visibility_timeout": 300,
        "global_keyprefix": "samkontrakt:",
        "max_retries": 0,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    },
}
"""What makes Redis harmless: no results, no ETA, no late acknowledgement, no endless retry, a time-out on everything."""


def celery_app(service: str, broker_url: str | None) -> Celery:
    """The Celery app of one service, on a plain direct queue of its own.

    A bell that was heard is gone: nothing about it is written back, which a Redis without memory would refuse, and
    that would end the worker.
    """
    app = Celery(service, broker=broker_url or "memory://", set_as_current=False)
    app.conf.update(SETTINGS, task_default_queue=service, task_queues=[Queue(service, no_ack=True)])  # type: ignore[no-untyped-call]
    return app


class Bell:
    """Rings the workers. After a failure it stays silent for a while instead of holding the relay up."""

    def __init__(self, service: str, broker_url: str | None) -> None:
        self._app = celery_app(service, broker_url)
        options = SETTINGS["broker_transport_options"]
        hurried = {"socket_timeout": RING_SECONDS, "socket_connect_timeout": RING_SECONDS}
        self._app.conf.broker_transport_options = {**options, **hurried}
        self._enabled = broker_url is not None
        self._silent_until = 0.0
        self.broken = broker_url is None

    def events_waiting(self, reader: str, stream: str, head: int) -> bool:
        return self._ring(EVENTS_WAITING, reader, [stream, head])

    def due_waiting(self, service: str) -> bool:
        return self._ring(DUE_WAITING, service, [])

    def _ring(self, task: str, queue: str, args: list[Any]) -> bool:
        """True when Redis took the bell. That it took it promises nothing."""
        if not self._enabled or time.monotonic() < self._silent_until:
            return False
        try:
            self._app.send_task(task, args=args, queue=queue, expires=BELL_SECONDS, retry=False)
        except (OperationalError, OSError) as error:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            if not self.broken:
                log.warning("bell silent", error=type(error).__name__)
            self.broken = True
            return False
        if self.broken:
            log.info("bell rings again")
        self.broken = False
        return True
