"""Whatever the text and whatever is watched: offsets are exact, scores add up, more is not less."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.schema import Entity, Watchlist
from monitor.matching.judge import FIELDS
from monitor.matching.matcher import Matcher
from monitor.matching.score import Evidence, capped, entity_reasons, total
from monitor.matching.text.normalise import fold
from monitor.matching.text.sentences import around
from monitor.model.article import Article
from monitor.model.match import Kind, Match

ODD = "aAbz 1-–'’.ßİıﬁée\u0301\u200b\u202e\u00adАРТ赵光ก의\ud800\n\t\u00a0ل،ø"  # noqa: RUF001 - odd characters are the point
texts = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=())), max_size=80)
known = st.sampled_from(
    ["APT31", "APT-31", "Zirconium", "Violet Typhoon", "Zhao Guangzong", "Guangzong  Zhao",
     "赵光宗", "Acme Ltd", "ACME", "Straße 9", "malware", "hackers", "J.P. Stone"]
)  # fmt: skip
written = st.lists(st.one_of(texts, known), max_size=12).map(" ".join)
names = st.one_of(known, texts).filter(lambda name: bool(name.strip()))
entities = st.builds(
    Entity,
    name=names,
    kind=st.sampled_from(Kind),
    aliases=st.lists(names, max_size=2).map(tuple),
    context=st.lists(names, max_size=1).map(tuple),
    exclude=st.lists(names, max_size=1).map(tuple),
    case_sensitive=st.booleans(),
    fuzzy=st.booleans(),
    weight=st.floats(0, 10),
)
watchlists = st.builds(
    Watchlist,
    name=st.just("w"),
    alert_at=st.floats(0, 100),
    entities=st.lists(entities, max_size=4).map(tuple),
)
articles = st.builds(
    Article, id=st.just("a"), title=written, summary=written, body=written,
    feed_weight=st.floats(0, 10),
)  # fmt: skip


def check(matches: tuple[Match, ...], article: Article) -> None:
    for match in matches:
        assert 0 <= match.score <= 100
        assert round(sum(reason.points for reason in match.reasons), 1) == match.score
        for mention in match.mentions:
            assert mention.field in FIELDS
            text: str = getattr(article, mention.field)
            assert mention.start < mention.end
            assert text[mention.start : mention.end] == mention.text
            begin = mention.sentence_start
            assert text[begin : begin + len(mention.sentence)] == mention.sentence
            assert begin <= mention.start
            assert mention.end <= begin + len(mention.sentence)


@settings(max_examples=300, deadline=None)
@given(watchlists, articles)
def test_any_text_any_watchlist(watchlist: Watchlist, article: Article) -> None:
    matcher = Matcher([watchlist])
    matches = matcher.match(article)
    check(matches, article)
    assert matches == matcher.match(article)


INVISIBLE = "\u200b\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
unseen = st.text(st.sampled_from(INVISIBLE), min_size=1, max_size=3)
HIDDEN = Matcher([
    Watchlist(name="w", entities=(
        Entity(name="APT31", kind=Kind.THREAT_ACTOR),
        Entity(name="Zhao Guangzong", kind=Kind.PERSON),
        Entity(name="Purple Harbour"),
    ))
])  # fmt: skip
hidden_names = st.sampled_from(["APT31", "Violet Typhoon", "Zhao Guangzong", "Purple Harbour"])


def hidden_found(body: str) -> list[str]:
    (match,) = HIDDEN.match(Article(id="a", body=body))
    check((match,), Article(id="a", body=body))
    return [mention.text for mention in match.mentions]


@given(hidden_names, st.text("aZ9й", max_size=3), unseen, unseen, st.text("aZ9й", max_size=3))
def test_invisible_characters_end_a_word(
    name: str, before: str, opening: str, closing: str, after: str
) -> None:
    assert hidden_found(f"it was {before}{opening}{name}{closing}{after} then") == [name]


@given(hidden_names, st.lists(st.tuples(st.integers(1, 12), unseen), min_size=1, max_size=4))
def test_invisible_characters_hide_no_name(name: str, put: list[tuple[int, str]]) -> None:
    written = name
    for at, characters in put:
        at = min(at, len(written) - 1)  # noqa: PLW2901 - inside, whatever was drawn
        written = written[:at] + characters + written[at:]
    assert hidden_found(f"it was {written} then") == [written]


@given(texts)
def test_every_folded_character_leads_back(text: str) -> None:
    folded = fold(text)
    previous = 0
    for offset in range(len(folded.text)):
        start, end = folded.locate(offset, offset + 1)
        assert 0 <= start < end <= len(text)
        assert start >= previous
        previous = start


@given(texts)
def test_folding_is_done_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text.split() == fold(fold(once).text).text.split()


@given(st.text(max_size=600), st.integers(0, 600), st.integers(0, 30))
def test_a_sentence_holds_its_mention(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    begin, finish = around(text, start, end)
    assert 0 <= begin <= start
    assert end <= finish <= len(text)


def match_score(*mentions: str) -> float:
    entity = Entity(name="APT31", kind=Kind.THREAT_ACTOR)
    matcher = Matcher([Watchlist(name="w", entities=(entity,))])
    body = "\n".join(f"Filler about the weather. {mention} was named." for mention in mentions)
    return max((match.score for match in matcher.match(Article(id="a", body=body))), default=0.0)


APT31 = st.sampled_from(["APT31", "Violet Typhoon", "Zirconium", "ZIRCONIUM", "JUDGMENT PANDA"])


@settings(max_examples=60, deadline=None)
@given(st.lists(APT31, max_size=6), APT31)
def test_a_further_mention_never_lowers_the_score(mentions: list[str], further: str) -> None:
    assert match_score(*mentions, further) >= match_score(*mentions)


evidence = st.builds(
    Evidence,
    entity=st.just("e"),
    name=st.just("n"),
    ambiguous=st.booleans(),
    ambiguity=st.just(""),
    context=st.sampled_from(["", "context"]),
    in_title=st.booleans(),
    in_lead=st.booleans(),
    count=st.integers(1, 10_000),
    as_tool=st.booleans(),
    excluded=st.sampled_from(["", "someone else"]),
    weight=st.floats(0, 10),
)


def points(found: Evidence) -> float:
    return total(capped(entity_reasons(found, Article(id="a"))))


@given(evidence)
def test_better_evidence_never_scores_lower(found: Evidence) -> None:
    fields = {name: getattr(found, name) for name in Evidence.__slots__}

    def at_least(**better: object) -> None:
        assert points(Evidence(**(fields | better))) >= points(found)

    at_least(count=found.count + 1)
    at_least(in_title=True)
    at_least(in_lead=True)
    at_least(context="context")
    at_least(ambiguous=False)
    at_least(as_tool=False)
    at_least(excluded="")
    at_least(weight=found.weight + 1)


@given(evidence)
def test_an_ambiguous_name_alone_never_alerts(found: Evidence) -> None:
    if found.ambiguous and not found.context:
        assert points(found) <= 30
