"""How a concept opens its JSON door: eight verbs, each of which reads, checks, acts, answers and documents itself.

A view takes ``ctx``, then the body or the page if the verb has one, then what stands in the address. What it may not do
it says by raising (``Refused``, ``NotFound``, ``Problem``): then nothing was changed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, json, request, url_for
from flask_smorest import Blueprint
from marshmallow import Schema

from shared.context import Ctx
from shared.web.api import paging
from shared.web.api.again import once
from shared.web.api.match import check_match, in_json, marked
from shared.web.api.openapi import ACT, CREATE, READ, documented
from shared.web.api.reading import LARGEST, Parser, only_known, refuse_body
from shared.web.api.schemas import PageBody, PageQuery, page_of

View = Callable[..., Any]
Declare = Callable[[View], View]


@dataclass
class Resource:
    """One kind of thing with an address: how it is shown, found (``of``) and held while it is changed (``hold``).

    Both are called with ``ctx`` and what stands in the address. ``hold`` takes the lock under which *every* door changes
    the thing, so that what ``If-Match`` was compared with is still so when the act begins.
    """

    shown: type[Schema]
    of: Callable[..., Any]
    hold: Callable[..., object] | None = None
    endpoint: str = ""

    def show(self, ctx: Ctx, **address: Any) -> Any:
        return self.shown().dump(self.of(ctx, **address))


class Door(Blueprint):  # type: ignore[misc]
    """The blueprint of one concept; ``services.<service>.app`` lists it, and it stands under ``/<service>/api/v1``."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, module: str, says: str, prefix: str | None = None) -> None:
        super().__init__(name, module, url_prefix=f"/{name.replace('_', '-')}" if prefix is None else prefix)
        self.description = says

    def read(self, path: str, resource: Resource) -> Declare:
        """GET of one thing. The view is called for what it refuses; its return is not used."""

        def declare(view: View) -> View:
            resource.endpoint = resource.endpoint or f"api.{self.name}.{view.__name__}"

            @functools.wraps(view)
            def call(ctx: Ctx, **address: Any) -> Response:
                only_known(set())
                refuse_body()
                view(ctx, **address)
                return marked(in_json(resource.show(ctx, **address)))

            return self._open("GET", path, call, documented(self, READ, 200, resource.shown, "GET"))

        return declare

    def list(self, path: str, shown: type[Schema], filters: type[PageQuery] = PageQuery) -> Declare:
        """GET of a list. The view gets the filters as a dict, its ``page`` in it, and returns a ``Listed``."""
        return self._paged("GET", path, shown, filters, "query")

    def search(self, path: str, shown: type[Schema], takes: type[PageBody]) -> Declare:
        """POST of what to look for, where it may not stand in an address. Otherwise as ``list``."""
        return self._paged("POST", path, shown, takes, "json")

    def create(self, path: str, resource: Resource, takes: type[Schema], largest: int = LARGEST) -> Declare:
        """POST of something new: 201 with its address. The view returns what stands in the new address."""

        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, data: dict[str, Any], **address: Any) -> Response:
                made = view(ctx, data, **address)
                ctx.session.flush()
                ctx.session.expire_all()
                response = in_json(resource.show(ctx, **made), 201)
                response.headers["Location"] = url_for(resource.endpoint, **made)
                return marked(response)

            asked = self._once(self.arguments(takes)(call), needed=True, largest=largest)
            return self._open("POST", path, asked, documented(self, CREATE, 201, resource.shown, "POST"))

        return declare

    def change(self, path: str, resource: Resource, takes: type[Schema]) -> Declare:
        """PUT of the whole thing as it is to be. Needs ``If-Match``; answers with how it is now."""
        return self._change("PUT", path, resource, takes)

    def act(self, path: str, resource: Resource, takes: type[Schema] | None = None) -> Declare:
        """POST of something done to a thing that is there. Needs ``If-Match``; answers with how the thing is now."""
        return self._change("POST", path, resource, takes)

    def remove(self, path: str, resource: Resource) -> Declare:
        """DELETE, where taking away is what people would call it. Needs ``If-Match``; answers 204."""
        return self._change("DELETE", path, resource, None)

    def ask(self, path: str, shown: type[Schema], takes: type[Schema], largest: int = LARGEST) -> Declare:
        """POST of something to be worked out, which changes nothing. The view returns what is shown."""

        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, data: dict[str, Any], **address: Any) -> Response:
                return marked(in_json(shown().dump(view(ctx, data, **address))))

            asked = self._bounded(self.arguments(takes)(call), largest)
            return self._open("POST", path, asked, documented(self, READ, 200, shown, "POST"))

        return declare

    def _change(self, method: str, path: str, resource: Resource, takes: type[Schema] | None) -> Declare:
        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, *data: dict[str, Any], **address: Any) -> Response:
                if resource.hold is not None:
                    resource.hold(ctx, **address)
                ctx.session.expire_all()
                check_match(resource.show(ctx, **address), json.loads(request.get_data()) if takes else None)
                view(ctx, *data, **address)
                if method == "DELETE":
                    return Response(status=204)
                ctx.session.flush()
                ctx.session.expire_all()
                return marked(in_json(resource.show(ctx, **address)))

            read = self.arguments(takes)(call) if takes else call
            asked = self._once(read, needed=False, body=takes is not None)
            status = 204 if method == "DELETE" else 200
            return self._open(method, path, asked, documented(self, ACT, status, resource.shown, method))

        return declare

    def _paged(self, method: str, path: str, shown: type[Schema], takes: type[Schema], location: str) -> Declare:
        page_schema = page_of(shown)
        known = set(takes().fields) if location == "query" else set()

        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, data: dict[str, Any], **address: Any) -> Response:
                if location == "query":
                    refuse_body()
                page = paging.asked(ctx, data)
                found = view(ctx, {**data, "page": page}, **address)
                mark = paging.cursor(ctx, found.mark)
                body = {"items": found.items, "cursor": mark, "next": paging.next_address(mark)}
                return marked(in_json(page_schema().dump(body)))

            asked = self._bounded(self.arguments(takes, location=location)(call), LARGEST, known)
            return self._open(method, path, asked, documented(self, READ, 200, page_schema, method))

        return declare

    def _once(self, view: View, *, needed: bool, body: bool = True, largest: int = LARGEST) -> View:
        @functools.wraps(view)
        def call(ctx: Ctx, **address: Any) -> Response:
            if not body:
                refuse_body()
            return once(ctx, lambda: view(ctx, **address), needed=needed)

        return self._bounded(call, largest)

    @staticmethod
    def _bounded(view: View, largest: int, known: set[str] | None = None) -> View:
        """The view, with a limit to what is read and nothing unknown in the address."""

        @functools.wraps(view)
        def call(ctx: Ctx, **address: Any) -> Response:
            only_known(known or set())
            request.max_content_length = largest
            answer: Response = view(ctx, **address)
            return answer

        return call

    def _open(self, method: str, path: str, view: View, document: Declare) -> View:
        view = document(view)
        self.add_url_rule(path, view.__name__, view, methods=[method], tags=[self.name])
        return view
