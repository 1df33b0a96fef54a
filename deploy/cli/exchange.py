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
MOST_LINES = 40
SAID = {"refusal": "wrong:", "problem": "leads nowhere:", "note": "would be left behind:"}


@click.command(name="import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per file.")
@click.option("--check", "only_check", is_flag=True, help="Judge the files together and store nothing.")
@policy("import", "run by command", Who.OPERATOR, log="imported a care record")
def import_(files: tuple[Path, ...], as_json: bool, only_check: bool) -> None:
    """Import FHIR R4 bundles, or check any FHIR R4 resource.

    Each FILE is taken whole or refused whole, with the place and the reason; importing one again changes nothing. With
    --json each file gives one line: file; created, updated and unchanged as counts; refused; reason. Exit code 0 only
    if nothing was refused.

    --check takes single resources and bundles of every kind. A file is not valid when it breaks HL7's own schema or a
    rule of R4, each named with its place; references that lead nowhere and what an import would not keep are told
    beside that.
    """
    if only_check:
        sys.exit(0 if _check(files, say_json=as_json) else 1)
    from deploy import operator

    declared = policy_of(import_.callback or import_)
    with operator.service("contract") as contract:
        told = [_import(contract, declared, path, say_json=as_json) for path in files]
    if any(one["refused"] for one in told):
        sys.exit(1)


def _check(files: tuple[Path, ...], *, say_json: bool) -> bool:
    from services.contract.exchange.check.domain import check

    read: list[tuple[str, bytes]] = []
    unread = []
    for path in files:
        try:
            read.append((str(path), _bytes_of(path)))
        except OSError as error:
            unread.append({"file": str(path), "valid": False, "resources": 0, "problems": [_can_not(error)]})
    told = [*unread, *(one.as_json() for one in check(read))]
    for one in told:
        say(json.dumps(one, ensure_ascii=False) if say_json else _judged(one))
    return all(one["valid"] for one in told)


def _judged(told: dict[str, Any]) -> str:
    """One file in words: whether it is valid, and each thing to know, the gravest first."""
    lines = [f"{told['file']}: {'valid' if told['valid'] else 'NOT VALID'}, {told['resources']} resources"]
    order = ("refusal", "problem", "note")
    problems = sorted(told["problems"], key=lambda one: order.index(one["weight"]))
    lines += [f"  {SAID[one['weight']]} {one['place']}: {one['reason']}" for one in problems[:MOST_LINES]]
    more = len(problems) - MOST_LINES
    return "\n".join([*lines, *([f"  … and {more} more; --json tells all"] if more > 0 else [])])


def _can_not(error: OSError) -> dict[str, str]:
    return {"place": "", "reason": f"can't be read: {error.strerror}", "weight": "refusal"}


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(0, f"larger than {LARGEST_FILE // 1024 // 1024} MB")
    return path.read_bytes()


def _import(contract: Any, declared: Policy, path: Path, *, say_json: bool) -> dict[str, Any]:
    from deploy.operator import OPERATOR
    from services.contract.exchange.actions import import_bundle

    try:
        data = _bytes_of(path)
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
