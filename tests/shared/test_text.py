"""Readability: B12's formulas, checked against published values and other engines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text import flesch, judge, lix

PLAIN_SV = "Du kan ringa oss om du mår sämre. Vi svarar varje dag. " * 12
HARD_SV = "Egenvårdsbedömningen dokumenteras tillsammans med behandlingsansvarig sjuksköterska och patienten. " * 16
PLAIN_EN = "You can call us if you feel worse. We are here each day. " * 12
HARD_EN = "Multidisciplinary documentation necessitates comprehensive organisational responsibilities. " * 20


def test_B12_point_1_lix_is_sentence_length_plus_the_share_of_long_words() -> None:
    assert lix("Jag gick hem. Det var bra.") == 3
    assert lix("Hemma finns sköterskan. Det är fint.") == pytest.approx(6 / 2 + 100 * 1 / 6)
    assert lix("") == 0


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Vi ses kl. 9 i dag.", 1),
        ("Vi använder t.ex. Python och bl.a. Flask i projektet.", 1),
        ("Anna B. Ek ringer dig.", 1),
        ("Ta med papper, penna m.m. Vi ses då.", 2),
        ("”Hur mår du?” frågar hon.", 1),
        ("Kom 3.5 timmar före. Ring kl. 09.00.", 2),
        ("Vänta... Ring sedan!", 2),
        ("Ta med: kort", 2),
        ("Rubrik\n\nEn rad till", 2),
        ("- väg dig\n- ring oss\n- kom hit", 3),
        ("en rad som\nbryts", 1),
        ("... ?", 1),
    ],
)
def test_sentences_are_counted_as_people_do(text: str, sentences: int) -> None:
    words = len([word for word in text.replace("-", " ").split() if any(c.isalnum() for c in word)])
    long = sum(len(word.strip(".,:;!?”")) > 6 for word in text.split())
    assert lix(text) == pytest.approx(words / sentences + (100 * long / words if words else 0))


def test_B12_point_2_flesch_of_a_known_sentence() -> None:
    assert flesch("The cat sat on the mat.") == pytest.approx(206.835 - 1.015 * 6 - 84.6)
    assert flesch("") == 100


SYLLABLES = {
    1: "cat call nurse made played asked blood whole rule files",
    2: "table tables needle wanted nurses closes people quiet being patient special station really pressure",
    3: "idea area video radio hospital medicine tomorrow appointment serious platypus",
    4: "australian dialysis reptilian",
}


@pytest.mark.parametrize(("count", "word"), [(n, word) for n, words in SYLLABLES.items() for word in words.split()])
def test_syllables_of_common_words(count: int, word: str) -> None:
    assert flesch(word) == pytest.approx(206.835 - 1.015 - 84.6 * count)


@pytest.mark.parametrize(
    ("text", "language", "measure", "verdict"),
    [
        (PLAIN_SV, "sv", "lix", "plain"),
        (HARD_SV, "sv", "lix", "hard"),
        (PLAIN_EN, "en", "flesch", "plain"),
        (HARD_EN, "en", "flesch", "hard"),
        (HARD_SV[:300], "sv", "lix", "too_short"),
        ("", "en", "flesch", "too_short"),
    ],
)
def test_B12_point_3_patient_text_is_judged_from_a_hundred_words_on(
    text: str, language: str, measure: str, verdict: str
) -> None:
    judged = judge(text, language)
    assert (judged.measure, judged.verdict) == (measure, verdict)


def test_B12_point_1_the_aim_and_the_warning_are_35_and_40() -> None:
    """Ten words a sentence: the share of long words alone moves the score."""
    for long, verdict in ((25, "plain"), (26, "over_aim"), (30, "over_aim"), (31, "hard")):
        words = ["mycket"] * (100 - long) + ["sköterska"] * long
        text = " ".join(" ".join(words[n : n + 10]) + "." for n in range(0, 100, 10)).replace(". m", ". M")
        judged = judge(text.replace(". s", ". S"), "sv")
        assert (judged.score, judged.verdict) == (10 + long, verdict)


def test_B12_point_3_short_texts_are_checked_for_words_that_need_explaining() -> None:
    assert judge("Remittera efter ultrafiltration. ULTRAFILTRATION är bra.", "sv").jargon == (
        "remittera",
        "ultrafiltration",
    )
    assert judge("We titrate.", "en").jargon == ("titrate",)
    assert judge("Ring oss.", "sv").jargon == ()


def test_a_language_without_a_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="'fi'"):
        judge("Hei", "fi")


@given(st.text(max_size=400), st.sampled_from(["sv", "en"]))
def test_any_text_can_be_judged(text: str, language: str) -> None:
    judged = judge(text, language)
    assert judged.words >= 0
    assert judged.verdict in ("too_short", "plain", "over_aim", "hard")
