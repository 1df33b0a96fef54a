"""The pages of the access log that every service has, each over its own log."""

from __future__ import annotations

from flask import Blueprint

from shared.audit.looked.pages import looked_pages


def log_pages(service: str) -> list[Blueprint]:
    """Who has looked, for the patient."""
    return [looked_pages(service)]
