"""What the tests of the shared rules have in common: times written as text, and the third-party vectors.

Third-party data lies outside the repository; tests that use it skip, with the reason, where it is absent.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

_CHECKOUT = Path(__file__).parents[2]


def wall(text: str) -> datetime:
    """A naive wall time from text as in ``2027-03-28 02:30``."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """An instant from text; without an offset it is meant as UTC."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def shared_data(name: str) -> Any:
    """The parsed JSON of one file of the shared test data; skips the asking module where it is absent."""
    root = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", _CHECKOUT.parent / "shared" / "data"))
    path = root / name
    if not path.is_file():
        pytest.skip(f"third-party data is absent: {path}, see SAMKONTRAKT_SHARED_DATA", allow_module_level=True)
    return json.loads(path.read_text(encoding="utf-8"))
