"""What arrives at a web role that no client of good will would send, over real sockets at the real server."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy import ports
from deploy.folder import CHECKOUT
from shared import auth
from tests.services.contract.clinic import Clinic, open_clinic
from tests.support.databases import WorkerDatabases
from tests.support.services import cookie_of, form_token, make_service

pytestmark = [pytest.mark.full, pytest.mark.timeout(120)]
THREADS, HEAD_SECONDS, REQUEST_SECONDS, START_SECONDS = 4, 2.0, 4.0, 40
MOST_CPU_SECONDS = 0.05
PAGE = "/contract/signin"
ROLE = """
import sys
from dataclasses import replace
from deploy import patience, wsgi
from services.contract import app
from shared import log
from shared.db import Database
from tests.support.services import config_for
url, port, patience.HEAD_SECONDS, patience.REQUEST_SECONDS, threads = sys.argv[1], *map(float, sys.argv[2:])
log.configure("contract", "web")
at = f"127.0.0.1:{port:.0f}"
config = replace(config_for("contract", Database(url)), public_url=f"http://{at}")
wsgi.serve(lambda: app.create(config), at, int(threads))
"""
Say = Callable[..., bytes]


@dataclass(frozen=True)
class Web:
    """The web role: its port, its process, and who runs the clinic that it serves."""

    port: int
    pid: int
    clinic: Clinic

    def cpu(self) -> float:
        """Seconds of processor time that it and the processes it has forked have taken."""
        forked = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        told = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (self.pid, *forked))
        return sum(int(one[11]) + int(one[12]) for one in told) / os.sysconf("SC_CLK_TCK")

    def as_admin(self) -> tuple[str, ...]:
        """The fields of a request that the clinic's admin sends."""
        admin = self.clinic.admin
        token = form_token(self.clinic.service, admin)
        return f"Cookie: {auth.COOKIE_NAME}={cookie_of(admin)}", f"X-Form-Token: {token}"


@pytest.fixture(scope="module")
def port(web: Web) -> int:
    return web.port


@pytest.fixture(scope="module")
def web(worker_databases: WorkerDatabases) -> Iterator[Web]:
    chosen = ports.choose(["web"], {})["web"]
    settings = [str(number) for number in (chosen, HEAD_SECONDS, REQUEST_SECONDS, THREADS)]
    database = worker_databases.fresh("contract")
    clinic = open_clinic(make_service("contract", database))
    process = subprocess.Popen([sys.executable, "-c", ROLE, database.url, *settings], cwd=CHECKOUT)
    try:
        until = time.monotonic() + START_SECONDS
        while not serves(chosen):
            assert process.poll() is None
            assert time.monotonic() < until, "the web role does not begin"
            time.sleep(0.1)
        yield Web(chosen, process.pid, clinic)
    finally:
        process.terminate()
        process.wait(30)


