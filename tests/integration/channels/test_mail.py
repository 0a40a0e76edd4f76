"""Mail, through Apprise's own plugin, to a real SMTP server."""

from __future__ import annotations

import io
import logging
import re
import socket
from dataclasses import replace

import pytest

from monitor.channels.sender import Sender
from monitor.config.schema import Channel
from monitor.messages.plain_text import wrapped
from monitor.messages.render import render_alert, render_follow_up
from monitor.model.delivery import Message, SendResult
from monitor.model.match import Severity
from tests.support.alerts import (
    HOSTILE,
    alert,
    coverage,
    follow_up,
    hostile_alert,
    hostile_follow_up,
    names,
)
from tests.support.smtp import SmtpServer

ALICE, BOB = "alice@example.org", "bob@example.org"
CAROL, DAVE = "carol@example.org", "dave@example.org"
MESSAGE = render_alert(alert(), timezone="Europe/London")


def sender(url: str) -> Sender:
    return Sender([Channel.model_validate({"name": "mail", "url": url})], console=io.StringIO())


def lines(text: str) -> list[str]:
    return text.rstrip().splitlines()


# --- what arrives ---------------------------------------------------------------------------


def test_a_mail_has_our_text_our_html_and_our_identity(smtp: SmtpServer) -> None:
    result = sender(smtp.channel(ALICE)).send("mail", MESSAGE)
    assert result.ok
    assert ALICE in result.detail
    (mail,) = smtp.mails
    assert mail.recipients == (ALICE,)
    assert mail.sender == "monitor@example.org"
    assert mail.message.get_content_type() == "multipart/alternative"
    assert lines(mail.part("plain")) == lines(wrapped(MESSAGE.text))
    assert lines(mail.part("html")) == lines(MESSAGE.html)
    assert mail.message["Subject"] == MESSAGE.title
    assert mail.message.get_all("Message-ID") == ["<alert.m-42@example.org>"]
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["To"] == ALICE


def test_the_same_alert_has_the_same_identity_every_time(smtp: SmtpServer) -> None:
    for _ in range(2):
        assert sender(smtp.channel(ALICE)).send("mail", MESSAGE).ok
    assert len({mail.message["Message-ID"] for mail in smtp.mails}) == 1


def test_what_the_address_asks_for_is_kept(smtp: SmtpServer) -> None:
    query = f"&cc={BOB}&reply=desk@example.org&+X-Team=Press&name=Newsroom"
    assert sender(smtp.channel(ALICE, query=query)).send("mail", MESSAGE).ok
    assert [mail.recipients for mail in smtp.mails] == [(ALICE,), (BOB,)]
    message = smtp.mails[0].message
    assert message["Cc"] == BOB
    assert message["Reply-To"] == "desk@example.org"
    assert message["X-Team"] == "Press"
    assert "Newsroom" in message["From"]


def test_text_alone_if_the_address_asks_for_it(smtp: SmtpServer) -> None:
    assert sender(smtp.channel(ALICE, query="&format=text")).send("mail", MESSAGE).ok
    assert smtp.mails[0].message.get_content_type() == "text/plain"
    assert lines(smtp.mails[0].part("plain")) == lines(wrapped(MESSAGE.text))


@pytest.mark.parametrize(
    "text",
    ["\r\nBcc: victim@example.org\r\n\r\nbody", "A" * 10_000, "赵光宗 " * 3_000, "{{ 7*7 }}"],
)
def test_a_hostile_headline_makes_no_header_and_no_recipient(smtp: SmtpServer, text: str) -> None:
    message = render_alert(hostile_alert(text), timezone="UTC")
    assert sender(smtp.channel(ALICE)).send("mail", message).ok
    (mail,) = smtp.mails
    assert mail.recipients == (ALICE,)
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == message.title
    assert all(len(line) <= 998 for line in mail.raw.splitlines())
    assert not mail.message.defects


def test_a_title_with_line_breaks_stays_one_header(smtp: SmtpServer) -> None:
    forged = Message(
        title="news\r\nBcc: victim@example.org\r\nX-Forged: yes",
        text="text\r\n.\r\nMAIL FROM:<x@example.org>\r\n",
        html="<p>text</p>",
        slack="text",
        message_id="a",
    )
    assert sender(smtp.channel(ALICE)).send("mail", forged).ok
    (mail,) = smtp.mails
    assert mail.recipients == (ALICE,)
    assert mail.message["Bcc"] is None
    assert mail.message["X-Forged"] is None
    assert "MAIL FROM" in mail.part("plain")


# --- what it answers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        ("451 4.3.0 try later", True),
        ("421 4.3.2 shutting down", True),
        ("452 4.2.2 mailbox full", True),
        ("550 5.7.1 looks like spam", False),
        ("554 5.6.0 no", False),
    ],
)
@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_refusals_are_told_apart(smtp: SmtpServer, reply: str, retryable: bool, stage: str) -> None:
    if stage == "data":
        smtp.next(reply)
    else:
        smtp.refuse(ALICE, reply)
    result = sender(smtp.channel(ALICE)).send("mail", MESSAGE)
    assert not result.ok
    assert result.retryable is retryable
    assert reply in result.detail
    assert not smtp.mails


