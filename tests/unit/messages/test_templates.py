"""Users' own templates: what they can say, and that nothing they do costs an alert."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from monitor.messages import mrkdwn
from monitor.messages import templates as custom
from monitor.messages.render import (
    render_alert,
    render_digest,
    render_follow_up,
    render_notice,
    render_samples,
)
from monitor.messages.templates import Form, TemplateFault, dressed
from monitor.model.alert import Notice
from monitor.model.delivery import Message
from tests.support.alerts import (
    CREATED,
    HOSTILE,
    TITLE,
    alert,
    coverage,
    follow_up,
    hostile_alert,
    hostile_follow_up,
    names,
)

MESSAGE = render_alert(alert(), timezone="UTC")
LATER = render_follow_up(
    follow_up(coverage("Ledger Wire", development=names("Ni Gaobin"))), timezone="UTC"
)
DIGEST = render_digest([alert()], title="Morning", note="why", timezone="UTC")

SLACK = """\
{% if kind == "digest" %}
{{ digest.title }}

{{ digest.summary }}
{% for section in digest.sections %}

{{ section.watchlist|bold }}
{% for item in section.alerts %}
• {{ link(item.alert.link, item.alert.headline_text) }} {{ item.quote }}
{% endfor %}
{% endfor %}

small
{% else %}
{{ alert.severity|upper }} {{ alert.score }}{{ " & again" if kind == "follow-up" }}

{{ link(alert.link, alert.headline_text) }}
{{ alert.source }}
{% for quote in alert.quotes %}

>{{ quote }}
{% endfor %}
{% if kind == "follow-up" %}
{% for report in follow_up.news + follow_up.reports %}

{{ report.development|bold }} {{ link(report.link, report.outlet) }}
{% endfor %}
{% endif %}

