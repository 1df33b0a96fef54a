"""``audit``: whether the access logs are as they were written."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import click

from deploy.cli.base import Commands, say
from deploy.trouble import Trouble
from shared.audit.domain import Broken, Finding
from shared.audit.heads import head_file
from shared.audit.verifying import Verdict
from shared.events import SERVICES
from shared.policy import Who, policy, policy_of

SAYS = {
    Broken.CHANGED: "is not as it was written: changed, or put in another's place",
    Broken.REMOVED: "has been removed",
    Broken.UNLINKED: "is missing in the chain",
    Broken.ADDED: "was added by nobody's act: it was never given to the chain",
    Broken.LOST: "was removed before it was chained",
    Broken.WAITING: "still waits to be chained: does the relay run? samkontrakt status",
    Broken.CUT: "is missing: a later one was signed than there is now",
    Broken.REWRITTEN: "is not the one that was signed: the chain has been made anew, from here or from before",
    Broken.UNSIGNED: "has not been signed: the relay keeps no head of the chain, its log says why",
    Broken.FORGED: "The head outside the database is not signed with this service's key",
}


@click.group(cls=Commands)
def audit() -> None:
    """Look after the access logs."""


@audit.command()
@click.argument("service", required=False, type=click.Choice(SERVICES))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per service.")
@policy("access log", "verify", Who.OPERATOR)
def verify(service: str | None, as_json: bool) -> None:
    """Find the first row of the access log that was changed, removed, added or moved since it was written.

    Of SERVICE, or of all three. Exit code 0 only if every row is as it was written and its chain is the one that was
    signed. The system may run meanwhile.
    """
    whole = True
    for name in [service] if service else SERVICES:
        verdict, kept = _verdict(name)
        whole = whole and not verdict.findings
        for line in [json.dumps(_facts(name, verdict))] if as_json else _lines(name, verdict, kept=kept):
            say(line)
    if not whole:
        sys.exit(1)


@audit.command()
@click.argument("service", type=click.Choice(SERVICES))
@click.option("--reason", required=True, help="Why; it stands in the access log. Name no patient.")
@policy("access log", "accept", Who.OPERATOR)
def accept(service: str, reason: str) -> None:
    """Let SERVICE's log be signed anew as it stands now, after its database was put back by other means than restore.

    Look first with verify. The signed head of before is kept beside the new one, as a proof of what there was.
    """
    from deploy import system
    from deploy.events import noted

    if not reason.strip():
        raise Trouble("say why: --reason 'the backup of Tuesday was put back'")
    config = system.config_of(service)
    file = head_file(config.audit_heads, service, config.audit_keys)
    if file is None:
        raise Trouble("no heads are kept: set SAMKONTRAKT_AUDIT_HEADS to a folder")
    with noted(service, policy_of(accept.callback or accept), f"the log is signed anew: {reason.strip()}"):
        pass
    kept = file.put_aside()
    say(f"The head of before is kept as {kept}." if kept else "There was no head.")
    say("The next one is signed within seconds. Then: samkontrakt audit verify")


def _verdict(service: str) -> tuple[Verdict, bool]:
    """What is found, and whether heads are kept outside the database at all."""
    from deploy import fitting, system
    from shared.audit.verifying import verify as judge

    config = system.config_of(service)
    file, database = head_file(config.audit_heads, service, config.audit_keys), fitting.database(service)
    try:
        return judge(database, service, file), file is not None
    except OSError as error:
        raise Trouble(f"the signed head of {service} can't be read: {error.strerror}") from None
    finally:
        database.close()


def _lines(service: str, verdict: Verdict, *, kept: bool) -> list[str]:
    if verdict.findings:
        return [f"{service}: {_in_words(one)}" for one in verdict.findings]
    signed = verdict.signed
    until = f"signed up to row {signed.seq} at {signed.at}" if signed else "none of it signed yet"
    if not kept:
        until = "its head is kept nowhere else (SAMKONTRAKT_AUDIT_HEADS): who rewrites all of it is not found out"
    return [f"{service}: {verdict.rows} rows, each as it was written; {until}"]


def _in_words(one: Finding) -> str:
    if one.broken is Broken.FORGED:
        return SAYS[one.broken]
    names = [f"row {one.seq}" if one.seq else "a row", f"id {one.entry_id}" if one.entry_id else ""]
    if one.at:
        after = "after " if one.broken in (Broken.REMOVED, Broken.UNLINKED, Broken.CUT) else ""
        names.append(f"written {after}{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    return f"{', '.join(filter(None, names))}: {SAYS[one.broken]}"


def _facts(service: str, verdict: Verdict) -> dict[str, Any]:
    found = [{"broken": one.broken, "seq": one.seq, "id": one.entry_id, "at": _iso(one.at)} for one in verdict.findings]
    signed = verdict.signed.seq if verdict.signed else None
    return {"service": service, "rows": verdict.rows, "signed": signed, "findings": found}


def _iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None
