"""Which sentences are quoted, and that each is quoted once."""

from __future__ import annotations

import pytest

from monitor.messages.quotes import quotes_of
from monitor.model.match import Field, Mention
from tests.support.alerts import mention

WHOLE = (
    "Prague and Berlin condemned the attacks of Grey Lantern, which they say is steered by an "
    "intelligence service abroad."
)


def found(sentence: str, field: Field, name: str = "Grey Lantern") -> Mention:
    return mention(name, name, sentence, field)


def said(*mentions: Mention) -> list[str]:
    quotes = quotes_of([mentions], ())
    return ["".join(span.text for span in quote) for quote in quotes]


@pytest.mark.parametrize(
    "summary",
    [
        f"{WHOLE[:80]}…",
        f"{WHOLE[:83]} [...]",
        WHOLE.replace(",", " –"),
        f"PRAGUE (Pan-Atlantic News) – {WHOLE}",
    ],
)
def test_what_a_summary_has_of_a_sentence_is_not_quoted_beside_it(summary: str) -> None:
    for mentions in (
        [found(summary, "summary"), found(WHOLE, "body")],
        [found(WHOLE, "body"), found(summary, "summary")],
    ):
        [quote] = said(*mentions)
        assert quote.endswith("intelligence service abroad.")


def test_each_watchlist_is_proved_though_one_found_the_cut_sentence_alone() -> None:
    cut, whole = found(f"{WHOLE[:80]}…", "summary"), found(WHOLE, "body", "Berlin")
    [quote] = quotes_of([(cut,), (whole,)], ())
    assert [span.text for span in quote if span.strong] == ["Berlin", "Grey Lantern"]


def test_a_short_sentence_within_a_longer_one_is_another() -> None:
    assert len(said(found("Grey Lantern!", "summary"), found(WHOLE, "body"))) == 2
