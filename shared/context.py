"""What one act has at hand: its transaction, the time, who acts, about whom, and the means to tell the other services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared import audit
from shared.events import BreakGlassChanged, Event, StaffRole
from shared.policy import Policy, Subject, Who
from shared.register.store import Directory


@dataclass(frozen=True)
class Viewer:
    """Who acts. ``person_id`` is None for somebody unknown and for the system itself; then ``acts_as`` tells which."""

    person_id: UUID | None = None
    kind: str = "stranger"
    name: str = ""
    language: str = "sv"
    roles: tuple[StaffRole, ...] = ()
    session_id: UUID | None = None
    acts_as: frozenset[Who] = frozenset()
    until: datetime | None = None
    """When the session runs out unless it is used, by the real clock."""
    vouched: bool = False
    """Whether they have just shown, well enough for what they are, who they are."""


@dataclass
class Ctx:
    """One act in one transaction of one service."""

    service: str
    session: Session
    now: datetime
    viewer: Viewer
    directory: Directory
    send: Callable[[Event], None]
    policy: Policy | None = None
    subject: Subject | None = None
    whos: frozenset[Who] = frozenset()
    demo: bool = False
    language: str = "sv"
    form_token: str = ""
    seen: set[UUID] = field(default_factory=set)
    glasses: dict[UUID, BreakGlassChanged] = field(default_factory=dict)
    """By patient the emergency in which the viewer has their pages open, where this act rests on it: the log names it."""
    shown: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    """By patient the units whose own material the viewer is shown, once it has been asked."""
    blocked: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    """The units that patients keep out, as far as this act has asked."""
    send_all: Callable[[Sequence[Event]], None] | None = None
    log: list[dict[str, Any]] | None = None
    """Where rows for the access log are kept until the caller writes them; None: they are written at once."""

    def tell(self, event: Event) -> None:
        """Record a fact in this transaction, for whoever hears it."""
        self.send(event)

    def tell_all(self, events: Sequence[Event]) -> None:
        """Record facts about as many people or things, each told of once, by few statements."""
        if self.send_all is not None:
            self.send_all(events)
            return
        for event in events:
            self.send(event)

    def saw(self, patients: Iterable[UUID]) -> None:
        """Write in the access log that these patients' data were shown or changed, as the policy words it."""
        fresh = set(patients) - self.seen
        if self.policy and self.policy.log and fresh:
            rows = audit.entries(
                self.policy,
                self.whos,
                fresh,
                actor_id=self.viewer.person_id,
                unit_id=self.subject.unit_id if self.subject else None,
                session_id=self.viewer.session_id,
                glasses=self.glasses,
                at=self.now if self.demo else None,
            )
            if self.log is None:
                audit.write(self.session, rows)
            else:
                self.log += rows
        self.seen |= fresh
