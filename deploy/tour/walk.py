"""The main job, step by step, as the people in it do it. Each step is told before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from deploy.tour.people import (
    ANITA,
    ANSWER,
    EMIL,
    ESTHER,
    KARIN,
    LISA,
    MAIL,
    MINE,
    PROMISE,
    ULLA,
    WORK,
    WRITTEN,
    Walk,
    asked,
    expect,
    expect_no,
    propose,
)


def tuesday(walk: Walk) -> None:
    """The clock is put to ten o'clock on a Tuesday, so that the tour is the same at any hour"""
    today = walk.stage.today()
    days = (1 - today.weekday()) % 7 or 7
    walk.stage.clock_to(datetime.combine(today.date() + timedelta(days=days), datetime.min.time()).replace(hour=10))


def accept(walk: Walk) -> None:
    """Ulla, the clinic's admin, accepts the named contact that Esther's care record proposes"""
    ulla = walk.as_(ULLA)
    ulla.open("/contract/home")
    ulla.press(f"Accept {LISA}")
    walk.stage.until(walk.as_(ESTHER), "/contract/home", LISA)


def write(walk: Walk) -> None:
    """Esther writes what matters, a goal and what she does; Lisa what they talked about and what the care does"""
    for name, link, field, words in WRITTEN:
        walk.open_agreement(name)
        walk.as_(name).press(link)
        walk.as_(name).press("Save", {field: words})


def suggest(walk: Walk) -> None:
    """Lisa suggests a time three days ahead; Esther says that it is good"""
    esther, lisa = walk.as_(ESTHER), walk.as_(LISA)
    propose(walk, lisa, days=3)
    esther.open("/contract/home")
    esther.press("See and answer")
    esther.press("Yes, that time is good")


def confirm(walk: Walk) -> None:
    """Both say yes to the same words. Lisa changes a word in between, so both are asked again; then it is agreed"""
    esther, lisa = walk.as_(ESTHER), walk.as_(LISA)
    esther.open("/contract/agreement")
    esther.press("I agree")
    walk.open_agreement(LISA)
    lisa.press("Add – The care does")
    lisa.press("Save", {"In your own words": "Vi svarar samma dag."})
    esther.open("/contract/agreement")
    expect(esther, "no longer counts")
    esther.press("I agree")
    walk.open_agreement(LISA)
    lisa.press("I agree")
    expect(lisa, "Agreed by both")


def remind(walk: Walk) -> None:
    """The clock goes on to the reminder. It reaches Esther by mail and says nothing about unit, kind or treatment"""
    walk.link = asked(walk)
    expect_no(walk.stage.mail_text, "dialys", "Ekhaga", "Lisa")


def answer_yes(walk: Walk) -> None:
    """Esther opens the link, without signing in, and says yes"""
    anyone = walk.stage.outsider()
    anyone.open(walk.link)
    anyone.press("Yes, it works")
    expect(anyone, "You answered: Yes, it works")
    walk.stage.until(walk.as_(ESTHER), "/contract/home", "You have answered yes")


def lose_redis(walk: Walk) -> None:
    """Redis is emptied and stopped, for good. Everything goes on, some seconds slower"""
    walk.stage.lose_broker()


def cannot_come(walk: Walk) -> None:
    """Esther changes her answer by the same link: she can't come. That puts a question in front of Lisa"""
    anyone = walk.stage.outsider()
    anyone.open(walk.link)
    anyone.press("I can't come")
    expect(anyone, "You answered: I can't come")
    walk.stage.until(walk.as_(LISA), WORK, ESTHER)


def told(walk: Walk) -> None:
    """Lisa is told by mail: how many questions wait and a link, nothing about anybody"""
    since = walk.stage.newest_mail()
    walk.stage.clock_to(walk.stage.next_digest())
    mail = walk.stage.mail_to(MAIL[LISA], WORK, since)
    expect_no(mail.subject + mail.text, "Esther", "Lund", "dialys")


def read(walk: Walk) -> None:
    """Lisa sees why it is there and how much time is left, and notes that she has read it; Esther sees that"""
    lisa = walk.as_(LISA)
    lisa.open(WORK)
    lisa.press(ESTHER)
    expect(lisa, "Why it is here", "left")
    lisa.press("I have read this")
    esther = walk.as_(ESTHER)
    walk.stage.until(esther, MINE, f"Read by {LISA}")
    walk.promised = next(iter(PROMISE.findall(esther.text())), "Is answered before")


def fall_ill(walk: Walk) -> None:
    """Lisa falls ill. The same question stands at Anita's with its clock unbroken; Esther's page says who answers"""
    lisa = walk.as_(LISA)
    lisa.open("/contract/named-contact")
    lisa.press("Set an absence")
    away = {"Until further notice": "yes", "Who stands in?": ANITA}
    lisa.press("See what patients will read", away)
    expect(lisa, ANITA)
    lisa.press("Save")
    walk.stage.until(walk.as_(ANITA), f"{WORK}?list=deputy", ESTHER)
    walk.stage.until(walk.as_(ESTHER), "/contract/home", ANITA)
    walk.as_(ESTHER).open(MINE)
    expect(walk.as_(ESTHER), walk.promised)


def answer_request(walk: Walk) -> None:
    """Anita answers; Esther reads it and says that she got an answer"""
    anita, esther = walk.as_(ANITA), walk.as_(ESTHER)
    anita.open(f"{WORK}?list=deputy")
    anita.press(ESTHER)
    anita.press("Send the answer", {"Your answer": "Vi tar en ny tid nästa vecka. Jag ringer dig i dag."})
    walk.stage.until(esther, MINE, "Read the answer")
    esther.press("Read the answer")
    expect(esther, "Vi tar en ny tid", "Did you get an answer?")
    esther.press("Yes")


def no_answer(walk: Walk) -> None:
    """A new time, a new reminder, and this time nobody answers: her daughter is asked, then a question stands at Anita's"""
    anita, esther = walk.as_(ANITA), walk.as_(ESTHER)
    propose(walk, anita, days=7)
    esther.open("/contract/home")
    esther.press("See and answer")
    esther.press("Yes, that time is good")
    asked(walk)
    since = walk.stage.newest_mail()
    walk.stage.let_time_pass(lambda: walk.stage.has_mail(MAIL[KARIN], ANSWER, since), "the question to her daughter")
    walk.stage.let_time_pass(lambda: walk.shows(ANITA, f"{WORK}?list=deputy", ESTHER), "the question at Anita's")


def come_in(walk: Walk) -> None:
    """Emil needs to come in: he sees the ward's number, and an urgent question stands where somebody is on duty"""
    emil = walk.as_(EMIL)
    emil.open("/selfcare/admission")
    expect(emil, "You can always ring")
    emil.press("I need to come in")
    expect(emil, "We have your question")
    walk.stage.until(emil, MINE, "You said that you need to come in")


STEPS: tuple[Callable[[Walk], None], ...] = (
    tuesday,
    accept,
    write,
    suggest,
    confirm,
    remind,
    answer_yes,
    lose_redis,
    cannot_come,
    told,
    read,
    fall_ill,
    answer_request,
    no_answer,
    come_in,
)
"""The main job, in order."""
