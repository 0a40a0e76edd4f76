"""Captions of an article's own pictures are its last lines; nobody else's are."""

from __future__ import annotations

import pytest

from monitor.articles.page import read_page
from monitor.model.article import Page

BODY = (
    "<p>The town council approved a new park on Monday after a long debate, and work is to begin "
    "in spring, the mayor said in the evening.</p><p>Residents welcomed the plan, which includes "
    "a playground, paths, and three hundred new trees along the river bank.</p>"
)


def read(inside: str = "", outside: str = "") -> Page:
    page = f"<html><body>{outside}<article><h1>A park</h1>{BODY}{inside}</article></body></html>"
    return read_page(page, url="https://news.example/a")


def text_of(inside: str = "", outside: str = "") -> str:
    found = read(inside, outside)
    return found.captioned(found.text)


def figure(caption: str) -> str:
    return f'<figure><img src="a.jpg" alt=""><figcaption>{caption}</figcaption></figure>'


def test_a_caption_is_read_below_the_text() -> None:
    lines = text_of(figure("Jane Roe opens the <em>park</em> with the mayor.")).split("\n")
    assert lines[-1] == "Jane Roe opens the park with the mayor."
    assert lines[0].startswith("The town council")


@pytest.mark.parametrize(
    "caption",
    [
        '<div class="caption">Jane Roe opens the park</div>',
        '<span class="text" itemprop="caption">Jane Roe opens the park</span>',
        '<p class="wp-caption-text" itemprop="description">Jane Roe opens the park</p>',
    ],
)
def test_captions_go_by_other_names(caption: str) -> None:
    assert read(f'<figure><img src="a.jpg">{caption}</figure>').captions == (
        "Jane Roe opens the park",
    )


@pytest.mark.parametrize(
    "caption",
    ["Jane Roe opens it. Photo: John Sample", "Jane Roe opens it (Foto: John Sample/dpa)",
     "Jane Roe opens it. © John Sample", "Jane Roe opens it. Picture by John Sample"],
)  # fmt: skip
def test_who_took_the_picture_is_not_whom_it_shows(caption: str) -> None:
    text = text_of(figure(caption))
    assert "Jane Roe opens it" in text
    assert "Sample" not in text


@pytest.mark.parametrize(
    "outside",
    [figure("Another story about John Sample."), f"<aside>{figure('John Sample speaks')}</aside>"],
)
def test_captions_outside_of_the_article_are_not_read(outside: str) -> None:
    assert "Sample" not in text_of(outside=outside)


def test_a_teaser_within_the_article_is_not_read() -> None:
    teaser = figure('<a href="/b">John Sample wins the race of his life</a>')
    assert "Sample" not in text_of(f"{teaser}<a href='/c'>{figure('John Sample again')}</a>")


def test_a_page_of_thousands_of_captions_keeps_twenty() -> None:
    found = read("".join(figure(f"Picture number {n} of the park") for n in range(3_000)))
    assert len(found.captions) == 20
