"""The body of a request: taken whole, or refused as too large."""

from __future__ import annotations

from typing import IO, cast

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream


class Untold(LimitedStream):
    """A body whose length is not told beforehand. werkzeug ends it at the limit as if there were no more: what came before
    would be taken for all of it, a text cut short in the middle."""

    def readall(self) -> bytes:
        whole = super().readall()
        if self.is_exhausted and self._stream.read(1):
            raise RequestEntityTooLarge
        return whole


class Request(flask.Request):
    """A request whose body is never cut short in silence."""

    @cached_property
    def stream(self) -> IO[bytes]:
        most = self.max_content_length
        if self.content_length is None and most is not None and "wsgi.input_terminated" in self.environ:
            return cast(IO[bytes], Untold(self.environ["wsgi.input"], most, is_max=True))
        return super().stream