@pytest.mark.parametrize("behaviour", ["drop", "drop-after", "late"])
def test_a_connection_that_breaks_or_hangs_may_have_delivered(
    smtp: SmtpServer, behaviour: str
) -> None:
    smtp.next(behaviour)
    result = sender(smtp.channel(ALICE, query="&cto=0.3")).send("mail", MESSAGE)
    assert not result.ok
    assert result.retryable
    assert "may have arrived" in result.detail


def test_nothing_listening_is_a_failure_that_may_pass() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"mailto://127.0.0.1:{port}/?from=m@example.org&to={ALICE}&mode=insecure"
        result = sender(url).send("mail", MESSAGE)
    assert result.detail == f"no connection to 127.0.0.1:{port}: connection refused"
    assert result.retryable


def test_a_server_without_tls_is_not_given_the_mail(smtp: SmtpServer) -> None:
    url = smtp.channel(ALICE).replace("mode=insecure", "mode=starttls")
    result = sender(url).send("mail", MESSAGE)
    assert not result.ok
    assert result.retryable
    assert "STARTTLS" in result.detail
    assert not smtp.mails


def test_a_wrong_password_is_said_and_can_be_mended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="apprise")
    with SmtpServer(user="joe", password="right") as smtp:
        wrong = smtp.channel(ALICE).replace("joe:right", "joe:hushhush%21")
        result = sender(wrong).send("mail", MESSAGE)
        assert not result.ok
        assert result.retryable
        assert "refused the user name or password: 535" in result.detail
        for secret in ("hushhush!", "hushhush%21"):
            assert secret not in result.detail + caplog.text
        assert sender(smtp.channel(ALICE)).send("mail", MESSAGE).ok
        assert sender(smtp.channel(ALICE).replace("joe:right@", "")).send("mail", MESSAGE).retryable


def test_a_password_that_a_server_repeats_is_hidden(smtp: SmtpServer) -> None:
    smtp.refuse(ALICE, "550 5.7.1 hushhush! is a poor password")
    url = smtp.channel(ALICE, query="&pass=hushhush!")
    result = sender(url).send("mail", MESSAGE)
    assert "is a poor password" in result.detail
    assert "hushhush" not in result.detail


# --- several recipients ---------------------------------------------------------------------


def test_a_retry_goes_only_to_those_who_have_not_got_it(smtp: SmtpServer) -> None:
    url = smtp.channel(ALICE, BOB)
    smtp.refuse(BOB, "450 4.2.1 greylisted", "250 OK")
    first = sender(url).send("mail", MESSAGE)
    assert not first.ok
    assert first.retryable
    assert f"refused it for {BOB}: 450 4.2.1 greylisted" in first.detail
    assert f"accepted for {ALICE}" in first.detail
    again = sender(url).send("mail", MESSAGE, accepted=first.accepted)
    assert again == SendResult(True, f"127.0.0.1 accepted it for {ALICE}, {BOB}")
    assert [mail.recipients for mail in smtp.mails] == [(ALICE,), (BOB,)]
    # What is kept is about this message only.
    other = replace(MESSAGE, message_id="another")
    assert sender(url).send("mail", other, accepted=first.accepted).ok
    assert len(smtp.mails) == 4


def test_who_is_added_between_two_tries_is_mailed_and_who_is_removed_is_not(
    smtp: SmtpServer,
) -> None:
    smtp.refuse(BOB, "450 4.2.1 greylisted")
    first = sender(smtp.channel(ALICE, BOB)).send("mail", MESSAGE)
    smtp.refuse(CAROL, "450 4.2.1 greylisted", "250 OK")
    edited = sender(smtp.channel(CAROL, DAVE, query="&name=Desk"))
    second = edited.send("mail", MESSAGE, accepted=first.accepted)
    assert f"accepted for {DAVE})" in second.detail
    # And who comes back has it.
    restored = sender(smtp.channel(CAROL, DAVE, ALICE).replace("monitor@", "desk@"))
    assert restored.send("mail", MESSAGE, accepted=second.accepted).ok
    assert [mail.recipients for mail in smtp.mails] == [(ALICE,), (DAVE,), (CAROL,)]


def test_a_failure_before_anybody_is_asked_takes_nothing_back(smtp: SmtpServer) -> None:
    smtp.refuse(BOB, "450 4.2.1 greylisted", "250 OK")
    first = sender(smtp.channel(ALICE, BOB)).send("mail", MESSAGE)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = smtp.channel(ALICE, BOB).replace(str(smtp.port), str(taken.getsockname()[1]))
        away = sender(url).send("mail", MESSAGE, accepted=first.accepted)
    assert (away.ok, away.accepted) == (False, first.accepted)


def test_one_recipient_refused_for_good_is_not_hidden_by_the_others(smtp: SmtpServer) -> None:
    smtp.refuse(BOB, "550 5.1.1 no such user")
    result = sender(smtp.channel(ALICE, BOB)).send("mail", MESSAGE)
    assert not result.ok
    assert not result.retryable
    assert f"{BOB}: 550 5.1.1 no such user" in result.detail
    assert [mail.recipients for mail in smtp.mails] == [(ALICE,)]


