"""The mail server understands what mail clients say, and survives what they should not."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from monitor.demo.mailbox import Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


def letter(text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "a@demo.invalid"
    message["To"] = "b@demo.invalid, c@demo.invalid"
    message["Subject"] = "Grüße"
    message.set_content(text)
    return message


def test_keeps_several_messages_of_one_session(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=60) as client:
        client.send_message(letter("one"))
        client.rset()
        client.noop()
        client.send_message(letter("..two\n.\n.three"))
    assert mailbox.wait_for(2, timeout=60)
    one, two = mailbox.messages
    assert one["Subject"] == "Grüße"
    assert one["X-Envelope-To"] == "b@demo.invalid, c@demo.invalid"
    assert two.get_content() == "..two\r\n.\r\n.three\r\n"


def test_old_greeting_and_null_sender(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=60) as client:
        client.helo()
        client.sendmail("", ["b@demo.invalid"], b"Subject: x\r\n\r\nbounce\r\n")
    assert mailbox.wait_for(1, timeout=60)
    assert mailbox.messages[0]["X-Envelope-From"] == ""


def test_refuses_what_is_out_of_order(mailbox: Mailbox) -> None:
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=60) as client:
        assert client.docmd("MAIL", "FROM:<a@demo.invalid>")[0] == 503
        client.ehlo()
        assert client.docmd("RCPT", "TO:<b@demo.invalid>")[0] == 503
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("MAIL", "nonsense")[0] == 501
        assert client.docmd("MAIL", "FROM:<a@demo.invalid> SIZE=12")[0] == 250
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("VRFY", "b")[0] == 502
    assert mailbox.messages == ()


def test_survives_a_client_that_leaves_in_the_middle(mailbox: Mailbox) -> None:
    with socket.create_connection((mailbox.host, mailbox.port), timeout=60) as client:
        client.sendall(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhalf a ")
    with smtplib.SMTP(mailbox.host, mailbox.port, timeout=60) as client:
        client.send_message(letter())
    assert mailbox.wait_for(1, timeout=60)
    assert len(mailbox.messages) == 1
