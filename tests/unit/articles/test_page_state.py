"""Pages that show nothing without JavaScript, and bring their text in a script."""

from __future__ import annotations

import json
from html import escape

import pytest

from monitor.articles.page import read_page
from monitor.errors import PageError

LINES = [
    "The regulator said on Tuesday that the operator had ignored eleven warnings at Gorsedale.",
    "Inspectors found valves that had not been turned since 2011, a report of ninety pages says.",
    "Pale Heron, which ran the pumps, denied that anybody had told it of the leak.",
]
MARKED = "".join(f"<p>{line}</p>" for line in LINES)
OTHERS = [{"title": "Bakery wins prize", "summary": "A baker of Lorne won a prize for bread."}] * 3
NEXT = '<script id="__NEXT_DATA__" type="application/json">{}</script>'
PROGRAM = '<script src="/app.js"></script>'
FRAME = '<html lang="en"><title>Spill</title><body><div id="root"></div>{}</body></html>'


def spans(line: str) -> list[object]:
    """A paragraph as editors keep it: its parts, and links with parts of their own."""
    first, rest = line[:10], line[10:]
    return [
        {"type": "text", "value": first},
        {"type": "link", "content": [{"type": "text", "value": rest}]},
    ]


STATES = {
    "markup": {"props": {"article": {"body": MARKED}, "related": OTHERS}},
    "blocks": {"props": {"related": OTHERS, "article": {"blocks": [{"text": x} for x in LINES]}}},
    "parts": {"story": {"content": [{"type": "p", "content": spans(line)} for line in LINES]}},
    "list": {"a": {"content": LINES}},
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize(
    "script",
    [
        NEXT,
        "<script>window.__STATE__ = {};</script>",
        "<script>window.__STATE__ = {}; window.other = function() {{ return 1 }}</script>",
    ],
)
def test_the_longest_prose_of_a_state_is_the_text(script: str, state: object) -> None:
    page = read_page(FRAME.format(script.format(json.dumps(state))), url="https://gorse.example/1")
    assert page.text.split("\n") == LINES
    assert page.whole


def test_a_state_may_be_a_text_that_holds_json() -> None:
    script = f"<script>var s = JSON.parse({json.dumps(json.dumps(STATES['blocks']))})</script>"
    assert read_page(FRAME.format(script), url=None).text.split("\n") == LINES


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_state_may_hold_an_answer_as_it_came_or_stand_in_an_attribute(state: object) -> None:
    answer = json.dumps({"status": 200, "body": json.dumps(state)})
    page = read_page(FRAME.format(NEXT.format(answer)), url=None)
    assert page.text.split("\n") == LINES
    written = escape(json.dumps(state), quote=True)
    page = read_page(FRAME.format(f'<div data-page="{written}"></div>{PROGRAM}'), url=None)
    assert page.text.split("\n") == LINES


def test_a_sentence_with_a_name_in_bold_stays_one() -> None:
    body = "<p>Hackers of <b>Pale Heron</b> did it, the ministry said on Monday.</p>" * 3
    state = json.dumps({"article": {"html": body}})
    page = read_page(FRAME.format(NEXT.format(state)), url=None)
    assert page.text.split("\n")[0] == "Hackers of Pale Heron did it, the ministry said on Monday."


@pytest.mark.parametrize(
    "state",
    [
        {"labels": {f"label{n}": "Please accept what this site stores about you." for n in "abc"}},
        {"code": {"body": ["a => { return b(c, d, e) and then some more of it };"] * 9}},
        {"links": {"body": ["https://gorse.example/" + "a" * 300]}},
        {"body": "Too short to be an article, though it is a sentence."},
        [],
    ],
)
def test_what_is_no_prose_is_no_text(state: object) -> None:
    page = FRAME.format(NEXT.format(json.dumps(state) + " " * 300))
    with pytest.raises(PageError, match="needs JavaScript"):
        read_page(page, url=None)


@pytest.mark.parametrize(
    "script",
    [
        '["[]", "[[]"]',
        json.dumps(["[" * 99_999 + "]"] * 9),
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"body": "x',
        "= = =",
    ],
)
def test_a_hostile_state_is_none(script: str) -> None:
    with pytest.raises(PageError):
        read_page(FRAME.format(NEXT.format(script + " " * 300)), url=None)


def test_a_page_that_shows_its_text_is_not_asked_for_its_state() -> None:
    shown = "".join(f"<p>{line.replace('Pale Heron', 'Grey Heron')}</p>" for line in LINES)
    state = NEXT.format(json.dumps({"article": {"body": MARKED * 9}}))
    page = read_page(FRAME.format(f"<article>{shown}</article>{state}"), url=None)
    assert "Grey Heron" in page.text
    assert "Pale Heron" not in page.text
