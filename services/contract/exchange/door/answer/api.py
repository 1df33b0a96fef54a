"""Whatever goes wrong at this door, as an OperationOutcome."""

from __future__ import annotations

from flask import Response, g, json

from services.contract.exchange.door.answer.domain import issue, outcome
from shared.i18n import speaking
from shared.web.api.problem import FAULT, KINDS, passed_on, wished_language

SEGMENT = "fhir"
"""This door's part of the address."""

MEDIA_TYPE = "application/fhir+json"


def answer(error: Exception, status: int) -> Response:
    """The error for a program: a code of HL7's, and a sentence in the language asked for."""
    with speaking(wished_language(g.get("language", "sv"))):
        _kind, _title, detail = KINDS.get(status, FAULT)
        told = [(parameter, str(text)) for parameter, text in getattr(error, "errors", ())]
        issues = [issue(status, f"{parameter}: {text}" if parameter else text) for parameter, text in told]
        found = getattr(error, "issues", None) or issues or [issue(status, str(getattr(error, "text", None) or detail))]
        response = Response(json.dumps(outcome(found), ensure_ascii=False), status, content_type=MEDIA_TYPE)
    response.headers.update(passed_on(error))
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Session realm="samkontrakt"'
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
