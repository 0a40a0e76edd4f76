"""Reading a page: what is kept, what is left out, and what hostile pages cannot do."""

from __future__ import annotations

import os
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from benchmarks import reading
from monitor.articles.extraction import MAX_DEPTH, MAX_ELEMENTS
from monitor.articles.page import MAX_TEXT, read_page
from monitor.errors import PageError

SENTENCE = "The committee heard on Tuesday that the harbour would be dredged before winter. "

NEWSPAPER = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Council approves harbour plan | The Saltmarsh Courier</title>
<meta property="og:title" content="Council approves harbour plan">
<link rel="canonical" href="/news/harbour-plan">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":"WebSite","name":"The Saltmarsh Courier"},
 {"@type":"NewsArticle","headline":"Council approves harbour plan",
  "datePublished":"2024-03-25T16:45:00+01:00","dateModified":"2024-03-26T09:00:00Z",
  "author":{"@type":"Person","name":"Jane Penhallow"}}]}</script>
</head><body>
<div id="cookie-banner" class="cookie-consent"><p>Cookiename Partners stores cookies on your
 device to measure adverts and to keep you signed in between your visits.</p></div>
<header><a href="/">The Saltmarsh Courier</a>
 <nav><ul><li><a href="/n">Navname</a></li><li><a href="/s">Sport</a></li></ul></nav></header>
<main><article>
<h1>Council approves harbour plan</h1>
<p class="standfirst">Standfirstname says the work will begin in May.</p>
<div class="byline">By <a rel="author" href="/j">Jane Penhallow</a>, maritime correspondent</div>
<div class="article-body">
<p>Councillors in Saltmarsh voted by nine to four on Monday for a plan to dredge the old
 harbour, ending a dispute that has run for the better part of a decade.</p>
<div class="advert"><p>Advertname: buy one pair of spectacles and get another pair free.</p></div>
<p>The work will cost eleven million pounds and is to be finished in two years, according to
 papers published before the meeting at the town hall.</p>
<aside class="promo"><h3>Read more</h3><ul>
 <li><a href="/1">Relatedname denies wrongdoing over the ferry contract</a></li>
 <li><a href="/2">What the harbour meant to the town</a></li></ul></aside>
<p>In a single line on page forty the report names Bodyname Limited as the firm that will
 carry the silt away.</p>
<p><strong>Read more:</strong> <a href="/3">Inlinename was told of the leak in June</a></p>
<p>Fishermen who keep their boats at the quay said they had not been asked, and that they
 would lose a season's catch while the dredger was at work.</p>
<div class="newsletter-signup"><p>Newslettername: get our weekly briefing in your inbox, with
 everything you need to know about the coast, every Friday morning.</p></div>
<p>A second vote, on who pays for the sea wall, is expected in June.</p>
</div>
<section class="author-bio"><h4>About the author</h4>
 <p>Jane Penhallow joined from the Bioname Gazette, where she covered ports.</p></section>
</article>
<section id="comments"><h2>Comments</h2><div class="comment-list">
 <div class="comment"><p>Commentname is behind all this, mark my words.</p></div></div></section>
<section class="most-read"><h2>Most read</h2><ol>
 <li><a href="/4">Popularname wins the marrow prize again</a></li></ol></section>
</main>
<footer><p>Footername Media Group, registered in England. All rights reserved.</p></footer>
</body></html>"""

# No telling class anywhere: only the words and the links say what each block is.
PLAIN_SITE = """<html><head><title>Ferry timetable changes</title>
<meta name="author" content="Tom Rask"></head><body><div id="w">
<h1>Ferry timetable changes</h1><p>By Tom Rask</p>
<p>The ferry will leave an hour earlier from the first of the month, the company has said, to
 meet the morning train at the junction.</p>
<p>See also: <a href="/a">Labelname fined for late sailings</a></p>
<p>Bodyname, who runs the kiosk at the pier, said that she would open earlier as well, and that
 nobody had asked her.</p>
