"""The shared look in a real browser: every part, both languages, a phone and a desk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.browser.conftest import faults, sideways
from tests.shared.web.gallery import gallery

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/gallery/home?demo",
    "parts": "/gallery/parts?",
    "form": "/gallery/form?",
    "print": "/gallery/print?",
    "stranger": "/gallery/stranger?",
    "error": "/gallery/error/404?",
}
Opener = Callable[..., Page]
Check = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("seen", ["sv-360", "sv-1280", "en-360"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_sound(address: str, open_page: Opener, page_checks: Check, name: str, seen: str) -> None:
    language, width = seen.split("-")
    page = open_page(width=int(width))
    page.goto(f"{address}{PAGES[name]}&language={language}")
    page_checks(page, f"gallery-{name}-{seen}")


@pytest.mark.parametrize("name", PAGES)
def test_E_zoom_of_400_percent_needs_no_sideways_scroll(address: str, open_page: Opener, name: str) -> None:
    page = open_page(width=320)
    page.goto(address + PAGES[name])
    assert not sideways(page)


def test_a_phone_number_on_paper_is_the_number_alone(address: str, open_page: Opener) -> None:
    page = open_page()
    page.goto(address + PAGES["print"])
    page.emulate_media(media="print")
    after = "all => all.map(one => getComputedStyle(one, '::after').content)"
    assert set(page.eval_on_selector_all("a[href^='tel:']", after)) == {"none"}


@pytest.mark.parametrize("name", PAGES)
def test_E_targets_are_at_least_44_px(address: str, open_page: Opener, name: str) -> None:
    page = open_page()
    page.goto(address + PAGES[name])
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, textarea, summary, header a, aside a, footer a, " +
            ".nhsuk-button, .nhsuk-back-link, .nhsuk-input, .nhsuk-radios__label, .nhsuk-checkboxes__label, .sk-door, .sk-pager a")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
          .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_E_error_summary_takes_focus_and_leads_to_the_field(
    address: str, open_page: Opener, page_checks: Check
) -> None:
    page = open_page()
    page.goto(address + PAGES["form"])
    page.get_by_role("button", name="Skicka").click()
    page_checks(page, "gallery-form-errors")
    assert page.evaluate("document.activeElement.className") == "nhsuk-error-summary"
    page.get_by_role("link", name="Fyll i ett svar här.").first.click()
    assert page.evaluate("document.activeElement.id") == "matters"


def test_E_form_and_language_work_without_scripts(address: str, open_page: Opener, page_checks: Check) -> None:
    page = open_page(scripts=False)
    page.goto(address + "/gallery/form")
    page.get_by_label("Vad vill du fråga?").fill("Får jag resa?")
    page.get_by_role("button", name="Skicka").click()
    page_checks(page, "gallery-form-no-scripts")
    assert page.get_by_label("Vad vill du fråga?").input_value() == "Får jag resa?"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Skip to the content")).to_have_count(1)


def test_a_planted_fault_is_seen(address: str, open_page: Opener) -> None:
    page = open_page()
    page.goto(address + "/gallery/form")
    page.evaluate("document.querySelector('label[for=name]').remove(); document.body.style.width = '2000px'")
    assert any("label" in fault for fault in faults(page))
    assert sideways(page)
