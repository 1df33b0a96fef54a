"""Lists in pages: after a signed mark, never by counting rows, so a list that grows meanwhile skips and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer

from shared.bus.seal import derive
from shared.context import Ctx
from shared.i18n import _l
from shared.web.api.problem import Problem

T = TypeVar("T")
NOT_OURS = _l("The cursor is not one of ours.")


@dataclass(frozen=True)
class Listed(Generic[T]):
    """One page: what it shows, and the mark to go on after; None at the end."""

    items: Sequence[T]
    mark: list[Any] | None


@dataclass(frozen=True)
class Page:
    """Which part was asked for: at most ``limit``, after the mark ``after``. Ask the store for ``more`` rows."""

    limit: int
    after: list[Any] | None

    @property
    def more(self) -> int:
        """One row beyond the page: it tells whether there is a next one."""
        return self.limit + 1

    def of(self, rows: Sequence[T], mark: Callable[[T], list[Any]]) -> Listed[T]:
        """The page of these rows; ``mark`` gives what the order goes by, of one row: ids and times, never a name."""
        shown = rows[: self.limit]
        return Listed(shown, mark(shown[-1]) if len(rows) > self.limit else None)

    def cut(self, rows: Sequence[T], mark: Callable[[T], list[Any]]) -> Listed[T]:
        """The page of a list that is short and at hand as a whole, in its order."""
        marks = [mark(row) for row in rows]
        first = marks.index(self.after) + 1 if self.after in marks else 0
        return self.of(rows[first : first + self.more], mark)


def asked(ctx: Ctx, data: dict[str, Any]) -> Page:
    """The page that query or body ask for. Raises ``Problem`` for a cursor of another person or list."""
    limit, cursor = data.pop("limit"), data.pop("cursor")
    if cursor is None:
        return Page(limit, None)
    try:
        return Page(limit, _signer(ctx).loads(cursor))
    except BadData:
        raise Problem(400, errors=[("/cursor", NOT_OURS)]) from None


def cursor(ctx: Ctx, mark: list[Any] | None) -> str | None:
    return None if mark is None else str(_signer(ctx).dumps(mark))


def next_address(cursor: str | None) -> str | None:
    """The address of the next page of a list asked for by GET."""
    if cursor is None or request.method != "GET":
        return None
    return f"{request.path}?{urlencode({**request.args, 'cursor': cursor})}"


def _signer(ctx: Ctx) -> URLSafeSerializer:
    """Good for one person and one list with the same filters."""
    filters = sorted((name, value) for name, value in request.args.items() if name not in ("limit", "cursor"))
    keys = current_app.extensions["samkontrakt"].config.form_keys
    return URLSafeSerializer(
        [derive(key, "cursor") for key in reversed(keys)], salt=repr((str(ctx.viewer.person_id), request.path, filters))
    )
