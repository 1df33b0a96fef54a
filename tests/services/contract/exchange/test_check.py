"""Checking files: HL7's own cases are accepted or refused for their own defect, and nothing is lost without a word."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deploy.cli import samkontrakt
from services.contract.exchange.actions import import_bundle
from services.contract.exchange.bundle.domain import TAKEN
from services.contract.exchange.check.domain import Checked, check
from services.contract.exchange.problem.domain import Problem, Weight
from shared.db import Database
from tests.services.contract.exchange.bundles import bundle, encoded, organization, patient
from tests.support.services import make_service

ROOT = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
third_party = pytest.mark.skipif(not ROOT.is_dir(), reason=f"third-party data is absent: {ROOT}")

JSON = "This is not JSON"
NO_FIELD = "FHIR R4 has no field"
VALUE = "does not fit this field"
DEFECTS = {
    "bad-json-close.json": ("line 15", JSON),
    "bad-json-close-3.json": ("line 16", JSON),
    "json-comma-bad-2.json": ("line 9", JSON),
    "json-comments-2-no.json": ("line 3", JSON),
    "json-no-quotes-2.json": ("line 8", JSON),
    "xml-bad-entities-json.json": ("text.div", "no signs but those of XML"),
    "bundle-document-versioned-references-bad.json": ("section[0].entry[1].reference", "fits more than one resource"),
    "bundle-id-2.json": ("link[1]", "stands once"),
    "med-example.json": ("entry[0].fullUrl", "must be absolute"),
    "ms-Bundle-TransactionWithInvalidResourceType.json.json": ("subject.reference", "does not have"),
    "ms-ObservationWithInvalidDecimalSpecification.json.json": ("", "more digits than can be kept exactly"),
    "pat-security-bad-xhtml.json": ("text.div", "no script"),
    "reference-invalid-resource-type-qr.json": ("item[0].answer[0].valueReference.reference", "does not have"),
    "ai3.json": ("", f"{NO_FIELD} “unknownElement”"),
    "attachment-tx.json": ("parameter[0].valueAttachment.data", "not base64"),
    "ms-Bundle-BatchWithInvalidEleEnums.json.json": ("entry[0].resource", f"{NO_FIELD} “gender1”"),
    "ms-Bundle-TransactionWithMultipleResourcesWithSameFullUrl.json.json": ("entry[1].fullUrl", "entry[0] too"),
    "ms-InvalidObservation.json.json": ("", f"{NO_FIELD} “_text”"),
    "ms-ObservationWithInvalidStatus.json.json": ("status", VALUE),
    "ms-PatientMissingResourceType.json.json": ("resourceType", "no resource type"),
    "open-choice-invalid-type-qr.json": ("item[0].answer[0]", f"{NO_FIELD} “valueCode”"),
    "patient-id-bad-2___R4.json": ("id", VALUE),
    "synthea.json": ("reasonCode", VALUE),
}
"""Of each file that must be refused: where it goes wrong, and the words that name its own defect."""

NOT_DETECTED = {
    "contract-binding-test.json": "its codes are wrong in lists of codes that R4's JSON Schema does not hold",
}


def judged(path: Path) -> Checked:
    (found,) = check([(path.name, path.read_bytes())])
    return found


def faults_of(found: Checked) -> list[Problem]:
    return [problem for problem in found.problems if problem.weight is Weight.REFUSAL]


@third_party
def test_what_is_correct_is_accepted() -> None:
    files = sorted((ROOT / "fhir-invalid" / "accept").glob("*.json"))
    assert {path.name: faults_of(judged(path)) for path in files if not judged(path).valid} == {}
    assert len(files) > 0


@third_party
def test_every_wrong_file_is_refused_for_its_own_defect_or_is_known_not_to_be() -> None:
    files = sorted((ROOT / "fhir-invalid" / "reject").glob("*.json"))
    assert {path.name for path in files} == DEFECTS.keys() | NOT_DETECTED.keys()
    for path in files:
        found = faults_of(judged(path))
        if path.name in NOT_DETECTED:
            assert found == [], f"{path.name} is detected now: take it from the list"
            continue
        place, words = DEFECTS[path.name]
        named = [one for one in found if place in one.place and words in one.said("en")]
        assert named, f"{path.name}: {[(one.place, one.said('en')) for one in found]}"


@third_party
def test_HL7s_own_examples_and_the_Swedish_ones_are_valid() -> None:
    files = [*(ROOT / "fhir-r4-examples").glob("*-*.json"), *(ROOT / "fhir-se" / "examples").glob("*.json")]
    assert {path.name: faults_of(judged(path)) for path in files if not judged(path).valid} == {}
    assert len(files) > 100


@third_party
def test_what_HL7s_examples_say_is_kept_or_told() -> None:
    """Each main fact of each example: taken away, it makes another draft, unless it was told that it is not kept."""
    facts = json.loads((ROOT / "fhir-r4-examples" / "facts.json").read_text())
    for fact in facts:
        path = ROOT / "fhir-r4-examples" / f"{fact['resourceType']}-{fact['id']}.json"
        told = [problem.place for problem in judged(path).problems if problem.weight is Weight.NOTE]
        if fact["resourceType"] not in TAKEN:
            assert told == [""], path.name
            continue
        original = json.loads(path.read_text())
        for name in original.keys() - {"resourceType", "id", "meta", "language", *told}:
            without = encoded({key: value for key, value in original.items() if key != name})
            (poorer,) = check([(path.name, without)])
            kept = [one.place for one in poorer.problems if one.weight is Weight.NOTE]
            assert name not in kept, f"{path.name}: {name}"


@third_party
@pytest.mark.parametrize("folder", ["betsy-ckd", "dan-veteran", "goal-samples", "org-veterans"])
def test_care_plans_made_by_hand_load_folder_by_folder_and_dangling_references_are_told(
    contract_db: Database, folder: str
) -> None:
    """In the order of their names; what refers nowhere is told in the same number by the check and by the import."""
    service = make_service("contract", contract_db, handlers={}, due=[])
    manifest = {row["file"]: row for row in json.loads((ROOT / "fhir-careplans" / "manifest.json").read_text())}
    for path in sorted((ROOT / "fhir-careplans" / folder).glob("*.json")):
        with service.act() as ctx:
            outcome = import_bundle(ctx, path.name, path.read_bytes())
        row = manifest[f"{folder}/{path.name}"]
        assert outcome.refused is not row["valid_r4"], outcome.reason("en")
        assert judged(path).valid is row["valid_r4"]
        counts = row["resource_counts"]
        loaded = {kind: sum(each.values()) for kind, each in outcome.by_type()}
        assert outcome.refused or loaded == {kind: counts[kind] for kind in TAKEN if kind in counts}


@third_party
def test_files_checked_together_may_point_at_each_other() -> None:
    files = sorted((ROOT / "fhir-careplans" / "betsy-ckd").glob("*.json"))
    alone = [problem for path in files for problem in _dangling(judged(path))]
    together = [one for found in check([(path.name, path.read_bytes()) for path in files]) for one in _dangling(found)]
    assert len(together) < len(alone)
    assert all("Questionnaire" in one.said("en") for one in together)


def _dangling(found: Checked) -> Iterator[Problem]:
    return (problem for problem in found.problems if problem.weight is Weight.PROBLEM)


def appointment(**more: Any) -> dict[str, Any]:
    told = {"status": "booked", "participant": [{"status": "accepted", "type": [{"text": "x"}]}], **more}
    return {"resourceType": "Appointment", "start": "2026-11-27T08:00:00Z", "end": "2026-11-27T09:00:00Z", **told}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (appointment(participant=[{"status": "accepted"}]), "app-1"),
        ({**appointment(status="cancelled"), "end": None}, "app-2"),
        ({**appointment(), "start": None, "end": None}, "app-3"),
        (appointment(cancelationReason={"text": "x"}), "app-4"),
        (appointment(end="2026-11-26T08:00:00Z"), "per-1"),
        ({"resourceType": "Organization", "active": True}, "org-1"),
        ({"resourceType": "Patient", "contact": [{"gender": "female"}]}, "pat-1"),
        ({"resourceType": "Patient", "managingOrganization": {"reference": "#o"}}, "ref-1"),
        ({"resourceType": "Patient", "text": {"status": "generated", "div": "<div onclick='x'/>"}}, "txt-1"),
        ({"resourceType": "Goal", "description": {"text": "x"}, "subject": {"display": "x"}}, "lifecycleStatus"),
        (
            {
                "resourceType": "CareTeam",
                "participant": [{"member": {"reference": "Patient/1"}, "onBehalfOf": {"reference": "Organization/1"}}],
            },
            "ctm-1",
        ),
        (
            {
                "resourceType": "CarePlan",
                "status": "active",
                "intent": "plan",
                "subject": {"display": "x"},
                "activity": [{"detail": {"status": "unknown"}, "reference": {"reference": "Appointment/1"}}],
            },
            "reference or details",
        ),
        (
            {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "http://a/Patient/1/_history/2"}]},
            "bdl-8",
        ),
    ],
)
def test_a_rule_that_the_schema_can_not_say_is_named(resource: dict[str, Any], words: str) -> None:
    (found,) = check([("x", encoded({name: value for name, value in resource.items() if value is not None}))])
    assert [one for one in faults_of(found) if words in one.said("en")], [one.said("en") for one in found.problems]


def test_a_part_that_would_not_be_kept_is_told_as_large_as_it_is() -> None:
    told = {"address": [{"city": "Jönköping"}], "telecom": [{"system": "phone", "value": "070-174 06 05"}]}
    (found,) = check([("x", encoded(patient(gender="female", **told)))])
    assert found.valid
    assert {problem.place for problem in found.problems} == {"gender", "address"}


def test_the_command_judges_stores_nothing_and_says_by_its_code_whether_all_is_well(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(encoded(bundle(organization())))
    bad.write_bytes(encoded({"resourceType": "Organization", "active": True}))
    fine = CliRunner().invoke(samkontrakt, ["import", "--check", str(good)])
    assert (fine.exit_code, fine.output) == (0, f"{good}: valid, 1 resources\n")
    wrong = CliRunner().invoke(samkontrakt, ["import", "--check", "--json", str(good), str(bad), str(tmp_path / "no")])
    assert wrong.exit_code == 1
    assert [json.loads(line)["valid"] for line in wrong.output.splitlines()] == [False, True, False]
