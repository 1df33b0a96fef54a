"""Answers that are no single resource: what a search found, and what went wrong, each finding with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from services.contract.exchange.outcome.domain import CREATED, Outcome
from services.contract.exchange.outgoing.shape.domain import Json, present
from services.contract.exchange.problem.domain import Problem, Weight

CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    503: "transient",
}
"""HL7's IssueType for each status; whatever else is our own fault."""

NOT_KEPT = "Resources of this type are not kept."
ADDRESSED = ("Patient", "Practitioner", "Organization")
"""What can be read at its own address once it is stored; the rest of a record is shown as part of these."""

SEVERITY = {Weight.REFUSAL: "error", Weight.PROBLEM: "warning", Weight.NOTE: "information"}


def outcome(issues: Iterable[Json]) -> Json:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(status: int, words: str, *, expression: str = "", severity: str = "error") -> Json:
    """One thing that is wrong. ``expression`` is where, as a path in what was sent."""
    code = CODES.get(status, "exception")
    return present(
        {"severity": severity, "code": code, "diagnostics": words, "expression": [expression] if expression else []}
    )


def finding(problem: Problem, language: str) -> Json:
    """What an import says of one place in the bundle."""
    place = f"Bundle.{problem.place}" if problem.place and " " not in problem.place else ""
    words = problem.said(language) if place or not problem.place else f"{problem.place}: {problem.said(language)}"
    return issue(422, words, expression=place, severity=SEVERITY[problem.weight])


def transaction_response(resources: Sequence[str], result: Outcome, language: str) -> Json:
    """One answer for each entry, in their order: where it is now, or that it is not kept, and what was found in it.

    ``resources`` are the types of the entries.
    """
    told: dict[str, list[Json]] = defaultdict(list)
    for problem in result.problems:
        told[problem.place.split("]")[0] + "]"].append(finding(problem, language))
    entries = [_answered(f"entry[{index}]", kind, result, told) for index, kind in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def _answered(place: str, kind: str, result: Outcome, told: Mapping[str, list[Json]]) -> Json:
    what, _type, id_ = result.done.get(place, ("", kind, None))
    issues = told.get(place, [])
    if not what:
        issues = [issue(422, NOT_KEPT, severity="information"), *issues]
    return {
        "response": present(
            {
                "status": {CREATED: "201 Created", "": "204 No Content"}.get(what, "200 OK"),
                "location": f"{kind}/{id_}" if id_ and kind in ADDRESSED else None,
                "outcome": outcome(issues) if issues else None,
            }
        )
    }


def searchset(base: str, resources: Sequence[Json], here: str, following: str | None) -> Json:
    """One page of what was found. How much there is in all is not counted."""
    links = [{"relation": "self", "url": here}]
    if following:
        links.append({"relation": "next", "url": following})
    entries = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in resources
    ]
    return present({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries})