def serves(port: int) -> bool:
    try:
        return said(port, head("GET", PAGE, port)).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def head(method: str, path: str, port: int, *more: str, host: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", "Connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def said(port: int, sent: bytes, wait: float = 10.0) -> bytes:
    """All that is answered until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        with suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(sent)
        return heard(line)


def heard(line: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionResetError):
        while part := line.recv(65536):
            answer += part
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def test_C_framing_a_head_beyond_its_limits_is_refused_and_the_next_request_served(
    port: int, subtests: pytest.Subtests
) -> None:
    cases = {
        "a long address": (head("GET", f"{PAGE}?next=/{'x' * 5000}", port), 414),
        "a large field": (head("GET", PAGE, port, f"Cookie: x={'y' * 9000}"), 431),
        "10,000 fields": (head("GET", PAGE, port, *(f"X-{number}: y" for number in range(10_000))), 431),
        "65 fields": (head("GET", PAGE, port, *(f"X-{number}: y" for number in range(65))), 431),
        "a megabyte without an end": (head("GET", PAGE, port)[:-2] + b"X: " + b"y" * 1_000_000, 431),
    }
    for name, (sent, wanted) in cases.items():
        with subtests.test(name):
            answer = said(port, sent)
            assert status(answer) == wanted
            assert b"Traceback" not in answer
            assert serves(port)


def test_C_framing_a_request_that_two_readers_could_end_differently_is_refused(
    port: int, subtests: pytest.Subtests
) -> None:
    hidden = b"GET /contract/internal/healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    chunked = "Transfer-Encoding: chunked"
    cases = {
        "chunked and a length": head("POST", PAGE, port, chunked, "Content-Length: 4") + b"0\r\n\r\n" + hidden,
        "two lengths": head("POST", PAGE, port, "Content-Length: 0", "Content-Length: 50") + hidden,
        "a length that is none": head("POST", PAGE, port, "Content-Length: +5") + b"hello",
        "chunked in disguise": head("POST", PAGE, port, "Transfer-Encoding: xchunked") + hidden,
        "chunked twice": head("POST", PAGE, port, "Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n" + hidden,
        "space before the colon": head("POST", PAGE, port, "Content-Length : 50") + hidden,
        "a folded field": head("GET", PAGE, port, "X: y\r\n z"),
        "a bare line feed": f"GET {PAGE} HTTP/1.1\nHost: 127.0.0.1:{port}\n\n\r\n\r\n".encode(),
        "a NUL": head("GET", PAGE, port, "X: a\0b"),
        "no protocol": b"GET /\r\n\r\n",
        "another protocol": b"SSH-2.0-OpenSSH_9\r\n\r\n",
    }
    for name, sent in cases.items():
        with subtests.test(name):
            answer = said(port, sent)
            assert status(answer) in (400, 501), answer[:200]
            assert answer.count(b"HTTP/1.1 ") == 1, "what was hidden in it is no request"
            assert b"Traceback" not in answer
            assert serves(port)


def test_C_auth_a_method_that_is_none_and_one_that_is_claimed_do_nothing(port: int) -> None:
    for method in ("TRACE", "TRACK", "CONNECT", "PROPFIND", "DELETE", "PUT"):
        answer = said(port, head(method, PAGE, port, "Cookie: secret=1"))
        assert status(answer) == 405, (method, answer[:200])
        assert b"secret=1" not in answer
    claimed = head("GET", PAGE, port, "X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE")
    assert status(said(port, claimed)) == 200


def test_C_auth_the_name_of_another_site_gets_no_page(port: int) -> None:
    for host in ("elsewhere.example", f"127.0.0.1:{port}.elsewhere.example", "elsewhere.example:80", "a@b"):
        answer = said(port, head("GET", PAGE, port, host=host))
        assert status(answer) == 400, (host, answer[:300])
        assert b"elsewhere" not in answer
    forged = said(port, head("GET", "/contract/home", port, "X-Forwarded-Host: elsewhere.example"))
    assert status(forged) == 400
    assert b"elsewhere" not in forged


def test_C_ids_a_path_that_climbs_or_holds_a_nul_leads_nowhere(port: int) -> None:
    names = [
        "%2e%2e/pyproject.toml",
        "..%2f..%2fpyproject.toml",
        "%252e%252e/x",
        "..%5c..%5cx",
        "%00",
        "x%00.css",
        "%c0%ae%c0%ae/x",
    ]
    for folder in ("/contract/static", "/contract/units", "/contract/api/v1/units"):
        for name in names:
            answer = said(port, head("GET", f"{folder}/{name}", port))
            assert status(answer) in (400, 404), (folder, name, answer[:200])
            assert b"Traceback" not in answer
            assert b"[project]" not in answer


def test_C_framing_a_body_beyond_its_limit_is_413_and_a_compressed_one_415(web: Web) -> None:
    form, port = "Content-Type: application/x-www-form-urlencoded", web.port
    large = b"a=" + b"x" * (3 * 1024 * 1024)
    sized = head("POST", f"{PAGE}/code", port, form, f"Content-Length: {len(large)}") + large
    pieces = b"".join(b"%x\r\n%s\r\n" % (65536, b"x" * 65536) for _ in range(48)) + b"0\r\n\r\n"
    chunked = head("POST", f"{PAGE}/code", port, form, "Transfer-Encoding: chunked") + pieces
    assert [status(said(port, sent)) for sent in (sized, chunked)] == [413, 413]
    bomb, path = gzip.compress(json.dumps({"words": "y" * 50_000_000}).encode()) * 10, "/contract/api/v1/people/search"
    told = ("Content-Type: application/json", "Content-Encoding: gzip", f"Content-Length: {len(bomb)}")
    for who, wanted in (((), 401), (web.as_admin(), 415)):
        taken = []
        for _ in range(3):
            begun = web.cpu()
            answer = said(port, head("POST", path, port, *told, *who) + bomb)
            taken.append(web.cpu() - begun)
            assert status(answer) == wanted, answer[:300]
            assert b"application/problem+json" in answer
        assert min(taken) <= MOST_CPU_SECONDS, "it is never unpacked"
    body = b'{"words": ""}'
    plain = (told[0], f"Content-Length: {len(body)}", *web.as_admin())
    assert status(said(port, head("POST", path, port, *plain) + body)) == 200, (
        "the same person, with a body that is one"
    )


def test_C_framing_who_sends_slowly_is_ended_and_holds_nobody_else_up(port: int) -> None:
    with ExitStack() as open_lines:
        lines = [
            open_lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(20 * THREADS)
        ]
        began = time.monotonic()
        for number, line in enumerate(lines):
            line.sendall(head("GET", PAGE, port)[: 1 + number % 40])
        for _ in range(5):
            asked = time.monotonic()
            assert serves(port)
            assert time.monotonic() - asked < HEAD_SECONDS / 2, "others wait for those who send slowly"
        alive = lines[0]
        while time.monotonic() - began < HEAD_SECONDS * 3:
            try:
                alive.sendall(b"X")
            except OSError:
                break
            time.sleep(0.2)
        assert time.monotonic() - began < HEAD_SECONDS * 3, "a byte now and then keeps nobody here for ever"
        assert all(heard(line) == b"" for line in lines[1:])
    assert serves(port)


def test_C_framing_a_body_that_never_comes_ends_too(port: int) -> None:
    form = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 1000")
    with ExitStack() as open_lines:
        began = time.monotonic()
        for _ in range(THREADS):
            line = open_lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            line.sendall(head("POST", f"{PAGE}/code", port, *form) + b"a=b")
        assert serves(port)
        assert time.monotonic() - began < REQUEST_SECONDS + 3


def test_a_head_that_comes_in_pieces_and_two_requests_on_one_line_are_served(port: int) -> None:
    whole = head("GET", PAGE, port)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for number in range(0, len(whole), 20):
            line.sendall(whole[number : number + 20])
            time.sleep(0.01)
        assert status(heard(line)) == 200
    kept = whole.replace(b"Connection: close\r\n", b"")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(kept + whole)
        assert heard(line).count(b"HTTP/1.1 200") == 2
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(kept)
        first = line.recv(65536)
        assert status(first) == 200
        line.sendall(whole[:30])
        time.sleep(0.05)
        line.sendall(whole[30:])
        assert b"HTTP/1.1 200" in heard(line)
