"""The labelled pairs of `stories/`: articles that tell the same thing, and such that do not.

Each file is one group: who is watched, and reports of two or three events in which the same
actors figure, each event told by two outlets in their own words. Pairs follow from that: copies
with the changes that outlets make are the same story, so are reports of one event; reports of
different events are not, even with the same background paragraph or the same boilerplate around
them, nor are notices filled in from one template.

`tuned/` was looked at while thresholds were chosen, `held_back/` was not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any, Literal

from monitor.model.article import Article
from monitor.stories.clustering import ALONE, Placement, find_story
from monitor.stories.correlate import Known, Report
from monitor.stories.fingerprint import SHARED_KEYS, fingerprint

HERE = Path(__file__).parent / "stories"
KEYS = ("text_keys", "event_keys")
"""By either of which a report is looked up."""
Half = Literal["tuned", "held_back"]


@dataclass(frozen=True, slots=True)
class Told:
    """An article, and the watched entities that it names."""

    article: Article
    entities: frozenset[str]
    names: tuple[str, ...]
    """The spellings under which it names them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles and whether they tell the same story."""

    id: str
    kind: str
    same: bool
    first: Told
    second: Told


@dataclass(frozen=True, slots=True)
class _Report:
    article: Article
    event: str
    other_title: str
    update: str | None


BOILERPLATE: Mapping[str, list[str]] = tomllib.loads(
    (HERE / "boilerplate.toml").read_text(encoding="utf-8")
)
"""Before and after the text, in the outlet's language."""


def pairs(half: Half) -> list[Pair]:
    """Every pair of a half."""
    groups = [_Group(path) for path in sorted((HERE / half).glob("*.toml"))]
    found = [pair for group in groups for pair in group.pairs()]
    for group, other in zip(groups, groups[1:] + groups[:1], strict=True):
        for index, (one, two) in enumerate(
            zip(group.reports[::3], other.reports[::3], strict=False)
        ):
            # As if on the same day: time alone must not be what tells them apart.
            moved = replace(two.article, published=one.article.published)
            found.append(
                Pair(
                    f"{group.name}/elsewhere/{index}", "another matter", False,
                    group.told(one.article), other.told(moved),
                )
            )  # fmt: skip
    return found


def events(half: Half, *, follow_ups: bool = True) -> list[tuple[str, Told]]:
    """Of each report of a half, its copies and the notices: which event it tells, and the report.

    Args:
        half: the half.
        follow_ups: with what repeats the report of one event below the news of another, which
            is what it tells.
    """
    found = []
    for path in sorted((HERE / half).glob("*.toml")):
        group = _Group(path)
        found += [(f"{group.name}/{event}", told) for event, told in group.events(follow_ups)]
    return found


def naming(article: Article, watched: Mapping[str, list[str]]) -> Told:
    """An article and whom it names, of those watched, by their spellings."""
    text = f"{article.title}\n{article.body}"
    names = {entity: [n for n in names if n in text] for entity, names in watched.items()}
    return Told(
        article,
        frozenset(entity for entity, found in names.items() if found),
        tuple(name for found in names.values() for name in found),
    )


@cache
def report(told: Told) -> Report:
    """What is kept of an article of these."""
    article = told.article
    assert article.published is not None
    return Report(
        article.outlet,
        article.published,
        told.entities,
        fingerprint(article.title, article.body, language=article.language, names=told.names),
        article.language,
    )


@cache
def placed(pair: Pair) -> Placement:
    """Where the second article would go beside the first: found by its keys, and compared."""
    first, second = report(pair.first), report(pair.second)
    abroad = any(
        begin <= key <= end for begin, end in second.ranges_abroad for key in first.keys_abroad
    )
    shared = [set(getattr(first, kind)) & set(getattr(second, kind)) for kind in KEYS]
    if not abroad and max(map(len, shared)) < SHARED_KEYS:
        return ALONE
    return find_story(second, [Known(1, first.at, first)])


def is_held_for_same(pair: Pair) -> bool:
    """Whether the second article would join the first's story, listed or not."""
    return placed(pair).story is not None


