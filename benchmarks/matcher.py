"""How fast the matcher is, and what it costs, against the bare automaton and other matchers.

    python -m benchmarks.matcher              # all figures, a few minutes
    python -m benchmarks.matcher --quick      # fewer articles

flashtext, pyahocorasick and spaCy are compared when they are installed; nothing else needs them.
Texts and names are made up from word frequencies, the same in every run.
"""

from __future__ import annotations

import argparse
import importlib
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import psutil
from ahocorasick_rs import AhoCorasick, Implementation
from wordfreq import get_frequency_dict

from benchmarks.measuring import report, spread
from monitor.config.schema import Entity, Query, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Kind

SIZE = 5_000
"""Characters of an article's body."""
ROUNDS = 5
_ONSETS = "b br c ch d dr f g gr h k kr l m n p pr r s sh st t tr v vl w y z zh".split()  # noqa: SIM905 - reads better
_RIMES = "a an ar e el en er i in ir o ol on or ov u ul un ur ach eck ind osk ost ung".split()  # noqa: SIM905 - reads better
_SHARE = ((Kind.PERSON, 0.5), (Kind.ORGANISATION, 0.25), (Kind.THREAT_ACTOR, 0.25))


def _vocabulary() -> tuple[list[str], list[float]]:
    frequencies = get_frequency_dict("en")
    words = [word for word in frequencies if word.isascii() and word.isalpha()][:40_000]
    return words, [frequencies[word] for word in words]


def names(count: int, seed: int = 1) -> list[tuple[str, Kind]]:
    """So many different names, half of them persons', a quarter each organisations' and actors'."""
    chance = random.Random(seed)
    words, _ = _vocabulary()

    def made_up(syllables: int) -> str:
        return "".join(chance.choice(_ONSETS) + chance.choice(_RIMES) for _ in range(syllables))

    found: dict[str, Kind] = {}
    while len(found) < count:
        kind = chance.choices([k for k, _ in _SHARE], [share for _, share in _SHARE])[0]
        if kind is Kind.PERSON:
            name = f"{made_up(2).title()} {made_up(chance.choice((2, 3))).title()}"
        elif kind is Kind.ORGANISATION:
            name = f"{made_up(3).title()} {chance.choice(words[500:5000]).title()} Ltd"
        elif chance.random() < 0.5:
            name = f"{chance.choice(('APT', 'UNC', 'TA', 'Storm-'))}{chance.randrange(1, 99999)}"
        else:
            name = f"{made_up(2)} {chance.choice(words[2000:20000])}".upper()
        found.setdefault(name, kind)
    return list(found.items())


