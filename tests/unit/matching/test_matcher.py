"""Whom an article names, where, and how surely."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Entity, Watchlist
from monitor.matching.judge import SHOWN
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Match, Severity


def watch(*entities: dict[str, Any] | str, **keys: Any) -> Watchlist:
    return Watchlist.model_validate({"name": "test", "entities": list(entities), **keys})


BESIDE = Article(id="b", title="Вокруг", body="All of it is of the day, and none of it is ours.")
"""An article that is matched together with those of the tests."""


def find(watchlist: Watchlist, body: str = "", **fields: Any) -> Match | None:
    article = Article(id="a", body=body, **fields)
    matcher = Matcher([watchlist])
    matches = matcher.match(article)
    assert matcher.finds_any(article) or not matches
    if len(body) < 10_000:
        assert list(matcher.match_all([article, BESIDE, article]))[::2] == [matches, matches]
    for match in matches:
        assert round(sum(reason.points for reason in match.reasons), 1) == match.score
        assert 0 <= match.score <= 100
        assert match.severity is watchlist.severity_of(match.score)
        assert match.alert is (match.score >= watchlist.alert_at)
        for mention in match.mentions:
            text: str = getattr(article, mention.field)
            assert text[mention.start : mention.end] == mention.text
            assert text[mention.sentence_start :].startswith(mention.sentence)
            assert mention.text in mention.sentence
    assert len(matches) <= 1
    return matches[0] if matches else None


def texts(match: Match | None) -> list[str]:
    return [mention.text for mention in match.mentions] if match else []


ACTOR = {"name": "APT31", "kind": "threat-actor"}
PERSON = {"name": "Zhao Guangzong", "kind": "person"}
PIECES = (
    "The British said of APT31, and of Jane Example, that the day was theirs and not ours.",
    "“The Electoral Commission” of the Commons and the Lords, he said of Zhao’s.",
    "Vladimir Putin met Mr Zhao of the Electoral Commission, and Zhao Guangzong.",
    "Владимира Путина и Чжао Гуанцзуна в Москве не ждали.",
    "O Vladimiru Putinovi se v Praze nemluvilo, o Janě Example ano.",
    "赵光宗被英国制裁。 ウラジーミル・プーチン 블라디미르 푸틴 대통령",
    "قال فلاديمير بوتين إن ذلك لم يحدث",
    "Elect\u00adoral Com\u200bmission, AP\u200bT31",
)
EVERYBODY = Matcher(
    [
        watch("Vladimir Putin", {"name": "Zhao Guangzong", "kind": "person", "fuzzy": True}),
        Watchlist.model_validate(
            {
                "name": "others",
                "entities": [
                    {"name": "Electoral Commission", "kind": "organisation", "country": "GB"},
                    {"name": "APT31", "kind": "threat-actor"},
                    "Jane Example",
                ],
                "queries": [{"name": "q", "query": "Commons AND Lords"}],
            }
        ),
    ]
)
COMMISSION = {
    "name": "Electoral Commission",
    "kind": "organisation",
    "exclude": ["Electoral Commission of India", "Electoral Commission of Ghana"],
}


def test_an_entity_listed_twice_is_one() -> None:
    once, twice = watch("Jane Example"), watch("Jane Example", "Jane Example")
    assert find(twice, "So Jane Example said.") == find(once, "So Jane Example said.")


def test_punctuation_is_no_name() -> None:
    assert find(watch("...", "--"), "Well ... she said -- and left.") is None


def test_a_name_goes_on_after_an_indentation_but_not_after_a_page_of_dashes() -> None:
    assert texts(find(watch(PERSON), "said Zhao\n" + " " * 60 + "Guangzong."))
    for filling in ("-", " ", "\u200b", "\u0301"):
        assert find(watch(ACTOR), f"the group APT{filling * 100_000}31 said") is None
        query = {"name": "q", "query": '"the group"'}
        found = find(watch(queries=[query]), f"so the{' ' + filling * 100_000} group said")
        assert found is None or not found.mentions


@pytest.mark.parametrize(
    "written",
    [
        "APT31",
        "APT 31",
        "APT-31",
        "APT\u201131",
        "apt31",
        "AP\u200bT31",
        "\uff21\uff30\uff34\uff13\uff11",
    ],
)
def test_numbered_names_in_every_spelling(written: str) -> None:
    match = find(watch(ACTOR), f"Ministers blamed {written}'s operators for it.")
    assert texts(match) == [written]
    assert match is not None
    assert match.alert


@pytest.mark.parametrize("body", ["APT310 struck", "APT 3 1", "XAPT31", "APT3", "apartment 31"])
def test_other_numbers_are_others(body: str) -> None:
    assert find(watch(ACTOR), body) is None


def test_an_actor_is_found_by_the_names_misp_knows() -> None:
    match = find(watch(ACTOR), "Researchers tied it to JUDGMENT PANDA and Violet Typhoon.")
    assert match is not None
    assert match.alert
    assert [(m.entity, m.name) for m in match.mentions] == [
        ("APT31", "JUDGMENT PANDA"),
        ("APT31", "Violet Typhoon"),
    ]


def test_expansion_can_be_turned_off() -> None:
    assert find(watch({**ACTOR, "expand": False}), "It was Violet Typhoon.") is None


@pytest.mark.parametrize(
    "body",
    [
        "Zirconium is a metal. Zirconium alloys clad fuel rods. Zirconium prices rose.",
        "Shares in Zirconium miners fell.",
    ],
)
def test_an_ambiguous_name_alone_never_alerts(body: str) -> None:
    loud = watch({**ACTOR, "weight": 10}, alert_at=35)
    match = find(loud, body, title="Zirconium and Zirconium", feed_weight=5.0)
    assert match is not None
    assert not match.alert


def test_an_ambiguous_name_counts_among_words_of_its_trade() -> None:
    match = find(watch(ACTOR), "The hackers known as Zirconium used spear-phishing and malware.")
    assert match is not None
    assert match.alert
    assert any(reason.factor == "context" for reason in match.reasons)


def test_an_ambiguous_name_counts_with_the_users_context() -> None:
    entity = {"name": "Mercury", "kind": "organisation", "context": ["Freddie"]}
    assert not alerts(find(watch(entity), "Mercury rose in the thermometer."))
    assert alerts(find(watch(entity), "Freddie founded Mercury last year."))


def alerts(match: Match | None) -> bool:
    return match is not None and match.alert


@pytest.mark.parametrize(
    "written",
    [
        "Zhao Guangzong",
        "Guangzong Zhao",
        "ZHAO Guangzong",
        "Zhao, Guangzong",
        "Zhao\u00a0Guangzong",
    ],
)
def test_persons_in_both_orders(written: str) -> None:
    match = find(watch(PERSON), f"Sanctions name {written} and others.")
    assert texts(match) == [written]
    assert alerts(match)


@pytest.mark.parametrize("body", ["Zhao Guangzongli", "Zhao met Guangzong", "Mr Zhao spoke"])
def test_other_persons_are_others(body: str) -> None:
    assert not alerts(find(watch(PERSON), body))


def test_excluded_phrases_are_someone_else() -> None:
    india = "The Electoral Commission of India will announce dates."
    assert find(watch(COMMISSION), india) is None
    both = find(watch(COMMISSION), f"Hackers hit the Electoral Commission. {india}")
    assert texts(both) == ["Electoral Commission"]


def test_an_excluded_phrase_without_the_name_rules_out_its_sentence() -> None:
    entity = {"name": "Jane Roe", "kind": "person", "exclude": ["the novelist"]}
    match = find(watch(entity), "Jane Roe, the novelist, spoke. Jane Roe MP replied.")
    assert match is not None
    assert [mention.start for mention in match.mentions] == [31]


def test_a_longer_watched_name_is_not_the_shorter_one() -> None:
    both = watch(
        {"name": "Bank of China", "kind": "organisation"}, {"name": "China", "kind": "place"}
    )
    match = find(both, "The Bank of China reported.")
    assert match is not None
    assert [mention.entity for mention in match.mentions] == ["Bank of China"]


def test_case_sensitive() -> None:
    entity = {"name": "WHO", "case_sensitive": True}
    assert find(watch(entity), "those who came") is None
    assert texts(find(watch(entity), "the WHO said")) == ["WHO"]


def test_weak_mentions_are_not_told_beside_strong_ones() -> None:
    both = watch(ACTOR, {"name": "PLATINUM", "kind": "threat-actor"})
    match = find(both, "APT31 was blamed." + " Filler text." * 60 + " Platinum prices fell.")
    assert match is not None
    assert match.alert
    assert {mention.entity for mention in match.mentions} == {"APT31"}


def test_title_summary_and_frequency_raise_the_score() -> None:
    def score(**fields: str) -> float:
        match = find(watch(ACTOR), **fields)
        return match.score if match else 0.0

    deep = "Filler. " * 200
    once = score(body=deep + "APT31 did it.")
    assert once >= 50
    assert score(body=deep + "APT31 did it. APT31 again.") > once
    assert score(body="APT31 did it. " + deep) > once
    assert score(title="APT31 blamed", body=deep + "APT31 did it.") > score(
        summary="APT31 blamed", body=deep + "APT31 did it."
    )


def test_old_news_counts_less_by_the_articles_own_times() -> None:
    now = datetime(2024, 3, 25, tzinfo=UTC)
    fresh = find(watch(ACTOR), "APT31", published=now, fetched=now)
    stale = find(watch(ACTOR), "APT31", published=now - timedelta(days=60), fetched=now)
    assert fresh is not None
    assert stale is not None
    assert stale.score < fresh.score


def test_named_together() -> None:
    both = watch(ACTOR, PERSON)
    alone = find(both, "APT31 was blamed.")
    together = find(both, "APT31 was blamed. Zhao Guangzong was named.")
    assert alone is not None
    assert together is not None
    assert together.score > alone.score
    assert {mention.entity for mention in together.mentions} == {"APT31", "Zhao Guangzong"}


def test_a_watchlist_for_some_feeds() -> None:
    matcher = Matcher([watch(ACTOR, feeds=["security", "NCSC"])])

    def matched(**fields: Any) -> bool:
        return bool(matcher.match(Article(id="a", title="APT31", **fields)))

    assert matched()  # a document given by hand comes from no feed
    assert matched(feed="https://a.example", feed_name="x", feed_tags=("uk", "security"))
    assert matched(feed="https://a.example", feed_name="NCSC")
    assert not matched(feed="https://a.example", feed_name="x", feed_tags=("uk",))


def test_one_match_a_watchlist_in_their_order() -> None:
    lists = [named(f"list {n}") for n in range(50)]
    matches = Matcher(lists).match(Article(id="a", title="APT31 again"))
    assert [match.watchlist for match in matches] == [f"list {n}" for n in range(50)]


def named(name: str) -> Watchlist:
    return Watchlist.model_validate({"name": name, "entities": [ACTOR]})


def test_severity_follows_the_watchlists_bands() -> None:
    strict = watch(ACTOR, severity={"high": 60, "critical": 80})
    match = find(strict, "APT31 blamed.", title="APT31 blamed")
    assert match is not None
    assert match.severity is Severity.CRITICAL


def test_nothing_watched_matches_nothing() -> None:
    assert Matcher([]).match(Article(id="a", body="APT31")) == ()
    assert Matcher([watch()]).match(Article(id="a", body="APT31")) == ()


def test_a_flood_of_mentions_is_listed_in_part_and_fast() -> None:
    match = find(watch(ACTOR), "APT31 " * 100_000)
    assert match is not None
    assert len(match.mentions) == SHOWN
    assert any("100000 times" in reason.detail for reason in match.reasons)


@pytest.mark.parametrize("name", ["x", "y" * 1000])
def test_names_of_any_length(name: str) -> None:
    assert texts(find(watch(name), f"an {name} here")) == [name]


def test_lone_surrogates_do_no_harm() -> None:
    assert texts(find(watch(ACTOR), "\udfff APT31 \ud800")) == ["APT31"]


def test_a_flood_of_excluded_phrases_is_fast() -> None:
    assert find(watch(COMMISSION), "The Electoral Commission of India. " * 50_000) is None


def test_the_examples_of_the_documentation() -> None:
    deep = "The weather was fine. " * 40
    once = find(watch(ACTOR), deep + "APT31 was blamed.")
    assert once is not None
    assert once.score == 55
    body = "APT31 did it. " + deep + "APT31 was blamed. APT31 denied it."
    often = find(watch(ACTOR, PERSON), body, title="UK blames APT31")
    assert often is not None
    assert often.score == 92.5
    both = find(watch(ACTOR, PERSON), body + " Zhao Guangzong too.", title="UK blames APT31")
    assert both is not None
    assert both.score == 97.5
    metal = find(watch(ACTOR), "Zirconium prices rose. " * 10, title="Zirconium prices rise")
    assert metal is not None
    assert metal.score == 30
    group = find(watch(ACTOR), "The hackers Microsoft calls Zirconium used phishing.")
    assert group is not None
    assert group.score == 65


def test_names_are_found_again_after_many_others_were() -> None:
    entities = tuple(Entity(name=f"Acme {number}") for number in range(6_000))
    matcher = Matcher([Watchlist(name="w", entities=entities)])
    once = Article(id="a", body="Acme 17 is here.")
    before = matcher.match(once)
    everything = " and ".join(entity.name for entity in entities)
    (match,) = matcher.match(Article(id="b", body=everything))
    assert match.mentions
    assert matcher.match(once) == before != ()


def test_names_with_the_same_letters_are_kept_apart() -> None:
    names = ("J.P. Stone", "J P Stone", "JP Stone", "A.T. Works")
    lists = [Watchlist(name=name, entities=(Entity(name=name),)) for name in names]
    matches = Matcher(lists).match(
        Article(id="a", body="They say that A.T. Works and J P Stone met.")
    )
    assert {match.watchlist for match in matches} >= {"J P Stone", "A.T. Works"}
    assert all("J P Stone" in m.text or "A.T. Works" in m.text for x in matches for m in x.mentions)


def test_whether_any_watched_text_stands_in_an_article_is_told_without_judging_it() -> None:
    matcher = Matcher(
        [
            watch(COMMISSION),
            watch(
                "Jane Example",
                name="fed",
                feeds=["security"],
                queries=[{"name": "q", "query": "flood"}],
            ),
        ]
    )

    def finds(body: str, **fields: Any) -> bool:
        return matcher.finds_any(Article(id="a", body=body, **fields))

    # What rules a name out may be on every page of its site, and so be left out afterwards.
    assert finds("The Electoral Commission of India has met.")
    assert not finds(
        "The committee has met, and a flood was expected.", feed="f", feed_name="Other"
    )
    assert finds("A flood was expected.", feed="f", feed_name="security")
    assert finds("Electoral\u200b Commission\u200b")
    assert Matcher([watch(queries=[{"name": "q", "query": "sun"}])]).finds_any(
        Article(id="a", body="Sun.")
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=5), max_size=8))
def test_articles_together_are_matched_as_each_alone(made: list[list[str]]) -> None:
    articles = [
        Article(id=str(n), title=(pieces or [""])[0], body=" ".join(pieces * 8))
        for n, pieces in enumerate(made)
    ]
    assert list(EVERYBODY.match_all(articles)) == [EVERYBODY.match(each) for each in articles]


def test_more_articles_than_are_matched_together() -> None:
    articles = [Article(id=str(n), title="Jane Example" if n % 7 else "") for n in range(120)]
    found = list(Matcher([watch("Jane Example")]).match_all(iter(articles)))
    assert [bool(each) for each in found] == [n % 7 > 0 for n in range(120)]