def joins_quietly(pair: Pair) -> bool:
    """Whether it would without being listed."""
    found = placed(pair)
    return found.story is not None and found.correlation is not None and found.correlation.certain


class _Group:
    def __init__(self, path: Path) -> None:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        self.name = path.stem
        self.language: str = table["lang"]
        self.watched: Mapping[str, list[str]] = table["watched"]
        self.background: str | None = table.get("background")
        self.reports = [self._report(index, each) for index, each in enumerate(table["reports"])]
        self.notices = list(self._notices(table["template"])) if "template" in table else []

    def told(self, article: Article) -> Told:
        return naming(article, self.watched)

    def events(self, follow_ups: bool) -> Iterator[tuple[str, Told]]:
        for index, report in enumerate(self.reports):
            yield report.event, self.told(report.article)
            for kind in CHANGES:
                if (changed := self._changed(report, kind)) is not None:
                    yield report.event, self.told(replace(changed, outlet=f"{kind} {index}"))
        for one, two in combinations(self.reports, 2):
            for paragraphs in (1, 2):
                if follow_ups and one.event != two.event:
                    article = _follow_up(one, two, paragraphs)
                    article = replace(article, outlet=f"{one.article.outlet} {paragraphs}")
                    yield two.event, self.told(article)
        for notice in self.notices:
            yield notice.id, self.told(notice)

    def pairs(self) -> Iterator[Pair]:
        for kind, same, first, second in self._pairs():
            yield Pair(
                f"{self.name}/{first.id}/{second.id}/{kind.replace(' ', '-')}", kind, same,
                self.told(first), self.told(second),
            )  # fmt: skip

    def _pairs(self) -> Iterator[tuple[str, bool, Article, Article]]:
        for index, report in enumerate(self.reports):
            for step in range(3):
                kind = list(CHANGES)[(index * 3 + step + len(self.name)) % len(CHANGES)]
                if (changed := self._changed(report, kind)) is not None:
                    yield kind, True, report.article, changed
        for one, two in combinations(self.reports, 2):
            same = one.event == two.event
            yield ("own words" if same else "same actors"), same, one.article, two.article
            if same:
                teaser = CHANGES["teaser"](one, self.language)
                yield "teaser of own words", True, teaser, two.article
                continue
            yield "follow-up", False, one.article, _follow_up(one, two, 2)
            yield "brief follow-up", False, one.article, _follow_up(one, two, 1)
            if self.background and one.article.outlet != two.article.outlet:
                backed = [_with(each.article, self.background) for each in (one, two)]
                yield "same background", False, backed[0], backed[1]
            elif not self.background:
                continue
            else:
                framed = [CHANGES["boilerplate"](each, self.language) for each in (one, two)]
                yield "same boilerplate", False, framed[0], framed[1]
        for first, second in combinations(self.notices, 2):
            yield "same template", False, first, second
        for notice, report in product(self.notices[:1], self.reports):
            yield "notice and news", False, notice, report.article

    def _changed(self, report: _Report, kind: str) -> Article | None:
        if kind in {"live update", "live figures"} and report.update is None:
            kind = "edited"
        changed = CHANGES[kind](report, self.language)
        assert report.article.published is not None
        hours = 1 + len(report.article.title) % 7
        return replace(
            changed,
            id=f"{report.article.id}-{kind.replace(' ', '-')}",
            outlet="Another Outlet",
            published=report.article.published + timedelta(hours=hours),
        )

    def _report(self, index: int, table: Mapping[str, Any]) -> _Report:
        article = Article(
            id=f"{table['event']}-{index}",
            title=table["title"],
            body=table["text"],
            outlet=table["outlet"],
            published=table["at"],
            language=self.language,
        )
        return _Report(article, table["event"], table["other_title"], table.get("update"))

    def _notices(self, table: Mapping[str, Any]) -> Iterator[Article]:
        begun: datetime = table["at"]
        for index, fill in enumerate(table["fills"]):
            yield Article(
                id=f"notice-{index}",
                title=table["titles"][index % len(table["titles"])].format(**fill),
                body=table["text"].format(**fill),
                outlet="The agency itself",
                published=begun + timedelta(hours=table["hours_apart"]) * index,
                language=self.language,
            )


