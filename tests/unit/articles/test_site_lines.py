"""What a site's pages have in common is not the article; what its articles repeat is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.site_lines import (
    IN_ARTICLES,
    MOST_LINES,
    SENTENCES_IN_ARTICLES,
    SHORT,
    Seen,
    furniture,
    lines,
    to_remember,
    without,
)

WIDGET = "APT31: seven charged in New York"
BACKGROUND = "APT31 is a group that London says works for China."


class Host:
    """A host's memory, kept as the caller would."""

    def __init__(self) -> None:
        self.memory: dict[int, Seen] = {}
        self.articles = 0

    def read(self, text: str) -> str:
        """What of an article is to be matched; remembers it."""
        found = lines(text)
        kept = without(text, furniture(found, self.memory, self.articles))
        digests, different = to_remember(found, self.memory)
        first = Seen(0, self.articles if different else max(0, self.articles - 1))
        for digest in digests:
            seen = self.memory.get(digest, first)
            self.memory[digest] = Seen(seen.times + 1, seen.since)
        self.articles += different
        assert len(kept) == len(text)
        return kept


def story(number: int, *more: str) -> str:
    own = f"{_word(number)} opened a bakery by the harbour, and the mayor of {_word(number)} came."
    told = f"It sells {_word(number + 50)} and other kinds of bread, so the {_word(number)}s say."
    return "\n\n".join([own, told, *more])


def _word(number: int) -> str:
    letters = "bcdfghklmnprstvz"
    return (
        f"{letters[number % 16]}a{letters[number // 16 % 16]}o{letters[number // 3 % 16]}i".title()
    )


def test_a_headline_on_every_page_is_no_text_from_the_fourth_on() -> None:
    host = Host()
    for number in range(IN_ARTICLES):
        assert WIDGET in host.read(story(number, WIDGET))
    for number in range(IN_ARTICLES, 10):
        text = story(number, WIDGET)
        assert host.read(text) == text.replace(WIDGET, " " * len(WIDGET))


def test_numbers_case_and_spaces_make_no_other_line() -> None:
    host = Host()
    for number in range(IN_ARTICLES):
        host.read(story(number, f"Seen  {number} times: apt31 CHARGED"))
    assert "APT31" not in host.read(story(20, "Seen 41 times: APT31 charged"))


def test_a_background_paragraph_among_other_news_is_text() -> None:
    host = Host()
    for number in range(60):
        repeats = number % 6 == 0
        text = story(number, BACKGROUND) if repeats else story(number)
        assert (BACKGROUND in host.read(text)) is repeats


def test_a_sentence_needs_more_articles_than_a_headline() -> None:
    host = Host()
    for number in range(SENTENCES_IN_ARTICLES):
        assert BACKGROUND in host.read(story(number, BACKGROUND))
    assert BACKGROUND not in host.read(story(30, BACKGROUND))


def test_a_new_widget_on_an_old_site_is_learned_as_fast() -> None:
    host = Host()
    for number in range(30):
        host.read(story(number))
    for number in range(30, 30 + IN_ARTICLES):
        assert WIDGET in host.read(story(number, WIDGET))
    assert WIDGET not in host.read(story(40, WIDGET))


def test_a_line_that_is_no_longer_on_most_pages_is_text_again() -> None:
    host = Host()
    for number in range(5):
        host.read(story(number, WIDGET))
    for number in range(5, 20):
        host.read(story(number))
    assert WIDGET in host.read(story(21, WIDGET))


def test_the_pages_of_a_live_blog_count_as_one_article() -> None:
    host = Host()
    posts = [story(number, f"{_word(number)}: APT31 is named") for number in range(12)]
    for page in range(9):
        text = "\n\n".join(posts[page : page + 4])
        assert host.read(text) == text
    assert host.articles == 1


def test_versions_of_an_agencys_report_count_as_one_article() -> None:
    host = Host()
    report = story(1, "“APT31 was here”", BACKGROUND)
    for version in range(8):
        text = f"{report}\n\nUpdate {_word(version)}: {_word(version + 9)} has denied it all today."
        assert host.read(text) == text
    assert host.articles == 1


def test_a_long_paragraph_is_never_furniture() -> None:
    host = Host()
    long = f"APT31 {'and the others ' * (SHORT // 15 + 1)}were named"
    for number in range(12):
        assert long in host.read(story(number, long))


def test_standing_sentences_make_no_version_of_a_short_article() -> None:
    host = Host()
    standing = [
        f"Standing sentence {_word(n)} is on each page of this site, every day." for n in (1, 2, 3)
    ]
    for number in range(10):
        host.read(story(number, *standing, WIDGET))
    assert host.articles == 10
    assert "Standing" not in host.read(story(11, *standing))


def test_a_page_without_text_of_its_own_is_not_counted() -> None:
    host = Host()
    for _ in range(9):
        assert host.read(f"Menu\n{WIDGET}\nLog in") == f"Menu\n{WIDGET}\nLog in"
    assert host.articles == 0


def test_hosts_do_not_share_a_memory() -> None:
    one, other = Host(), Host()
    for number in range(5):
        one.read(story(number, WIDGET))
    assert WIDGET in other.read(story(6, WIDGET))


def test_no_page_fills_the_memory() -> None:
    assert len(lines("a\nb\n" * 1_000_000)) == MOST_LINES


@pytest.mark.parametrize("text", ["", "\n\n", "123\n— — —\n", "\ud800\nx"])
def test_texts_with_little_in_them(text: str) -> None:
    found = lines(text)
    assert [text[line.start : line.end] for line in found] == [w for w in text.split() if w == "x"]


def test_digests_fit_a_database() -> None:
    (line,) = lines("APT31 charged")
    assert line.digest == lines("apt7  CHARGED ")[0].digest
    assert -(2**63) <= line.digest < 2**63


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=8))
def test_only_lines_seen_before_are_taken_out(text: str, before: list[str]) -> None:
    host = Host()
    for number, other in enumerate(before):
        host.read(f"{story(number)}\n{other}")
    known = {line.digest for other in before for line in lines(other)}
    kept = host.read(text)
    for line in lines(text):
        part = slice(line.start, line.end)
        assert kept[part] == text[part] or line.digest in known
