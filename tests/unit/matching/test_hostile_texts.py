"""Texts made to be slow cost no more than others of their length."""

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from tests.support.cost import assert_grows_linearly

ENTITIES = [
    {"name": "APT31", "kind": "threat-actor"},
    {"name": "Zhao Guangzong", "kind": "person"},
    {"name": "Igor Semchin", "kind": "person", "fuzzy": True},
    {
        "name": "Electoral Commission",
        "kind": "organisation",
        "exclude": ["Electoral Commission of India"],
    },
    {"name": "Supreme Court", "kind": "organisation", "country": "IN"},
    {"name": "Lazarus Group", "kind": "threat-actor"},
    {"name": "Hive", "kind": "threat-actor"},
]
QUERIES = [{"name": "q", "query": '(zhao OR hack*) NEAR/50 (wu OR "electoral commission") NOT x'}]
MATCHER = Matcher(
    [Watchlist.model_validate({"name": "w", "entities": ENTITIES, "queries": QUERIES})]
)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2_000_000,
        "x" * 5_000_000,
        "\n" * 1_000_000,
        " \n" * 1_000_000,
        "Read more\n" * 200_000,
        "Related articles\n" + "line\n" * 500_000,
        "Zhao " * 200_000,
        "Zhao Guangzong " * 8_000,
        "Guangzong, " * 100_000,
        "Semchin Igro " * 2_000,
        "Electoral Commission of India " * 12_000,
        "Electoral Commission (EC) " * 20_000,
        "zhao wu " * 30_000,
        "The Supreme Court met a British yard. " * 4_000,
        "Lazarus Exploits " * 8_000,
        ("Hive" + " has been" * 40 + ". ") * 200,
        ("Hive" + " hit by ransom" * 30 + ". ") * 200,
        "赵光宗" * 40_000,
        "Чжао Гуанцзун " * 20_000,
        "\u0301" * 500_000,
        "\u0410\u0420\u042231 " * 25_000,
        "By " * 300_000,
        "“" * 300_000,
        "((((" * 300_000 + "APT31",
        "A. " * 300_000,
        "J.P." * 200_000,
        "\ud800" * 300_000,
        " ".join(f"{n:b}".translate({48: "가", 49: "노"}) for n in range(70_000)),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_text_made_to_be_slow(text: str) -> None:
    def match(share: float) -> None:
        body = text[: int(len(text) * share)]
        MATCHER.match(Article(id="a", title=body[:1000], body=body))

    assert_grows_linearly(match)