def test_a_connection_lost_half_way_is_taken_up_where_it_broke(smtp: SmtpServer) -> None:
    url = smtp.channel(ALICE, BOB)
    smtp.next("250 accepted", "drop")
    broken = sender(url).send("mail", MESSAGE)
    assert broken.retryable
    assert sender(url).send("mail", MESSAGE, accepted=broken.accepted).ok
    assert [mail.recipients for mail in smtp.mails] == [(ALICE,), (BOB,)]


# --- what programs read ---------------------------------------------------------------------


def listed(smtp: SmtpServer, watchlist: str) -> str:
    given = alert()
    message = render_alert(
        replace(given, match=replace(given.match, watchlist=watchlist)), timezone="UTC"
    )
    assert sender(smtp.channel(ALICE)).send("mail", message).ok
    mail = smtp.mails[-1].message
    assert not mail.defects
    return str(mail["List-Id"])


def test_a_filter_can_go_by_the_watchlist(smtp: SmtpServer) -> None:
    assert listed(smtp, "parliament") == '"parliament" <parliament.monitor.example.org>'
    named = listed(smtp, "Threat actors (UK)")
    assert re.fullmatch(
        r'"Threat actors \(UK\)" <threat-actors-uk-[0-9a-f]{8}\.monitor\.example\.org>', named
    )
    assert listed(smtp, "Threat actors (UK)") == named
    assert listed(smtp, "Threat actors [UK]") != named


@pytest.mark.parametrize("watchlist", ["赵光宗", 'a"b\\c', HOSTILE, "x" * 500, "<>"])
def test_any_watchlist_makes_a_list_id(smtp: SmtpServer, watchlist: str) -> None:
    found = listed(smtp, watchlist)
    assert re.fullmatch(r'("[ -~]*" )?<[a-z0-9-]+\.monitor\.example\.org>', found), found


def test_no_program_answers_and_only_the_gravest_is_important(smtp: SmtpServer) -> None:
    for severity in Severity:
        given = alert()
        told = replace(given, match=replace(given.match, severity=severity))
        assert sender(smtp.channel(ALICE)).send("mail", render_alert(told, timezone="UTC")).ok
    mails = [mail.message for mail in smtp.mails]
    assert {mail["Auto-Submitted"] for mail in mails} == {"auto-generated"}
    assert {mail["X-Auto-Response-Suppress"] for mail in mails} == {"All"}
    assert [mail["Importance"] for mail in mails] == [None, None, None, "high"]


# --- threads --------------------------------------------------------------------------------


def test_what_follows_an_alert_is_threaded_under_it(smtp: SmtpServer) -> None:
    told = replace(alert(), id="m-77", thread="m-42", development=names("Ni Gaobin"))
    sending = sender(smtp.channel(ALICE))
    for message in (
        MESSAGE,
        render_follow_up(follow_up(coverage("Ledger Wire")), timezone="UTC"),
        render_alert(told, timezone="UTC"),
        render_follow_up(follow_up(coverage("Ledger Wire"), first=told), timezone="UTC"),
    ):
        assert sending.send("mail", message).ok
    first, follow, development, last = (mail.message for mail in smtp.mails)
    assert first["In-Reply-To"] is None
    assert first["References"] is None
    assert follow["In-Reply-To"] == follow["References"] == first["Message-ID"]
    assert follow["Subject"] == f"Re: {first['Subject']}"
    assert development["References"] == first["Message-ID"]
    assert last["References"] == f"{first['Message-ID']} {development['Message-ID']}"
    assert last["In-Reply-To"] == development["Message-ID"]


def test_the_longest_references_are_whole(smtp: SmtpServer) -> None:
    told = replace(alert(), id="a" * 64, thread="b" * 64, development=names("news"))
    message = render_follow_up(follow_up(coverage("Ledger Wire"), first=told), timezone="UTC")
    assert sender(smtp.channel(ALICE)).send("mail", message).ok
    (mail,) = smtp.mails
    wanted = f"<alert.{'b' * 64}@example.org> <alert.{'a' * 64}@example.org>"
    assert mail.message["References"] == wanted
    assert mail.message["In-Reply-To"] == f"<alert.{'a' * 64}@example.org>"
    assert not mail.message.defects


def test_a_hostile_follow_up_makes_no_header(smtp: SmtpServer) -> None:
    message = render_follow_up(hostile_follow_up(), timezone="UTC")
    assert sender(smtp.channel(ALICE)).send("mail", message).ok
    (mail,) = smtp.mails
    assert mail.recipients == (ALICE,)
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == message.subject
    assert not mail.message.defects


def test_a_server_may_take_its_time_to_accept_a_mail(smtp: SmtpServer) -> None:
    """It is the one answer that, when it is not waited for, makes a second mail of the first."""
    smtp.delay = 4
    result = sender(smtp.channel(ALICE, query="&cto=3")).send("mail", MESSAGE)
    assert result.ok, result.detail
    assert len(smtp.mails) == 1
