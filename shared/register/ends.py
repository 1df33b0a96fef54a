"""Ends of sessions, known for as long as a cookie could still be shown."""

from __future__ import annotations

from datetime import timedelta

from shared.forgetting import forgotten
from shared.register.tables import session_end

KEPT_FOR = timedelta(days=2)
"""No session stands as long as a day, no cookie as long as an hour: past that nobody asks whether it has ended."""
FORGET = forgotten("ends of sessions", "session", session_end.c.ended_at, KEPT_FOR)
