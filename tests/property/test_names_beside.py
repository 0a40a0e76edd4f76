# ruff: noqa: RUF001 - quotes, dashes and stops of every kind are the point
"""A mention stays found whatever stands beside it, in every field, for every kind of entity."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Field, Kind

WATCHED = {
    "APT31": Kind.THREAT_ACTOR,
    "Volt Typhoon": Kind.THREAT_ACTOR,
    "OilRig": Kind.THREAT_ACTOR,
    "Emotet": Kind.MALWARE,
    "Zhao Guangzong": Kind.PERSON,
    "Jane Roe": Kind.PERSON,
    "Marsh & Tallow": Kind.ORGANISATION,
    "Siemens": Kind.ORGANISATION,
    "Zaporizhzhia": Kind.PLACE,
    "election interference": Kind.TERM,
}
MATCHER = Matcher(
    [Watchlist(name=n, entities=(Entity(name=n, kind=kind),)) for n, kind in WATCHED.items()]
)
BEFORE = [
    "", ".\n", ":\n", "?\n", "!\r\n", ".\n\n", ". ", ": ", "; ", ", ", " – ", "—", " - ",
    "\n- ", "\n* ", "\n• ", "\n1. ", "\n| ", " | ", "\t", "(", "[", "{", " “", " ‘", ' "',
    " '", " «", "„", "»", "\u3000", "\u00a0", "…", "... ", "...\n", " / ", "\n> ", "## ",
    " **", "\n#", "\u2028", "\u200b", "·", "→ ", ".\n\n“", ":\n\t", ".”\n", ".)\n", "。", "「",
    "، ", "؟ ", " *", "\x0b", "\f", ".\u2029",
]  # fmt: skip
AFTER = [
    "", ".", ".\n", ":", ";", ",", "?", "!", "\n", "\r\n", " – ", "—", " - ", "\n- ", " |",
    " | ", "\t", ")", "]", "}", "”", "’", '"', "'", "»", "“", "\u3000", "\u00a0", "…", "...",
    " / ", "**", "\u2028", "\u200b", "·", "’s ", "'s ", " (", " [", " “", ".”", ".)", "。", "」",
    "،", "*", "\x0b", "\f",
]  # fmt: skip
# What a sentence may end with before the name and go on with after it.
OPENINGS = ["Officials spoke on Monday", "it was said", "Am Montag", "Сегодня", "", "7"]
ENDINGS = ["was named in the report.", "and others", "sagte man", "", "2024"]


@pytest.mark.parametrize("name", WATCHED)
@pytest.mark.parametrize("field", ["title", "summary", "body"])
@settings(max_examples=150, deadline=None)
@given(
    opening=st.sampled_from(OPENINGS),
    before=st.sampled_from(BEFORE),
    after=st.sampled_from(AFTER),
    ending=st.sampled_from(ENDINGS),
)
def test_a_mention_is_found_whatever_stands_beside_it(
    name: str, field: Field, opening: str, before: str, after: str, ending: str
) -> None:
    text = opening + (before or " " * bool(opening)) + name + after + " " * bool(ending) + ending
    article = Article(id="a", **{field: text})  # type: ignore[arg-type]
    found = {match.watchlist: match for match in MATCHER.match(article)}
    assert name in found, text
    assert found[name].alert, text
    assert any(mention.field == field for mention in found[name].mentions)


@pytest.mark.parametrize("name", ["APT31", "Volt Typhoon", "OilRig", "Emotet"])
@pytest.mark.parametrize("stop", [".", "!", "?", ":", ";", ",", ")", "”"])
def test_a_sentence_that_lost_its_space_hides_no_name(name: str, stop: str) -> None:
    text = f"Officials spoke on Monday{stop}{name} was named, they said{stop}{name}."
    assert name in {match.watchlist for match in MATCHER.match(Article(id="a", body=text))}


@pytest.mark.parametrize("name", WATCHED)
@pytest.mark.parametrize(
    "row", ["Name | {} | 1985\nOther | x | 1", "{} | 1985", "| {} |", "a\t{}\tb", "- {}\n- other"]
)
def test_a_cell_of_a_table_is_a_mention(name: str, row: str) -> None:
    (match,) = MATCHER.match(Article(id="a", body=f"The list.\n{row.format(name)}\nThe end."))
    assert match.watchlist == name
    assert match.alert
