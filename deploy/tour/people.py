"""Who takes part in the tour, what they hold, and what several steps have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta

from deploy.tour.hand import Hand, Lost
from deploy.tour.stage import Stage

ESTHER, KARIN, LISA, ANITA, ULLA, EMIL, NOOR = (
    "Esther Lund",
    "Karin Lund",
    "Lisa Holm",
    "Anita Berg",
    "Ulla Ström",
    "Emil Sandberg",
    "Noor Hassan",
)
MAIL = {
    ESTHER: "esther.lund@example.se",
    KARIN: "karin.lund@example.se",
    LISA: "lisa.holm@vard.example.se",
    ANITA: "anita.berg@vard.example.se",
}
ANSWER, WORK, MINE = "/selfcare/a/", "/notify/worklist", "/notify/my/requests"

PROMISE = re.compile(r"Is answered before \w+ \d+ \w+ at [\d:.]+")


WRITTEN = (
    (ESTHER, "Write – What matters to me", "In your own words", "Att orka gå ut med hunden."),
    (ESTHER, "Add – What we want to reach", "In your own words", "Att gå runt sjön till sommaren."),
    (ESTHER, "Add – I do", "In your own words", "Jag väger mig varje morgon."),
    (LISA, "Write – What we have talked about and chosen", "What you have talked about", "Esther vill komma hit."),
    (LISA, "Add – The care does", "In your own words", "Lisa ringer varje månad."),
)
"""Who writes what in the agreement: the link they press, the field, the words."""


@dataclass
class Walk:
    """The stage, and who has come on it."""

    stage: Stage
    people: dict[str, Hand] = field(default_factory=dict)
    link: str = ""
    promised: str = ""

    def shows(self, name: str, address: str, words: str) -> bool:
        """Whether the person's page says the words now."""
        hand = self.as_(name)
        hand.open(address)
        return hand.sees(words)

    def open_agreement(self, name: str) -> None:
        """Esther's agreement, as this person comes to it."""
        self.as_(name).open("/contract/agreement")
        if name != ESTHER:
            self.as_(name).press(ESTHER)
            self.as_(name).press("Read and write the agreement")

    def as_(self, name: str) -> Hand:
        """The person's hand; they sign in when first needed."""
        if name not in self.people:
            self.people[name] = self.stage.enter(name)
        return self.people[name]


def propose(walk: Walk, contact: Hand, days: int) -> None:
    """A named contact suggests a time so many days ahead."""
    day = (walk.stage.today() + timedelta(days=days)).date()
    contact.open("/contract/agreement")
    contact.press(ESTHER)
    contact.press("Read and write the agreement")
    contact.press("See or change the time" if contact.sees("See or change the time") else "Suggest a time")
    contact.press("Suggest this time", {"Day": day.isoformat(), "Time": "14:00"})


def asked(walk: Walk) -> str:
    """Go from reminder to reminder until Esther is asked; the link in her mail."""
    since = walk.stage.newest_mail()
    walk.stage.let_time_pass(lambda: walk.stage.has_mail(MAIL[ESTHER], ANSWER, since), "the reminder")
    mail = walk.stage.mail_to(MAIL[ESTHER], ANSWER, since)
    walk.stage.mail_text = f"{mail.sender} {mail.subject} {mail.text}"
    return next(link for link in mail.links if ANSWER in link)


def expect(hand: Hand, *words: str) -> None:
    for one in words:
        if not hand.sees(one):
            raise Lost(f"{one!r} is not on the page: {hand.text()[:600]}")


def expect_no(text: str, *words: str) -> None:
    for one in words:
        if one.lower() in text.lower():
            raise Lost(f"{one!r} stands in a message: {text}")
