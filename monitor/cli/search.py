"""`monitor search`: every article, in the watchlists' query language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.cli.options import ConfigOption, JsonOption, config_path, database, load
from monitor.cli.printing import console, local_time, print_each, safe

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from monitor.service.search import FoundArticle, Page


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    query: Annotated[
        str,
        typer.Argument(help="Such as '\"Electoral Commission\" NEAR/10 (hack* OR breach*)'."),
    ],
    since: Annotated[str | None, typer.Option(help='Such as "24h" or "30d".')] = None,
    feed: Annotated[str | None, typer.Option(help="A feed's name, address or tag.")] = None,
    lang: Annotated[str | None, typer.Option(help='Only of this language, such as "en".')] = None,
    sort: Annotated[
        Literal["newest", "best"], typer.Option(help="The newest first, or what fits best.")
    ] = "newest",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    cursor: Annotated[
        str | None, typer.Option(help="Go on where an earlier search ended, as it said.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Have it watched from now on: writes the configuration.")
    ] = False,
    watchlist: Annotated[
        str | None,
        typer.Option(help="With --watch: in this one, not in a watchlist of its own."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search all stored articles, in the query language of watchlists.

    With --watch the search becomes a query of a watchlist, in place of being answered.
    """
    if watch:
        _watch(query, watchlist, config, as_json=as_json)
        return
    if watchlist is not None:
        raise typer.BadParameter("is for --watch", param_hint="--watchlist")
    from monitor.config.values import parse_duration
    from monitor.service.search import Filters, Sort
    from monitor.service.search import search as find

    try:
        start = None if since is None else datetime.now(UTC) - parse_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    page = find(
        database(config),
        load(config).config,
        query,
        Filters(since=start, feed=feed, language=lang),
        sort=Sort(sort),
        limit=limit,
        cursor=cursor,
    )
    if as_json:
        print_each(page.items)
    else:
        out = console()
        for article in page.items:
            _print(out, article)
        if not page.items:
            typer.echo("No such articles.")
    # Not among the results: scripts read those.
    for line in _remarks(page):
        typer.echo(line, err=True)


def _watch(query: str, watchlist: str | None, config: Path | None, *, as_json: bool) -> None:
    from monitor.cli.watchlists import written
    from monitor.service import add_names

    settings = load(config).config
    wanted = add_names.of_query(settings, query, watchlist=watchlist)
    written(add_names.watch(config_path(config), settings, wanted, watchlist), as_json=as_json)


def _remarks(page: Page) -> list[str]:
    remarks = []
    if page.read_back_to is not None:
        back = local_time(page.read_back_to)
        remarks.append(f"Much had to be read for this; it was read back to {back}.")
    if page.next is not None:
        remarks.append(f"There is more: add --cursor {page.next}")
    if page.indexed < 1:
        share = int(100 * page.indexed)
        remarks.append(f"The history is being indexed, {share} % so far; older articles follow.")
    return remarks


def _print(out: Console, article: FoundArticle) -> None:
    from rich.padding import Padding
    from rich.text import Text

    # Text, not str: what comes from feeds must not be taken for markup.
    head = (safe(article.title or article.url or str(article.id)), "bold")
    out.print(Text.assemble(head))
    when = local_time(article.published or article.fetched)
    source = ", ".join(filter(None, (article.outlet or article.feed, when, article.url or "")))
    out.print(Padding(Text(safe(source), "dim"), (0, 0, 0, 2), expand=False))
    proof = Text(safe(article.snippet))
    for start, end in article.marks:
        proof.stylize("bold yellow", start, end)
    out.print(Padding(proof, (0, 0, 0, 2), expand=False))
