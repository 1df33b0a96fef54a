"""The language: asked for in the address, kept in a cookie, else the person's own."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.shared.web.gallery import gallery


@pytest.fixture
def client() -> FlaskClient:
    return gallery().test_client()


def test_E_swedish_first(client: FlaskClient) -> None:
    assert '<html lang="sv">' in client.get("/gallery/home").text


def test_E_the_switch_is_a_link_that_keeps_the_page_and_is_remembered(client: FlaskClient) -> None:
    page = client.get("/gallery/home?demo=1").text
    assert 'href="/gallery/home?demo=1&amp;language=en" lang="en"' in page
    assert '<html lang="en">' in client.get("/gallery/home?language=en").text
    assert '<html lang="en">' in client.get("/gallery/form").text
    assert '<html lang="sv">' in client.get("/gallery/form?language=sv").text


def test_an_unknown_language_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/gallery/home?language=xx")
    assert '<html lang="sv">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_page_that_answers_a_form_switches_to_the_form(client: FlaskClient) -> None:
    assert 'href="/gallery/form?language=en"' in client.post("/gallery/form", data={}).text
