"""Texts that break careless programs: one of each class, and the Big List of Naughty Strings where it is at hand."""

from __future__ import annotations

import unicodedata

from tests.shared.material import shared_data

MARKS = '<b a="\'">&amp;{{7*7}}%s å\u202eb👨\u200d🦰'
"""Markup, quotes, an entity, a template and a format, another direction and a joined sign, in fewer than 40 signs."""

KINDS: dict[str, str] = {
    "marks": MARKS,
    "script": '"><script>alert(1)</script>',
    "end of a field": "</textarea></title><script>alert(1)</script>",
    "handler": "' onfocus=alert(1) autofocus x='",
    "template": "${7*7}#{7*7}<%= 7*7 %>{% raw %}{{ config }}",
    "statement": "'; DROP TABLE person;-- \\",
    "formula": "=cmd|' /C calc'!A0",
    "path": "../../etc/passwd%00",
    "lines": "one\r\ntwo\n\nthree\tfour",
    "head": "a\r\nBcc: everybody@example.org",
    "directions": "\u202b\u202eabc\u202c\u2066d\u2069",
    "not to be seen": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg",
    "twins": "A\u030angstro\u0308m and \u00c5ngstr\u00f6m",
    "flood": "Z" + "\u0351\u036b\u0343" * 10,
    "other planes": "𐐜𝕋👨🏿\u200d🦰🇸🇪",
    "no character": "a\ufffeb\uffffc",
    "control": "a\x00b\x07c\x1b[31md\x85e",
    "half a sign": "a\ud800b",
    "blank": " \t\u00a0\u2003\u3000 ",
    "only not to be seen": "\u200b\u2060\ufeff",
    "null": "null",
    "digits": "9" * 300,
    "long": "lång " * 2_000,
}
ENDLESS = 5_000
"""More signs than any field is for."""


def corpus() -> list[str]:
    """Every other string of the Big List; skips the asking test where it is absent."""
    return [case["s"] for case in shared_data("bad-input/blns.json")]


def together() -> list[str]:
    """The whole list in few texts, a line for each; what holds signs that can't be kept stands alone."""
    alone = [one for one in corpus() if one != written(one)]
    texts, line_by_line = [""], [one for one in corpus() if one == written(one)]
    for one in line_by_line:
        if len(texts[-1]) + len(one) > 3_000:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{one}".strip("\n")
    return [*texts, *(one for one in alone if one.strip())]


def written(text: str) -> str:
    """What a form takes a text for: no control characters, no space around it, lines apart as they are kept, and half
    a sign, which no browser sends, as the signs it was sent by."""
    plain = "".join(sign for sign in text if sign in "\n\r\t" or unicodedata.category(sign) != "Cc")
    return plain.replace("\ud800", "%ED%A0%80").replace("\r\n", "\n").strip()


def alike(text: str) -> set[str]:
    """The text, and the same with its lines apart and its accents composed as they are kept."""
    return {text, unicodedata.normalize("NFC", text.replace("\r\n", "\n")), text.replace("\r\n", "\n")}


def canonical(text: str) -> str:
    """The same for two texts that differ only in white space and in how their accents are composed."""
    return " ".join(unicodedata.normalize("NFC", text).split())
