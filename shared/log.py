"""Logs as JSON lines on standard error: what happened, to which opaque id, never a name, an address or anybody's words."""

from __future__ import annotations

import logging
import os
import sys
import traceback

import structlog


def configure(service: str, role: str) -> None:
    """Set up logging for one process. The level is SAMKONTRAKT_LOG_LEVEL, else INFO."""
    level = logging.getLevelNamesMapping().get(os.environ.get("SAMKONTRAKT_LOG_LEVEL", "INFO"), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")


def place_of(error: BaseException) -> str:
    """The line that failed. An exception's own text is never logged: it may quote a patient's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
