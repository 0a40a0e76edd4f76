"""The query language: what holds, where, and what is refused with a caret."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Watchlist
from monitor.errors import ConfigError
from monitor.matching.matcher import Matcher
from monitor.matching.queries.query_language import QuerySyntaxError, Wildcard, parse
from monitor.model.article import Article
from monitor.model.match import Match

BODY = (
    "The Electoral Commission said hackers had breached its servers. "
    "In India, the weather was fine. See CVE-2024-3094 for a flaw named in the report."
)


def watch(query: str, *entities: dict[str, Any]) -> Watchlist:
    return Watchlist.model_validate(
        {"name": "w", "entities": list(entities), "queries": [{"name": "q", "query": query}]}
    )


def run(query: str, *entities: dict[str, Any], **fields: Any) -> Match | None:
    article = Article(**{"id": "a", "title": "Poll watchdog hacked", "body": BODY, **fields})
    found = Matcher([watch(query, *entities)]).match(article)
    for match in found:
        assert round(sum(reason.points for reason in match.reasons), 1) == match.score
        for mention in match.mentions:
            text: str = getattr(article, mention.field)
            assert text[mention.start : mention.end] == mention.text
    return found[0] if found else None


@pytest.mark.parametrize(
    "query",
    [
        "hackers",
        "HACKERS",
        '"electoral commission"',
        "hack*",
        "*ached",
        "h?ckers",
        "commission AND servers",
        "commission servers",
        "elephants OR servers",
        "commission NOT elephants",
        "commission -elephants",
        "commission !elephants",
        '"Electoral Commission" NEAR/10 (hack* OR breach*) NOT Ghana',
        "breach* NEAR/6 commission",
        "hackers NEAR breached NEAR servers",
        "title:watchdog",
        "title:(watchdog hacked)",
        "body:(india weather)",
        "title:watchdog body:servers",
        "/CVE-\\d{4}-\\d+/",
        "/cve-2024-\\d+/i flaw",
        "lang:en servers",
        "feed:register servers",
        'author:"jane roe" servers',
        "(commission OR board) AND (servers OR laptops)",
        "NOT elephants servers",
    ],
)
def test_it_holds(query: str) -> None:
    match = run(
        query, language="en-GB", feed_name="The Register", feed="https://x", authors=("Jane Roe",)
    )
    assert match is not None
    assert match.alert
    assert {mention.entity for mention in match.mentions} <= {"q"}


@pytest.mark.parametrize(
    "query",
    [
        "hacker",  # a whole word, unless it has a wildcard
        '"commission electoral"',
        "commission elephants",
        "commission NOT india",
        "commission NEAR/2 servers",
        "commission NEAR/3 india",
        "title:commission",
        "body:watchdog",
        "/cve-2024-\\d+/",
        "lang:de servers",
        "feed:guardian servers",
        "author:smith servers",
        "(elephants OR lions) servers",
        "h?kers",
    ],
)
def test_it_does_not_hold(query: str) -> None:
    assert run(query, language="en", feed_name="The Register", feed="https://x") is None


def test_mentions_are_where_the_words_stand() -> None:
    match = run('"Electoral Commission" NEAR/10 hack*')
    assert match is not None
    assert [m.text for m in match.mentions] == ["Electoral Commission", "hackers"]


def test_entities_in_queries() -> None:
    apt = {"name": "APT31", "kind": "threat-actor"}
    assert run("@APT31 NEAR/8 servers", apt, body="Violet Typhoon hit the servers") is not None
    match = run("@APT31 elephants", apt, body="APT31 struck")
    assert match is not None
    assert {mention.entity for mention in match.mentions} == {"APT31"}
    with pytest.raises(QuerySyntaxError, match="does not have"):
        Matcher([watch("@APT41", apt)])


@pytest.mark.parametrize(
    ("query", "says", "caret"),
    [
        ("", "empty", 0),
        ("a OR", "ends too early", 4),
        ("(a", "ends too early", 2),
        ("a)", "closes nothing", 1),
        ('say "x', "no partner", 4),
        ("AND b", "both sides", 0),
        ("NOT x", "a word that must", 0),
        ("ok *", "spell out", 3),
        ("ok /(/", "RE2", 3),
        ('ok "..."', "nothing to look for", 3),
    ],
)
def test_faults_have_a_caret_under_them(query: str, says: str, caret: int) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(query)
    assert says in str(caught.value)
    _, shown, pointer = str(caught.value).splitlines()
    assert pointer.index("^") - 2 == caret, (shown, pointer)


def test_brackets_as_deep_as_anybody_likes() -> None:
    assert parse("(" * 1000 + "a" + ")" * 1000) == parse("a")


def test_a_query_of_any_length_is_answered_or_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="longer than"):
        parse("a" + " OR a" * 10_000)


def test_a_query_nested_too_deep_is_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="nested"):
        parse("title:" * 500 + "a")


def test_a_regex_that_explodes_elsewhere_is_harmless() -> None:
    assert run("/(a+)+b/", body="a" * 100_000) is None


def test_of_many_queries_the_right_ones_hold() -> None:
    queries = [{"name": f"q{n}", "query": f"word{n} AND commission"} for n in range(2000)]
    watchlist = Watchlist.model_validate({"name": "w", "queries": queries})
    matcher = Matcher([watchlist])
    found = matcher.match(Article(id="a", body=BODY + " word1234 word99"))
    assert {mention.entity for mention in found[0].mentions} == {"q1234", "q99"}


def plain(pieces: tuple[str, ...]) -> str:
    """What a word with wildcards means, whatever it costs."""
    return "".join({"*": r"[\w'-]*", "?": r"\w"}.get(each, re.escape(each)) for each in pieces)


@settings(max_examples=200)
@given(st.text("ab+*?'", min_size=2, max_size=9), st.text("ab+'-", max_size=9))
def test_a_wildcard_means_what_its_letters_say(word: str, text: str) -> None:
    try:
        node = parse(word)
    except ConfigError:
        return
    if isinstance(node, Wildcard):
        slow = re.compile(plain(node.pieces))
        assert bool(node.pattern.fullmatch(text)) == bool(slow.fullmatch(text)), node.pattern


@pytest.mark.parametrize("joint", ["*", "*i", "*n*", "*?"])
def test_many_stars_cost_no_more_than_one(joint: str) -> None:
    # Tried in every way there is, the stars would outlast any patience.
    node = parse(f"in{joint * 40}*ab")
    assert isinstance(node, Wildcard)
    assert node.pattern.fullmatch("internationalisation" * 20) is None
    assert node.pattern.fullmatch("internationalisation" * 20 + "ab") is not None
