"""What the matcher costs in each script, and with names of many languages at once.

    python -m benchmarks.languages              # up to 100,000 names, ten minutes or more
    python -m benchmarks.languages --quick      # up to 10,000

Names and articles are made of each language's own words by their frequency (`wordfreq`): capitals
where a sentence begins, a name in a third of the articles. Half of the names are written in the
language's script, half in Latin letters, as watchlists are.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from functools import cache

from wordfreq import get_frequency_dict

from benchmarks.matcher import rate_together
from benchmarks.measuring import report, spread
from monitor.config.schema import Entity, Watchlist
from monitor.matching.matcher import Matcher
from monitor.matching.text.normalise import fold_name
from monitor.model.article import Article
from monitor.model.match import Kind

SIZE = 5_000
"""Characters of an article's body."""
ROUNDS = 4
_SMALL_WORDS = 500
"""The most frequent words of a language, which are not names."""
GOAL = 4_000
_ENOUGH = 5
"""Articles of a kind from which they are measured by themselves."""
MIXED = ("bg", "cs", "de", "fi", "hu", "ko", "lv", "pl", "ru", "sh", "sk", "sl", "tr", "uk")
SCRIPTS = {
    "pl": "Latin", "ru": "Cyrillic", "el": "Greek", "ar": "Arabic", "he": "Hebrew", "ko": "Korean",
}  # fmt: skip


@cache
def vocabulary(language: str) -> tuple[list[str], list[float]]:
    """Words of a language and how often they are met, the most frequent first."""
    shares = get_frequency_dict(language)
    words = [word for word in shares if word.isalpha()][:30_000]
    return words, [shares[word] for word in words]


def persons(language: str, count: int, seed: int = 1) -> list[str]:
    """So many different names of two words, with 600 given names among them."""
    chance = random.Random(f"{language} {seed}")
    # Nobody is called "that" or "and", be it with an accent that is folded away.
    small = {fold_name(word) for word in vocabulary(language)[0][:_SMALL_WORDS]}
    words = [w for w in vocabulary(language)[0] if len(w) > 1 and fold_name(w) not in small]
    given, family = words[2_000:2_600], words[3_000:]
    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{chance.choice(given).title()} {chance.choice(family).title()}"] = None
    return list(found)


def articles(language: str, count: int, watched: Sequence[str], seed: int = 2) -> list[Article]:
    """Articles of `SIZE` characters, a name in a third of them."""
    chance = random.Random(f"{language} {seed}")
    words, weights = vocabulary(language)
    made = []
    for number in range(count):
        drawn = chance.choices(words, weights, k=SIZE // 3)
        for at in range(0, len(drawn), 12):
            drawn[at] = drawn[at].title()
            drawn[at - 1] += "." if at % 4 else ".\n\n"
        for at in range(5, len(drawn), 9):  # as many capitals as news has
            drawn[at] = drawn[at].title()
        if number % 3 == 0:
            drawn.insert(chance.randrange(SIZE // 10), chance.choice(watched))
        body = " ".join(drawn)[:SIZE]
        made.append(Article(id=str(number), title="", body=body, language=language))
    return made


def matcher(names: Sequence[str]) -> Matcher:
    """One watchlist of persons."""
    entities = (Entity(name=name, kind=Kind.PERSON, expand=False) for name in names)
    return Matcher([Watchlist(name="benchmark", entities=tuple(entities))])


def rates(compiled: Matcher, texts: Sequence[Article]) -> list[float]:
    """Articles a second of CPU, of each round; in the first nothing was met before."""
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for article in texts:
            compiled.match(article)
        found.append(len(texts) / (time.process_time() - begun))
    return found


def half_latin(language: str, count: int) -> list[str]:
    """Names for a language's news: half in its script, half as English has them."""
    half = count // 2
    return persons(language, count - half) + persons("en", half)


def script_rows(count: int, most: int) -> Iterator[tuple[str, str, str, str]]:
    """For each script, an article's cost with 10 names and with `most`."""
    for language, script in SCRIPTS.items():
        few, many = half_latin(language, 10), half_latin(language, most)
        texts = articles(language, count, many)
        a_few, all_of_them = matcher(few), matcher(many)
        yield _growth(f"{script} ({language}), {most:,} names", a_few, all_of_them, texts)
        # So many names made of a text's own words stand in it by chance, and are judged.
        nobodys = [text for text in texts if not all_of_them.match(text)]
        if len(nobodys) >= _ENOUGH:
            name = f"the same, {len(nobodys)} of {len(texts)} articles, which name nobody"
            yield _growth(name, a_few, all_of_them, nobodys)


def _growth(
    name: str, a_few: Matcher, all_of_them: Matcher, texts: Sequence[Article]
) -> tuple[str, str, str, str]:
    least, most = rates(a_few, texts), rates(all_of_them, texts)
    return (
        name, spread(most, "/s", 0), f"10 names {spread(least, '/s', 0)}",
        f"{max(least) / max(most):.1f} × the time; goal 3",
    )  # fmt: skip


def mixed_rows(count: int) -> Iterator[tuple[str, str, str, str]]:
    """10,000 names of all languages, and articles in each."""
    share = 10_000 // len(MIXED) + 1
    names = [name for language in MIXED for name in persons(language, share)][:10_000]
    begun = time.process_time()
    compiled = matcher(names)
    seconds = time.process_time() - begun
    texts = [
        article
        for language in MIXED
        for article in articles(language, max(2, count // len(MIXED)), names)
    ]
    random.Random(3).shuffle(texts)
    one_by_one = rates(compiled, texts)
    yield (
        f"{len(MIXED)} languages, 10,000 names", spread(one_by_one, "/s", 0),
        f"goal {GOAL:,}/s", f"compiled in {seconds:.2f} s",
    )  # fmt: skip
    yield (
        "the same in the first round: every word is new, indexes are made",
        f"{one_by_one[0]:,.0f}/s", "", "",
    )  # fmt: skip
    yield (
        "the same, of articles that are there at once",
        spread(rate_together(compiled, texts), "/s", 0), f"goal {GOAL:,}/s", "",
    )  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 names at most")
    quick = parser.parse_args().quick
    count = 42 if quick else 140
    report([*mixed_rows(count), *script_rows(count, 10_000 if quick else 100_000)])


if __name__ == "__main__":
    main()
