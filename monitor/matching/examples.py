"""A watchlist's own tests: texts that must, or must not, lead to an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.config.schema import Example, Watchlist
from monitor.matching.matcher import Matcher
from monitor.model.article import Article
from monitor.model.match import Match


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that did not do what it says."""

    watchlist: str
    number: int
    """Which of the watchlist's examples, from 1."""
    example: Example
    text: str
    """What happened instead, in a user's words."""

    def __str__(self) -> str:
        return f"watchlist “{self.watchlist}”, example {self.number}: {self.text}"


def check_examples(
    matcher: Matcher, watchlist: Watchlist, texts: Sequence[str | Article]
) -> tuple[ExampleFailure, ...]:
    """Run a watchlist's examples.

    Args:
        matcher: compiled from (at least) this watchlist.
        watchlist: whose examples are run.
        texts: the text of each example, in order: what its `text`, `file` or `url` says. A
            plain string is matched as an article's body.
    """
    failures = []
    for number, (example, text) in enumerate(zip(watchlist.examples, texts, strict=True), start=1):
        article = text if isinstance(text, Article) else Article(id=f"example {number}", body=text)
        found = next((m for m in matcher.match(article) if m.watchlist == watchlist.name), None)
        if (problem := _problem(example, found, watchlist.alert_at)) is not None:
            failures.append(ExampleFailure(watchlist.name, number, example, problem))
    return tuple(failures)


def _problem(example: Example, found: Match | None, alert_at: float) -> str | None:
    entities = {mention.entity for mention in found.mentions} if found else set()
    told = found is not None and found.alert
    if example.entity is not None:
        told = told and example.entity in entities
    who = f"“{example.entity}”" if example.entity else "the watchlist"
    if told == example.match:
        return None
    if found is None:
        return f"it should match {who}, but no name was found in it"
    scored = f"it scored {found.score:g} of the {alert_at:g} needed"
    why = "; ".join(f"{reason.detail} ({reason.points:+g})" for reason in found.reasons)
    if example.match and found.alert:
        return f"it should match {who}, but only {', '.join(sorted(entities))} was found"
    verb = "should match" if example.match else "should not match"
    return f"it {verb} {who}, but {scored}: {why}"
