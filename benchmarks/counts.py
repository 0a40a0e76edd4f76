"""What an evaluation counts, and how it prints what it counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from monitor.model.match import Match

_In = TypeVar("_In")
_Out = TypeVar("_Out")
_KINDS = ("false", "missed")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing told that should not be (`false`), or not told that should be (`missed`)."""

    error: str
    document: str
    subject: str
    """The entity, or the pair of names."""
    score: float | None
    """The score it got; None when nothing was found at all."""
    detail: str
    """The mentions in their sentences and the reasons for the score, or the text."""


@dataclass(slots=True)
class Result:
    """The figures of one set."""

    name: str
    unit: str
    """What is counted as right or wrong."""
    documents: int = 0
    right: int = 0
    false: int = 0
    missed: int = 0
    alerts: int = 0
    """Documents of which anything is told."""
    found: int | None = None
    """Of what is wanted, how much was found whatever its score."""
    seconds: float = 0.0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        """Share of what was told that is right."""
        return _share(self.right, self.right + self.false)

    @property
    def recall(self) -> float | None:
        """Share of what is wanted that was told."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.right, 2 * self.right + self.false + self.missed)

    @property
    def ratios(self) -> tuple[float | None, float | None, float | None]:
        """Precision, recall and F1."""
        return self.precision, self.recall, self.f1

    @property
    def per_thousand(self) -> float:
        """Documents with an alert, per 1,000 documents."""
        return 1000 * self.alerts / max(1, self.documents)

    def record(
        self,
        document: str,
        told: Collection[str],
        wanted: Collection[str],
        matches: Mapping[str, Match] | None = None,
        note: str = "",
    ) -> None:
        """Count what was told of one document against what is wanted of it.

        Mistakes are kept where `matches` says by subject what was found.
        """
        self.documents += 1
        self.alerts += bool(told)
        for subject in sorted({*told, *wanted}):
            if subject in told and subject in wanted:
                self.right += 1
                continue
            error = "false" if subject in told else "missed"
            self.false += error == "false"
            self.missed += error == "missed"
            if matches is not None:
                match = matches.get(subject)
                score = match.score if match else None
                detail = _explained(match, note)
                self.mistakes.append(Mistake(error, document, subject, score, detail))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _explained(match: Match | None, note: str) -> str:
    """Where and why something was found."""
    lines = [note] if note else []
    for mention in match.mentions[:3] if match else ():
        sentence = " ".join(mention.sentence.split())
        lines.append(f"[{mention.text}] {mention.field} {mention.start}: {sentence}")
    reasons = match.reasons if match else ()
    return "\n".join([*lines, *(f"{r.points:+g} {r.factor}: {r.detail}" for r in reasons)])


def timed(result: Result, step: Callable[[_In], _Out], document: _In) -> _Out:
    """Take a step with one document, and add the seconds it takes to the result's."""
    begun = time.perf_counter()
    value = step(document)
    result.seconds += time.perf_counter() - begun
    return value


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def table(results: Sequence[Result]) -> str:
    """One line of figures a set, in columns."""
    head = "set documents precision recall F1 right false missed found alerts/1,000 ms/document"
    rows = [tuple(head.split())]
    rows += [
        (
            result.name,
            str(result.documents),
            # Where nothing is to be told, only the alerts say something.
            *(_ratio(x if result.right else None) for x in result.ratios),
            str(result.right),
            str(result.false),
            str(result.missed),
            "–" if result.found is None else str(result.found),
            f"{result.per_thousand:.1f}",
            f"{1000 * result.seconds / max(1, result.documents):.2f}",
        )
        for result in results
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def errors(results: Sequence[Result], most: int) -> str:
    """The first mistakes of each set and kind, with what was found and why."""
    parts = []
    for result in results:
        for error in _KINDS:
            mistakes = [mistake for mistake in result.mistakes if mistake.error == error]
            if mistakes:
                parts.append(f"\n# {result.name}: {error}, {len(mistakes)} in all")
            for mistake in mistakes[:most]:
                score = "not found" if mistake.score is None else f"score {mistake.score:g}"
                detail = mistake.detail.replace("\n", "\n    ")
                parts.append(f"- {mistake.document}: {mistake.subject} ({score})\n    {detail}")
    return "\n".join(parts)


def as_json(result: Result, most: int) -> dict[str, Any]:
    """A set's figures, and the first mistakes of each kind."""
    return {
        "set": result.name,
        "unit": result.unit,
        "documents": result.documents,
        "precision": result.precision,
        "recall": result.recall,
        "f1": result.f1,
        "right": result.right,
        "false": result.false,
        "missed": result.missed,
        "found": result.found,
        "alerts_per_1000": result.per_thousand,
        "seconds": round(result.seconds, 3),
        "errors": [
            asdict(mistake)
            for error in _KINDS
            for mistake in [m for m in result.mistakes if m.error == error][:most]
        ],
    }
