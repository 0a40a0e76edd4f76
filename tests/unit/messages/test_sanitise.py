"""What strangers wrote, made safe to show."""

from __future__ import annotations

import pytest

from monitor.messages.sanitise import Span, fit, line_of, one_line, plain, safe_link, shorten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\r\nlines\tand\x00more\x1b[31m ", "two lines and more [31m"),
        ("next\x85line\u2028and\u2029paragraph", "next line and paragraph"),
        ("invoice_\u202egpj.exe\u202c and \u2066x\u2069", "invoice_gpj.exe and x"),
        ("half a pair \ud800 here", "half a pair here"),
        ("e" + "\u0301" * 40, "e\u0301\u0301\u0301"),
        ("Zoë, 赵光宗 and نص stay", "Zoë, 赵光宗 and نص stay"),
        ("", ""),
    ],
)
def test_a_line_shows_what_it_says(text: str, expected: str) -> None:
    assert one_line(text) == expected


def test_names_keep_their_place_when_what_surrounds_them_is_cleaned() -> None:
    text = "The\r\n\x00 group  APT31\u202e struck"
    start = text.index("APT31")
    line = line_of(text, [(start, start + 5)])
    assert line == (Span("The group "), Span("APT31", strong=True), Span(" struck"))


def test_touching_and_overlapping_names_are_one() -> None:
    assert line_of("abcdef", [(0, 3), (2, 4), (4, 5)]) == (Span("abcde", strong=True), Span("f"))


@pytest.mark.parametrize("bad", [(-1, 2), (3, 3), (4, 2), (0, 99)])
def test_offsets_that_fit_nothing_are_ignored(bad: tuple[int, int]) -> None:
    assert line_of("abc", [bad]) == (Span("abc"),)


def test_shortening_cuts_between_words() -> None:
    assert shorten("alpha beta gamma", 16) == "alpha beta gamma"
    assert shorten("alpha beta, gamma", 14) == "alpha beta…"
    assert len(shorten("x" * 10_000, 50)) == 50


@pytest.mark.parametrize("limit", range(40, 200, 7))
@pytest.mark.parametrize("around", [True, False])
def test_a_long_line_keeps_its_limit_and_never_half_a_name(limit: int, around: bool) -> None:
    text = "word " * 40 + "Zhao Guangzong and Ni Gaobin " + "word " * 40
    names = [(text.index(name), text.index(name) + len(name)) for name in ("Zhao Guangzong",)]
    names.append((text.index("Ni Gaobin"), text.index("Ni Gaobin") + len("Ni Gaobin")))
    line = fit(line_of(text, names), limit, around_name=around)
    assert len(plain(line)) <= limit + 3
    strong = [span.text for span in line if span.strong]
    assert set(strong) <= {"Zhao Guangzong", "Ni Gaobin"}
    if around:
        assert strong[0] == "Zhao Guangzong"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?q=1&r=2#f", "https://a.example/x?q=1&r=2#f"),
        ("  HTTPS://A.Example/%41 ", "https://a.example/%41"),
        ("https://a.example/x|y>z<w\"'`{}\\", "https://a.example/x%7Cy%3Ez%3Cw%22'%60%7B%7D%5C"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://a.example//evil.example", "https://a.example//evil.example"),
        ("https://bbc.co.uk@evil.example/", None),
        ("https://good.example\\@evil.example/", None),
        ("https://good.example\\.evil.example/", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt://a.example/%0aalert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.example", None),
        ("//a.example/", None),
        ("https:///nohost", None),
        ("https://a.example:99999/", None),
        ("https://[::1/", None),
        ("https://a.example/" + "x" * 5000, None),
        ("https://a.example/\ud800", None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_become_links(url: str | None, expected: str | None) -> None:
    assert safe_link(url) == expected


def test_no_character_of_a_link_can_end_the_markup_around_it() -> None:
    link = safe_link("https://a.example/" + "".join(map(chr, range(0x20, 0x100))))
    assert link is not None
    assert not set(link) & set('<>|"`\\^{} \n')