def articles(count: int, watched: Sequence[str], seed: int = 2) -> list[Article]:
    """Articles of `SIZE` characters: frequent words often, rare ones seldom, a name in a third."""
    chance = random.Random(seed)
    words, weights = _vocabulary()
    made = []
    for number in range(count):
        drawn = chance.choices(words, weights, k=SIZE // 5)
        for at in range(0, len(drawn), 14):
            drawn[at] = drawn[at].title()
            drawn[at - 1] += "." if at % 4 else ".\n\n"
        for at in range(9, len(drawn), 120):
            drawn[at] = f"“{drawn[at]}”" if number % 2 else f'"{drawn[at]}"'
        if number % 3 == 0:
            drawn.insert(chance.randrange(len(drawn) // 2), chance.choice(watched))
        made.append(Article(id=str(number), title="A title", body=" ".join(drawn)[:SIZE]))
    return made


def watchlist(pairs: Sequence[tuple[str, Kind]]) -> Watchlist:
    """All names as entities of one watchlist; MISP is left out, so that their number is exact."""
    entities = (Entity(name=name, kind=kind, expand=False) for name, kind in pairs)
    return Watchlist(name="benchmark", entities=tuple(entities))


def queries(count: int, seed: int = 3) -> list[Query]:
    """Boolean queries of words that a few of a hundred articles have, of four shapes in turn."""
    chance = random.Random(seed)
    words = _vocabulary()[0][2_000:20_000]
    shapes = (
        "{} AND ({} OR {})",
        '"{} {}" OR {}',
        "{} NEAR/5 {} AND NOT {}",
        "title:{} OR {} AND {}",
    )
    return [
        Query(name=str(n), query=shapes[n % len(shapes)].format(*chance.sample(words, 3)))
        for n in range(count)
    ]


def query_rows(texts: Sequence[Article], count: int = 5_000) -> Iterator[tuple[str, str, str, str]]:
    """Many queries in one matcher, against each evaluated on every text, and against none."""
    made = queries(count)
    matcher = Matcher([Watchlist(name="queries", queries=tuple(made))])
    alone = [Matcher([Watchlist(name="query", queries=(query,))]) for query in made]
    held = sum(len(one.match(article)) for one in alone for article in texts[:3]) / 3
    ours = rate(matcher.match, texts)
    each = rate(lambda article: [one.match(article) for one in alone], texts[:3])
    few = rate(Matcher([Watchlist(name="queries", queries=tuple(made[:10]))]).match, texts)
    figure = f"Articles a second, {count:,} queries, of which {held:.0f} hold in an article"
    yield (
        figure, spread(ours, "/s", 0), f"each on every text {spread(each, '/s', 1)}",
        f"{max(ours) / max(each):.0f} × as fast",
    )  # fmt: skip
    yield (
        figure, spread(ours, "/s", 0), f"10 queries {spread(few, '/s', 0)}",
        f"{max(few) / max(ours):.1f} × the time",
    )  # fmt: skip


def rate(step: Callable[[Article], object], texts: Sequence[Article]) -> list[float]:
    """Articles a second of CPU, of each round."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for article in texts:
            step(article)
        rounds.append(len(texts) / (time.process_time() - begun))
    return rounds


def rate_together(matcher: Matcher, texts: Sequence[Article]) -> list[float]:
    """Likewise of articles that are there at once: what a poll lists, what a backtest replays."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in matcher.match_all(texts):
            pass
        rounds.append(len(texts) / (time.process_time() - begun))
    return rounds


def bare(pairs: Sequence[tuple[str, Kind]]) -> Callable[[Article], object]:
    """Only the automaton: lower case, no boundaries, no rules, no score."""
    automaton = AhoCorasick(
        [name.lower() for name, _ in pairs], implementation=Implementation.ContiguousNFA
    )
    return lambda article: automaton.find_matches_as_indexes(article.body.lower(), overlapping=True)


def regex_loop(pairs: Sequence[tuple[str, Kind]]) -> Callable[[Article], object]:
    """A regular expression a name, one after the other."""
    patterns = [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name, _ in pairs]
    return lambda article: [p for p in patterns if p.search(article.body)]


def others(
    pairs: Sequence[tuple[str, Kind]],
) -> Iterator[tuple[str, Callable[[Article], object]]]:
    """Other matchers that are installed, with exact names only."""
    try:
        flashtext = importlib.import_module("flashtext")
    except ImportError:
        print("flashtext is not installed", file=sys.stderr)
    else:
        processor = flashtext.KeywordProcessor()
        processor.add_keywords_from_list([name for name, _ in pairs])
        yield "flashtext", lambda article: processor.extract_keywords(article.body)
    try:
        pyahocorasick = importlib.import_module("ahocorasick")
    except ImportError:
        print("pyahocorasick is not installed", file=sys.stderr)
    else:
        automaton = pyahocorasick.Automaton()
        for name, _ in pairs:
            automaton.add_word(name.lower(), name)
        automaton.make_automaton()
        yield "pyahocorasick", lambda article: list(automaton.iter(article.body.lower()))
    try:
        spacy = importlib.import_module("spacy")
        phrases = importlib.import_module("spacy.matcher").PhraseMatcher
    except ImportError:
        print("spaCy is not installed", file=sys.stderr)
    else:
        language = spacy.blank("en")
        matcher = phrases(language.vocab, attr="LOWER")
        matcher.add("names", [language.make_doc(name) for name, _ in pairs])
        yield "spaCy PhraseMatcher", lambda article: matcher(language.make_doc(article.body))


def memory(count: int) -> float:
    """MiB that a compiled matcher of so many names adds to a process of its own."""
    code = (
        "import gc, psutil\n"
        "from benchmarks.matcher import names, watchlist\n"
        "from monitor.matching.matcher import Matcher\n"
        "Matcher([watchlist(names(10))])\n"
        f"watched = watchlist(names({count}))\n"
        "gc.collect(); before = psutil.Process().memory_info().rss\n"
        "matcher = Matcher([watched])\n"
        "gc.collect(); print((psutil.Process().memory_info().rss - before) / 2**20)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def pauses(matcher: Matcher, watched: Watchlist, texts: Sequence[Article]) -> tuple[float, float]:
    """Longest time one article takes, in ms: in peace, and while another thread compiles."""

    def longest(go_on: Callable[[], bool]) -> float:
        worst = 0.0
        while go_on():
            for article in texts[:50]:
                begun = time.perf_counter()
                matcher.match(article)
                worst = max(worst, time.perf_counter() - begun)
        return worst * 1000

    rounds = iter(range(5))
    peace = longest(lambda: next(rounds, None) is not None)
    compiling = threading.Thread(target=Matcher, args=([watched],))
    compiling.start()
    return peace, longest(compiling.is_alive)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer articles")
    count = 60 if parser.parse_args().quick else 300
    psutil.Process().cpu_percent()
    pairs = names(10_000)
    texts = articles(count, [name for name, _ in pairs])
    watched = watchlist(pairs)
    compiled = []
    for _ in range(3):
        begun = time.process_time()
        matcher = Matcher([watched])
        compiled.append(time.process_time() - begun)
    ours, base = rate(matcher.match, texts), rate(bare(pairs), texts)
    fastest = max(ours)
    rows = [
        ("Articles of 5 kB a second, 10,000 names", spread(ours, "/s", 0), "bare automaton " +
         spread(base, "/s", 0), f"{max(base) / fastest:.1f} × its time"),
    ]  # fmt: skip
    nobodys = [article for article in texts if not matcher.match(article)]
    alone, least = rate(matcher.match, nobodys), rate(bare(pairs), nobodys)
    rows.append(
        ("the same, of articles that name nobody, as most do", spread(alone, "/s", 0),
         "bare automaton " + spread(least, "/s", 0), f"{max(least) / max(alone):.1f} × its time")
    )  # fmt: skip
    together = rate_together(matcher, texts)
    rows.append(
        ("the same, of articles that are there at once", spread(together, "/s", 0),
         "bare automaton " + spread(base, "/s", 0), f"{max(base) / max(together):.1f} × its time")
    )  # fmt: skip
    slow = rate(regex_loop(pairs), texts[:4])
    rows.append(
        ("the same", spread(ours, "/s", 0), f"a regex a name {max(slow):.1f}/s",
         f"{fastest / max(slow):.0f} × as fast")
    )  # fmt: skip
    for label, step in others(pairs):
        other = rate(step, texts[:100])
        rows.append(
            ("the same", spread(ours, "/s", 0), f"{label} {spread(other, '/s', 0)}",
             f"{fastest / max(other):.2f} × as fast")
        )  # fmt: skip
    rows += query_rows(texts)
    few = rate(Matcher([watchlist(names(10))]).match, texts)
    many_names = names(100_000)
    many = rate(Matcher([watchlist(many_names)]).match, texts)
    rows += [
        ("Articles a second, 100,000 names", spread(many, "/s", 0), "10 names " +
         spread(few, "/s", 0), f"{max(few) / max(many):.1f} × the time"),
        ("Compiling 10,000 names", spread(compiled, " s"), "goal 1 s", f"{min(compiled):.2f}"),
        (
            "Memory of 100,000 compiled names",
            spread([memory(100_000) for _ in range(3)], " MiB", 0),
            "goal 150 MiB",
            "",
        ),
    ]  # fmt: skip
    peace, busy = pauses(matcher, watched, texts)
    rows.append(
        (
            "Longest match while another thread compiles",
            f"{busy:.1f} ms",
            f"in peace {peace:.1f} ms",
            "",
        )
    )
    report(rows)


if __name__ == "__main__":
    main()
