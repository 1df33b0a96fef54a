"""One line of a worklist, with what the viewer may know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.i18n import Lazy


@dataclass(frozen=True, kw_only=True)
class Line:
    """``patient`` and ``why`` are None where the request is a colleague's: then only its clock is shown."""

    request_id: UUID
    patient: str | None
    why: Lazy | None
    asked_by: str | None
    priority: str
    state: str
    due: datetime
    read_by: str | None
    responsible: str | None
    deputy_for_another: bool
    late: bool
