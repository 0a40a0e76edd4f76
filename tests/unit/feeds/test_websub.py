"""What publishers say of hubs, what is asked of these, and whom to believe."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import FetchError
from monitor.feeds.parse import parse
from monitor.feeds.websub import (
    announced_in_header,
    has_missed,
    hub_to_ask,
    is_relied_upon,
    is_signed,
    lease_from,
    merged,
    renew_at,
    request_form,
    try_again_at,
    usable_hubs,
)
from monitor.model.feed import Announcement, HubSubscription
from tests.support.clock import MONDAY

BASE = "https://example.org/news/feed"
HUB = "https://hub.example.net/"
OTHER = "https://other.example.net/"
TOPIC = "https://example.org/feed"
DAY = timedelta(days=1)
SUBSCRIPTION = HubSubscription(1, 1, HUB, TOPIC, token="guess", secret="hush", created=MONDAY)
#: Agreed upon two days ago, for a week.
ACTIVE = replace(
    SUBSCRIPTION,
    asked=MONDAY - 2 * DAY,
    confirmed=MONDAY - 2 * DAY,
    agreed=MONDAY - 2 * DAY,
    lease_end=MONDAY + 5 * DAY,
)


class TestAnnouncements:
    @pytest.mark.parametrize(
        ("header", "hubs", "topic"),
        [
            (None, (), None),
            ("", (), None),
            (f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"', (HUB,), TOPIC),
            (f"<{HUB}>; rel=hub,<{TOPIC}>;rel=self", (HUB,), TOPIC),
            (f'<{HUB}>; title="a, b; c=\\"d\\""; rel="HUB"', (HUB,), None),
            (f'<{HUB}>;rel="preload hub",<{OTHER}>;rel=hub', (HUB, OTHER), None),
            (f"<{HUB}>; rel=hub, <{HUB}>; rel=hub", (HUB,), None),
            ('</hub>; rel=hub, <../feed>; rel="self"', ("https://example.org/hub",), TOPIC),
            (f"<{HUB}>; rel=other; rel=hub", (), None),
            (f'<{HUB}>; rel=hub; anchor="/elsewhere"', (), None),
            (f"{HUB}; rel=hub", (), None),
            (f"<{HUB}; rel=hub", (), None),
            ("<javascript:alert(1)>; rel=hub", (), None),
            ("<file:///etc/passwd>; rel=hub", (), None),
            ("<https://hub.example.net:99999/>; rel=hub", (), None),
            ("<https://user:secret@hub.example.net/>; rel=hub", (), None),
            (f"<https://hub.example.net/{'a' * 3000}>; rel=hub", (), None),
            (f"<{HUB}>; rel*=UTF-8''hub", (), None),
        ],
    )
    def test_of_a_link_header(
        self, header: str | None, hubs: tuple[str, ...], topic: str | None
    ) -> None:
        assert announced_in_header(header, BASE) == Announcement(hubs, topic)

    @pytest.mark.parametrize(
        "hostile",
        ["<" * 30_000, "<a>" + " " * 30_000, "<a>;" * 8_000, '<a>; b="' + "\\" * 30_000,
         "<a>" + "; b" * 10_000 + '; c="', "<a>" + " ; b = c" * 4_000 + '"'],
    )  # fmt: skip
    def test_a_hostile_header_takes_no_time(self, hostile: str) -> None:
        assert announced_in_header(hostile, BASE).hubs == ()

    def test_no_more_hubs_than_anybody_needs(self) -> None:
        header = ", ".join(f"<https://{number}.example.net/>; rel=hub" for number in range(1000))
        assert len(announced_in_header(header, BASE).hubs) == 10

    @pytest.mark.parametrize(
        "document",
        [
            f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A</title>'
            f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{TOPIC}"/>'
            f"<item><title>One</title><link>https://example.org/1</link></item></channel></rss>",
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><link rel="hub" '
            f'href="{HUB}"/><link rel="self" href="../feed"/>'
            f"<entry><title>One</title><id>1</id></entry></feed>",
            f'{{"version": "https://jsonfeed.org/version/1.1", "title": "A", "feed_url": "{TOPIC}",'
            f'"hubs": [{{"type": "rssCloud", "url": "{OTHER}"}}, {{"type": "WebSub", "url": '
            f'"{HUB}"}}], "items": []}}',
        ],
        ids=["rss", "atom", "json"],
    )
    def test_of_a_document(self, document: str) -> None:
        assert parse(document.encode(), url=BASE).announced == Announcement((HUB,), TOPIC)

    def test_an_entrys_links_are_not_the_feeds(self) -> None:
        document = (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>One</title>'
            f'<id>1</id><link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'
            "</entry></feed>"
        )
        assert parse(document.encode(), url=BASE).announced == Announcement()

    @pytest.mark.parametrize("hubs", ['"https://hub.example.net/"', "[1, null, {}]", "null"])
    def test_a_faulty_json_feed_is_read_all_the_same(self, hubs: str) -> None:
        document = f'{{"version": "https://jsonfeed.org/version/1", "hubs": {hubs}, "items": []}}'
        assert parse(document.encode(), url=BASE).announced.hubs == ()

    def test_headers_come_before_the_document(self) -> None:
        said = merged(Announcement((OTHER,)), Announcement((HUB,), TOPIC))
        assert said == Announcement((OTHER,), TOPIC)


class TestWhichHub:
    def test_without_a_topic_nothing_is_asked_for(self) -> None:
        assert usable_hubs(Announcement((HUB,)), "https://example.org/feed?token=secret") == ()

    def test_https_comes_first(self) -> None:
        announced = Announcement(("http://hub.example.net/", HUB), "http://example.org/feed")
        assert usable_hubs(announced, "http://example.org/feed") == (HUB, "http://hub.example.net/")

    def test_a_secure_feed_is_not_pushed_insecurely(self) -> None:
        announced = Announcement(
            ("http://hub.example.net/", "http://other.example.net:8080/", OTHER, HUB), TOPIC
        )
        assert usable_hubs(announced, TOPIC) == (OTHER, HUB)
        blog = Announcement(("http://hub.example.net/?a=b",), TOPIC)
        assert usable_hubs(blog, TOPIC) == ("https://hub.example.net/?a=b",)

    def test_the_first_for_a_feed_that_has_none(self) -> None:
        assert hub_to_ask((HUB, OTHER), TOPIC, None, MONDAY) == HUB
        assert hub_to_ask((), TOPIC, None, MONDAY) is None

    def test_the_present_one_stays_whatever_the_order(self) -> None:
        assert hub_to_ask((OTHER, HUB), TOPIC, ACTIVE, MONDAY + 3 * DAY) is None
        assert hub_to_ask((), TOPIC, ACTIVE, MONDAY + 3 * DAY) is None

    def test_another_hub_or_topic_after_a_day(self) -> None:
        for hubs, topic in (((OTHER,), TOPIC), ((HUB,), f"{TOPIC}/new")):
            assert hub_to_ask(hubs, topic, ACTIVE, MONDAY + timedelta(hours=23)) is None
            assert hub_to_ask(hubs, topic, ACTIVE, MONDAY + DAY) == hubs[0]

    def test_after_failures_the_next(self) -> None:
        failing = replace(SUBSCRIPTION, failures=3)
        assert hub_to_ask((HUB, OTHER), TOPIC, replace(failing, failures=2), MONDAY) is None
        assert hub_to_ask((HUB, OTHER), TOPIC, failing, MONDAY) == OTHER
        assert hub_to_ask((HUB, OTHER), TOPIC, replace(failing, hub=OTHER), MONDAY) == HUB
        assert hub_to_ask((HUB,), TOPIC, failing, MONDAY) is None
        assert hub_to_ask((HUB, OTHER), TOPIC, replace(ACTIVE, failures=9), MONDAY) is None


class TestAsking:
    def test_to_subscribe(self) -> None:
        assert request_form(SUBSCRIPTION, "https://us.example.org/guess", 7 * DAY) == {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.callback": "https://us.example.org/guess",
            "hub.verify": "async",
            "hub.lease_seconds": "604800",
            "hub.secret": "hush",
        }

    def test_to_unsubscribe_tells_no_secret(self) -> None:
        form = request_form(replace(SUBSCRIPTION, wanted=False), "https://us.example.org/", DAY)
        assert form["hub.mode"] == "unsubscribe"
        assert "hub.secret" not in form

    @pytest.mark.parametrize(
        ("said", "lease"),
        [
            ("3600", timedelta(hours=1)),
            (" 864000 ", 10 * DAY),
            ("9" * 5000, 30 * DAY),
            (None, 7 * DAY),
            ("", 7 * DAY),
            ("0", 7 * DAY),
            ("-5", 7 * DAY),
            ("1e9", 7 * DAY),
            ("٣", 7 * DAY),
        ],
    )
    def test_how_long_a_lease_is(self, said: str | None, lease: timedelta) -> None:
        assert lease_from(said, 7 * DAY) == lease

    def test_a_wish_for_longer_is_cut_too(self) -> None:
        assert lease_from(None, 365 * DAY) == 30 * DAY

    @pytest.mark.parametrize(
        ("lease", "renewed"),
        [
            (10 * DAY, 9 * DAY),
            (timedelta(hours=4), timedelta(hours=3)),
            (timedelta(seconds=1), timedelta(minutes=5)),
        ],
    )
    def test_a_lease_is_renewed_before_it_ends(self, lease: timedelta, renewed: timedelta) -> None:
        assert renew_at(MONDAY, lease, 0.0) == MONDAY + renewed
        assert renew_at(MONDAY, lease, 1.0) <= MONDAY + renewed

    def test_a_failing_hub_is_asked_less_and_less_and_never_given_up(self) -> None:
        waits = [try_again_at(MONDAY, n, 0.5) - MONDAY for n in (1, 2, 3, 5000)]
        minutes = [wait / timedelta(minutes=1) for wait in waits]
        assert minutes == [15, 30, 60, 24 * 60]

    def test_a_no_counts_for_a_day_and_then_longer(self) -> None:
        waits = [try_again_at(MONDAY, n, 0.5, refused=True) - MONDAY for n in (1, 2, 3, 4, 5000)]
        assert [wait / DAY for wait in waits] == [1, 2, 4, 7, 7]

    @pytest.mark.parametrize(
        ("error", "hours"),
        [
            (FetchError("no", kind="http", status=400), 24),
            (FetchError("no", kind="forbidden-address"), 24),
            (FetchError("no", kind="http", status=503), 0.25),
            (FetchError("no", kind="http", status=503, retry_after=7200.0), 2),
            (FetchError("no", kind="http", status=429, retry_after=1e9), 7 * 24),
            (FetchError("no", kind="timeout"), 0.25),
        ],
    )
    def test_what_was_refused_waits_longer(self, error: FetchError, hours: float) -> None:
        assert try_again_at(MONDAY, 1, 0.5, error=error) == MONDAY + timedelta(hours=hours)
        longest = try_again_at(MONDAY, 99, 1.0, error=error) - MONDAY
        assert longest <= 1.25 * 7 * DAY


class TestSignatures:
    @pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
    def test_of_every_kind(self, method: str) -> None:
        digest = hmac.new(b"hush", b"news", getattr(hashlib, method)).hexdigest()
        assert is_signed(b"news", f"{method}={digest}", "hush")
        assert is_signed(b"news", f" {method.upper()}={digest.upper()} ", "hush")
        assert not is_signed(b"news", f"{method}={digest}", "loud")
        assert not is_signed(b"News", f"{method}={digest}", "hush")
        assert not is_signed(b"news", f"{method}={digest[:-1]}", "hush")

    @pytest.mark.parametrize(
        "signature",
        [None, "", "=", "sha256", "sha256=", "md5=" + hmac.new(b"hush", b"news", "md5").hexdigest(),
         "new=00", "blake2b=00", "sha256=\udcff", "sha1=é"],
    )  # fmt: skip
    def test_anything_else_is_none(self, signature: str | None) -> None:
        assert not is_signed(b"news", signature, "hush")


class TestReliance:
    def test_a_hub_is_relied_upon_once_it_has_pushed(self) -> None:
        assert not is_relied_upon(None, MONDAY)
        assert not is_relied_upon(ACTIVE, MONDAY)
        assert is_relied_upon(replace(ACTIVE, last_push=MONDAY - DAY), MONDAY)

    def test_not_beyond_its_lease(self) -> None:
        pushed = replace(ACTIVE, last_push=MONDAY)
        assert is_relied_upon(pushed, MONDAY + 5 * DAY - timedelta(seconds=1))
        assert not is_relied_upon(pushed, MONDAY + 5 * DAY)

    def test_not_when_it_is_to_end(self) -> None:
        assert not is_relied_upon(replace(ACTIVE, last_push=MONDAY, wanted=False), MONDAY)

    def test_one_that_lost_news_only_a_day_later_and_if_it_pushes_again(self) -> None:
        lost = replace(ACTIVE, last_push=MONDAY - timedelta(hours=1), missed=MONDAY)
        assert not is_relied_upon(lost, MONDAY + 2 * DAY)
        pushed = replace(lost, last_push=MONDAY + timedelta(minutes=1))
        assert not is_relied_upon(pushed, MONDAY + timedelta(hours=23))
        assert is_relied_upon(pushed, MONDAY + DAY)

    def test_only_what_it_could_have_pushed_counts_as_lost(self) -> None:
        agreed = MONDAY - 2 * DAY
        since = MONDAY - DAY
        assert has_missed(ACTIVE, MONDAY, since)
        # Published before it agreed, or while we could not be reached, for all we know.
        assert not has_missed(ACTIVE, agreed - timedelta(hours=1), agreed - DAY)
        assert not has_missed(ACTIVE, since - timedelta(hours=1), since)
        assert not has_missed(ACTIVE, MONDAY, None)
        assert not has_missed(SUBSCRIPTION, MONDAY, since)
