"""Pages of which the usual way keeps too little, and what pages are without a text of their own."""

from __future__ import annotations

import json
import time

import pytest

from monitor.articles.page import read_page
from monitor.errors import PageError
from monitor.messages.pages import LEADS_ON, SHORT

URL = "https://paper.test/news/7"
SENTENCES = [
    f"Officials of the {place} office said on {day} that the inquiry into the break-in goes on."
    for place, day in (
        ("northern", "Monday"), ("southern", "Tuesday"), ("eastern", "Wednesday"),
        ("western", "Thursday"), ("central", "Friday"), ("coastal", "Saturday"),
    )
]  # fmt: skip


def page(body: str, head: str = "<title>An inquiry</title>") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def article(*paragraphs: str) -> str:
    return (
        f"<article><h1>An inquiry</h1>{''.join(f'<p>{each}</p>' for each in paragraphs)}</article>"
    )


# --- more of what is short ------------------------------------------------------------------


def test_an_article_in_blocks_beside_a_caption_is_read_not_the_caption() -> None:
    blocks = "".join(f"<div class='row'><div class='col'>{each}</div></div>" for each in SENTENCES)
    teaser = "<article><p>A picture of the office, which was taken on the day of the break-in.</p>"
    text = read_page(page(f"{teaser}</article><div>{blocks}</div>"), url=URL).text
    assert all(each in text for each in SENTENCES)


def test_a_brief_article_stays_brief() -> None:
    boxes = "".join(
        f"<aside class='related'><a href='/{n}'>APT31 in other news, number {n}</a></aside>"
        for n in range(30)
    )
    found = read_page(page(article(*SENTENCES[:2]) + boxes), url=URL)
    assert found.text == "\n".join(SENTENCES[:2])
    assert found.note is None


def test_a_text_that_stays_short_for_its_page_is_said_to_be() -> None:
    # Where forms are, no way looks for an article.
    cells = "".join(f"<fieldset>Item {n} of a long list of things</fieldset>" for n in range(120))
    found = read_page(page(article(*SENTENCES[:2]) + cells), url=URL)
    assert SENTENCES[0] in found.text
    assert found.note == SHORT


# --- leads and captions ---------------------------------------------------------------------


def test_the_paragraph_below_the_headline_is_part_of_the_article() -> None:
    lead = "The break-in was the work of APT31, the ministry said; it named seven men of the group."
    head = f'<title>x</title><meta property="og:description" content="{lead[:70]}…">'
    body = f"<header><h1>An inquiry</h1><div class='dek'>{lead}</div></header>"
    text = read_page(page(body + article(*SENTENCES), head), url=URL).text
    assert text.startswith(lead)
    assert text.count("APT31") == 1
    inside = read_page(page(article(lead, *SENTENCES), head), url=URL).text
    assert inside.count("APT31") == 1


@pytest.mark.parametrize("name", ["standfirst", "article__dek", "c-chapeau big", "Vorspann"])
def test_a_standfirst_is_known_by_its_class(name: str) -> None:
    lead = "The break-in was the work of APT31, the ministry said; it named seven men of the group."
    body = f"<h1>An inquiry</h1><div class='{name}'><p>{lead}</p></div>{article(*SENTENCES)}"
    assert read_page(page(body), url=URL).text.startswith(lead)
    other = read_page(page(body.replace(name, "hidden-dekko")), url=URL).text
    assert lead not in other


def test_a_description_that_stands_nowhere_on_the_page_is_not_its_text() -> None:
    head = f'<title>x</title><meta name="description" content="APT31 and other news of {"x" * 60}">'
    assert "APT31" not in read_page(page(article(*SENTENCES), head), url=URL).text


@pytest.mark.parametrize(
    "caption",
    [
        "<p class='wp-caption-text'>Zhao Guangzong in 2019</p>",
        "<div class='image-caption'><span class='caption'>Zhao Guangzong in 2019</span></div>",
        "<figure><figcaption><p class='caption'>Zhao Guangzong in 2019</p></figcaption></figure>",
    ],
)
def test_captions_are_known_by_their_class_too(caption: str) -> None:
    found = read_page(page(article(*SENTENCES, caption)), url=URL)
    assert found.captions == ("Zhao Guangzong in 2019",)


def test_captions_are_read_but_not_those_of_other_articles() -> None:
    figures = (
        "<figure><img src='a.jpg'><figcaption>Zhao Guangzong, in an undated picture</figcaption>"
        "</figure>"
        "<a href='/other'><figure><figcaption>Somebody else entirely</figcaption></figure></a>"
    )
    found = read_page(page(article(*SENTENCES, figures)), url=URL)
    assert found.captions == ("Zhao Guangzong, in an undated picture",)
    assert found.captioned(found.text).endswith("\nZhao Guangzong, in an undated picture")
    assert found.captioned(found.captions[0]) == found.captions[0]


