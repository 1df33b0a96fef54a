"""Who in the product speaks to other machines, and how: to hosts from the settings alone, never on to where an answer points."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SPEAKING = {
    "httpx",
    "requests",
    "urllib.request",
    "urllib3",
    "http.client",
    "socket",
    "smtplib",
    "ftplib",
    "telnetlib",
    "aiohttp",
}
LINES = {
    "shared/bus/client.py": "the feed of a peer: its address is a setting",
    "services/contract/signin/oidc/line/actions.py": "a provider: its hosts are a setting",
    "services/notify/delivery/email/line/actions.py": "the mail server: its address is a setting",
    "deploy/patience.py": "takes requests, makes none",
}
"""What serves people and may call out, and whom."""
OWN_MACHINE = ("deploy/supervise/", "deploy/embedded/", "deploy/ports.py", "deploy/rotation.py", "deploy/tour/")
"""Tools that ask the programs of this machine, by ports of their own."""


def sources() -> Iterator[Path]:
    for part in ("shared", "services", "deploy"):
        yield from (ROOT / part).rglob("*.py")


def imported(tree: ast.AST) -> set[str]:
    """Every module that is imported, wherever it stands."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def speaks(tree: ast.AST) -> bool:
    return any(name in SPEAKING or name.split(".")[0] in SPEAKING for name in imported(tree))


def wrong_calls(tree: ast.AST) -> list[str]:
    """What is asked by httpx without a time limit, by a proxy of the environment, or on to where an answer points."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("httpx.")):
            continue
        name = ast.unparse(node.func)
        told = {one.arg: ast.unparse(one.value) for one in node.keywords}
        asks = name in {"httpx.Client", "httpx.get", "httpx.post", "httpx.request", "httpx.stream", "httpx.AsyncClient"}
        bounded = "timeout" in told and told["timeout"] != "None" and told.get("trust_env") == "False"
        if asks and not (bounded and told.get("follow_redirects", "False") == "False"):
            found.append(ast.unparse(node)[:100])
    return found


def test_C_outgoing_nobody_but_these_speaks_to_another_machine() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources() if speaks(ast.parse(path.read_text()))}
    others = {path for path in found if not path.startswith(OWN_MACHINE)}
    assert others == set(LINES)


def test_C_outgoing_every_question_has_an_end_and_follows_no_answer_elsewhere() -> None:
    served = [path for path in sources() if not str(path.relative_to(ROOT)).startswith("deploy/tour/")]
    found = {
        str(path.relative_to(ROOT)): wrong for path in served if (wrong := wrong_calls(ast.parse(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "import requests",
        "from urllib import request",
        "from urllib.request import urlopen",
        "def f():\n    import socket as s",
        "import http.client",
    ],
)
def test_a_new_way_out_is_seen(planted: str) -> None:
    assert speaks(ast.parse(planted))
    assert not speaks(ast.parse("from urllib.parse import quote\nfrom flask import request"))


def test_a_question_without_an_end_is_seen() -> None:
    good = "httpx.Client(timeout=5, trust_env=False)"
    assert wrong_calls(ast.parse(good)) == []
    for bad in ("httpx.get(url)", good.replace("5", "None"), good.replace("False", "False, follow_redirects=True")):
        assert wrong_calls(ast.parse(bad)), bad