def _follow_up(old: _Report, new: _Report, paragraphs: int) -> Article:
    """The day after: new headline and opening, and below it all that was written before."""
    opening = new.article.body.split("\n\n")[:paragraphs]
    body = "\n\n".join([*opening, old.article.body])
    return replace(new.article, id=f"{new.article.id}-follow-up", body=body)


def _with(article: Article, background: str) -> Article:
    """Before the last paragraph, as agencies put what is known already."""
    *most, last = article.body.split("\n\n")
    return replace(article, body="\n\n".join([*most, background, last]))


# --- what outlets do to a text they did not write -------------------------------------------


def _teaser(report: _Report, language: str) -> Article:
    body = report.article.body
    more = {"de": "… Weiterlesen", "fr": "… Lire la suite", "zh": "……阅读全文"}
    return replace(report.article, body=body[: len(body) // 3] + more.get(language, "… Read more"))


def _half(report: _Report, language: str) -> Article:
    return replace(report.article, body=report.article.body[: len(report.article.body) // 2])


def _headline(report: _Report, language: str) -> Article:
    return replace(report.article, title=report.other_title)


def _byline(report: _Report, language: str) -> Article:
    body = report.article.body
    return replace(
        report.article,
        authors=("Jo Penhaligon", "Noor Baptiste"),
        body=f"By Jo Penhaligon and Noor Baptiste, correspondents\n\n{body}\n\n"
        "Additional reporting by our bureau. Follow Jo Penhaligon for more.",
    )


def _agency(report: _Report, language: str) -> Article:
    place = report.article.outlet.upper()
    body = report.article.body
    return replace(
        report.article,
        title=report.other_title,
        body=f"{place}, (Pan-Atlantic News) – {body}\n\n(Pan-Atlantic News; writing by T. Aldous, "
        "editing by R. Moyo; pan/ta/rm)",
    )


def _boilerplate(report: _Report, language: str) -> Article:
    before, after = BOILERPLATE.get(language, BOILERPLATE["en"])
    return replace(report.article, body=f"{before}\n\n{report.article.body}\n\n{after}")


def _foreign_boilerplate(report: _Report, language: str) -> Article:
    """As on the page of a portal that is run in another language."""
    languages = list(BOILERPLATE)
    other = languages[(len(report.article.body) + 1) % len(languages)]
    before, after = BOILERPLATE["es" if other == language else other]
    return replace(
        report.article,
        title=report.other_title,
        body=f"{before}\n\n{report.article.body}\n\n{after}",
    )


def _live_update(report: _Report, language: str) -> Article:
    return replace(report.article, body=f"{report.update}\n\n{report.article.body}")


def _live_figures(report: _Report, language: str) -> Article:
    """A later version: another headline, other figures, an update on top, the last part cut."""
    paragraphs = report.article.body.split("\n\n")
    digits = str.maketrans("345678", "456789")
    body = "\n\n".join([str(report.update), paragraphs[0].translate(digits), *paragraphs[1:-1]])
    return replace(report.article, title=report.other_title, body=body)


def _edited(report: _Report, language: str) -> Article:
    """By a desk that swaps the later paragraphs and drops every fourth sentence."""
    first, *rest = report.article.body.split("\n\n")
    stop = "\u3002" if language in {"zh", "ja"} else ". "
    kept = []
    for paragraph in reversed(rest):
        sentences = paragraph.split(stop)
        kept.append(stop.join(s for i, s in enumerate(sentences) if i % 4 != 1 or i == 0))
    return replace(report.article, title=report.other_title, body="\n\n".join([first, *kept]))


CHANGES: Mapping[str, Callable[[_Report, str], Article]] = {
    "teaser": _teaser,
    "headline": _headline,
    "byline": _byline,
    "agency's tag": _agency,
    "boilerplate": _boilerplate,
    "foreign boilerplate": _foreign_boilerplate,
    "live update": _live_update,
    "live figures": _live_figures,
    "edited": _edited,
    "half": _half,
}
