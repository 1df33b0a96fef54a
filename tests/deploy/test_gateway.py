"""The gateway: what it passes on and as whom, what it keeps closed, and what it says when a service is down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import pytest
from werkzeug.serving import make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from deploy import ports
from deploy.gateway.proxy import Environ, Gateway, is_closed


def own(environ: Environ, start_response: Any) -> Iterable[bytes]:
    return Response("own")(environ, start_response)


def nobody_there(environ: Environ, start_response: Any) -> Iterable[bytes]:
    return Response("nobody there", 503)(environ, start_response)


def not_there(environ: Environ, start_response: Any) -> Iterable[bytes]:
    return Response("not there", 404)(environ, start_response)


@Request.application
def service(request: Request) -> Response:
    """Says back what it was sent."""
    told = {name: value for name, value in request.headers if name.startswith("X-Forwarded")}
    answer = Response(
        f"{request.method} {request.path}?{request.args.to_dict()} {request.get_data(as_text=True)} {told} {request.host}"
    )
    answer.set_cookie("samkontrakt", "x")
    return answer


@pytest.fixture(scope="module")
def client() -> Iterable[Client]:
    import threading

    server = make_server("127.0.0.1", 0, service, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    down = ports.choose(["down"], {})["down"]
    urls = {"contract": f"http://127.0.0.1:{server.port}", "notify": f"http://127.0.0.1:{down}"}
    gateway = Gateway(own, urls, own_static="/contract/static", nobody_there=nobody_there, not_there=not_there)
    yield Client(gateway)
    server.shutdown()
    thread.join()


def test_a_request_goes_to_its_service_whole(client: Client) -> None:
    answer = client.post("/contract/agreement/1?a=b&c=å", data="vad är viktigt")
    assert "POST /contract/agreement/1?{'a': 'b', 'c': 'å'} vad är viktigt" in answer.text
    assert answer.headers["Set-Cookie"].startswith("samkontrakt=x")


def test_a_path_with_swedish_letters_arrives_as_it_was(client: Client) -> None:
    assert "/contract/sök/åäö" in client.get("/contract/sök/åäö").text


@pytest.mark.parametrize(
    "path", ["/contract/%2569nternal/healthz", "/contract/x/%252e%252e/%2569nternal", "/contract/100%25"]
)
def test_a_path_is_unquoted_only_once(client: Client, path: str) -> None:
    """What is quoted twice reaches the service as the words it is, never as the path it spells."""
    assert f"GET {unquote(path)}?" in client.get(path).text


def test_the_service_learns_who_asked_from_the_gateway_alone(client: Client) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/x"}
    text = client.get("/contract/home", headers=forged, environ_base={"REMOTE_ADDR": "127.0.0.7"}).text
    assert "'X-Forwarded-For': '127.0.0.7'" in text
    assert "'X-Forwarded-Proto': 'http'" in text
    assert "Prefix" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/contract/internal/v1/streams/contract.notify",
        "/contract//internal/healthz",
        "/contract/INTERNAL/healthz",
        "/contract/x/../internal/healthz",
        "/contract/%69nternal/healthz",
        "/contract/./internal",
        "/contract/..%2finternal",
    ],
)
def test_nothing_internal_is_passed_on(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "not there")


@pytest.mark.parametrize("path", ["//contract/internal", "/contract///internal", "/contract/\\internal/x"])
def test_odd_ways_to_write_an_internal_path_are_closed_too(path: str) -> None:
    assert is_closed(path)


@pytest.mark.parametrize("path", ["/contract/home", "/selfcare/a/internal", "/", "/contract/agreement/internally"])
def test_what_only_sounds_internal_stays_open(path: str) -> None:
    assert not is_closed(path)


def test_a_service_that_is_down_is_said_honestly(client: Client) -> None:
    answer = client.get("/notify/worklist")
    assert (answer.status_code, answer.text) == (503, "nobody there")


@pytest.mark.parametrize("path", ["/", "/demo/mail", "/contract/static/samkontrakt.css", "/contractor"])
def test_everything_else_is_the_gateways_own(client: Client, path: str) -> None:
    assert client.get(path).text == "own"
