"""Queries that can never hold are known, and no other is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Query, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.queries.query_language import QuerySyntaxError, parse
from monitor.matching.queries.satisfiable import can_hold
from monitor.model.article import Article

NEVER = (
    "foo AND NOT foo",
    'foo NOT (foo OR bar)',
    '"foo bar" NOT foo',
    "hacker NOT hack*",
    "title:foo AND NOT foo",
    "(foo OR bar) NOT foo NOT bar",
    "title:foo NEAR body:bar",
    "foo AND NOT (foo NEAR/2 foo)",
    "(foo NOT bar) NEAR/5 bar NOT foo",
    "foo lang:en lang:fr",
    "foo lang:en-gb NOT lang:en",
    "foo feed:bbc NOT feed:bbc",
    "@APT31 AND NOT @APT31",
    "/foo/ NOT /foo/",
    "foo NEAR lang:en",
)  # fmt: skip
SOMETIMES = (
    "foo NOT bar",
    "foo AND NOT title:foo",
    "title:foo AND NOT body:foo",
    "(foo NOT bar) OR (bar NOT foo)",
    "foo NOT hack*",
    "hack* NOT hacker",
    '"foo bar" NOT "bar foo"',
    "foo NEAR/2 bar NOT (foo NEAR/1 bar)",
    "(foo OR bar) NOT foo",
    "foo lang:en lang:en-gb",
    "APT31 NOT @APT31",
    "foo foobar NOT bar",
    "title:foo NEAR (body:foo OR title:bar)",
)


@pytest.mark.parametrize("query", NEVER)
def test_what_can_never_hold_is_known(query: str) -> None:
    assert not can_hold(parse(query))


@pytest.mark.parametrize("query", SOMETIMES)
def test_what_can_hold_is_left_alone(query: str) -> None:
    assert can_hold(parse(query))


def test_a_large_query_is_given_up_soon() -> None:
    pairs = " ".join(f"(a{number} OR b{number})" for number in range(300))
    none = " ".join(f"NOT (a{number} b{number})" for number in range(300))
    assert can_hold(parse(f"{pairs} {none}"))


WORDS = st.sampled_from(["aa", "bb", "cc", '"aa bb"', "title:aa", "body:bb", "lang:en"])
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR", "NEAR/2"]), inner).map(
            lambda found: f"({found[0]} {found[1]} {found[2]})"
        ),
        inner.map(lambda found: f"(NOT {found})"),
    ),
    max_leaves=6,
)
TEXT = st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), max_size=5).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(query=QUERIES, title=TEXT, body=TEXT, language=st.sampled_from(["en", "fr"]))
def test_no_query_that_holds_is_said_to_hold_never(
    query: str, title: str, body: str, language: str
) -> None:
    text = f"({query}) OR (zz NOT zz)"
    watchlist = Watchlist(name="w", queries=(Query(name="q", query=text),))
    try:
        matcher = Matcher([watchlist])
    except QuerySyntaxError:
        return
    article = Article(id="1", title=title, body=body, language=language)
    if matcher.match(article):
        assert can_hold(parse(text))
