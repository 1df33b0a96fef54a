"""How a concept opens its JSON door: six verbs, each of which reads, checks, acts, answers and documents itself.

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
from shared.i18n import _l
from shared.web.api import paging
from shared.web.api.again import once
from shared.web.api.match import check_match, marked
from shared.web.api.openapi import ACT, CREATE, READ, documented
from shared.web.api.problem import Problem
from shared.web.api.reading import LARGEST, Parser, refuse_body
from shared.web.api.schemas import PageBody, PageQuery, page_of

View = Callable[..., Any]
Declare = Callable[[View], View]
TWICE = _l("A parameter stands twice, or is not known here.")


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
                _only_known(set())
                refuse_body()
                view(ctx, **address)
                return marked(_json(resource.show(ctx, **address)))

            return self._open("GET", path, call, documented(self, READ, 200, resource.shown))

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
                response = _json(resource.show(ctx, **made), 201)
                response.headers["Location"] = url_for(resource.endpoint, **made)
                return marked(response)

            asked = self._once(self.arguments(takes)(call), needed=True, largest=largest)
            return self._open("POST", path, asked, documented(self, CREATE, 201, resource.shown))

        return declare

    def change(self, path: str, resource: Resource, takes: type[Schema]) -> Declare:
        """PUT of the whole thing as it is to be. Needs ``If-Match``; answers with how it is now."""
        return self._change("PUT", path, resource, takes)

    def act(self, path: str, resource: Resource, takes: type[Schema] | None = None) -> Declare:
        """POST of something done to a thing that is there. Needs ``If-Match``; answers with how the thing is now."""
        return self._change("POST", path, resource, takes)

    def remove(self, path: str, resource: Resource) -> Declare:
        """DELETE, where taking away is what people would call it. Needs ``If-Match``; answers with how it is now."""
        return self._change("DELETE", path, resource, None)

    def _change(self, method: str, path: str, resource: Resource, takes: type[Schema] | None) -> Declare:
        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, *data: dict[str, Any], **address: Any) -> Response:
                if resource.hold is not None:
                    resource.hold(ctx, **address)
                ctx.session.expire_all()
                check_match(resource.show(ctx, **address), json.loads(request.get_data()) if takes else None)
                view(ctx, *data, **address)
                ctx.session.flush()
                ctx.session.expire_all()
                return marked(_json(resource.show(ctx, **address)))

            read = self.arguments(takes)(call) if takes else call
            asked = self._once(read, needed=False, body=takes is not None)
            return self._open(method, path, asked, documented(self, ACT, 200, resource.shown))

        return declare

    def _paged(self, method: str, path: str, shown: type[Schema], takes: type[Schema], location: str) -> Declare:
        page_schema = page_of(shown)
        known = set(takes().fields) if location == "query" else set()

        def declare(view: View) -> View:
            @functools.wraps(view)
            def call(ctx: Ctx, data: dict[str, Any], **address: Any) -> Response:
                _only_known(known)
                if location == "query":
                    refuse_body()
                page = paging.asked(ctx, data)
                found = view(ctx, {**data, "page": page}, **address)
                mark = paging.cursor(ctx, found.mark)
                body = {"items": found.items, "cursor": mark, "next": paging.next_address(mark)}
                return marked(_json(page_schema().dump(body)))

            asked = self.arguments(takes, location=location)(call)
            return self._open(method, path, asked, documented(self, READ, 200, page_schema))

        return declare

    def _once(self, view: View, *, needed: bool, body: bool = True, largest: int = LARGEST) -> View:
        @functools.wraps(view)
        def call(ctx: Ctx, **address: Any) -> Response:
            _only_known(set())
            request.max_content_length = largest
            if not body:
                refuse_body()
            return once(ctx, lambda: view(ctx, **address), needed=needed)

        return call

    def _open(self, method: str, path: str, view: View, document: Declare) -> View:
        view = document(view)
        self.add_url_rule(path, view.__name__, view, methods=[method], tags=[self.name])
        return view


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _only_known(known: set[str]) -> None:
    """Nothing twice and nothing unknown in the address: which of two would count is nobody's to guess."""
    given = [name for name, _value in request.args.items(multi=True)]
    if len(given) != len(set(given)) or not known.issuperset(given):
        raise Problem(400, TWICE)
