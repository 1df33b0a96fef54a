"""How long a provider is listened to, and how much of what it says."""

from __future__ import annotations

LONGEST_SECONDS = 10.0
"""A whole answer may take this long: one that drips a byte at a time holds nobody up."""

LARGEST_ANSWER = 256 * 1024
"""Bytes of an answer that are read, at most."""
