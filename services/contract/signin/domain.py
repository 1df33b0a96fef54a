"""How long a link may wait to be used."""

from __future__ import annotations

LINK_MINUTES = 10
CODE_BYTES = 16
