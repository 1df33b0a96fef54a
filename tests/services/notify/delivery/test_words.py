"""What the messages say: plain, in the reader's language, the link for them alone, and nothing more than they may."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.notify.delivery.channel.domain import Trouble
from services.notify.delivery.message import domain as message
from services.notify.delivery.preference.domain import Wishes
from services.notify.delivery.wording.domain import Wording
from shared.auth import read_answer_token, read_signin_token, signin_code
from shared.events import UnitChanged
from tests.services.notify.delivery.material import MIRA, STARTS, TIME_PARAMS, UNIT
from tests.services.notify.delivery.test_rules import AWAKE, TAKEN
from tests.support.services import NOON

SECRET = "only-tests-know-this-secret-of-32+"
CODES = SECRET[::-1]
WORDING = Wording("https://samkontrakt.example", SECRET, CODES)
PARAMS: dict[str, dict[str, Any]] = {
    "time": TIME_PARAMS,
    "time_for_delegate": TIME_PARAMS,
    "work_now": {"urgent": 2},
    "work_digest": {"waiting": 3, "urgent": 1},
    "new_answer": {},
    "late": {},
    "review": {},
    "code": {},
    "break_glass": {},
    "block_lifted": {},
}
SENT_VERSIONS = {
    "block_lifted/1/body": "cfdbd92b8837",
    "block_lifted/1/subject": "86dfe424882d",
    "break_glass/1/body": "b231d7c6ea03",
    "break_glass/1/subject": "f7e3b4ce668d",
    "code/1/body": "f0569a67277f",
    "code/1/subject": "87deecda6368",
    "ending/1/body": "34d985f9f6f4",
    "late/1/body": "249209550f0b",
    "late/1/subject": "a62d0dd1d326",
    "new_answer/1/body": "581e52f2ba06",
    "new_answer/1/subject": "03e1360a9b0f",
    "review/1/body": "18509bc98e51",
    "review/1/subject": "1834e4df7c06",
    "time/1/body": "11871dbd9ecc",
    "time/1/subject": "1834e4df7c06",
    "time_for_delegate/1/body": "1af157a626cd",
    "time_for_delegate/1/subject": "1834e4df7c06",
    "work_digest/1/body": "891017039065",
    "work_digest/1/subject": "35431e1068c5",
    "work_now/1/body": "498bf8b5acbe",
    "work_now/1/subject": "6fb71120ca42",
}
"""The fingerprint of every version there is. A text that differs from it needs a new version, not a new fingerprint."""


CARDIOLOGY = UnitChanged(
    unit_id=UNIT,
    name="Hjärtmottagningen",
    zone="Europe/Stockholm",
    phone="036-32 20 00",
    floor_number="036-32 20 01",
    duty_line=None,
    head_id=None,
    hours=(),
    duty_hours=(),
)


def words(name: str, language: str = "sv", **changes: object) -> message.Words:
    params = {**PARAMS[name], **changes}
    return message.render(name, message.newest(name), params, language=language, link="https://x.example/l", at=NOON)


def test_a_reminder_says_when_where_to_answer_and_where_help_is() -> None:
    assert words("time") == message.Words(
        "En påminnelse till dig",
        "Hej!\n\nDu har en tid torsdag 26 november kl. 09.00.\n\n"
        "Kan du komma? Svara här. Du kan ändra ditt svar senare.\nhttps://x.example/l\n\n"
        "Det går inte att svara på det här mejlet.\n"
        "Ring 1177 om du behöver råd om din hälsa, dygnet runt. Vid fara: ring 112.\n",
    )


def test_one_that_asks_nothing_says_so() -> None:
    assert "Du behöver inte svara." in words("time", asks=False).body
    assert "Svara här" not in words("time", asks=False).body


def test_english_is_spoken_to_those_who_wish_it() -> None:
    assert "You have a time on Thursday 26 November at 09:00." in words("time", "en").body
    assert words("work_now", "en").subject == "2 urgent questions wait for you"


def test_another_years_time_says_which_year() -> None:
    next_year = STARTS.replace(year=2027)
    assert "fredag 26 november 2027 kl. 09.00" in words("time", starts_local=next_year.isoformat()).body


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", sorted(message.PARAMS))
def test_every_message_has_words_a_link_and_a_place_to_lead_to(name: str, language: str) -> None:
    found = words(name, language)
    assert found.subject
    assert "https://x.example/l\n" in found.body
    assert "\n\n\n" not in found.body
    assert name in message.PATHS


def test_the_answer_link_is_one_question_for_one_person() -> None:
    mail, _ = WORDING.mail(TAKEN, "email", None, NOON)
    link = next(line for line in mail.text.splitlines() if line.startswith("https://"))
    start = "https://samkontrakt.example/selfcare/a/"
    assert link.startswith(start)
    assert read_answer_token((SECRET,), link.removeprefix(start)) == (TAKEN.subject_id, MIRA)


def test_two_people_told_the_same_get_links_of_their_own() -> None:
    other = replace(TAKEN, recipient_id=uuid4())
    texts = {WORDING.mail(taken, "email", None, NOON)[0].text for taken in (TAKEN, other)}
    assert len(texts) == 2


def test_a_link_that_asks_nothing_leads_to_the_persons_own_page() -> None:
    asks_nothing = replace(TAKEN, params={**TIME_PARAMS, "asks": False})
    assert WORDING.link(asks_nothing) == "https://samkontrakt.example/selfcare/times"
    assert WORDING.link(replace(TAKEN, template="work_now", params={"urgent": 1})).endswith("/notify/worklist")


def test_K20_H22_the_unit_is_named_only_to_those_who_wish_it_and_only_if_it_may_be() -> None:
    wishes_place = replace(TAKEN, recipient=replace(AWAKE, wishes=Wishes(detail="place")))
    mail, detail = WORDING.mail(wishes_place, "email", CARDIOLOGY, NOON)
    assert (detail, "Det är på Hjärtmottagningen, 036-32 20 00." in mail.text) == ("place", True)
    assert "Hjärt" not in mail.subject
    for taken, where in ((TAKEN, CARDIOLOGY), (wishes_place, replace(CARDIOLOGY, neutral=True)), (wishes_place, None)):
        mail, detail = WORDING.mail(taken, "email", where, NOON)
        assert (detail, "Hjärt" in mail.text) == ("minimal", False)


@pytest.mark.parametrize("name", sorted(message.PARAMS))
def test_K20_nothing_of_any_message_names_a_psychiatric_unit(name: str) -> None:
    """Not its name, not its own number: whatever the reader wishes, in the whole mail, its head and its link."""
    ward = replace(CARDIOLOGY, name="Psykiatrin avdelning 3", phone="036-32 99 99", neutral=True, sensitive=True)
    wishes = replace(AWAKE, wishes=Wishes(detail="place"))
    mail, detail = WORDING.mail(
        replace(TAKEN, template=name, params=PARAMS[name], recipient=wishes), "email", ward, NOON
    )
    assert detail == "minimal"
    told = str(mail).lower()
    assert not [word for word in ("psyk", "avdelning", "99 99", str(ward.unit_id)) if word in told]


@pytest.mark.parametrize(
    ("language", "subject", "text"),
    [
        (
            "sv",
            "En påminnelse till dig",
            "Hej!\n\nSnart är det dags att gå igenom det ni har kommit överens om. Läs det här:\n"
            "https://samkontrakt.example/contract/agreement\n\n"
            "Du behöver inte svara. Du kan ändra det som inte passar längre.\n\n"
            "Det går inte att svara på det här mejlet.\n"
            "Ring 1177 om du behöver råd om din hälsa, dygnet runt. Vid fara: ring 112.\n",
        ),
        (
            "en",
            "A reminder for you",
            "Hello!\n\nSoon it is time to look through what you have agreed. Read it here:\n"
            "https://samkontrakt.example/contract/agreement\n\n"
            "You don't need to answer. You can change what no longer fits.\n\n"
            "You can't reply to this message.\n"
            "For advice about your health ring 1177, day and night. In danger: ring 112.\n",
        ),
    ],
)
def test_K20_a_review_is_told_without_unit_kind_or_treatment(language: str, subject: str, text: str) -> None:
    """Every word of it stands here: nothing can slip in, not even for those who wish the unit to be named."""
    reader = replace(AWAKE, language=language, wishes=Wishes(detail="place", language=language))
    mail, _ = WORDING.mail(replace(TAKEN, template="review", params={}, recipient=reader), "email", CARDIOLOGY, NOON)
    assert (mail.subject, mail.text) == (subject, text)


def test_a_code_stands_in_the_mail_alone_and_not_in_its_subject_nor_where_messages_are_read_again() -> None:
    taken = replace(TAKEN, template="code", params={}, attempt=None)
    mail, _ = WORDING.mail(taken, "email", CARDIOLOGY, NOON)
    assert taken.subject_id
    code = signin_code(CODES, taken.subject_id)
    assert f"Din kod är: {code[:4]} {code[4:]}\n" in mail.text
    assert code[:4] not in mail.subject
    assert "Hjärt" not in mail.text
    link = next(line for line in mail.text.splitlines() if line.startswith("https://"))
    token = link.removeprefix("https://samkontrakt.example/contract/signin/code/l/")
    assert read_signin_token((CODES,), token) == taken.subject_id
    assert read_signin_token((SECRET,), token) is None
    assert "Your code is: ········" in words("code", "en").body


def test_a_language_we_do_not_speak_becomes_the_first_we_do() -> None:
    mail, _ = WORDING.mail(replace(TAKEN, recipient=replace(AWAKE, language="fi")), "email", None, NOON)
    assert (mail.language, mail.subject) == ("sv", "En påminnelse till dig")


def test_without_an_address_there_is_no_message() -> None:
    with pytest.raises(Trouble):
        WORDING.mail(replace(TAKEN, recipient=replace(AWAKE, email=None)), "email", None, NOON)


def test_B7_13_a_text_that_was_sent_is_never_changed_under_its_version() -> None:
    found = {
        str(path.relative_to(message.TEMPLATES).with_suffix("")): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in message.TEMPLATES.rglob("*.txt")
    }
    assert found == SENT_VERSIONS
