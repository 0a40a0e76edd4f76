"""Templates of the user's own, from the configuration to Slack: their form, or at least ours."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config.schema import Channel
from monitor.messages.render import render_alert
from monitor.pipeline import templates
from monitor.pipeline.events import Noticed
from monitor.pipeline.poll import poll
from monitor.pipeline.read import read
from monitor.pipeline.templates import Forms
from monitor.service.check import check_config
from monitor.store import articles, feeds
from tests.support.alerts import alert
from tests.support.product import Product
from tests.support.program import config_toml
from tests.support.slack import SlackServer
from tests.support.story import news
from tests.support.web import WebWorld, rss

#: Passes the samples of `monitor check`, and fails for what is news.
NEWS_ONLY = '{% if kind == "alert" and "TEST" not in title %}FAULT{% endif %}mine'


ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


async def tell(
    product: Product, web: WebWorld, slack: SlackServer, folder: Path, template: str, *names: str
) -> None:
    """Read articles of these names and send what is told of them, in the template's form."""
    (folder / "mine.md.j2").write_text(template)
    toml = config_toml(
        [web.url("/feed")],
        slack=slack.endpoint,
        operations=True,
        slack_options='template = "mine.md.j2"',
    )
    web.serve("/feed", rss([news(web, name, title=f"APT31 blamed {name}") for name in names]))
    await product.start(toml=toml)
    [feed] = await product.ctx.look(feeds.everything)
    await poll(product.ctx, feed.id)
    now = product.clock()
    for stored in await product.ctx.look(lambda c: articles.to_read(c, now, 99, set())):
        await read(product.ctx, stored.id)
    await send(product)


async def send(product: Product) -> None:
    claimed = await product.ctx.deliverer.claim()
    await asyncio.gather(
        *(product.ctx.deliverer.deliver(name, each) for name, each in claimed.items())
    )


def notices(product: Product) -> list[str]:
    return [
        step.notice.text
        for step in product.steps
        if isinstance(step, Noticed) and step.notice.kind == "template"
    ]


async def test_an_alert_arrives_in_the_users_form(
    product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    template = "{{ kind }}\n\n{{ link(alert.link, alert.headline_text) }}\n\nsmall\n"
    await tell(product, web, slack, tmp_path, template, "one")
    (post,) = slack.messages
    assert post.payload["blocks"][0]["text"]["text"] == "alert"
    assert "|APT31 blamed one>" in post.payload["blocks"][1]["text"]["text"]
    assert post.payload["attachments"][0]["blocks"][-1]["elements"][0]["text"] == "small"
    assert not notices(product)


@pytest.mark.parametrize(
    ("fault", "words"),
    [("{{ 1 / 0 }}", "mine.md.j2:1: division by zero"), (ENDLESS, "mine.md.j2: could not be")],
)
async def test_a_template_that_fails_costs_the_form_and_operators_are_told_once(
    product: Product,
    web: WebWorld,
    slack: SlackServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    words: str,
) -> None:
    monkeypatch.setattr(templates, "SECONDS", 0.3)
    await tell(product, web, slack, tmp_path, NEWS_ONLY.replace("FAULT", fault), "one", "two")
    await asyncio.to_thread(check_config, tmp_path / "config.toml", env={})
    titles = [post.payload["text"] for post in slack.messages]
    assert sorted(titles) == sorted(set(titles))
    assert sum("APT31 blamed" in title for title in titles) == 2
    (told,) = notices(product)
    assert f"{tmp_path}/{words}" in told
    await send(product)
    assert "could not be used" in slack.messages[-1].payload["text"]
    assert len(slack.messages) == 3


async def test_an_edit_of_a_template_is_taken_over(
    product: Product, web: WebWorld, slack: SlackServer, tmp_path: Path
) -> None:
    await tell(product, web, slack, tmp_path, "first {{ title }}", "one")
    sender = product.ctx.runtime.sender
    await tell(product, web, slack, tmp_path, "second {{ title }}", "one", "two")
    assert product.ctx.runtime.sender is not sender
    assert [post.payload["text"].split()[0] for post in slack.messages] == ["first", "second"]


MESSAGE = render_alert(alert(), timezone="UTC")
DOUBLED = "{% set a = 'a' * 99999 %}" + "{% set a = a ~ a %}" * 20 + "{{ a|length }}"


@pytest.fixture
def own_forms() -> Iterator[Forms]:
    made = Forms()
    yield made
    made.close()


def with_template(source: str) -> Channel:
    made = {"name": "desk", "url": "json://127.0.0.1/", "template": "/my.txt.j2"}
    return Channel.model_validate(made).written(source)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
async def test_what_a_template_takes_costs_its_form_only(
    own_forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy = (
        "{{ 'x' * 9999999999 }}", "{{ ([1] * 9999999999)|length }}", "{{ '%9999999999d' % 1 }}",
        "{{ ('a' * 99999)|replace('a', 'b' * 9999)|length }}", DOUBLED,
    )  # fmt: skip
    endless = (ENDLESS, "{{ (9 ** 9) ** (9 ** 9) }}", "{{ range(99999)|sum }}" * 9 + ENDLESS)
    monkeypatch.setattr(templates, "SECONDS", 0.5)
    reasons = []
    for source in (*greedy, *endless):
        drawn, warning = await own_forms.in_its_form(with_template(source), MESSAGE)
        assert drawn == MESSAGE
        assert warning is not None
        assert warning.startswith("/my.txt.j2: could not be written within 0.5 seconds and 512 MiB")
        reasons.append(warning)
    # What takes both may come to the end of either first.
    assert "of memory" in reasons[0]
    assert "longer than" in reasons[-1]
    monkeypatch.undo()
    drawn, warning = await own_forms.in_its_form(with_template("mine: {{ title }}"), MESSAGE)
    assert (drawn.text, warning) == (f"mine: {MESSAGE.title}\n", None)


async def test_a_channel_without_a_template_needs_no_process(own_forms: Forms) -> None:
    plain = Channel.model_validate({"name": "desk", "url": "json://127.0.0.1/"})
    for channel in (None, plain):
        assert await own_forms.in_its_form(channel, MESSAGE) == (MESSAGE, None)
    assert own_forms._process is None
