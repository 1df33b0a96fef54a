"""LIX against values others have published and against three other engines on Swedish texts."""

from __future__ import annotations

from typing import Any

import pytest

from shared.text import lix
from tests.shared.material import shared_data

PUBLISHED = shared_data("readability-lix/published.json")["vectors"]
ENGINES = shared_data("readability-lix/consensus_sv.json")["vectors"]
TEXTS = [v for v in PUBLISHED if v["measure"] == "LIX" and v["kind"] == "text"]
TOKENS = [v for v in PUBLISHED if v["measure"] == "LIX" and v["kind"] == "tokenised"]


@pytest.mark.parametrize("vector", [v for v in TEXTS if v["expected"] is not None], ids=lambda v: v["id"])
def test_B12_published_texts(vector: dict[str, Any]) -> None:
    assert lix(vector["text"]) == pytest.approx(vector["expected"], abs=vector["tolerance"])


@pytest.mark.parametrize("vector", [v for v in TEXTS if "expected_max" in v], ids=lambda v: v["id"])
def test_B12_published_bounds(vector: dict[str, Any]) -> None:
    assert lix(vector["text"]) < vector["expected_max"]


@pytest.mark.parametrize("vector", TOKENS, ids=lambda v: v["id"])
def test_B12_published_tokens(vector: dict[str, Any]) -> None:
    text = " ".join(" ".join(sentence).capitalize() + "." for sentence in vector["sentences"])
    assert lix(text) == pytest.approx(vector["expected"], abs=vector["tolerance"])


@pytest.mark.parametrize("vector", ENGINES, ids=lambda v: v["id"])
def test_B12_other_engines_agree_within_one(vector: dict[str, Any]) -> None:
    assert vector["lix_min"] - 1 <= lix(vector["text"]) <= vector["lix_max"] + 1
