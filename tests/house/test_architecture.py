"""The house's walls: the import rules hold, and each of them catches the violation it is there for."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LINT = Path(sys.executable).with_name("lint-imports")

PLANTED = [
    ("house", "shared/db.py", "import deploy.settings"),
    ("apart", "services/notify/tasks.py", "import services.contract.tables"),
    ("pure", "services/selfcare/reminders/domain.py", "import shared.db"),
    ("pure", "services/notify/delivery/sending/domain.py", "import shared.db"),
    ("rooms", "services/contract/agreement/store.py", "import services.contract.agreement.actions"),
    ("rooms", "services/selfcare/reminders/claim/store.py", "import services.selfcare.reminders.claim.actions"),
    ("contract", "services/contract/units/store.py", "import services.contract.agreement.tables"),
    ("selfcare", "services/selfcare/reminders/actions.py", "import services.selfcare.dialysis.actions"),
    ("notify", "services/notify/delivery/actions.py", "import services.notify.requests.store"),
]
"""Rule, where it is broken, and by which line; smaller concepts inside a concept included."""


def lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    only = [part for contract in contracts for part in ("--contract", contract)]
    command = [str(LINT), "--no-cache", "--no-logo", *only]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)


def test_every_import_rule_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code alone, somewhere a violation can be planted."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in ("deploy", "services", "shared"):
        shutil.copytree(
            ROOT / name, root / name, ignore=shutil.ignore_patterns("static", "assets", "__pycache__", "*.json")
        )
    return root


@pytest.mark.parametrize(("contract", "place", "line"), PLANTED)
def test_each_import_rule_catches_a_planted_violation(copy: Path, contract: str, place: str, line: str) -> None:
    module = copy / place
    text = module.read_text()
    module.write_text(f"{text}\n{line}\n")
    try:
        result = lint(copy, contract)
    finally:
        module.write_text(text)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
