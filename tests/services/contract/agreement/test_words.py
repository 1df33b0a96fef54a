"""What patients read here is plain: short words and sentences in Swedish (B12), no texts without it."""

from __future__ import annotations

import re

import pytest

from services.contract.next_contact.domain import Side
from shared.text import LIX_AIM, judge
from tests.services.contract.agreed import Agreed

NAMES = re.compile(r"Anita Berg|Karin Ek|Njurmottagningen")
SENTENCE = re.compile(
    r"<(?:p|li|h1|h2|h3|label|legend|button|dd|q)\b[^>]*>(.*?)</(?:p|li|h1|h2|h3|label|legend|button|dd|q)>", re.S
)


def sentences(html: str) -> str:
    """The running text of a page's content: each block a sentence of its own, people's names left out."""
    main = html[html.index("<main") : html.index("</main>")]
    blocks = (" ".join(re.sub(r"<[^>]+>", " ", block).split()) for block in SENTENCE.findall(main))
    return " ".join(block.rstrip(" .:") + "." for block in (NAMES.sub("Eva", text) for text in blocks) if block)


@pytest.mark.parametrize(
    "path",
    [
        "/contract/home",
        "/contract/agreement/{0}",
        "/contract/agreement/{0}/text/what_matters",
        "/contract/agreement/{0}/items/commitments/new",
        "/contract/next-contact/{0}",
        "/contract/plan/{0}",
    ],
)
def test_B12_a_patients_page_reads_easily_in_swedish(agreed: Agreed, path: str) -> None:
    agreed.suggests()
    html = agreed.browser(agreed.karin).text(path.format(agreed.contract), "sv")
    found = judge(sentences(html), "sv")
    assert found.words > 10
    assert found.score <= LIX_AIM, f"{found.score}: {sentences(html)}"
    assert found.jargon == ()


def test_B12_what_is_said_after_a_change_reads_easily_too(agreed: Agreed) -> None:
    agreed.written().confirms(Side.PATIENT)
    agreed.promises(Side.CARE, "Vi ringer dig.")
    html = agreed.browser(agreed.karin).text(f"/contract/agreement/{agreed.contract}", "sv")
    assert "Anita Berg ändrade: Det här gör var och en." in html
    assert judge(sentences(html), "sv").score <= LIX_AIM
