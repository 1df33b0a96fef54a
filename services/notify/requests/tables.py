"""Requests, why they are there, what has been said in them, and everything that has happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.requests.domain import CloseReason, Priority, State
from services.notify.tables import Base

STILL_OPEN = sa.text("state NOT IN ('answered', 'closed')")


class ContactRequest(Base):
    """One request.

    ``unit_id`` is the unit whose people answer. ``responsible_id`` is in whose worklist it stands (None: the whole
    unit's), computed from the cover facts and good until ``responsible_until``; somebody it was handed to
    (``handed_to_id``) comes first, and somebody whose answer the patient did not get (``passed_over_id``) not at all.
    Both promises count from ``clock_from``. ``unread_at`` is since when something in it waits to be looked at,
    ``tell_at`` when staff are told of that next, ``escalate_at`` when the next step of a clock is due. ``times_told`` counts
    what was told of it, so that the same telling is known again when the request is opened anew after a restore.
    """

    __tablename__ = "contact_request"
    __table_args__ = (
        sa.CheckConstraint(sa.column("state").in_([s.value for s in State]), name="state"),
        sa.CheckConstraint(sa.column("priority").in_([p.value for p in Priority]), name="priority"),
        sa.CheckConstraint(sa.column("closed_reason").in_([r.value for r in CloseReason]), name="closed_reason"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        sa.CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        sa.CheckConstraint("acknowledge_by <= answer_by", name="promise"),
        sa.Index(
            "uq_contact_request_open_by_rule",
            "patient_id",
            "unit_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("rule_made AND state NOT IN ('answered', 'closed')"),
        ),
        sa.Index("ix_contact_request_worklist", "responsible_id", "answer_by", postgresql_where=STILL_OPEN),
        sa.Index("ix_contact_request_unit", "unit_id", "answer_by", postgresql_where=STILL_OPEN),
        sa.Index("ix_contact_request_contract", "contract_id", postgresql_where=STILL_OPEN),
        sa.Index("ix_contact_request_patient", "patient_id", "opened_at"),
        sa.Index("ix_contact_request_moves", "responsible_until", postgresql_where=STILL_OPEN),
        sa.Index("ix_contact_request_escalates", "escalate_at", postgresql_where=sa.text("escalate_at IS NOT NULL")),
        sa.Index("ix_contact_request_tells", "tell_at", postgresql_where=sa.text("tell_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    patient_id: Mapped[UUID]
    contract_id: Mapped[UUID | None]
    unit_id: Mapped[UUID]
    kind: Mapped[str]
    rule_made: Mapped[bool]
    asked_by: Mapped[UUID | None]
    asked_priority: Mapped[str]
    priority: Mapped[str]
    reason_key: Mapped[str]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    clock_from: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    answer_by: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    waiting_since: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]
    state_before_death: Mapped[str | None]

    responsible_id: Mapped[UUID | None]
    responsible_kind: Mapped[str]
    responsible_number: Mapped[str | None]
    responsible_until: Mapped[datetime | None]
    handed_to_id: Mapped[UUID | None]
    handed_at: Mapped[datetime | None]
    passed_over_id: Mapped[UUID | None]

    acknowledge_level: Mapped[int] = mapped_column(server_default="0")
    answer_level: Mapped[int] = mapped_column(server_default="0")
    escalate_at: Mapped[datetime | None]
    unread_at: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    times_told: Mapped[int] = mapped_column(server_default="0", default=0)


class RequestCause(Base):
    """Why a request is there: the first cause and each that joined it. ``key`` makes the same fact count once, however
    often it is told, even after the request was closed."""

    __tablename__ = "request_cause"
    __table_args__ = (sa.Index("ix_request_cause_request", "request_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contact_request.id"))
    key: Mapped[str] = mapped_column(unique=True)
    reason_key: Mapped[str]
    subject: Mapped[str]
    asked_by: Mapped[UUID | None]
    at: Mapped[datetime]


class RequestMessage(Base):
    """What somebody said: ``kind`` is asked, added, answer, call, call_tried, question or handover.

    The last is between staff; the patient reads all the others. The words never leave this table.
    """

    __tablename__ = "request_message"
    __table_args__ = (sa.Index("ix_request_message_request", "request_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contact_request.id"))
    kind: Mapped[str]
    author_id: Mapped[UUID]
    text: Mapped[str]
    at: Mapped[datetime]


class RequestEvent(Base):
    """One thing that happened to a request. ``once`` names a thing that happens to it only once, such as a step of a
    clock; ``detail`` holds ids and levels, never words."""

    __tablename__ = "request_event"
    __table_args__ = (sa.UniqueConstraint("request_id", "once"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contact_request.id"), index=True)
    at: Mapped[datetime]
    act: Mapped[str]
    actor_id: Mapped[UUID | None]
    once: Mapped[str | None]
    detail: Mapped[dict[str, Any]]


class RequestWatch(Base):
    """Somebody a late request was escalated to beside whoever it stands at. ``untold``: they have not been told yet."""

    __tablename__ = "request_watch"
    __table_args__ = (sa.Index("ix_request_watch_person", "person_id"),)

    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("contact_request.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[int]
    since: Mapped[datetime]
    untold: Mapped[bool]
