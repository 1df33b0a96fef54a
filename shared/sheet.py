"""Tables as files for others' spreadsheets: in UTF-8 that they know as such, and with no cell that they would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

MARK = "\ufeff"
"""By which spreadsheets know that the text is UTF-8."""
FORMULA = ("=", "@", "+", "-", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """A cell for others' spreadsheets: one that would be run as a formula is shown instead."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet(rows: Iterable[Iterable[object]], *, separator: str = ";") -> str:
    """The whole file, its first row the heads."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(map(safe_cell, row) for row in rows)
    return MARK + out.getvalue()
