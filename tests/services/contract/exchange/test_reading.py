"""Reading a bundle: what refuses it, where, in which words; who is who; where references lead."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.contract.exchange.bundle.domain import read
from services.contract.exchange.links.domain import Key, Links, Target, outward
from services.contract.exchange.problem.domain import Problem, Refused, Weight
from tests.services.contract.exchange.bundles import (
    HSA,
    PERSONNUMMER,
    bundle,
    encoded,
    goal,
    organization,
    patient,
    plan,
    practitioner,
    whole,
)

Change = Callable[[dict[str, Any]], Any]


def refusal(data: bytes) -> Problem:
    with pytest.raises(Refused) as caught:
        read(data)
    assert all(problem.weight is Weight.REFUSAL for problem in caught.value.problems)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (b"", "line 1, column 1", "This is not JSON. It goes wrong at this place."),
        (b"<Bundle/>", "line 1, column 1", "This is not JSON. It goes wrong at this place."),
        (b'{"a": 1,\n}', "line 2, column 1", "This is not JSON. It goes wrong at this place."),
        ('{"a": "ö"}'.encode("latin-1"), "byte 8", "The text is not UTF-8, which JSON must be."),
        (b'{"a": NaN}', "", "“NaN” is not a JSON number."),
        (b'{"a": 1, "a": 2}', "", "The field “a” stands twice in one object."),
        (b'{"a": ["\\u0000"]}', "a[0]", "The text holds a control character or half a character."),
        (b'{"a": {"b": "\\ud800"}}', "a.b", "The text holds a control character or half a character."),
        (b"[" * 100_000, "", "The file is nested too deeply."),
        (b"[" + b"1" * 5000 + b"]", "", "A number in the file is too long."),
        (b"[]", "resourceType", "This is not FHIR R4: no resource type of R4 is named."),
        (b'{"resourceType": "Bundel"}', "resourceType", "This is not FHIR R4: no resource type of R4 is named."),
        (b'{"resourceType": "Patient"}', "resourceType", "This is a single Patient. Only bundles are imported."),
    ],
)
def test_what_is_no_bundle_is_refused_with_place_and_reason(data: bytes, place: str, reason: str) -> None:
    found = refusal(data)
    assert (found.place, found.said("en")) == (place, reason)


def _set(path: str, value: Any) -> Change:
    """Put a value at a path of keys and indexes; ``...`` takes it away."""

    def change(content: dict[str, Any]) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        part: Any = content
        for step in way:
            part = part[step]
        if value is ...:
            del part[last]
        else:
            part[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        (_set("type", "searchset"), "type", "Only transaction, batch and collection bundles are imported."),
        (_set("entry", []), "entry", "The bundle is empty."),
        (_set("extra", 1), "", "FHIR R4 has no field “extra” here."),
        (
            _set("entry.2.request", ...),
            "entry[2].request",
            "The entry does not say what is asked: “request” is missing.",
        ),
        (_set("entry.2.request.url", ...), "entry[2].request.url", "The address of the request is missing."),
        (_set("entry.2.request.method", "DELETE"), "entry[2].request.method", "Only POST and PUT can be imported."),
        (
            _set("entry.2.request.url", "Practitioner"),
            "entry[2].request.url",
            "The address of the request names another type than the resource.",
        ),
        (
            _set("entry.2.resource", ...),
            "entry[2].request.url",
            "The address of the request names another type than the resource.",
        ),
        (_set("entry.2.fullUrl", "Patient/1"), "entry[2].fullUrl", "A full address must be absolute."),
        (_set("entry.2.fullUrl", "urn:test:unit"), "entry[2].fullUrl", "The same resource stands at entry[0] too."),
        (
            _set("entry.2.resource.birthDate", "1950-13-01"),
            "entry[2].resource.birthDate",
            "The value does not fit this field of FHIR R4.",
        ),
        (_set("entry.2.resource.shoeSize", 38), "entry[2].resource", "FHIR R4 has no field “shoeSize” here."),
        (_set("entry.7.resource.subject", ...), "entry[7].resource", "The field “subject” is missing."),
        (
            _set("entry.7.resource.subject.reference", "Patientt/1"),
            "entry[7].resource.subject.reference",
            "The reference names a resource type that FHIR R4 does not have.",
        ),
    ],
)
def test_a_wrong_bundle_is_refused_with_place_and_reason(change: Change, place: str, reason: str) -> None:
    content = whole()
    change(content)
    found = refusal(encoded(content))
    assert (found.place, found.said("en")) == (place, reason)


def test_no_value_of_the_file_stands_in_a_reason() -> None:
    """A value may be somebody's name or number."""
    content = bundle(patient(birthDate="19500614-2524", name=[{"family": ["Lund"]}]))
    with pytest.raises(Refused) as caught:
        read(encoded(content))
    told = json.dumps([problem.as_json() for problem in caught.value.problems])
    assert "2524" not in told
    assert "Lund" not in told


def test_two_entries_for_one_person_are_refused() -> None:
    number = [{"system": PERSONNUMMER, "value": "195006142524"}]
    content = bundle(patient("a", identifier=number), patient("b", identifier=number))
    assert refusal(encoded(content)).said("en") == "The same resource stands at entry[0] too."


def test_a_byte_order_mark_and_a_collection_are_read() -> None:
    content = bundle(patient(), kind="collection")
    reading = read(b"\xef\xbb\xbf" + encoded(content))
    assert [entry.type for entry in reading.taken] == ["Patient"]


def test_what_holds_everywhere_is_the_key_before_what_the_sender_calls_it() -> None:
    own, everywhere = {"system": "urn:own", "value": "1"}, {"system": HSA, "value": "SE-1"}
    (entry,) = read(encoded(bundle(practitioner(identifier=[own, everywhere])))).taken
    assert entry.key == f"Practitioner?identifier={HSA}|SE-1"
    assert "Practitioner?identifier=urn:own|1" in entry.names
    assert "urn:test:nurse" in entry.names


def linked(*resources: dict[str, Any], known: dict[str, Target] | None = None) -> Links:
    return Links(read(encoded(bundle(*resources))), known or {})


def test_a_reference_leads_within_the_file_to_earlier_imports_or_is_told() -> None:
    about = {"subject": {"reference": "Patient?identifier=urn:x|1"}}
    links = linked(goal(**about), plan())
    assert outward(links.reading) == {"Patient?identifier=urn:x|1", "urn:test:patient"}
    assert {problem.place for problem in links.dangling()} == {
        "entry[0].resource.subject.reference",
        "entry[1].resource.subject.reference",
    }
    known = {"Patient?identifier=urn:x|1": Target("Patient", Key("k"))}
    links = linked(goal(**about), known=known)
    assert links.target(about["subject"], "Patient") == "k"
    assert links.target(about["subject"], "Practitioner") is None
    assert list(links.dangling()) == []


def test_a_reference_to_one_version_means_the_thing() -> None:
    links = linked(patient())
    assert links.target({"reference": "urn:test:patient/_history/3"}, "Patient") == "urn:test:patient"


def test_a_reference_by_identifier_alone_is_followed() -> None:
    links = linked(organization(identifier=[{"system": "urn:x", "value": "9"}]))
    by_identifier = {"identifier": {"system": "urn:x", "value": "9"}}
    assert links.target(by_identifier, "Organization") == "Organization?identifier=urn:x|9"


def test_a_reported_reference_hides_the_number_it_may_hold() -> None:
    links = linked(goal(subject={"reference": f"Patient?identifier={PERSONNUMMER}|195006142524"}))
    (problem,) = links.dangling()
    assert "2524" not in problem.said("en")
