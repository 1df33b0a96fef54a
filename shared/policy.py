"""Who may do what to which resource: declared beside every route, handler, task and command, denied by default.

The declaration is data on the function. It lets in nobody whom the table in ``shared.rights`` does not: the module that says
otherwise can't be imported. ``shared.web.guard`` enforces it for routes, ``shared.service`` for handlers and due work, the CLI
for commands; a service with an undeclared one refuses to start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from shared.rights import row_of

F = TypeVar("F", bound=Callable[..., Any])


class Who(StrEnum):
    """Whom a policy lets in. The first two and the last two hold anywhere, the others towards one subject.

    ``CONTACT_BEFORE`` has handed over and may read for a while, ``BREAK_GLASS`` has opened one patient's pages in an
    emergency, with a reason: no policy of a change names either.
    """

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PATIENT = "patient"
    DELEGATE = "delegate"
    CONTACT = "contact"
    DEPUTY = "deputy"
    CONTACT_BEFORE = "contact_before"
    BREAK_GLASS = "break_glass"
    STAFF = "staff"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SERVICE = "service"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Subject:
    """Whom or what a request is about: enough to tell the viewer's relation to it. ``past_block``: what staff themselves did
    in an emergency, which no block takes out of their hands."""

    patient_id: UUID | None = None
    unit_id: UUID | None = None
    contract_id: UUID | None = None
    scope: str | None = None
    past_block: bool = False


@dataclass(frozen=True)
class Policy:
    """One declaration. ``log`` is what the patient's access log will say; empty where no patient is concerned. ``scopes``
    are all that a delegate needs, by the table; ``fresh``: only for somebody who has just signed in."""

    resource: str
    action: str
    audience: frozenset[Who]
    about: Callable[..., Subject | None] | None
    log: str
    scopes: frozenset[str] = frozenset()
    fresh: bool = False


class Undeclared(Exception):
    """A function that can be reached from outside has no policy."""


def policy(
    resource: str, action: str, *audience: Who, about: Callable[..., Subject | None] | None = None, log: str = ""
) -> Callable[[F], F]:
    """Declare who may call the decorated function. ``about(ctx, **arguments)`` finds the subject, None if there is none.

    Raises ``NotInTable`` when the table of rights does not let all of them.
    """
    row = row_of(resource, action, frozenset(audience))
    declared = Policy(resource, action, frozenset(audience), about, log, row.scopes, row.fresh)

    def declare(function: F) -> F:
        function.policy = declared  # type: ignore[attr-defined]
        return function

    return declare


def policy_of(function: Callable[..., Any]) -> Policy:
    """The function's declaration. Raises ``Undeclared`` with its name."""
    declared = getattr(function, "policy", None)
    if not isinstance(declared, Policy) or not declared.audience:
        raise Undeclared(f"{function.__module__}.{getattr(function, '__qualname__', function)} declares no policy")
    return declared
