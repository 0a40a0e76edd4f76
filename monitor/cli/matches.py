"""`monitor matches`: what was found, and why it scored so."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.cli.options import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    config_if_readable,
    database,
    load,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe
from monitor.errors import UsageError
from monitor.messages.fates import fate_in_brief, fate_words

if TYPE_CHECKING:
    from monitor.model.article import Article

matches_app = typer.Typer(help="Search what was found.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(matches_app, name="matches", no_args_is_help=True)


@matches_app.command(name="list")
def list_matches(
    containing: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Only articles that contain this.")
    ] = None,
    watchlist: Annotated[str | None, typer.Option(help="Only of this watchlist.")] = None,
    since: Annotated[str | None, typer.Option(help='Such as "24h" or "7d".')] = None,
    min_score: Annotated[float | None, typer.Option(help="At least this score.")] = None,
    alerts: Annotated[bool, typer.Option("--alerts", help="Only those that alert.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Matches, newest first."""
    from monitor.service.matches import search

    found = search(
        database(config),
        config=config_if_readable(config),
        watchlist=watchlist,
        since=_start(since),
        min_score=min_score,
        alerts_only=alerts,
        containing=containing,
        limit=limit,
    )
    if as_json:
        print_each(found)
        return
    print_table(
        ("Id", "When", "Score", "Severity", "Watchlist", "Told", "Outlet", "Headline"),
        (
            (
                str(match.id),
                local_time(match.created),
                f"{match.score:g}",
                match.severity.value,
                match.watchlist,
                fate_in_brief(match.fate, None),
                match.article.outlet,
                headline(match.article),
            )
            for match in found
        ),
        empty="No such matches.",
    )


@matches_app.command(name="show")
def show_match(
    match_id: Annotated[
        int, typer.Argument(min=1, max=LARGEST_ID, help="From `monitor matches list`.")
    ],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One match: who was found where, and why it scored so."""
    from monitor.service.matches import shown

    match = shown(database(config), match_id)
    if as_json:
        print_json(match)
        return
    article = match.article
    fate = safe(fate_words(match.fate, None))
    typer.echo(safe(headline(article)))
    typer.echo(safe(f"{article.outlet}, {local_time(article.published)}, {article.url or ''}"))
    typer.echo(safe(f"{match.watchlist}: {match.score:g} of 100, {match.severity.value}; {fate}"))
    note = f" ({safe(article.text_note)})" if article.text_note else ""
    typer.echo(f"text from the {article.text_source.value}{note}\n")
    for mention in match.mentions:
        typer.echo(safe(f"{mention.entity} ({mention.field}): {mention.sentence}"))
    typer.echo()
    for reason in match.reasons:
        typer.echo(f"{reason.points:+7.1f}  {reason.factor}: {safe(reason.detail)}")


@matches_app.command(name="export")
def export_matches(
    form: Annotated[
        Literal["csv", "json", "stix", "misp", "atom"],
        typer.Option("--format", help="What to write."),
    ] = "csv",
    containing: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Only articles that contain this.")
    ] = None,
    watchlist: Annotated[str | None, typer.Option(help="Only of this watchlist.")] = None,
    since: Annotated[str | None, typer.Option(help='Such as "24h" or "7d".')] = None,
    min_score: Annotated[float | None, typer.Option(help="At least this score.")] = None,
    alerts: Annotated[bool, typer.Option("--alerts", help="Only those that alert.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 10_000,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file; by default, print.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Matches for other programs: a table for spreadsheets, JSON, STIX 2.1, a MISP event, Atom."""
    from monitor.cli.printing import shown
    from monitor.service.export import ExportFilter, ExportFormat, export

    wanted = ExportFilter(
        watchlist=watchlist,
        since=_start(since),
        min_score=min_score,
        alerts_only=alerts,
        containing=containing,
        limit=limit,
    )
    settings = load(config).config
    written = export(database(config), settings, ExportFormat(form), wanted, redact=shown)
    if output is None:
        sys.stdout.buffer.write(written)
        return
    try:
        with output.open("xb") as file:
            file.write(written)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from None


def _start(since: str | None) -> datetime | None:
    from monitor.config.values import parse_duration

    try:
        return None if since is None else datetime.now(UTC) - parse_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


def headline(article: Article) -> str:
    """What to call an article: its title, else how its text begins, else its address."""
    text = " ".join((article.summary or article.body)[:400].split())
    beginning = text if len(text) <= 80 else f"{text[:79]}…"
    return article.title.strip() or beginning or article.url or article.id
