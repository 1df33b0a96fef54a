"""Nobody's name, number, address or word is found where it may not be, after the main job has been done by people who can
be recognised anywhere (promise 33)."""

from __future__ import annotations

import base64
import json
import re
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest
import redis

from deploy.demo import personas
from deploy.folder import CHECKOUT, Folder
from deploy.mail.box import Box
from tests.journeys import marked, traces
from tests.journeys.conftest import Walked
from tests.journeys.journey import listed
from tests.journeys.traces import Trace, leaks
from tests.support import browser as program
from tests.support.servers import Servers

KINDS = re.compile(
    r"dialys|hjärt|heart|njur|kidney|mottagning|clinic|avdelning|ward\b|inlägg|admission|sjukhus|hospital", re.I
)
"""Unit, kind and treatment by their common words: a mail at the detail ``minimal`` says none of them."""

TEXTS = {".py", ".html", ".po", ".js", ".css"}


@pytest.fixture(scope="module")
def marks(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return marked.markers(marked.marked_records(tmp_path_factory.mktemp("marks") / "records"))


def broker(walked: Walked) -> None:
    assert any(b"events_waiting" in trace.raw for trace in walked.broker)
    assert leaks(walked.broker, walked.marks) == []


def logs_and_settings(walked: Walked) -> None:
    assert {"logs/contract-web.log", "logs/notify-work.log", "logs/postgres.log"} <= {one.where for one in walked.files}
    assert any("appendonly" in trace.where for trace in walked.files)
    assert leaks(walked.files, walked.marks) == []


def addresses_and_the_tokens_in_them(walked: Walked) -> None:
    assert any("/selfcare/a/" in trace.where for trace in walked.addresses)
    assert leaks(walked.addresses, walked.marks) == []


def mails_which_name_no_unit_and_no_treatment_either(walked: Walked) -> None:
    assert {"qzesther.qzlund@example.se", "qzlisa.qzholm@vard.example.se"} <= {
        mail.recipients[0] for mail in walked.mails
    }
    assert leaks(traces.of_mails(walked.mails), walked.marks) == []
    for mail in walked.mails:
        assert not KINDS.search(f"{mail.sender} {mail.subject} {mail.text}"), mail.text


def recipients_which_are_addresses_without_a_name(walked: Walked) -> None:
    for mail in walked.mails:
        assert not any(one.display_name for one in mail.message["To"].addresses)


def cookies(walked: Walked) -> None:
    assert walked.cookies
    assert leaks(walked.cookies, walked.marks) == []


def pages_which_are_sound_on_a_phone(walked: Walked) -> None:
    assert not walked.faults, listed(walked.faults)


LEFT = (
    broker,
    logs_and_settings,
    addresses_and_the_tokens_in_them,
    mails_which_name_no_unit_and_no_treatment_either,
    recipients_which_are_addresses_without_a_name,
)
LEFT_IN_A_BROWSER = cookies, pages_which_are_sound_on_a_phone


@pytest.mark.timeout(600)
def test_P33_everybody_comes_through_the_main_job_and_nobodys_data_is_left_anywhere(
    walked: Walked, subtests: pytest.Subtests
) -> None:
    """Where there is no browser the job is done without one."""
    for look in (*LEFT, *(LEFT_IN_A_BROWSER if program.path() else ())):
        with subtests.test(look.__name__):
            look(walked)


def test_the_marks_stand_nowhere_in_what_we_ship(marks: set[str]) -> None:
    ours = [path for part in ("services", "shared") for path in (CHECKOUT / part).rglob("*") if path.suffix in TEXTS]
    assert leaks([Trace(path.name, path.read_bytes()) for path in ours], marks) == []


def test_everything_about_a_person_is_marked(marks: set[str]) -> None:
    assert {
        "qzesther",
        "qzoberg",
        "qzekhaga",
        "qzgatan",
        "195006142524",
        "5006142524",
        "0701740605",
        "46701740605",
    } <= marks
    assert "0313900610" in marks
    assert marked.marked("Esther Lund <esther.lund@example.se>") == "Qzesther Qzlund <qzesther.qzlund@example.se>"


def test_what_is_typed_is_marked_and_choices_stay_what_they_are() -> None:
    assert marked.typed("Att orka gå ut med hunden.") == "Att orka gå ut med hunden. Qzord"
    assert [marked.typed(choice) for choice in ("2026-11-27", "14:00", "yes")] == ["2026-11-27", "14:00", "yes"]
    assert marked.typed("Anita Berg") == "Qzanita Qzberg"


def test_the_plain_records_would_not_be_recognised(marks: set[str]) -> None:
    """A walk by unmarked people finds their numbers only: names must have been marked in the copies."""
    found = leaks([Trace("plain", path.read_bytes()) for path in personas.bundles()[:2]], marks)
    assert not any("qz" in leak for leak in found)


@pytest.mark.parametrize(
    "raw",
    [
        b"Hello Qzesther",
        json.dumps({"name": "QZ\u00e4r Qzlund".replace("QZ\u00e4r", "\u00e4r")}).encode(),
        b"GET /people?q=Qz%65sther+Qzlund",
        b'{"body": "' + base64.b64encode(b'[["x"], {"name": "Qzesther Qzlund"}]') + b'"}',
        b"eyJhbGciOiJFZERTQSJ9." + base64.urlsafe_b64encode(b'{"sub":"??>>qzesther"}').rstrip(b"=") + b".c2lnbmF0dXJl",
        b"/selfcare/a/." + base64.urlsafe_b64encode(zlib.compress(b"qzesther " * 40)).rstrip(b"=") + b".x-y_z",
        base64.b64encode(base64.b64encode(b"......qzesther......")),
        b"+46 (0)70-174 06 05 or 070-174 06 05",
        b"19500614-2524",
        b"500614-2524",
        b"031/390 06 10",
    ],
)
def test_a_mark_is_found_however_it_is_written(marks: set[str], raw: bytes) -> None:
    assert leaks([Trace("there", raw)], marks)


def test_what_is_not_a_mark_is_not_found(marks: set[str]) -> None:
    harmless = b"Samkontrakt 2026-11-27 14:00 112 1177 esther 00000000-0000-4000-8000-000000000001 c2lnbmF0dXJl"
    assert leaks([Trace("there", harmless)], marks) == []


def test_a_mark_planted_in_the_broker_is_found(valkey_url: str, servers: Servers, marks: set[str]) -> None:
    overheard = traces.Overheard(servers.valkey())
    with redis.Redis.from_url(valkey_url) as client:
        client.set("harmless", "x")
        client.lpush("queue", "harmless", "Qzesther")
        client.hset("hash", "qzlund", "x")
        client.publish("gone at once", "Qzanita")
    assert leaks(traces.of_broker(valkey_url), marks) == [
        "qzesther in the broker's b'queue'",
        "qzlund in the broker's b'hash'",
    ]
    told = leaks(overheard.traces(), marks)
    assert [leak.split()[0] for leak in told] == ["qzanita", "qzesther", "qzlund"]


def test_a_mark_planted_in_a_log_or_a_mail_is_found(tmp_path: Path, marks: set[str]) -> None:
    folder = Folder(tmp_path)
    folder.create()
    (folder.logs / "notify-work.log").write_text('{"event": "failed", "why": "no mailbox Qzesther"}\n')
    assert leaks(traces.of_files(folder), marks) == ["qzesther in logs/notify-work.log"]
    mail = EmailMessage()
    mail["To"] = "qzesther.qzlund@example.se"
    mail["Subject"] = "En påminnelse från Qzekhaga"
    mail.set_content("Hej! Lördag hos Qzanita.", cte="base64")
    box = Box(folder.mail)
    box.put(["qzesther.qzlund@example.se"], mail.as_bytes())
    assert leaks(traces.of_mails(box.newest(1)), marks) == ["qzanita in mail 1", "qzekhaga in mail 1"]
