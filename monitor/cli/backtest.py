"""`monitor backtest`: a changed configuration, tried on the stored past."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import JsonOption, load, settings
from monitor.cli.printing import local_time, print_json, print_table, safe

if TYPE_CHECKING:
    from monitor.service.backtest import Backtest, Example, WatchlistBacktest


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(backtest)


def backtest(
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", metavar="NEW", help="The changed configuration."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="OLD",
            help="The configuration to compare with; by default, the one in force.",
        ),
    ] = None,
    since: Annotated[str | None, typer.Option(help='Such as "30d"; by default, all.')] = None,
    watchlist: Annotated[list[str] | None, typer.Option(help="Only this one.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Replay watchlists that were not changed, too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Try a changed configuration on the stored past: what it wins, loses, scores anew.

    Writes nothing. Silences, rates and quiet hours are left out.
    """
    from monitor.config.values import parse_duration
    from monitor.errors import ConfigError
    from monitor.service import database as databases
    from monitor.service.backtest import backtest as replay

    try:
        start = None if since is None else datetime.now(UTC) - parse_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    new = load(config).config
    redact = settings.redact
    try:
        old = load(against).config
    except ConfigError:
        # Where none is in force the new one is compared with itself.
        if against is not None or config is None:
            raise
        old = new
        settings.redact = redact
    db = databases.opened(old.storage.url)
    with _bar() as progress:
        found = replay(
            db, old, new, datetime.now(UTC), since=start,
            watchlists=watchlist or None, everything=everything, progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(_by_contract(found))
    else:
        _print(found)


class _Bar:
    """How far it is, on a terminal."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True)
        self._progress.start()
        task = self._progress.add_task("Replaying", total=None)
        return lambda done, of: self._progress.update(task, completed=done, total=of)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _bar() -> Any:
    return _Bar() if sys.stderr.isatty() else nullcontext(None)


def _by_contract(found: Backtest) -> dict[str, Any]:
    from monitor.service.json_values import plain

    answer: dict[str, Any] = plain(found)
    window = answer["window"]
    window["from"], window["to"] = window.pop("since"), window.pop("until")
    return answer


def _print(found: Backtest) -> None:
    window = found.window
    between = f"{local_time(window.since)} to {local_time(window.until)}"
    typer.echo(f"{window.articles} articles, {between}.")
    if not window.complete:
        typer.echo(
            f"Before {local_time(window.complete_since)} only articles with matches were kept"
            f" ({window.survivors}): of those, alerts can be lost, and none can be won."
        )
    print_table(
        ("Watchlist", "Won", "Lost", "Rescored", "Unchanged", "Alerts a day", "Verdicts"),
        (_row(each) for each in found.watchlists),
        empty="No watchlists.",
    )
    for each in found.watchlists:
        for kind, some in (("won", each.examples.won), ("lost", each.examples.lost),
                           ("rescored", each.examples.rescored)):  # fmt: skip
            for example in some:
                typer.echo(safe(f"{each.watchlist}, {kind}: {_example(example)}"))


def _row(each: WatchlistBacktest) -> tuple[str, ...]:
    verdicts = each.verdicts
    judged = (
        f"relevant {verdicts.relevant_kept} kept, {verdicts.relevant_lost} lost; "
        f"others {verdicts.noise_gone} gone, {verdicts.noise_kept} kept"
    )
    return (
        each.watchlist if each.changed else f"{each.watchlist} (not changed)",
        f"+{each.won}",
        f"-{each.lost}",
        str(each.rescored),
        str(each.unchanged),
        f"{each.alerts_per_day.before:g} → {each.alerts_per_day.after:g}",
        judged if each.changed else "",
    )


def _example(example: Example) -> str:
    before = "–" if example.score_before is None else f"{example.score_before:g}"
    after = "–" if example.score_after is None else f"{example.score_after:g}"
    said = ""
    if example.relevant is not None:
        said = f" (you called it {'relevant' if example.relevant else 'not relevant'})"
    return f"{before} → {after}  {example.title}{said}: “{example.sentence}”"
