"""Warnings about watchlists, and watchlists' own tests."""

from typing import Any

import pytest

from monitor.config.schema import Watchlist
from monitor.matching.examples import check_examples
from monitor.matching.lint import lint
from monitor.matching.matcher import Matcher


def watch(*entities: dict[str, Any] | str, **keys: Any) -> Watchlist:
    return Watchlist.model_validate({"name": "test", "entities": list(entities), **keys})


@pytest.mark.parametrize(
    ("watchlist", "fault", "word"),
    [
        (watch("x"), "too broad", "letter"),
        (watch("people"), "too broad", "everyday"),
        (watch({"name": "Shell", "kind": "organisation"}), "ambiguous", "never alerts alone"),
        (watch({"name": "Shell", "kind": "organisation"}), "can never alert", "context"),
        (watch({"name": "Carbon", "kind": "threat-actor", "expand": False}), "ambiguous", "trade"),
        (watch({"name": "Ann Lee", "kind": "person"}, "Ann Lee"), "shadowed", "also a name"),
        (watch({"name": "Ann Lee", "exclude": ["ann  lee"]}), "can never match", "own name"),
        (watch({"name": "Ann Lee", "weight": 0.1}), "can never alert", "weight"),
        (watch("\u200b-"), "can never match", "letters"),
        (watch("..."), "can never match", "letters"),
        (watch("Ann Lee", "Ann Lee"), "shadowed", "listed twice"),
        (watch(), "can never match", "nothing"),
        (watch({"name": "Ministry of Defence", "kind": "organisation"}), "ambiguous", "whose"),
        (watch(queries=[{"name": "q", "query": "hacker and x"}]), "ambiguous", "write AND"),
        (watch(queries=[{"name": "q", "query": "(a OR b) not (c)"}]), "ambiguous", "write NOT"),
    ],
)
def test_a_fault_is_named(watchlist: Watchlist, fault: str, word: str) -> None:
    found = [warning for warning in lint([watchlist]) if warning.fault == fault]
    assert found
    assert any(word in warning.text for warning in found)
    assert all("watchlist “test”" in str(warning) for warning in found)


def test_a_good_watchlist_gives_no_warning() -> None:
    good = watch(
        {"name": "APT31", "kind": "threat-actor"},
        {"name": "Electoral Commission", "kind": "organisation", "country": "GB"},
        {"name": "Supreme Court", "kind": "organisation", "context": ["Abuja"]},
        {"name": "Deutsche Bank", "kind": "organisation"},
        {"name": "Zhao Guangzong", "kind": "person"},
        queries=[{"name": "q", "query": 'hacker AND ("salt and pepper" OR /this or that/)'}],
    )
    assert lint([good]) == ()


def test_examples_pass_and_fail_with_reasons() -> None:
    watchlist = watch(
        {"name": "APT31", "kind": "threat-actor"},
        {"name": "Ni Gaobin", "kind": "person"},
        examples=[
            {"text": "APT31 did it", "match": True, "entity": "APT31"},
            {"text": "zirconium, the metal", "match": False},
            {"text": "nobody", "match": True},
            {"text": "APT31", "match": False},
            {"text": "APT31", "match": True, "entity": "Ni Gaobin"},
            {"text": "APT31", "match": False, "entity": "Ni Gaobin"},
        ],
    )
    texts = [example.text or "" for example in watchlist.examples]
    failures = check_examples(Matcher([watchlist]), watchlist, texts)
    assert [failure.number for failure in failures] == [3, 4, 5]
    assert "no name was found" in str(failures[0])
    assert "it scored" in str(failures[1])
    assert "only APT31 was found" in str(failures[2])
