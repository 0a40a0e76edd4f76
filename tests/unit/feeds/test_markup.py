"""Plain text from feeds' markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.markup import clean, from_html
from monitor.wording import one_line, printable


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain  words\nhere", "plain words here"),
        ("<p>Hello&nbsp;<b>w</b>orld</p><p>Two<br>lines</p>", "Hello world\n\nTwo\nlines"),
        ("a &lt;b&gt; &amp; &#8217; &#146; &bogus;", "a <b> & \u2019 \u2019 &bogus;"),
        ("<script>if(a<b)alert(1)</script>Vis<style>x{}</style>ible", "Visible"),
        ("AT&T <unclosed <b>bold", "AT&T bold"),
        ("x < y and y > z", "x < y and y > z"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("</p>x</body>y</html>z", "xyz"),
        ("<![CDATA[wrapped <b>twice</b>]]>", "wrapped twice"),
        ("un<wbr>broken<!-- not this -->", "unbroken"),
        ("<object><p>kept although unclosed", "kept although unclosed"),
        ("a\0P\x01T\ud80031", "aPT31"),
        ("", ""),
        ("<", "<"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert from_html(markup) == text


@pytest.mark.parametrize("tag", ["div", "b", "a", "table", "font", "svg", "blockquote"])
def test_text_below_any_depth_of_nesting_is_found(tag: str) -> None:
    assert from_html(f"<{tag}>" * 50_000 + "APT31").endswith("APT31")


def test_plain_text_keeps_its_paragraphs_and_loses_its_control_characters() -> None:
    assert clean("one\r\n\r\n\r\n\r\n two\0 \t a < b") == "one\n\ntwo a < b"
    assert one_line(" a\n\tb\0c ") == "a bc"


@given(st.text(st.sampled_from("ab \n\r\t\x0b\x1c\0\x85\xa0\u2028\xe9"), max_size=20))
def test_spaces_and_lines_are_evened_alike_in_every_alphabet(text: str) -> None:
    lines = printable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    evened = "\n".join(" ".join(line.split()) for line in lines)
    assert clean(text) == re.sub("\n{3,}", "\n\n", evened).strip()
