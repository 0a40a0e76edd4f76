"""Telling a dead network from dead feeds."""

from __future__ import annotations

import pytest

from monitor.errors import FetchError, ParseError
from monitor.fetch.uplink import HOSTS, Uplink, Witnesses, is_near, witnesses
from monitor.model.feed import DEAD_AFTER


def unreachable(kind: str = "dns") -> FetchError:
    return FetchError("could not be found", kind=kind)


def test_many_hosts_in_a_row_are_our_network() -> None:
    uplink = Uplink()
    for number in range(HOSTS):
        assert not uplink.down
        uplink.failed(f"https://{number}.example/feed", unreachable())
    assert uplink.down
    uplink.reached()
    assert not uplink.down


def test_one_host_that_fails_often_is_not() -> None:
    uplink = Uplink()
    for number in range(50):
        uplink.failed(f"https://one.example/feed{number}", unreachable("timeout"))
    assert not uplink.down


@pytest.mark.parametrize(
    "answer", [FetchError("no", kind="http", status=500), ParseError("this is not a feed")]
)
def test_whoever_answers_shows_that_the_network_works(answer: FetchError | ParseError) -> None:
    uplink = Uplink()
    for number in range(HOSTS):
        uplink.failed(f"https://{number}.example/feed", unreachable("connect"))
    uplink.failed("https://other.example/feed", answer)
    assert not uplink.down


def test_what_we_refuse_ourselves_says_nothing() -> None:
    uplink = Uplink()
    for number in range(2 * HOSTS):
        uplink.failed(f"https://{number}.example/feed", unreachable("forbidden-address"))
    assert not uplink.down


def test_hosts_that_are_dead_by_themselves_are_no_outage() -> None:
    """Whoever owns five of them cannot make one."""
    uplink = Uplink()
    for number in range(20):
        uplink.failed(
            f"https://{number}.example/feed", unreachable(), hosts=Witnesses(40), times=DEAD_AFTER
        )
    assert not uplink.down


def test_an_outage_is_noticed_though_some_hosts_are_dead_anyway() -> None:
    uplink = Uplink()
    for number in range(3):
        uplink.failed(
            f"https://dead{number}.example/feed", unreachable(), hosts=Witnesses(6), times=9
        )
    for number in range(3):
        assert not uplink.down
        uplink.failed(f"https://{number}.example/feed", unreachable(), hosts=Witnesses(6))
    assert uplink.down
    uplink.reached("https://dead0.example/feed")
    assert not uplink.down


FAR = [f"https://{number}.example/feed" for number in range(HOSTS)]


@pytest.mark.parametrize(
    "near",
    ["http://127.0.0.1:8000/feed", "http://[::1]/feed", "http://nas.lan/feed", "http://nas/"],
)
def test_what_answers_on_our_own_machine_says_nothing_of_the_network(near: str) -> None:
    uplink, hosts = Uplink(), witnesses([*FAR, near])
    assert hosts == Witnesses(HOSTS, near=False)
    said = []
    for url in FAR:
        uplink.failed(url, unreachable(), hosts)
        uplink.reached(near)
        said.append(uplink.down)
    # It is said once, and not taken back and said again at each of its answers.
    assert said == [*[False] * (HOSTS - 1), True]
    uplink.failed(near, ParseError("no feed"), hosts)
    assert uplink.down
    uplink.reached(FAR[0])
    assert not uplink.down
    uplink.failed(near, unreachable("connect"), hosts)
    assert not uplink.unreachable


def test_where_all_feeds_are_on_our_own_network_they_tell_of_it() -> None:
    urls = [f"http://10.0.0.{number}/feed" for number in range(HOSTS)]
    uplink, hosts = Uplink(), witnesses(urls)
    for url in urls:
        uplink.failed(url, unreachable("connect"), hosts)
    assert uplink.down
    uplink.reached(urls[0])
    assert not uplink.down


@pytest.mark.parametrize("host", ["news.example", "1.1.1.1", "localhost.example"])
def test_all_else_is_beyond(host: str) -> None:
    assert not is_near(host)