{{ alert.watchlist }} `{{ alert.command }}`
{% endif %}
"""

HTML = """\
<h1>{{ title }}</h1>
{% if kind == "digest" %}
{% for section in digest.sections %}
{% for item in section.alerts %}{{ item.quote }}{% endfor %}
{% endfor %}
{% else %}
<a href="{{ alert.link }}">{{ alert.headline }}</a>
<p title="{{ alert.outlet }}">{{ link(alert.link, alert.outlet) }}</p>
{% for quote in alert.quotes %}<blockquote>{{ quote }}</blockquote>{% endfor %}
{% endif %}
"""


def in_slack(source: str, message: Message = MESSAGE) -> str:
    return dressed(message, source, "my.md.j2", Form.SLACK).slack


def in_text(source: str, message: Message = MESSAGE) -> str:
    return dressed(message, source, "my.txt.j2", Form.TEXT).text


def in_html(source: str, message: Message = MESSAGE) -> str:
    return dressed(message, source, "my.html.j2", Form.HTML).html


def fault(source: str, form: Form = Form.TEXT, name: str = "my.txt.j2") -> TemplateFault:
    with pytest.raises(TemplateFault) as raised:
        dressed(MESSAGE, source, name, form)
    return raised.value


# --- what they can say ----------------------------------------------------------------------


def test_slack_gets_marks_links_and_paragraphs() -> None:
    header, first, *quotes, small = in_slack(SLACK).split("\n\n")
    assert header == "HIGH 75.5"
    assert first == (
        f"<https://news.example.org/apt31?a=1&amp;b=2|{TITLE}>\n"
        "The Courier (news.example.org) · 25 March 2024, 14:05 UTC"
    )
    assert quotes[0] == ">*Zhao Guangzong* and *Ni Gaobin* were sanctioned."
    assert small == "Parliament `monitor alerts show m-42`"


def test_slack_gets_follow_ups_and_digests() -> None:
    later = in_slack(SLACK, LATER)
    assert later.startswith("HIGH 75.5 & again\n\n")
    assert "*it now names Ni Gaobin* <https://news.example.org/ledger-wire|Ledger Wire>" in later
    many = in_slack(SLACK, DIGEST)
    assert many.startswith("Morning\n\n1 alert\n\n*Parliament*\n• <https://news")


def test_mail_gets_html_with_everything_escaped() -> None:
    page = html.fromstring(in_html(HTML))
    assert page.find(".//h1").text == MESSAGE.title
    assert [a.get("href") for a in page.findall(".//a")] == [
        "https://news.example.org/apt31?a=1&b=2"
    ] * 2
    assert page.findall(".//blockquote")[0].find("strong").text == "Zhao Guangzong"
    dressed_message = dressed(MESSAGE, HTML, "my.html.j2", Form.HTML)
    assert (dressed_message.text, dressed_message.slack) == (MESSAGE.text, MESSAGE.slack)


def test_text_gets_stars_and_nothing_is_escaped() -> None:
    said = in_text("{{ alert.quotes[0] }} {{ link(alert.link, 'a & b') }} {{ 'x'|bold }}")
    assert said == (
        "*Zhao Guangzong* and *Ni Gaobin* were sanctioned. "
        "a & b https://news.example.org/apt31?a=1&b=2 *x*\n"
    )


def test_what_writes_nothing_leaves_the_built_in_form() -> None:
    only_alerts = '{% if kind == "alert" %}mine{% endif %}'
    assert in_text(only_alerts) == "mine\n"
    assert in_text(only_alerts, DIGEST) == DIGEST.text
    assert in_slack(only_alerts, LATER) == LATER.slack
    assert in_html(only_alerts, LATER) == LATER.html


def test_a_notice_keeps_the_built_in_form() -> None:
    notice = render_notice(Notice("n", "k", "t", "x", CREATED), timezone="UTC")
    assert in_text("mine", notice) == notice.text


def test_every_kind_is_tried_when_the_configuration_is_checked() -> None:
    samples = render_samples(now=datetime(2024, 3, 25, tzinfo=UTC), timezone="UTC")
    kinds = {custom.variables(message, Form.TEXT)["kind"] for message in samples.values()}
    assert kinds == {"alert", "follow-up", "digest"}
    for name, message in samples.items():
        assert "TEST" in message.title, name
        assert in_slack(SLACK, message) != message.slack
        assert in_html(HTML, message) != message.html


# --- what strangers wrote -------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        render_alert(hostile_alert(HOSTILE), timezone="UTC"),
        render_follow_up(hostile_follow_up(HOSTILE), timezone="UTC"),
        render_digest([hostile_alert(HOSTILE)], title=HOSTILE, note=HOSTILE, timezone="UTC"),
    ],
    ids=["alert", "follow-up", "digest"],
)
def test_a_template_hands_a_stranger_no_orders(message: Message) -> None:
    posted = mrkdwn.payload(dressed(message, SLACK, "my.md.j2", Form.SLACK))
    said = str(posted)
    for order in ("<!", "<@", "@channel", "|bank>", ":bomb:", "<https://evil"):
        assert order not in said
    page = html.fromstring(in_html(HTML, message))
    assert not page.xpath("//script|//img|//*[@onerror]")
    assert {a.get("href").partition("?")[0][:25] for a in page.findall(".//a")} <= {
        "https://news.example.org/",
        "",  # an address that is none
    }


def test_what_looks_like_a_template_in_a_headline_is_none() -> None:
    message = render_alert(alert(title="{{ 7*7 }} {% raw %}"), timezone="UTC")
    assert in_text("{{ alert.headline }}", message) == "{{ 7*7 }} {% raw %}\n"


# --- what goes wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("one\n{% if %}", 2, "Expected an expression"),
        ("one\n\n{{ alert.headlin }}", 3, "has no attribute 'headlin'"),
        ("one\n{{ nothing }}", 2, "'nothing' is undefined"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("one\n{{ alert.quotes|center(9) }}", 2, "No filter named 'center'"),
        ("{% include 'other' %}", 1, "no loader"),
        ("a\n{{ alert.__class__.__mro__ }}", 2, "unsafe"),
        ("{{ alert.update({}) }}", 1, "unsafe"),
        ("{{ alert.headline.format() }}", 1, "unsafe"),
        ("{{ range(1000000) }}", 1, "Range too big"),
        ("{{ lipsum(n=100000) }}", 1, "'lipsum' is undefined"),
    ],
)
def test_a_fault_is_told_with_its_line(source: str, line: int, words: str) -> None:
    found = fault(source)
    assert words in found.reason
    assert found.line == line


def test_a_template_that_writes_without_end_is_stopped() -> None:
    found = fault("{% for a in range(9999) %}{{ 'x' * 9999 }}{% endfor %}")
    assert found.reason == "writes more than 500,000 characters"


def test_what_is_nested_too_deeply_is_a_fault() -> None:
    assert fault("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}").reason


def test_a_recursion_without_end_is_a_fault() -> None:
    assert "recursion" in fault("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").reason


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("my.html.j2", Form.SLACK, "only mail takes"),
        ("my.HTML", Form.TEXT, "only mail takes"),
        ("my.md.j2", Form.HTML, "must write HTML for mail"),
    ],
)
def test_a_template_of_the_wrong_kind_is_a_fault(name: str, form: Form, words: str) -> None:
    assert words in fault("x", form, name).reason


def test_slack_takes_whatever_a_template_writes() -> None:
    for source in ("x" * 10_000, "x\n\n" * 3_000, "h\n\n" + "y" * 9_000 + "\n\nz", "one"):
        posted = mrkdwn.payload(dressed(MESSAGE, source, "t.md", Form.SLACK))
        texts = [posted["text"]]
        for block in [
            *posted.get("blocks", []),
            *posted.get("attachments", [{}])[0].get("blocks", []),
        ]:
            texts += [text["text"] for text in block.get("elements") or [block["text"]]]
        assert all(0 < len(text) <= mrkdwn.BLOCK_LIMIT for text in texts)
        assert sum(map(len, texts)) <= mrkdwn.TOTAL_LIMIT + 1000


# --- the documentation ----------------------------------------------------------------------

GUIDE = (Path(__file__).parents[3] / "docs/how-to/templates.md").read_text(encoding="utf-8")


def test_the_examples_of_the_guide_work() -> None:
    examples = re.findall(r"```jinja\n\{# templates/(\S+) #\}\n(.*?)```", GUIDE, re.DOTALL)
    assert [name for name, _ in examples] == ["slack.md.j2", "mail.html.j2"]
    for name, source in examples:
        form = Form.HTML if ".html" in name else Form.SLACK
        for message in (
            MESSAGE,
            LATER,
            DIGEST,
            *render_samples(now=CREATED, timezone="UTC").values(),
        ):
            written = dressed(message, source, name, form)
            assert (written.html != message.html) is (form is Form.HTML)
            assert (written.slack != message.slack) is (form is Form.SLACK)


def test_the_guide_names_all_there_is() -> None:
    def names(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    told = set(re.findall(r"`(\w+)`", GUIDE))
    for message in (MESSAGE, LATER, DIGEST):
        assert names(custom.variables(message, Form.TEXT)) - told <= {"bars"}