<h3>Related articles</h3>
<ul><li><a href="/b">Listname to leave the board</a></li><li><a href="/c">Tides</a></li></ul>
<p>The old timetable stays in force on Sundays and on public holidays until the autumn.</p>
<h3>About the author</h3>
<p>Tom Rask writes about islands. He edited the Bioname Review before.</p>
</div></body></html>"""


def test_keeps_the_article_and_leaves_out_the_rest() -> None:
    page = read_page(NEWSPAPER, url="https://courier.example/news/harbour-plan?x=1")
    assert page.text.startswith("Standfirstname says") or page.text.startswith("Councillors in")
    assert "names Bodyname Limited as the firm" in page.text
    assert page.text.endswith("is expected in June.")
    outside = re.findall(
        r"(?:Cookie|Nav|Advert|Related|Inline|Newsletter|Bio|Comment|Popular|Footer)name", page.text
    )
    assert outside == []
    assert "Penhallow" not in page.text


def test_paragraphs_are_lines() -> None:
    lines = read_page(NEWSPAPER, url=None).text.split("\n")
    assert "A second vote, on who pays for the sea wall, is expected in June." in lines
    assert all(line == " ".join(line.split()) != "" for line in lines)


def test_metadata_of_a_newspaper() -> None:
    page = read_page(NEWSPAPER, url="https://www.courier.example/news/harbour-plan?x=1")
    assert page.title == "Council approves harbour plan"
    assert page.authors == ("Jane Penhallow",)
    assert page.published == datetime(2024, 3, 25, 15, 45, tzinfo=UTC)
    assert page.language == "en"
    assert page.canonical_url == "https://www.courier.example/news/harbour-plan"


def test_boxes_without_telling_classes() -> None:
    text = read_page(PLAIN_SITE, url=None).text
    assert "Bodyname, who runs the kiosk" in text
    assert "until the autumn" in text
    for name in ("Labelname", "Listname", "Bioname", "Tom Rask", "Ferry timetable changes"):
        assert name not in text


@pytest.mark.parametrize(
    "label", ["Read more", "Mehr zum Thema", "À lire aussi", "Lea también", "延伸阅读", "関連記事"]
)
def test_labels_in_several_languages(label: str) -> None:
    box = f"<p>{label}: <a href='/x'>Labelname</a></p>"
    html = f"<html><body><div><p>{SENTENCE * 3}</p>{box}<p>{SENTENCE * 3}</p></div></body></html>"
    assert "Labelname" not in read_page(html, url=None).text


@pytest.mark.parametrize(
    "paragraph",
    [
        "Related companies in the group of Keptname were not told.",
        "Most popular of all was the song that Keptname wrote in the camp.",
        "See more of Keptname on the stage this autumn, said the director of the theatre.",
        "Don't miss the point, said Keptname.",
    ],
)
def test_prose_that_begins_like_a_label_is_kept(paragraph: str) -> None:
    html = f"<html><body><p>{SENTENCE * 3}</p><p>{paragraph}</p><p>{SENTENCE}</p></body></html>"
    assert "Keptname" in read_page(html, url=None).text


def test_boilerplate_words_on_the_article_itself_do_not_lose_it() -> None:
    html = (
        f"<html><body class='sidebar newsletter'><div class='promo related-content'>"
        f"<h1>T</h1>{f'<p>{SENTENCE * 4}</p>' * 5}<p>Keptname was there.</p></div></body></html>"
    )
    assert "Keptname" in read_page(html, url=None).text


def test_an_article_built_of_boxes_is_not_lost() -> None:
    box = f"<div class='promo-box'><p>{SENTENCE * 2}Keptname.</p></div>"
    html = f"<html><body><h1>T</h1><div class='page'>{box * 6}</div></body></html>"
    assert "Keptname" in read_page(html, url=None).text


def test_closing_biography_without_a_heading() -> None:
    body = f"<p>{SENTENCE * 4}</p>" * 3
    head = "<head><title>T</title><meta name='author' content='Ann Bell'></head>"
    bio = "<p>Ann Bell is a former adviser to the Bioname Commission.</p>"
    assert "Bioname" not in read_page(f"<html>{head}<body>{body}{bio}</body></html>", url=None).text
    subject = "<p>The inquiry then heard from Ann Bell, its first witness of the day.</p>"
    kept = read_page(f"<html>{head}<body>{body}{subject}{bio}</body></html>", url=None).text
    assert "Bioname" in kept


def test_a_masthead_of_links_is_no_text() -> None:
    masthead = "<table><tr><td><a href='/'>The Mastname Gazette</a></td></tr></table>"
    body = f"<h1>Dredging to begin</h1><div><p>{SENTENCE * 3}</p></div>"
    text = read_page(f"<html><body>{masthead}<div>{body}</div></body></html>", url=None).text
    assert text == (SENTENCE * 3).strip()


def test_a_brief_article_keeps_its_paragraphs() -> None:
    lines = ["海港东区的新码头本周启用了六台自动吊机。", "附近居民关心夜间的噪音和灯光问题。"] * 2
    paragraphs = "".join(f"<p>{number} {line}</p>" for number, line in enumerate(lines))
    html = f"<html><head><title>新码头启用</title></head><body><h1>新码头启用</h1>{paragraphs}"
    assert len(read_page(html, url=None).text.split("\n")) == 4


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (
            '<meta property="article:published_time" content="2024-03-25T10:30:00Z">',
            "",
            datetime(2024, 3, 25, 10, 30, tzinfo=UTC),
        ),
        (
            "",
            '<time datetime="2024-03-25T10:30+0100">25 March</time>',
            datetime(2024, 3, 25, 9, 30, tzinfo=UTC),
        ),
        (
            '<meta name="date" content="Mon, 25 Mar 2024 10:30:00 GMT">',
            "",
            datetime(2024, 3, 25, 10, 30, tzinfo=UTC),
        ),
        ('<meta name="date" content="2024-03-25">', "", datetime(2024, 3, 25, tzinfo=UTC)),
        (
            '<meta name="date" content="2024-03-25">',
            '<time datetime="2024-03-25T18:05:00Z"></time>',
            datetime(2024, 3, 25, 18, 5, tzinfo=UTC),
        ),
        (
            '<meta name="date" content="2024-03-25">',
            '<time datetime="2019-01-01T18:05:00Z"></time>',
            datetime(2024, 3, 25, tzinfo=UTC),
        ),
        (
            '<script type="application/ld+json">{"@type":"ItemList","itemListElement":'
            '[{"@type":"NewsArticle","datePublished":"2020-01-01T00:00:00Z"}]}</script>'
            '<meta property="article:published_time" content="2024-03-25T10:30:00Z">',
            "",
            datetime(2024, 3, 25, 10, 30, tzinfo=UTC),
        ),
        ('<meta name="date" content="soon"><meta name="pubdate" content="0001-01-01">', "", None),
    ],
)
def test_time_of_publication(head: str, body: str, expected: datetime | None) -> None:
    html = f"<html><head>{head}</head><body>{body}<p>{SENTENCE * 5}</p></body></html>"
    assert read_page(html, url=None).published == expected


def test_a_page_cannot_claim_another_sites_address() -> None:
    html = (
        "<html><head><link rel='canonical' href='https://victim.example/a'></head>"
        f"<body><p>{SENTENCE * 5}</p></body></html>"
    )
    assert read_page(html, url="https://attacker.example/b").canonical_url is None
    assert read_page(html, url="https://m.victim.example/b").canonical_url is not None
    assert read_page(html, url="https://victim.example:8443/b").canonical_url is None


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("<link rel='Canonical nofollow' href='/a'>", "https://news.example/a"),
        ("<link rel='canonical' href='https://www.news.example/a'>", "https://www.news.example/a"),
        ("<meta property='og:url' content='https://news.example/a'>", "https://news.example/a"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "mainEntityOfPage":'
            ' {"@id": "https://news.example/a"}}</script>',
            "https://news.example/a",
        ),
        # The next best claim, where the first is another site's.
        (
            "<link rel='canonical' href='https://other.example/a'>"
            "<meta property='og:url' content='/a'>",
            "https://news.example/a",
        ),
        # All pages of a site that was set up wrongly.
        ("<link rel='canonical' href='https://news.example/'>", None),
        ("<link rel='canonical' href='http://[::1'><link rel='canonical'>", None),
        ("<link rel='alternate' href='/b'><link rel='amphtml' href='/amp'>", None),
    ],
)
def test_a_pages_own_address(head: str, canonical: str | None) -> None:
    html = f"<html><head>{head}</head><body><p>{SENTENCE * 5}</p></body></html>"
    assert read_page(html, url="https://news.example/b").canonical_url == canonical


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta", "words"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", "", "Überprüfung für Göteborg"),
        ("cp1252", "text/html; charset=ISO-8859-1", "", "“Überprüfung” für Göteborg"),
        ("cp1251", None, '<meta charset="windows-1251">', "Избирательная комиссия"),
        (
            "gb18030",
            None,
            '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">',
            "英国选举委员会的系统",
        ),
        ("shift_jis", "text/html;charset=Shift_JIS", "", "選挙管理委員会のシステム"),
        ("iso2022_jp", "text/html; charset=iso-2022-jp", "", "選挙管理委員会のシステム"),
        ("utf-16", "text/html", "", "Überprüfung 英国"),
        ("koi8-r", "text/html", "", "Избирательная комиссия сообщила вчера вечером"),
        ("utf-8", "text/html; charset=unicode_escape", "", "Überprüfung für Göteborg"),
        ("utf-8", "text/html; charset=no-such-thing", "", "Überprüfung für Göteborg"),
    ],
)
def test_charsets(encoding: str, content_type: str | None, meta: str, words: str) -> None:
    html = (
        f"<html><head>{meta}<title>x</title></head><body><p>{(words + ' ') * 8}</p></body></html>"
    )
    page = read_page(html.encode(encoding), url=None, content_type=content_type)
    assert words in page.text


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    html = f"<html><body><p>{'Überprüfung für Göteborg. ' * 9}</p></body></html>".encode()
    assert "Überprüfung für Göteborg" in read_page(html.replace(b"G", b"\xff", 1), url=None).text


@pytest.mark.parametrize(
    "html",
    [
        b"",
        b"   ",
        b"\x00" * 100,
        b"<html><body><div id=app></div><script>render()</script></body></html>",
        "<html><body><p>Enable JavaScript.</p></body></html>",
    ],
)
def test_no_main_text(html: bytes | str) -> None:
    with pytest.raises(PageError, match="JavaScript") as caught:
        read_page(html, url="https://a.example/b")
    assert caught.value.where == "https://a.example/b"


def test_another_kind_of_file() -> None:
    with pytest.raises(PageError, match="not HTML"):
        read_page(b"%PDF-1.7 " + b"x" * 500, url=None)


DEEP = MAX_DEPTH + 500
SELECTED = """<html><head><title>Tide tables</title></head><body>
<div class="teaser"><p>Teasername is not part of it, though it is a whole paragraph.</p></div>
<div class="intro"><b>Introname</b> begins it.</div>
<div class="text"><p>Firstname came<br>in the <a href="/x">harbour
 <em>of Inlinename</em></a> early.</p>
 <script>var scriptname = 1</script><div class="text"><p>Nestedname once.</p></div>
 <ul><li>Itemname</li></ul>Tailname</div><p>Outername is not part of it.</p>