# --- pages that lead on ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="0;URL=\'/real.html\'">',
        '<meta http-equiv="Refresh" content="5; url=/real.html">',
        '<META HTTP-EQUIV=REFRESH CONTENT="0,/real.html">',
        "<script>window.location.href = '/real.html';</script>",
        '<script>location.replace("https://paper.test/real.html")</script>',
    ],
)
def test_a_page_that_only_leads_on_says_where_to(head: str) -> None:
    found = read_page(page("<a href='/real.html'>Click here</a>", head), url=URL)
    assert found.leads_to == "https://paper.test/real.html"
    assert (found.text, found.note) == ("", LEADS_ON)


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="300">',
        '<meta http-equiv="refresh" content="300; url=/news/8">',
        f'<meta http-equiv="refresh" content="0; url={URL}#top">',
        '<noscript><meta http-equiv="refresh" content="0; url=/no-script"></noscript>',
        "<script>function login() { location.href = '/login' }" + "x();" * 1000 + "</script>",
    ],
)
def test_a_page_with_a_text_or_without_another_address_leads_nowhere(head: str) -> None:
    found = read_page(page(article(*SENTENCES), f"<title>x</title>{head}"), url=URL)
    assert found.leads_to is None
    assert SENTENCES[0] in found.text
    assert read_page(page(article(*SENTENCES[:3]), f"<title>x</title>{head}"), url=URL).text


def test_a_page_that_leads_to_no_address_is_none() -> None:
    head = '<meta http-equiv="refresh" content="0; url=/real.html">'
    with pytest.raises(PageError, match=LEADS_ON):
        read_page(page("<p>Click here if nothing happens</p>", head), url=None)


# --- what is stated for machines ------------------------------------------------------------


def test_the_updates_of_a_live_blog_are_its_text() -> None:
    blog = {
        "@type": "LiveBlogPosting",
        "headline": "Live",
        "liveBlogUpdate": [
            {"@type": "BlogPosting", "headline": f"Update {n}", "articleBody": f"<p>{each}</p>"}
            for n, each in enumerate(SENTENCES)
        ],
    }
    head = f"<title>Live</title><script type='application/ld+json'>{json.dumps(blog)}</script>"
    body = "<div id='app'></div><script src='/app.js'></script>"
    text = read_page(page(body, head), url=URL).text
    assert all(each in text for each in (*SENTENCES, "Update 3"))
    blog["liveBlogUpdate"] = "nonsense"
    head = f"<title>Live</title><script type='application/ld+json'>{json.dumps(blog)}</script>"
    with pytest.raises(PageError, match="JavaScript"):
        read_page(page(body, head), url=URL)


def test_updates_that_a_live_blog_shows_by_its_program_only_are_read_beside_what_it_shows() -> None:
    shown, *later = SENTENCES
    updates = [{"articleBody": f"<p>{each}</p>"} for each in (*later, shown)]
    blog = json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})
    head = f"<title>Live</title><script type='application/ld+json'>{blog}</script>"
    for html in (document := page(article(shown), head), document.encode()):
        text = read_page(html, url=URL).text
        assert all(text.count(each) == 1 for each in SENTENCES)
        assert "<p>" not in text


# --- hostile --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attributes",
    [
        f"class='{'a ' * 1_000_000}'",
        f"id='{'a-' * 1_000_000}' aria-label='{'more ' * 100_000}'",
        " ".join(f"a{n}='x'" for n in range(2_000)),
    ],
)
def test_attributes_that_nobody_writes_cost_little(attributes: str) -> None:
    body = page(article(*SENTENCES).replace("<p>", f"<p {attributes}>", 1))
    begun = time.process_time()
    assert SENTENCES[0] in read_page(body, url=URL).text
    # Each took seconds before; a page takes a thirtieth of one.
    assert time.process_time() - begun < 3


def test_more_attributes_than_can_be_read_are_refused() -> None:
    attributes = " ".join(f"a{n}='x'" for n in range(100_000))
    with pytest.raises(PageError, match="more attributes than can be read"):
        read_page(page(f"<p {attributes}>x</p>"), url=URL)


@pytest.mark.parametrize("tag", ["<br>", "<p>", "<a href=x>y</a>"])
def test_of_more_tags_than_can_be_read_the_first_are(tag: str) -> None:
    body = page(article(*SENTENCES) + tag * 500_000 + "<p>The end of it all.</p>")
    text = read_page(body, url=URL).text
    assert SENTENCES[0] in text
    assert "The end of it all" not in text
