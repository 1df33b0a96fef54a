"""Who takes part: each at a browser window of their own, doing only what a page in Swedish lets them do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from click.testing import CliRunner

from deploy.cli import samkontrakt
from deploy.supervise.waiting import wait_until
from deploy.tour.hand import Fields, Lost
from deploy.tour.stage import Stage
from services.contract.exchange.unit.domain import FLOOR_NUMBER, OPENING_HOURS
from tests.browser.hand import CHANGING, BrowserHand, Onlooker
from tests.services.contract.exchange.bundles import HSA, bundle, organization, practitioner, role

ESTHER, KARIN = "Esther Lund", "Karin Lund"
LISA, ANITA, MARIA, ULLA = "Lisa Holm", "Anita Berg", "Maria Ek", "Ulla Ström"
MEDICINE, PRIMARY = "Medicinkliniken, Ekhaga sjukhus", "Vårdcentralen Lindhult"
HOME_CARE = "Hemtjänsten Lindhult"
WEEK = ("mon", "tue", "wed", "thu", "fri")
KINDS = {ESTHER: "patient", KARIN: "delegate", ULLA: "admin"}
HEARD_SECONDS = 20
JUST_LET_IN = "Är du nyss tillagd, eller har du nyss fått en roll?"
HOME, AGREEMENT, STAFF_AGREEMENTS = "Mitt nästa steg", "Min överenskommelse", "Överenskommelser"


class Witness(Onlooker):
    """Judges every kind of page once per kind of person, and keeps a picture of the moments it is told of; only these are
    put to axe, which has every page of its own elsewhere."""

    def look(self, hand: BrowserHand) -> None:
        kind = f"{KINDS.get(hand.who, 'staff')} {CHANGING.sub('#', urlsplit(hand.page.url).path)}"
        if kind not in self._seen:
            self._seen.add(kind)
            self.judge(hand, kind, with_axe=False)

    def keep(self, hand: BrowserHand, moment: str, words: str) -> None:
        """Keep what the window shows where the words stand."""
        self.judge(hand, moment)
        hand.page.get_by_text(words).first.scroll_into_view_if_needed()
        hand.page.screenshot(path=self.folder / f"{moment}.png")


@dataclass
class Company:
    """Everybody by name; ``ids`` are those in the addresses of the register's pages."""

    stage: Stage
    witness: Witness
    hands: dict[str, BrowserHand] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def comes(self, name: str, known_as: str) -> BrowserHand:
        """Somebody signs in by the one-use link that whoever runs the system reads to them."""
        hand = self.hands[name] = self.witness.hand(self.stage.site)
        hand.who = name
        hand.open("/contract/signin?language=sv")
        hand.open(command("signin-link", known_as))
        try:
            hand.press("Logga in")
        except Lost:
            if not hand.sees(JUST_LET_IN):
                raise
            wait_until(lambda: self._is_in(hand), f"{name} at their first page", HEARD_SECONDS)
        return hand

    def _is_in(self, hand: BrowserHand) -> bool:
        """Whether the service that has their first page has heard of them by now."""
        try:
            hand.open("/")
        except Lost:
            return False
        return True

    def does(self, name: str, place: str, *steps: str | tuple[str, Fields]) -> BrowserHand:
        """From a place in the menu, press one thing after another; with a press may go what is filled in first."""
        hand = self.hands[name]
        hand.press(place)
        for step in steps:
            words, fields = (step, None) if isinstance(step, str) else step
            hand.press(words, fields)
        return hand

    def agreement(self, name: str, *steps: str | tuple[str, Fields]) -> BrowserHand:
        """As ``does``, from Esther's agreement, as this person comes to it."""
        way: dict[str, tuple[str, ...]] = {ESTHER: (AGREEMENT,), KARIN: ("Hem", "Överenskommelsen")}
        place, *more = way.get(name, (STAFF_AGREEMENTS, ESTHER, "Läs och skriv i överenskommelsen"))
        return self.does(name, place, *more, *steps)

    def reads(self, hand: BrowserHand, *words: str) -> None:
        """Every one of these stands on the page."""
        text = hand.text()
        if missing := [one for one in words if one not in text]:
            raise Lost(f"{hand.who} does not read {missing} on {hand.address}: {text[:1500]}")

    def reads_not(self, hand: BrowserHand, *words: str) -> None:
        if there := [one for one in words if hand.sees(one)]:
            raise Lost(f"{hand.who} reads {there} on {hand.address}")

    def until(self, name: str, words: str, place: str, *steps: str) -> BrowserHand:
        """Look again until the page says it: another service has to hear of it first."""

        def there() -> bool:
            try:
                return self.does(name, place, *steps).sees(words)
            except Lost:
                return False

        wait_until(there, f"{words!r} for {name}", HEARD_SECONDS)
        return self.hands[name]

    def has_to_answer(self, name: str, which: str, why: str) -> BrowserHand:
        """Somebody's list in the worklist holds this about Esther; it is opened."""

        def there() -> bool:
            hand = self.does(name, "Arbetslista")
            hand.press(next(words for words in hand.page.locator("nav.sk-tabs a").all_inner_texts() if which in words))
            return hand.sees(why)

        wait_until(there, f"{why!r} in the list of {name}", HEARD_SECONDS)
        hand = self.hands[name]
        card = hand.page.locator(".sk-card", has_text=why).get_by_role("link", name=ESTHER)
        hand.open(card.first.get_attribute("href") or "")
        return hand

    def in_days(self, days: int) -> str:
        """The day so many days ahead, as a field takes it."""
        return (self.stage.today() + timedelta(days=days)).date().isoformat()


def command(*words: str) -> str:
    """What whoever runs the system gives the command line, and what it says."""
    result = CliRunner().invoke(samkontrakt, words, prog_name="samkontrakt")
    assert result.exit_code == 0, result.output
    return result.output.strip()


def begin(stage: Stage, room: Path) -> None:
    """Ten o'clock on a Tuesday at a system that knows two units and one admin of both."""
    units = room / "units.json"
    units.write_text(json.dumps(_units(), ensure_ascii=False))
    command("import", str(units))
    today = stage.today()
    days = (1 - today.weekday()) % 7 or 7
    stage.clock_to(datetime.combine(today.date() + timedelta(days=days), datetime.min.time()).replace(hour=10))


ADMIN_NUMBER = "TSTNMT0000000000-P490"


def _units() -> dict[str, Any]:
    number = [{"system": HSA, "value": ADMIN_NUMBER}]
    admin = practitioner("ulla", name=[{"text": ULLA}], identifier=number)
    roles = [role("ulla", unit, "admin", id=f"admin-{unit}") for unit in ("medicine", "primary")]
    return bundle(_unit("medicine", MEDICINE, 1), _unit("primary", PRIMARY, 2), admin, *roles)


def _unit(key: str, name: str, number: int) -> dict[str, Any]:
    days = [{"url": "day", "valueCode": day} for day in WEEK]
    times = [{"url": "opens", "valueTime": "07:30:00"}, {"url": "closes", "valueTime": "16:30:00"}]
    told = [
        {"url": FLOOR_NUMBER, "valueString": f"031-390 06 {number}1"},
        {"url": OPENING_HOURS, "extension": [*days, *times]},
    ]
    phone = [{"system": "phone", "value": f"031-390 06 {number}0"}]
    identifier = [{"system": HSA, "value": f"TSTNMT0000000000-E4{number}"}]
    return organization(key, name=name, telecom=phone, extension=told, identifier=identifier)