<p class="text">Lastname ends it.</p></body></html>"""


def test_what_a_selector_selects_is_the_text() -> None:
    page = read_page(SELECTED, url=None, selector="div.intro, .text")
    assert page.text.split("\n") == [
        "Introname begins it.",
        "Firstname came",
        "in the harbour of Inlinename early.",
        "Nestedname once.",
        "Itemname",
        "Tailname",
        "Lastname ends it.",
    ]
    assert (page.note, page.title) == (None, "Tide tables")


@pytest.mark.parametrize("selector", [".gone", "script", ".text:has(table)"])
def test_a_selector_that_selects_no_text_is_said_and_done_without(selector: str) -> None:
    page = read_page(NEWSPAPER, url=None, selector=selector)
    assert "Bodyname" in page.text
    assert page.note == f'its feed\'s selector "{selector}" selects no text on it'
    assert page.whole


def test_a_selector_chooses_among_what_is_there_only() -> None:
    with pytest.raises(PageError):
        read_page("<html><body><p class='text'>No.</p></body></html>", url=None, selector=".text")


HOSTILE = {
    "deep": f"<p>{SENTENCE * 5}</p>" + "<div>" * 100_000,
    "deep around": "<div>" * DEEP + f"<p>{SENTENCE * 5}</p>" + "</div>" * DEEP,
    "deep inline": f"<p>{SENTENCE * 5}" + "<b><i>" * 50_000 + "x",
    "NULs": f"<p>\x00{SENTENCE * 5}\x00</p>",
    "surrogates": f"<p>{SENTENCE * 5} \ud800 \udfff</p>",
    "many elements": f"<p>{SENTENCE * 2}<b>x</b></p>" * MAX_ELEMENTS,
    "one huge line": "<p>" + SENTENCE * 100_000,
    "huge attribute": f"<p class='{'related-x ' * 200_000}'>{SENTENCE * 5}</p>",
    "entities": f"<p>{SENTENCE * 5}</p>" + "<p>&amp;&#0;&#xD800;&bogus;" * 5000,
    "nested JSON": f"<script type='application/ld+json'>{'[' * 100_000}</script><p>{SENTENCE * 5}",
    "open tags": f"<p>{SENTENCE * 5}</p>" + "<p <div <a " * 20_000,
    "bad date": f"<time datetime='{'9' * 50_000}'></time><p>{SENTENCE * 5}</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_and_bounded(name: str) -> None:
    page = read_page(f"<html><body>{HOSTILE[name]}</body></html>", url=None)
    assert "the harbour would be dredged" in page.text
    assert len(page.text) <= MAX_TEXT
    assert "\x00" not in page.text
    page.text.encode()


def test_runs_in_a_process_pool() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        page = pool.submit(read_page, NEWSPAPER.encode(), url=None).result(timeout=60)
        failing = pool.submit(read_page, b"", url="https://a.example/")
        with pytest.raises(PageError, match="JavaScript") as caught:
            failing.result(timeout=60)
    assert "Bodyname" in page.text
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.skipif("MONITOR_CORPUS" not in os.environ, reason="needs the evaluation corpus")
def test_reads_real_pages_better_than_trafilatura_alone() -> None:
    labelled = reading.pages(Path(os.environ["MONITOR_CORPUS"]))
    found = reading.quality(labelled, reading.ours)
    assert found.f1 >= reading.quality(labelled, reading.trafilatura_alone).f1
