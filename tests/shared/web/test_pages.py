"""A page: whole or a fragment, in the reader's language, with notices that can't be forged."""

from __future__ import annotations

import re

import html5lib
import pytest
from flask.testing import FlaskClient

from shared.web.pages import back
from tests.shared.web.gallery import gallery

FILLED = {"matters": "Kören", "weight": "72,5", "day": "2026-11-24", "urgent": "soon"}


@pytest.fixture
def client() -> FlaskClient:
    return gallery().test_client()


@pytest.mark.parametrize("path", ["home", "parts", "form", "print", "stranger", "home?demo", "error/404", "error/500"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_page_is_valid_and_says_its_language(client: FlaskClient, path: str, language: str) -> None:
    client.set_cookie("language", language)
    answer = client.get(f"/gallery/{path}")
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["Content-Language"] == language


def test_htmx_gets_the_content_alone(client: FlaskClient) -> None:
    fragment = client.get("/gallery/home", headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert fragment.text.lstrip().startswith("<h1")
    assert "HX-Request" in fragment.headers["Vary"]
    back_button = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/gallery/home", headers=back_button).text


def test_notice_shows_once_on_the_next_whole_page(client: FlaskClient) -> None:
    sent = client.post("/gallery/form", data=FILLED)
    assert (sent.status_code, sent.location) == (303, "/gallery/home")
    assert "sk-notice" not in client.get("/gallery/home", headers={"HX-Request": "true"}).text
    assert '<div class="sk-notice" role="status"><p>Demo</p></div>' in client.get("/gallery/home").text
    assert "sk-notice" not in client.get("/gallery/home").text


@pytest.mark.parametrize("forged", ["<b>paid</b>", "gallery.unknown", "nowhere.sent", "sent", ""])
def test_a_forged_notice_says_nothing(client: FlaskClient, forged: str) -> None:
    client.set_cookie("said", forged)
    answer = client.get("/gallery/home")
    assert "sk-notice" not in answer.text
    assert forged == "" or forged not in answer.text


def test_a_notice_nobody_declared_is_a_fault() -> None:
    with gallery().test_request_context("/gallery/home"), pytest.raises(LookupError):
        back("/", said="gallery.unknown")


def test_errors_are_named_in_the_summary_and_stand_beside_their_field(client: FlaskClient) -> None:
    answer = client.post("/gallery/form", data=FILLED | {"matters": "", "urgent": "never"})
    assert answer.status_code == 422
    assert "<title>Fel: Mina frågor – Samkontrakt</title>" in " ".join(answer.text.split())
    assert answer.text.index('href="#matters"') < answer.text.index('href="#urgent"') < answer.text.index("<h1")
    assert "Vad vill du fråga? Fyll i ett svar här." in answer.text
    assert 'aria-describedby="matters-hint matters-error"' in answer.text


def test_what_was_typed_stands_and_is_escaped(client: FlaskClient) -> None:
    answer = client.post("/gallery/form", data={"matters": "<script>1</script>", "weight": "72,5"})
    assert "<script>1" not in answer.text
    assert "&lt;script&gt;1&lt;/script&gt;" in answer.text
    assert 'value="72,5"' in answer.text


def test_error_page_says_what_to_do_and_whom_to_ring(client: FlaskClient) -> None:
    for status in (400, 403, 404, 409, 413, 418, 429, 500, 503):
        answer = client.get(f"/gallery/error/{status}")
        assert answer.status_code == status
        assert 'href="tel:112"' in answer.text
        assert 'href="tel:1177"' in answer.text


def test_the_number_of_the_unit_is_on_the_page_and_can_be_dialled(client: FlaskClient) -> None:
    assert 'href="tel:0102421000">010-242 10 00</a>' in client.get("/gallery/home").text


def test_no_style_or_script_is_written_in_a_page(client: FlaskClient) -> None:
    for path in ("home?demo", "parts", "form", "print"):
        text = client.get(f"/gallery/{path}").text
        assert not [bad for bad in (" style=", "<style", " onclick=", "<script>", "javascript:") if bad in text]


def test_fonts_are_fetched_once(client: FlaskClient) -> None:
    preloaded = re.search(
        r'href="/gallery/static/(source-sans-3-latin.woff2\?v=\w+)"', client.get("/gallery/home").text
    )
    assert preloaded
    assert preloaded[1] in client.get("/gallery/static/samkontrakt.css").text


def test_static_files_are_served_with_their_licences(client: FlaskClient) -> None:
    page = client.get("/gallery/home").text
    for name in ("samkontrakt.css", "htmx.min.js", "samkontrakt.js", "mark.svg", "source-sans-3-latin.woff2"):
        assert f"/gallery/static/{name}?v=" in page
        assert client.get(f"/gallery/static/{name}").cache_control.max_age == 365 * 24 * 3600
    for licence in ("NHSUK-FRONTEND-LICENSE.txt", "HTMX-LICENSE.txt", "SOURCE-SANS-3-LICENSE.txt"):
        assert client.get(f"/gallery/static/{licence}").status_code == 200
