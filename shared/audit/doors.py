"""The pages of the access log that every service has, each over its own log."""

from __future__ import annotations

from flask import Blueprint

from shared.audit.looked.pages import looked_pages
from shared.audit.review.api import api as review_api
from shared.audit.review.pages import review_pages


def log_pages(service: str) -> list[Blueprint]:
    """Who has looked, for the patient, and the checks of it; contract, where programs have their door, opens it to them."""
    return [looked_pages(service), review_pages(service), *([review_api] if service == "contract" else [])]
