"""Every third-party record behaves as its manifest says: counted, imported once, or refused with place and reason."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.contract.exchange.actions import import_bundle
from services.contract.exchange.bundle.domain import TAKEN, read
from services.contract.exchange.outcome.domain import Outcome
from services.contract.exchange.problem.domain import Refused, Weight
from services.contract.exchange.r4.domain import parse
from shared.db import Database
from shared.service import Service
from tests.support.services import make_service

ROOT = Path(os.environ.get("SAMKONTRAKT_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
if not ROOT.is_dir():
    pytest.skip(f"third-party data is absent: {ROOT}, see SAMKONTRAKT_SHARED_DATA", allow_module_level=True)

SYNTHEA = ROOT / "fhir-synthea"
REFERENCE = sorted((SYNTHEA / "reference-data").glob("*.json"))
MANIFESTS = [(SYNTHEA, SYNTHEA / "manifest.json"), (SYNTHEA / "dialysis", SYNTHEA / "dialysis" / "manifest.json")]
LISTED = [(folder / row["file"], row) for folder, manifest in MANIFESTS for row in json.loads(manifest.read_text())]
VALID = [(path, row) for path, row in LISTED if row.get("valid_r4", True)]
INVALID = [path for path, row in LISTED if not row.get("valid_r4", True)]
CASES = [row for row in json.loads((ROOT / "fhir-invalid" / "cases.json").read_text()) if row["expected"] == "reject"]

FORBIDDEN_HERE = {"y_object_escaped_null_in_key.json", "y_object_duplicated_key.json"}
"""Correct JSON with a control character, which FHIR forbids, or with one name twice in an object."""


@pytest.fixture
def service(contract_db: Database) -> Service:
    return make_service("contract", contract_db, handlers={}, due=[])


def load(service: Service, path: Path) -> Outcome:
    with service.act() as ctx:
        return import_bundle(ctx, path.name, path.read_bytes())


def named(value: Any) -> str:
    return value.name[:30] if isinstance(value, Path) else ""


@pytest.mark.parametrize(("path", "row"), VALID, ids=named)
def test_a_record_imports_with_the_counts_of_its_manifest_and_twice_changes_nothing(
    service: Service, path: Path, row: dict[str, Any]
) -> None:
    for reference in REFERENCE if path.name.startswith(("2022_", "practitioner")) else ():
        load(service, reference)
    outcome = load(service, path)
    counts = row["resource_counts"]
    assert not outcome.refused, outcome.reason("en")
    assert outcome.of_weight(Weight.PROBLEM) == ()
    assert {kind: sum(each.values()) for kind, each in outcome.by_type()} == {
        t: counts[t] for t in TAKEN if t in counts
    }
    assert outcome.not_taken == {kind: number for kind, number in sorted(counts.items()) if kind not in TAKEN}
    again = load(service, path)
    assert again.total("unchanged") == sum(again.tally.values()) == sum(outcome.tally.values())


@pytest.mark.parametrize("path", INVALID, ids=named)
def test_a_record_that_is_not_r4_is_refused_with_place_and_reason(service: Service, path: Path) -> None:
    outcome = load(service, path)
    assert outcome.refused
    assert "request.url: The address of the request is missing." in (outcome.reason("en") or "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:40])
def test_an_invalid_file_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        read((ROOT / "fhir-invalid" / "reject" / case["file"]).read_bytes())
    assert all(problem.said("en") for problem in caught.value.problems)


@pytest.mark.parametrize("path", sorted((ROOT / "fhir-careplans").glob("*/*.json")), ids=named)
def test_a_hand_made_record_is_imported_or_refused_never_half(service: Service, path: Path) -> None:
    outcome = load(service, path)
    assert outcome.refused == bool(outcome.of_weight(Weight.REFUSAL))
    if not outcome.refused:
        assert load(service, path).total("unchanged") == outcome.total("created")


def test_json_is_read_as_its_own_test_suite_demands() -> None:
    """What must be refused is; of what must be accepted, only that which FHIR forbids or two readers could take
    differently."""
    wrong = []
    for case in json.loads((ROOT / "bad-input" / "json_test_suite.json").read_text())["cases"]:
        try:
            parse(base64.b64decode(case["base64"]))
            accepted = True
        except Refused:
            accepted = False
        if (case["expected"] == "reject" and accepted) or (case["expected"] == "accept" and not accepted):
            wrong.append(case["name"])
    assert set(wrong) == FORBIDDEN_HERE
