"""E-mail against a real SMTP server: accepted, refused, later, cut off; and nothing from outside writes a header."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from uuid import uuid4

import pytest

from services.notify.delivery.channel.domain import Fate, Mail, Outcome, Trouble
from services.notify.delivery.email.actions import Mailer
from services.notify.delivery.email.domain import address, letter, sender_of, start_refused
from services.notify.delivery.email.line.actions import Line, connect
from services.notify.delivery.email.line.domain import Server as Address
from services.notify.delivery.email.line.domain import server_of
from tests.services.notify.delivery.smtp_peer import Peer, Server
from tests.support.services import NOON

SENDER = sender_of("Påminnelse <paminnelse@halsa.example>")


def mail(to: str, **changes: object) -> Mail:
    values = {
        "id": uuid4(),
        "message_id": f"<{uuid4().hex}@halsa.example>",
        "to": to,
        "subject": "En påminnelse till dig",
        "text": "Hej!\n\n.En rad som börjar med punkt\n.\nSlut på kl. 09.00\n",
        "language": "sv",
        "at": NOON,
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def send(url: str, *to: str, seconds: float = 10) -> list[Outcome]:
    return mailer(url).send([mail(one) for one in to], seconds)


def mailer(url: str) -> Mailer:
    return Mailer(SENDER, lambda: connect(server_of(url), SENDER.domain))


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.fixture(params=[True, False], ids=["pipelined", "one by one"])
def peer(request: pytest.FixtureRequest) -> Peer:
    return Peer(pipelining=request.param)


@pytest.fixture
def url(peer: Peer) -> Iterator[str]:
    with Server(peer) as server:
        yield server.url


def test_B7_14_H24_one_bad_recipient_does_not_stop_the_batch(peer: Peer, url: str) -> None:
    people = [
        "mira@x.example",
        "refused@x.example",
        "erik@x.example",
        "later@x.example",
        "not an address",
        "spam@x.example",
        "busy@x.example",
        "anna@x.example",
    ]
    outcomes = send(url, *people)
    assert [o.fate for o in outcomes] == [
        Fate.ACCEPTED,
        Fate.REFUSED,
        Fate.ACCEPTED,
        Fate.LATER,
        Fate.REFUSED,
        Fate.REFUSED,
        Fate.LATER,
        Fate.ACCEPTED,
    ]
    assert [to for to, _ in peer.mails] == ["mira@x.example", "erik@x.example", "anna@x.example"]
    assert peer.connections == 1


def test_fault_39_a_line_dropped_after_the_last_dot_is_unknown_and_the_rest_goes_on(peer: Peer, url: str) -> None:
    outcomes = send(url, "mira@x.example", "drops@x.example", "erik@x.example")
    assert [o.fate for o in outcomes] == [Fate.ACCEPTED, Fate.UNKNOWN, Fate.ACCEPTED]
    assert [to for to, _ in peer.mails] == ["mira@x.example", "drops@x.example", "erik@x.example"]


def test_a_server_that_closes_after_some_mails_gets_the_rest_on_new_connections() -> None:
    peer = Peer(mails_per_connection=3)
    with Server(peer) as server:
        outcomes = send(server.url, *[f"p{n}@x.example" for n in range(8)])
    assert [o.fate for o in outcomes] == [Fate.ACCEPTED] * 8
    assert (len(peer.mails), peer.connections) == (8, 3)


def test_a_server_that_never_takes_anything_is_down_and_nothing_is_unknown() -> None:
    peer = Peer(mails_per_connection=0)
    with Server(peer) as server:
        fates = [o.fate for o in send(server.url, *[f"p{n}@x.example" for n in range(5)])]
    assert fates == [Fate.LATER, Fate.LATER, Fate.UNTRIED, Fate.UNTRIED, Fate.UNTRIED]


def test_no_server_at_all_is_down() -> None:
    with Server(Peer()) as server:
        url = server.url
    assert [o.reason for o in send(url, "mira@x.example")] == ["down"]


def test_a_connection_is_kept_and_a_dead_one_replaced(peer: Peer, url: str) -> None:
    kept = mailer(url)
    kept.send([mail("mira@x.example")], 10)
    kept.send([mail("erik@x.example")], 10)
    assert peer.connections == 1
    line = kept._line
    assert line is not None
    line._socket.shutdown(2)
    assert [o.fate for o in kept.send([mail("anna@x.example")], 10)] == [Fate.ACCEPTED]
    assert peer.connections == 2


def test_P14_a_passed_deadline_leaves_the_rest_untried(peer: Peer, url: str) -> None:
    assert [o.reason for o in send(url, "mira@x.example", seconds=0)] == ["out_of_time"]
    assert peer.mails == []


def test_the_message_arrives_as_it_was_written(peer: Peer, url: str) -> None:
    sent = mail("mira@x.example", possible_duplicate=True)
    mailer(url).send([sent], 10)
    message = read(peer.mails[0][1])
    assert message.get_content().splitlines() == sent.text.splitlines()
    assert message["Subject"] == "En påminnelse till dig"
    assert message["From"] == "Påminnelse <paminnelse@halsa.example>"
    assert message["To"] == "mira@x.example"
    assert message["Message-ID"] == sent.message_id
    assert message["X-Possible-Duplicate"] == "yes"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.defects == []


@pytest.mark.parametrize(
    "nasty",
    [
        "mira@x.example\r\nBcc: all@x.example",
        "mira@x.example\nRCPT TO:<all@x.example>",
        "mira@x.example> SIZE=1",
        "<mira@x.example>",
        '"mira\r\n"@x.example',
        "mira@x.example, erik@x.example",
        "mira@x.example\x00",
        "mira@x.example\u2028Bcc: a@x.example",
        "mira",
        "@x.example",
        "mira@",
        "",
        "m" * 250 + "@x.example",
        "å@x.example",
    ],
)
def test_an_address_can_never_say_more_than_an_address(nasty: str) -> None:
    with pytest.raises(Trouble) as trouble:
        letter(SENDER, mail(nasty))
    assert trouble.value.permanent


@pytest.mark.parametrize("field", ["subject", "message_id", "language"])
@pytest.mark.parametrize("end", ["\r\nBcc: all@x.example", "\nX: y", "\r", "\x85", "\u2029"])
def test_no_header_can_be_added(field: str, end: str) -> None:
    with pytest.raises(Trouble):
        letter(SENDER, mail("mira@x.example", **{field: "x" + end}))


def test_a_body_can_not_end_the_message_early() -> None:
    text = "a\r\n.\r\nMAIL FROM:<evil@x.example>\r\n..\n.\r.\n"
    raw = letter(SENDER, mail("mira@x.example", text=text)).content
    body = raw.partition(b"\r\n\r\n")[2]
    assert all(not line.startswith(b".") or line.startswith(b"..") for line in body.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


def test_an_international_domain_is_written_as_servers_know_it() -> None:
    assert address("mira@räksmörgås.example") == "mira@xn--rksmrgs-5wao1o.example"


def test_a_sender_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="sender"):
        sender_of("Hälsa")


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ((250, 250, 354), None),
        ((250, 550, 503), Outcome(Fate.REFUSED, "rcpt_550")),
        ((250, 452, 503), Outcome(Fate.LATER, "rcpt_452")),
        ((550, 503, 503), Outcome(Fate.LATER, "mail_550")),
        ((250, 250, 554), Outcome(Fate.LATER, "data_554")),
    ],
)
def test_only_a_refused_recipient_is_unreachable(replies: tuple[int, int, int], outcome: Outcome | None) -> None:
    assert start_refused(*replies) == outcome


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", Address("127.0.0.1", 2525, False, None, None)),
        ("smtps://u%40x:p%3Aw@mail.example", Address("mail.example", 465, True, "u@x", "p:w")),
        ("smtp://mail.example", Address("mail.example", 25, False, None, None)),
    ],
)
def test_the_server_is_read_from_its_url(url: str, server: Address) -> None:
    assert server_of(url) == server


def test_only_this_machine_gets_mail_in_clear() -> None:
    assert server_of("smtp://127.0.0.1").here
    assert server_of("smtp://localhost").here
    assert not server_of("smtp://10.0.0.1").here
    assert not server_of("smtp://mail.example").here


def test_fault_39_a_server_elsewhere_without_starttls_gets_nothing(peer: Peer, url: str) -> None:
    """A stripped STARTTLS: the address is this machine's, judged as if it were not."""

    class Elsewhere(Address):
        here = False

    port = server_of(url).port

    def open_line() -> Line:
        return connect(Elsewhere("127.0.0.1", port, False, None, None), "halsa.example")

    assert [o.reason for o in Mailer(SENDER, open_line).send([mail("mira@x.example")], 5)] == ["down"]
    assert peer.mails == []
