"""Each text in the source has its Swedish; a planted text without it is found, in Python and in Jinja."""

from pathlib import Path

import pytest

from shared.i18n.gaps import as_po, gaps

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "services/x/templates").mkdir(parents=True)
    (tmp_path / "sv").mkdir()
    (tmp_path / "services/x/pages.py").write_text('a = _("Hello %(name)s")\nb = ngettext("one bed", "beds", n)\n')
    (tmp_path / "services/x/templates/x.html").write_text('<p>{{ _("Good day") }}</p>')
    return tmp_path


def reasons(tree: Path, *entries: str) -> dict[object, str]:
    (tree / "sv/x.po").write_text(HEAD + "\n\n".join(entries))
    return {gap.text: gap.reason for gap in gaps(tree, tree / "sv")}


HELLO = 'msgid "Hello %(name)s"\nmsgstr "Hej %(name)s"'
BEDS = 'msgid "one bed"\nmsgid_plural "beds"\nmsgstr[0] "en plats"\nmsgstr[1] "platser"'
DAY = 'msgid "Good day"\nmsgstr "God dag"'


def test_all_is_said(tree: Path) -> None:
    assert reasons(tree, HELLO, BEDS, DAY) == {}


def test_what_is_not_said_is_found_in_python_and_jinja(tree: Path) -> None:
    missing = reasons(tree)
    assert missing == {"Hello %(name)s": "no Swedish", ("one bed", "beds"): "no Swedish", "Good day": "no Swedish"}


def test_an_empty_or_half_plural_is_missing(tree: Path) -> None:
    half = BEDS.replace('"platser"', '""')
    assert reasons(tree, HELLO, half, DAY.replace("God dag", "")) == {
        ("one bed", "beds"): "no Swedish",
        "Good day": "no Swedish",
    }


def test_a_lost_placeholder_is_found(tree: Path) -> None:
    assert reasons(tree, HELLO.replace("Hej %(name)s", "Hej"), BEDS, DAY) == {
        "Hello %(name)s": "the Swedish has other placeholders"
    }


def test_two_files_that_differ_are_found(tree: Path) -> None:
    (tree / "sv/y.po").write_text(HEAD + DAY.replace("God dag", "Goddag"))
    assert reasons(tree, HELLO, BEDS, DAY) == {"Good day": "two po files differ on the Swedish"}


def test_gaps_are_printed_as_po_entries(tree: Path) -> None:
    (tree / "sv/x.po").write_text(HEAD)
    assert '#: services/x/templates/x.html:1\nmsgid "Good day"\nmsgstr ""' in as_po(gaps(tree, tree / "sv"))
