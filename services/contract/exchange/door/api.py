"""FHIR R4 at ``/contract/fhir``: metadata, read, search, and a bundle taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, json, request

from services.contract.exchange.actions import import_bundle
from services.contract.exchange.door.answer.domain import finding, outcome, searchset, transaction_response
from services.contract.exchange.door.capability.domain import capability
from services.contract.exchange.door.find.domain import uuids
from services.contract.exchange.door.paging.api import address, mark_in
from services.contract.exchange.door.reach.store import SEE_CONTRACT, SEE_TIMES
from services.contract.exchange.door.search.domain import UNKNOWN, Asked, BadSearch, asked
from services.contract.exchange.door.store import found_by, subject_of
from services.contract.exchange.outgoing.shape.domain import Json
from services.contract.exchange.r4.domain import parse
from services.contract.exchange.schemas import LARGEST_UPLOAD
from services.contract.units.domain import run_by
from shared.context import Ctx
from shared.errors import NotFound
from shared.i18n import _l
from shared.policy import Subject, Who, policy
from shared.web.api.problem import Problem

HERE = "/contract/fhir"
MEDIA_TYPE = "application/fhir+json"
TAKEN = (MEDIA_TYPE, "application/json")
FORMATS = (*TAKEN, "json")
WHICH_UNIT = _l("Name one unit that you are an admin of: ?unit=…")
NO_FORMAT = _l("Only application/fhir+json is spoken here.")

api = Blueprint("fhir", __name__, url_prefix=HERE)

CARE = (Who.CONTACT, Who.DEPUTY, Who.CONTACT_BEFORE)
PARTIES = (Who.PATIENT, Who.DELEGATE, *CARE)
READERS: dict[str, tuple[tuple[Who, ...], str]] = {
    "Patient": ((*PARTIES, Who.ADMIN), "read who you are, for another system"),
    "RelatedPerson": ((Who.PATIENT, *CARE), "read who acts for you, for another system"),
    "CareTeam": ((*PARTIES, Who.ADMIN), "read who your contacts are, for another system"),
    "CarePlan": (PARTIES, "read the agreement, for another system"),
    "Goal": (PARTIES, "read your goals, for another system"),
    "Appointment": (PARTIES, "read your next contact, for another system"),
    "Practitioner": ((Who.SIGNED_IN,), ""),
    "PractitionerRole": ((Who.SIGNED_IN,), ""),
    "Organization": ((Who.SIGNED_IN,), ""),
}
"""Who may read each type, and what the access log says of it. Admins see who and where, never what was agreed."""

ANYWHERE = dict.fromkeys(CARE, Who.STAFF)
"""A search is about nobody yet: whom staff answer for is asked of the database."""


@api.before_request
def speak() -> None:
    """R4 as JSON or nothing. Raises ``Problem`` 406, and 415 for a body in another form."""
    wished = request.args.get("_format")
    accepts = request.accept_mimetypes
    if (wished not in FORMATS) if wished is not None else bool(accepts) and not accepts.best_match(TAKEN):
        raise Problem(406, NO_FORMAT)
    if request.method == "POST":
        request.max_content_length = LARGEST_UPLOAD
        if request.mimetype not in TAKEN:
            raise Problem(415, NO_FORMAT)


@api.get("/metadata")
@policy("fhir", "metadata", Who.ANYONE)
def metadata(_ctx: Ctx) -> Response:
    """What this door does, to whoever asks."""
    return said(capability(base()))


def open_type(kind: str) -> None:
    """Read and search of one type, each behind its own policy."""
    audience, log = READERS[kind]
    scope = SEE_TIMES if kind == "Appointment" else SEE_CONTRACT
    searchers = tuple(dict.fromkeys(ANYWHERE.get(who, who) for who in audience))
    read = policy(f"fhir.{kind}", "read", *audience, about=partial(_about, kind, scope), log=log)
    search = policy(f"fhir.{kind}", "search", *searchers, log=log)
    api.add_url_rule(f"/{kind}/<string:id_>", f"read_{kind}", read(_read(kind, scope)))
    api.add_url_rule(f"/{kind}", f"search_{kind}", search(_search(kind, scope)))


def _about(kind: str, scope: str, ctx: Ctx, id_: str) -> Subject | None:
    return subject_of(ctx, kind, id_, scope)


def _read(kind: str, scope: str) -> Callable[..., Response]:
    def read(ctx: Ctx, id_: str) -> Response:
        """One resource. What may be looked for may be read: the same question, by its id."""
        given = [(name, value) for name, value in request.args.items(multi=True) if not name.startswith("_")]
        _understood(kind, given, None)
        found = found_by(ctx, kind, Asked(ids=frozenset({id_}), count=1), scope)
        if not found:
            raise NotFound
        return said(found[0])

    return read


def _search(kind: str, scope: str) -> Callable[..., Response]:
    def search(ctx: Ctx) -> Response:
        """What is there of this type for the viewer, a page at a time."""
        wanted = _understood(kind, list(request.args.items(multi=True)), mark_in(ctx))
        found = found_by(ctx, kind, wanted, scope)
        shown = found[: wanted.count]
        ctx.saw(_patients(shown))
        following = address(ctx, str(shown[-1]["id"])) if len(found) > wanted.count else None
        return said(searchset(base(), shown, address(ctx), following))

    return search


def _understood(kind: str, given: list[tuple[str, str]], after: str | None) -> Asked:
    try:
        return asked(kind, given, after)
    except BadSearch as bad:
        raise Problem(400, bad.text, errors=[(bad.parameter, bad.text)]) from None


def _patients(resources: list[Json]) -> set[UUID]:
    """Whose data these are, for the access log."""
    told = {str(one["id"]) for one in resources if one["resourceType"] == "Patient"}
    for one in resources:
        pointed: Any = one.get("patient") or one.get("subject") or (one.get("participant") or [{}])[0].get("actor")
        told.add(str((pointed or {}).get("reference", "")).removeprefix("Patient/"))
    return set(uuids(told))


def base() -> str:
    return request.url_root.rstrip("/") + HERE


def said(body: Json, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=f"{MEDIA_TYPE}; charset=utf-8")


for _kind in READERS:
    open_type(_kind)


@api.post("")
@api.post("/")
@policy("import", "run", Who.ADMIN, log="imported a care record")
def transact(ctx: Ctx) -> Response:
    """A transaction bundle, imported for the viewer's unit: all of it or nothing. ``?unit=`` where they run several."""
    unit_id = _unit(ctx)
    data = request.get_data()
    result = import_bundle(ctx, "transaction.json", data, for_unit=unit_id, whole=True)
    if result.refused:
        return said(outcome(finding(one, ctx.language) for one in result.problems), 422)
    types = [entry["resource"]["resourceType"] for entry in parse(data)["entry"]]
    return said(transaction_response(types, result, ctx.language))


def _unit(ctx: Ctx) -> UUID:
    """Whom it is imported for. Raises ``Problem`` when that is not one unit of the viewer's."""
    if set(request.args) - {"unit", "_format", "_pretty"}:
        raise Problem(400, UNKNOWN)
    run = run_by(ctx.viewer.roles)
    wanted = uuids([request.args["unit"]]) if "unit" in request.args else run
    if len(wanted) != 1 or wanted[0] not in run:
        raise Problem(400, WHICH_UNIT, errors=[("unit", WHICH_UNIT)])
    return wanted[0]
