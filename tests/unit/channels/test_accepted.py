"""What is kept of who has a message: it is told from all else, and tells nobody anything."""

from __future__ import annotations

import pytest

from monitor.channels.accepted import Accepted
from monitor.channels.receipts import Place
from monitor.config.schema import Channel
from monitor.model.delivery import PartlyAccepted

ALICE, PHONE = "alice@example.org", "15557654321"


def channel(url: str = "json://joe:hushhush@localhost", name: str = "desk") -> Channel:
    return Channel.model_validate({"name": name, "url": url})


def kept(*targets: tuple[str, str | None]) -> PartlyAccepted:
    accepted = Accepted(channel(), "alert.a")
    for target, account in targets:
        accepted.add(target, account)
    found = accepted.kept()
    assert found is not None
    return found


def test_nothing_is_kept_of_what_nobody_has() -> None:
    accepted = Accepted(channel(), "alert.a")
    assert not accepted
    assert accepted.kept() is None
    assert not accepted.has(ALICE, "")


def test_who_has_it_has_it_in_every_later_attempt() -> None:
    second = Accepted(channel(), "alert.a", kept((ALICE, "")))
    second.add(PHONE, "t1")
    third = Accepted(channel(), "alert.a", second.kept())
    assert third.has(ALICE, "")
    assert third.has(PHONE, "t1")
    assert third.kept() == second.kept()


@pytest.mark.parametrize(
    ("where", "message_id", "account"),
    [
        (channel(name="other"), "alert.a", "t1"),
        (channel(), "alert.b", "t1"),
        (channel(), "alert.a", "t2"),
        (channel(), "alert.a", None),
    ],
)
def test_of_another_channel_message_or_account_it_says_nothing(
    where: Channel, message_id: str, account: str | None
) -> None:
    before = kept((PHONE, "t1"))
    assert Accepted(channel(), "alert.a", before).has(PHONE, "t1")
    assert not Accepted(where, message_id, before).has(PHONE, account)


def test_a_place_in_an_address_says_nothing_once_the_address_is_another() -> None:
    before = kept(("0", None))
    edited = channel("json://joe:hushhush@localhost/more")
    assert Accepted(channel(), "alert.a", before).has("0")
    assert not Accepted(edited, "alert.a", before).has("0")


def test_what_is_kept_names_nobody_and_no_secret() -> None:
    before = kept((ALICE, ""), (PHONE, "t1"), ("0", None))
    assert len(before.marks) == 3
    assert all(len(mark) == 16 and int(mark, 16) >= 0 for mark in before.marks)
    # The same person, in another message.
    other = Accepted(channel(), "alert.b")
    other.add(ALICE, "")
    found = other.kept()
    assert found is not None
    assert not {*found.marks} & {*before.marks}


def test_names_that_are_no_text_are_told_apart_as_well() -> None:
    before = kept(("\udcff", "t\udcff"))
    assert Accepted(channel(), "alert.a", before).has("\udcff", "t\udcff")
    assert not Accepted(channel(), "alert.a", before).has("?", "t?")


def test_where_it_stands_is_kept_with_who_has_it() -> None:
    accepted = Accepted(channel(), "alert.a")
    accepted.add("#general", "t1")
    accepted.places.append(Place("#general", "C1", "1.2"))
    again = Accepted(channel(), "alert.a", accepted.kept())
    assert again.places == accepted.places
