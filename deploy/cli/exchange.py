"""``import``: care records from files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from deploy.cli.base import say
from shared.policy import Policy, Who, policy, policy_of

LARGEST_FILE = 256 * 1024 * 1024


@click.command(name="import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per file.")
@policy("import", "run", Who.OPERATOR, log="imported a care record")
def import_(files: tuple[Path, ...], as_json: bool) -> None:
    """Import FHIR R4 bundles.

    Each FILE is taken whole or refused whole, with the place and the reason; importing one again changes nothing. With
    --json each file gives one line: file; created, updated and unchanged as counts; refused; reason. Exit code 0 only
    if nothing was refused.
    """
    from deploy import operator

    declared = policy_of(import_.callback or import_)
    with operator.service("contract") as contract:
        told = [_import(contract, declared, path, say_json=as_json) for path in files]
    if any(one["refused"] for one in told):
        sys.exit(1)


def _import(contract: Any, declared: Policy, path: Path, *, say_json: bool) -> dict[str, Any]:
    from deploy.operator import OPERATOR
    from services.contract.exchange.actions import import_bundle

    try:
        if path.stat().st_size > LARGEST_FILE:
            raise OSError(0, f"larger than {LARGEST_FILE // 1024 // 1024} MB")
        data = path.read_bytes()
    except OSError as error:
        told = _unread(path, error.strerror)
    else:
        with contract.act(OPERATOR, declared) as ctx:
            told = import_bundle(ctx, str(path), data).as_json() | {"file": str(path)}
    say(json.dumps(told, ensure_ascii=False) if say_json else _in_words(told))
    return told


def _unread(path: Path, why: str | None) -> dict[str, Any]:
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    return {"file": str(path), **counts, "refused": True, "reason": f"can't be read: {why}"}


def _in_words(told: dict[str, Any]) -> str:
    if told["refused"]:
        return f"{told['file']}: refused, nothing stored: {told['reason']}"
    counts = ", ".join(f"{told[what]} {what}" for what in ("created", "updated", "unchanged"))
    problems = f"; {told['problem_count']} problems" if told["problem_count"] else ""
    return f"{told['file']}: {counts}{problems}"
