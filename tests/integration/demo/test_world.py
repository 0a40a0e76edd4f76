"""The made-up world: everything it promises is served, readable and made as intended."""

from __future__ import annotations

import json
import re
import tomllib
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import feedparser
import httpx
import pytest

from monitor.articles.page import read_page
from monitor.config.schema import Config
from monitor.demo.world import DemoWorld

NOW = datetime(2026, 5, 4, 15, 30, 12, 345, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> Iterator[DemoWorld]:
    with DemoWorld(NOW) as made_up:
        yield made_up


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as http:
        yield http


def texts(world: DemoWorld, client: httpx.Client) -> dict[str, str]:
    """The main text of every page that can be read, by the end of its address."""
    found = {}
    for article in world.articles:
        if not article.paywalled:
            answer = client.get(article.url)
            page = read_page(
                answer.content, url=article.url, content_type=answer.headers["Content-Type"]
            )
            found[article.slug] = page.text
    return found


def test_size_of_the_world(world: DemoWorld) -> None:
    assert len(world.feeds) == 6
    assert len(world.articles) >= 20
    assert len({article.url for article in world.articles}) == len(world.articles)


def test_feeds_parse_and_lead_to_the_articles(world: DemoWorld, client: httpx.Client) -> None:
    links = set()
    for feed in world.feeds:
        document = feedparser.parse(client.get(feed.url).content)
        assert not document.bozo, document.get("bozo_exception")
        assert document.feed.title == feed.name
        for entry in document.entries:
            assert entry.title
            assert entry.summary
            assert timegm(entry.published_parsed) <= NOW.timestamp()
            links.add(entry.link)
    assert links == {article.url for article in world.articles}


def test_feeds_answer_conditional_requests(world: DemoWorld, client: httpx.Client) -> None:
    for feed in world.feeds:
        etag = client.get(feed.url).headers["ETag"]
        again = client.get(feed.url, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(feed.url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_page_is_read_as_it_was_written(world: DemoWorld, client: httpx.Client) -> None:
    for outlet in world.outlets:
        for article in outlet.articles:
            if article.paywalled:
                continue
            answer = client.get(article.url)
            assert answer.status_code == 200
            page = read_page(answer.content, url=article.url, content_type="text/html")
            # The standfirst above it may be taken along.
            assert page.text.removeprefix(f"{article.summary}\n") == article.text
            assert page.title == article.title
            assert page.authors == (article.author,)
            assert page.published == article.published
            assert page.language == outlet.language
            assert page.canonical_url == article.url


def test_pages_are_marked_as_made_up_and_surrounded_by_traps(
    world: DemoWorld, client: httpx.Client
) -> None:
    for article in world.articles:
        html = client.get(article.url).content
        assert b"Made up for" in html
        answer = client.get(article.url).text if b"gb18030" not in html else html.decode("gb18030")
        for outside in (*article.box, article.biography):
            plain = answer.replace("&#39;", "'")
            assert outside in plain
            assert not outside or outside not in article.text


def test_a_paywalled_page_is_refused_but_its_feed_names_the_actor(
    world: DemoWorld, client: httpx.Client
) -> None:
    [article] = [article for article in world.articles if article.paywalled]
    assert client.get(article.url).status_code == 403
    assert "APT31" in article.summary


def test_the_buried_mention(world: DemoWorld, client: httpx.Client) -> None:
    [article] = [article for article in world.articles if article.slug == "what-the-list-means"]
    text = texts(world, client)[article.slug]
    assert text.count("Ni Gaobin") == 1
    assert not re.search("Ni Gaobin|APT31|Zhao|Electoral", article.title + article.summary)
    assert "APT31" in article.box[0]
    assert "Zhao Guangming" in article.biography
    assert "Electoral Commission" in article.biography
    for trap in ("APT31", "Zhao", "Electoral Commission"):
        assert trap not in text


def test_who_is_named_where(world: DemoWorld, client: httpx.Client) -> None:
    found = texts(world, client)

    def naming(pattern: str) -> set[str]:
        return {slug for slug, text in found.items() if re.search(pattern, text)}

    story = {"ministers-name-hackers", "china-blamed-cyber", "seven-charged", "yingguo-zhicai"}
    assert naming("APT31") == story | {"london-sanktionen"}
    assert naming("Zhao Guangzong|赵光宗") == story | {"london-sanktionen"}
    assert naming("倪高彬") == naming("英国选举委员会") == {"yingguo-zhicai"}
    assert naming("(?i)zirconium") == {"zirconia-smiles", "reactor-cladding", "seven-charged"}
    assert {"india-phases", "ghana-register"} < naming("Electoral Commission")
    assert naming(r"Bishop of Chichester") == {"bishop-housing"}
    assert naming("Paul Chichester") == {"seven-charged"}
    assert naming(r"Zhao (?!Guangzong)") == {"restaurant-zhao"}


def test_the_false_friend(world: DemoWorld, client: httpx.Client) -> None:
    text = texts(world, client)[world.false_friend.rsplit("/", 1)[1].removesuffix(".html")]
    [title] = [article.title for article in world.articles if article.url == world.false_friend]
    assert title.startswith("Zirconium")
    assert "zirconium" in text
    assert "APT31" not in text


def test_all_but_one_are_within_the_backfill(world: DemoWorld) -> None:
    old = [a.slug for a in world.articles if NOW - a.published > timedelta(hours=24)]
    assert old == ["voters-told-of-breach"]
    newest = max(world.articles, key=lambda article: article.published)
    assert newest.slug == "front-companies"


def test_the_configuration_is_valid(world: DemoWorld) -> None:
    config = Config.model_validate(tomllib.loads(world.config_toml()))
    assert config.feeds == world.feeds
    assert config.polling.allow_private_networks
    assert {channel.name for channel in config.channels} == {"slack", "mail"}
    entities = {e.name: e.kind for w in config.watchlists for e in w.entities}
    assert entities["APT31"] == "threat-actor"
    assert {"Electoral Commission", "Zhao Guangzong", "Ni Gaobin"} < set(entities)


def test_the_configurations_addresses_are_parameters(world: DemoWorld) -> None:
    text = world.config_toml(
        storage_url='sqlite:////tmp/a "b"\\c.db',
        slack_endpoint="http://127.0.0.1:1/services",
        mail_url="mailto://127.0.0.1:2/?a=b&c=d",
    )
    config = Config.model_validate(tomllib.loads(text))
    assert config.storage.url == 'sqlite:////tmp/a "b"\\c.db'
    assert config.channels[0].endpoint == "http://127.0.0.1:1/services"
    assert config.channels[1].url.get_secret_value() == "mailto://127.0.0.1:2/?a=b&c=d"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_slack_takes_what_apprise_sends(world: DemoWorld) -> None:
    import apprise
    from apprise.plugins.slack import NotifySlack

    config = Config.model_validate(tomllib.loads(world.config_toml()))
    slack = apprise.Apprise.instantiate(config.channels[0].url.get_secret_value())
    assert isinstance(slack, NotifySlack)
    endpoint = config.channels[0].endpoint
    assert endpoint
    slack.webhook_url = endpoint
    before = len(world.slack_messages)
    assert slack.notify(title="Named", body="In the third paragraph")
    [message] = world.slack_messages[before:]
    assert message["attachments"][0]["title"] == "Named"


@pytest.mark.parametrize(
    ("path", "body", "status", "answer"),
    [
        ("services/T/B/x", {"text": "hello"}, 200, "ok"),
        ("services/T/B/x", {}, 400, "no_text"),
        ("services/T/B/x", [], 400, "invalid_payload"),
        ("services/T/B", {"text": "hello"}, 404, "no_service"),
        ("elsewhere", {"text": "hello"}, 404, "no_service"),
    ],
)
def test_slack_answers(
    world: DemoWorld, client: httpx.Client, path: str, body: object, status: int, answer: str
) -> None:
    reply = client.post(f"{world.base_url}/{path}", content=json.dumps(body))
    assert (reply.status_code, reply.text) == (status, answer)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_mail_takes_what_apprise_sends(world: DemoWorld) -> None:
    import apprise

    before = len(world.mailbox.messages)
    mail = apprise.Apprise.instantiate(world.mail_url)
    assert mail is not None
    assert mail.notify(title="Genannt: Zhào", body="<p>Im dritten Absatz</p>", body_format="html")
    assert world.mailbox.wait_for(before + 1, timeout=60)
    message = world.mailbox.messages[-1]
    assert message["Subject"] == "Genannt: Zhào"
    assert message["X-Envelope-To"] == "press.office@demo.invalid"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Im dritten Absatz" in body.get_content()


def test_unknown_addresses(world: DemoWorld, client: httpx.Client) -> None:
    assert client.get(f"{world.base_url}/../../etc/passwd").status_code == 404
    assert client.get(f"{world.base_url}/").status_code == 404


def test_closing_ends_it() -> None:
    with DemoWorld(NOW) as short:
        feed, port = short.feeds[0].url, short.mailbox.port
        assert httpx.get(feed).status_code == 200
        assert port
    with pytest.raises(httpx.ConnectError):
        httpx.get(feed)
    with pytest.raises(RuntimeError):
        _ = short.mailbox.port
