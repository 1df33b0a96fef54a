"""How hard a text is to read: LIX for Swedish, Flesch reading ease for English, and words that need explaining.

Scores are blunt. They count the lengths of words and sentences, know nothing of meaning, and say little about a short
text; they are shown to the writer as a hint and never stop anybody from sending a message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ENOUGH_WORDS = 100
"""Below this many words a score is shown as too short to judge."""

LIX_AIM, LIX_WARN = 35, 40
"""Patient text aims at LIX 35 or lower; above 40 the writer is warned."""

FLESCH_AIM, FLESCH_WARN = 65, 60
"""Patient text aims at reading ease 65 or higher; below 60, the end of plain English, the writer is warned."""

Verdict = Literal["too_short", "plain", "over_aim", "hard"]

_JARGON_SV = """
adekvat adherens ambulatorisk anamnes compliance egenvårdsbedömning exacerbation följsamhet huvudman
implementera indikation insats interdialytisk intervention kontraindikation malign monitorera
multidisciplinär ordinera palliativ parenteral patologisk peroral preventiv profylax prognos
remittera samskapa samskapande subkutan titrera ultrafiltration vårdgivare ödem
"""
_JARGON_EN = """
adherence ambulatory anamnesis compliance contraindication coproduction exacerbation implement
indication interdialytic intervention malignant multidisciplinary oedema palliative parenteral
pathological prognosis prophylaxis referral subcutaneous titrate ultrafiltration utilise
"""
JARGON = {"sv": frozenset(_JARGON_SV.split()), "en": frozenset(_JARGON_EN.split())}
"""Words of the profession that a text for patients should explain or replace. A list of our own, from no source."""

_WORD = re.compile(r"\w+(?:[-'’:/.,]\w+)*")
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*[-•*])")
_STOP = re.compile(r"[.!?…:]+[)\]\"'”’»]*(?=\s|$)")
_SHORT_FORMS = """
a.k.a. approx. bl.a. ca. dr. d.v.s. dvs. e.g. el. ev. exkl. fr.o.m. i.e. inkl. jfr. kl. max. min.
mr. mrs. ms. nr. no. p.g.a. pga. prof. resp. s.k. st. t.ex. t.o.m. tel. tex. tom. vs.
"""
_ABBREVIATED = frozenset(_SHORT_FORMS.split())
"""Short forms within a sentence. Those that may end one (etc., m.m.) are told by the small letter after them."""


@dataclass(frozen=True, kw_only=True)
class Readability:
    """What is said to the writer of a text. ``score`` is LIX for Swedish (lower is easier) and Flesch reading ease for
    English (higher is easier); ``jargon`` the words to explain or replace, each once, in the order they stand."""

    measure: Literal["lix", "flesch"]
    score: float
    words: int
    verdict: Verdict
    jargon: tuple[str, ...]


def judge(text: str, language: str) -> Readability:
    """How ``text`` reads in ``language`` (``sv`` or ``en``; others raise ``ValueError``)."""
    if language not in JARGON:
        raise ValueError(f"no measure of readability for language {language!r}")
    words = _words(text)
    swedish = language == "sv"
    score = lix(text) if swedish else flesch(text)
    beyond = (score - LIX_AIM, score - LIX_WARN) if swedish else (FLESCH_AIM - score, FLESCH_WARN - score)
    verdict: Verdict = "hard" if beyond[1] > 0 else "over_aim" if beyond[0] > 0 else "plain"
    return Readability(
        measure="lix" if swedish else "flesch",
        score=score,
        words=len(words),
        verdict=verdict if len(words) >= ENOUGH_WORDS else "too_short",
        jargon=tuple(dict.fromkeys(word for word in map(str.lower, words) if word in JARGON[language])),
    )


def lix(text: str) -> float:
    """LIX: words per sentence plus the share of words longer than six letters in percent; 0 for no words.

    Below 30 is very easy, 30-40 easy, 40-50 medium, 50-60 hard, above that very hard (Björnsson 1968, as lix.se).
    """
    words = _words(text)
    long = sum(len(re.sub(r"\W", "", word)) > 6 for word in words)
    return len(words) / _sentences(text) + 100 * long / len(words) if words else 0.0


def flesch(text: str) -> float:
    """Flesch reading ease of English, 100 easy to 0 hard (Flesch 1948); 100 for no words. Syllables are estimated."""
    words = _words(text)
    if not words:
        return 100.0
    syllables = sum(_syllables(word) for word in words)
    return 206.835 - 1.015 * len(words) / _sentences(text) - 84.6 * syllables / len(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _sentences(text: str) -> int:
    """Sentences that hold a word: ended by a stop or colon, as the measures' authors count them, by a blank line or by
    the next item of a list."""
    return max(1, sum(bool(_WORD.search(sentence)) for block in _BREAK.split(text) for sentence in _split(block)))


def _split(block: str) -> list[str]:
    sentences, begins = [], 0
    for stop in _STOP.finditer(block):
        if _ends_sentence(block, stop):
            sentences.append(block[begins : stop.end()])
            begins = stop.end()
    return [*sentences, block[begins:]]


def _ends_sentence(block: str, stop: re.Match[str]) -> bool:
    """Not after an abbreviation or an initial, and not before a small letter: "kl. 9", "t.ex. i dag", "Anna B. Ek"."""
    following = block[stop.end() :].lstrip()
    if following[:1].islower():
        return stop.group().startswith(":")
    last = block[: stop.end()].rsplit(maxsplit=1)[-1].lower().lstrip("([\"'”»")
    initial = len(last) == 2 and last[0].isalpha() and block[stop.start() - 1].isupper()
    return not following or not (last in _ABBREVIATED or initial)


def _syllables(word: str) -> int:
    """The syllables of an English word, estimated: its groups of vowels, less silent endings, more those of two vowels
    that are spoken apart."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = len(re.findall(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouytd]ed|[^aeiouyxszl]es|[aeiouy]les)$", letters))
    apart = len(re.findall(r"[^cgst]i[ao]|[dtlr]eo|[aeoy]ing|iet|iu|creat|(?:id|r)ea$", letters))
    return max(1, groups - silent + apart)
