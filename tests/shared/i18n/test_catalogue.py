"""The language is the speaker's; a text written early is told late."""

from shared.i18n import _, _l, current_language, ngettext, speaking, translator


def test_speaks_the_language_of_the_block_and_returns_to_the_one_before() -> None:
    with speaking("en"):
        with speaking("sv"):
            assert _("less than 1 min") == "mindre än 1 min"
        assert _("less than 1 min") == "less than 1 min"
    assert current_language() == "sv"


def test_counts_in_both_languages() -> None:
    with speaking("sv"):
        assert [ngettext("%(count)s day", "%(count)s days", n) for n in (0, 1, 2)] == ["0 dagar", "1 dag", "2 dagar"]
    with speaking("en"):
        assert [ngettext("%(count)s day", "%(count)s days", n) for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_a_mail_is_in_the_readers_language_whoever_is_looking() -> None:
    with speaking("en"):
        _ = translator("sv")
        assert _("%(minutes)s min", minutes=5) == "5 min"
        assert _.ngettext("%(count)s day", "%(count)s days", 3) == "3 dagar"


def test_a_text_nobody_translated_and_a_language_nobody_speaks_read_the_source() -> None:
    assert translator("sv")("100 % of nothing") == "100 % of nothing"
    assert translator("xx")("less than 1 min") == "less than 1 min"


def test_a_lazy_text_follows_the_language_where_it_is_shown_and_stays_a_key() -> None:
    text = _l("less than 1 min")
    with speaking("sv"):
        assert str(text) == f"{text}" == "%s" % text == "mindre än 1 min"  # noqa: UP031
    with speaking("en"):
        assert str(text) == "less than 1 min"
    by_text: dict[str, int] = {text: 1}
    assert by_text["less than 1 min"] == 1
