"""Mails in a real browser, at a phone's and a desktop's width, in light and dark."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.messages.render import (
    render_alert,
    render_digest,
    render_follow_up,
    render_notice,
    render_sample,
)
from monitor.model.alert import Notice
from monitor.model.match import Severity
from tests.support.alerts import (
    CREATED,
    alert,
    coverage,
    follow_up,
    hostile_alert,
    hostile_follow_up,
    names,
)
from tests.support.browser import PHONE, Measured, measure

CONTRAST = 4.5
"""The least for text of any size (WCAG 2.2 AA, 1.4.3)."""

HARM = (
    "<script>window.harmed=1</script><img src=x onerror=parent.harmed=1> \"'><svg onload=harmed=1>"
    '<a href="javascript:harmed=1">x</a> <iframe src="//evil.example"></iframe> </style></table>'
)

TOLD = replace(
    alert(text_note="the page answered 403"),
    development=names("Ni Gaobin"),
    also=tuple(coverage(f"The {n}th Herald of Skerry and Holm", minutes=n) for n in range(9)),
)
NEWS = coverage("Ledger Wire", development=names("Ni Gaobin"))
MANY = [
    replace(
        alert(fetched=CREATED + timedelta(hours=number)),
        match=replace(alert().match, severity=severity, watchlist=f"Watchlist {number % 3}"),
    )
    for number, severity in enumerate([*Severity] * 12)
]

PAGES = {
    **{
        severity.value: render_alert(
            replace(TOLD, match=replace(TOLD.match, severity=severity)), timezone="Europe/London"
        ).html
        for severity in Severity
    },
    "follow-up": render_follow_up(follow_up(NEWS, coverage("Skerry Post")), timezone="UTC").html,
    "digest": render_digest(
        [*MANY, follow_up(NEWS)], title="Morning digest", note="One a day", timezone="UTC"
    ).html,
    "sample": render_sample(now=CREATED, timezone="UTC").html,
    "notice": render_notice(
        Notice("n", "config", "Not reloaded", "line 3: bad\nline 9: worse\n\nMend it.", CREATED),
        timezone="UTC",
    ).html,
    "several watchlists": render_alert(
        replace(TOLD, together=tuple(MANY[:3])), timezone="UTC"
    ).html,
    "harm in several": render_alert(
        replace(hostile_alert(HARM), together=(hostile_alert(HARM),) * 3), timezone="UTC"
    ).html,
    "no spaces in several": render_alert(
        replace(hostile_alert("W" * 10_000), together=(hostile_alert("W" * 10_000),) * 3),
        timezone="UTC",
    ).html,
    "harm": render_alert(hostile_alert(HARM), timezone="UTC").html,
    "harm later": render_follow_up(hostile_follow_up(HARM), timezone="UTC").html,
    "harm in a digest": render_digest(
        [hostile_alert(HARM), hostile_follow_up(HARM)], title=HARM, note=HARM, timezone="UTC"
    ).html,
    "no spaces": render_alert(hostile_alert("W" * 10_000), timezone="UTC").html,
    "no spaces later": render_follow_up(hostile_follow_up("W" * 10_000), timezone="UTC").html,
    "no spaces in a digest": render_digest(
        [hostile_alert("W" * 10_000)] * 3, title="W" * 500, note="W" * 500, timezone="UTC"
    ).html,
}

Shown = dict[tuple[str, int], Measured]


@pytest.fixture(scope="module", params=["light", "dark"])
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Every mail at every width."""
    dark = request.param == "dark"
    measured = measure(PAGES, tmp_path_factory.mktemp("browser"), dark=dark)
    assert all(each.dark is dark for each in measured.values())
    return measured


def test_nothing_stands_over_the_edge(shown: Shown) -> None:
    for (name, width), page in shown.items():
        assert page.width == width
        assert page.scrolled <= width, f"{name} is {page.scrolled} px wide at {width}"
        assert not page.wide, f"{name} at {width}: {page.wide[:3]}"


def test_every_text_can_be_read(shown: Shown) -> None:
    for (name, width), page in shown.items():
        assert page.texts
        for text in page.texts:
            where = f"{name} at {width}: {text.text!r}"
            assert text.contrast >= CONTRAST, f"{where} has a contrast of {text.contrast:.2f}"
            assert text.size >= 12, f"{where} is {text.size} px high"


def test_nothing_is_fetched_and_nothing_runs(shown: Shown) -> None:
    for (name, _), page in shown.items():
        assert not page.loads, name
        assert not page.active, name
        assert not page.harmed, name
        assert all(link.startswith("https://news.example.org/") for link in page.links) or (
            name == "sample" and page.links == ("https://example.com/",)
        )


def test_the_measuring_sees_what_is_wrong(tmp_path_factory: pytest.TempPathFactory) -> None:
    bad = (
        '<body style="margin:0;background:#fff"><p style="color:#999">pale</p>'
        '<div style="background-image:url(http://127.0.0.1:9/pixel)">tracked</div>'
        '<p style="width:600px">W' + "W" * 60 + "</p><img src=x onerror=harmed=1></body>"
    )
    page = measure({"bad": bad}, tmp_path_factory.mktemp("bad"), dark=False)["bad", PHONE]
    assert page.scrolled > PHONE
    assert page.wide
    assert min(text.contrast for text in page.texts) < 3
    assert "http://127.0.0.1:9/pixel" in page.loads
    assert page.active
    assert page.harmed
