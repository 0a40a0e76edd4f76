"""What a robots.txt says, how long it is known, and what a site's failure means."""

from __future__ import annotations

import httpx
import pytest

from monitor.errors import FetchError
from monitor.fetch.robots import ASKED_AGAIN, FAILING_FOR, KNOWN_FOR, LONGEST_DELAY, Robots
from tests.support.clock import Clock

PAGE = httpx.URL("https://news.example/2024/story?id=1")


class Site:
    """Says what it is told to, and counts how often."""

    def __init__(self, answer: str | FetchError) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer.encode()


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("", 0.0),
        ("User-agent: *\nCrawl-delay: 5", 5.0),
        ("User-agent: *\nCrawl-delay: 86400", LONGEST_DELAY),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nCrawl-delay: nan", 0.0),
        ("User-agent: *\nDisallow: /\n\nUser-agent: monitor\nCrawl-delay: 2\nAllow: /", 2.0),
        ("User-agent: newsbot\nDisallow: /", 0.0),
        ("User-agent: *\nDisallow: /*.pdf$\nDisallow: /search", 0.0),
        ("<html><body>Not found</body></html>", 0.0),
        ("\x00\ufffd" * 1000, 0.0),
    ],
)
async def test_the_pause_that_a_site_wants(text: str, delay: float) -> None:
    assert await Robots(Clock()).delay(PAGE, "monitor/1.0 (news monitor)", Site(text)) == delay


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /",
        "User-agent: Monitor\nDisallow: /2024",
        "User-agent: *\nDisallow: /*?id=",
        "user-agent: a\nuser-agent: monitor\ndisallow: /2024/*/\nDisallow: /2024/story",
    ],
)
async def test_what_programs_must_not_read(text: str) -> None:
    with pytest.raises(FetchError, match="asks programs not to") as caught:
        await Robots(Clock()).delay(PAGE, "monitor/1.0 (news monitor)", Site(text))
    assert caught.value.kind == "robots"


async def test_who_introduces_himself_otherwise_is_meant_by_that_name() -> None:
    site = Site("User-agent: Newsroom\nDisallow: /")
    with pytest.raises(FetchError):
        await Robots(Clock()).delay(PAGE, "newsroom (press@example.org)", site)
    assert await Robots(Clock()).delay(PAGE, "monitor/1.0", site) == 0


async def test_each_site_is_asked_for_itself() -> None:
    robots, site = Robots(Clock()), Site("")
    for page in ("http://a.example/x", "https://a.example/x", "https://a.example:8443/x"):
        await robots.delay(httpx.URL(page), "monitor", site)
        await robots.delay(httpx.URL(page), "monitor", site)
    assert site.asked == [
        "http://a.example/robots.txt",
        "https://a.example/robots.txt",
        "https://a.example:8443/robots.txt",
    ]


def http(status: int) -> FetchError:
    return FetchError("no", kind="http", status=status)


@pytest.mark.parametrize(
    "failure", [http(404), http(403), http(410), FetchError("round", kind="redirects")]
)
async def test_a_site_without_one_wants_nothing(failure: FetchError) -> None:
    assert await Robots(Clock()).delay(PAGE, "monitor", Site(failure)) == 0


@pytest.mark.parametrize("failure", [http(500), http(429), FetchError("slow", kind="timeout")])
async def test_a_failure_counts_for_an_hour_at_the_most(failure: FetchError) -> None:
    clock, site = Clock(), Site(failure)
    robots = Robots(clock)
    for _ in range(3):
        with pytest.raises(FetchError, match="could not be had") as caught:
            await robots.delay(PAGE, "monitor", site)
        assert (caught.value.kind, caught.value.status) == (failure.kind, failure.status)
    assert len(site.asked) == 1
    clock.advance(seconds=ASKED_AGAIN.total_seconds())
    with pytest.raises(FetchError):
        await robots.delay(PAGE, "monitor", site)
    assert len(site.asked) == 2
    clock.advance(seconds=FAILING_FOR.total_seconds())
    assert await robots.delay(PAGE, "monitor", site) == 0
    site.answer = "User-agent: *\nDisallow: /"
    clock.advance(seconds=ASKED_AGAIN.total_seconds())
    with pytest.raises(FetchError, match="asks programs not to"):
        await robots.delay(PAGE, "monitor", site)
    # It has recovered: what comes next has its hour again.
    site.answer = failure
    clock.advance(seconds=KNOWN_FOR.total_seconds())
    with pytest.raises(FetchError, match="could not be had"):
        await robots.delay(PAGE, "monitor", site)


async def test_what_is_remembered_is_bounded() -> None:
    robots, site = Robots(Clock()), Site("")
    for number in range(2500):
        await robots.delay(httpx.URL(f"https://h{number}.example/"), "monitor", site)
    assert len(robots._known) <= 2000


async def test_long_ones_are_forgotten_before_short_ones() -> None:
    robots, short, long = Robots(Clock()), Site("User-agent: *"), Site("#" * 500_000)
    await robots.delay(PAGE, "monitor", short)
    for number in range(10):
        await robots.delay(httpx.URL(f"https://h{number}.example/"), "monitor", long)
    assert sum(known.size for known in robots._known.values()) <= 2**21
    await robots.delay(PAGE, "monitor", short)
    assert len(short.asked) == 1
