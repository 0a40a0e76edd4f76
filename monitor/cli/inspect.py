"""`monitor watchlists`, `matches`, `trace`: what is watched, what was found, and why."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.context import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    database,
    load,
    print_json,
    print_table,
    safe,
)
from monitor.errors import UsageError
from monitor.messages.developments import development_words

if TYPE_CHECKING:
    from monitor.config.schema import Watchlist
    from monitor.matching.names import Name
    from monitor.model.article import Article
    from monitor.store.matches import StoredMatch

watchlists_app = typer.Typer(help="What is watched, with every name an entity goes by.")
matches_app = typer.Typer(help="Search what was found.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(watchlists_app, name="watchlists", no_args_is_help=True)
    app.add_typer(matches_app, name="matches", no_args_is_help=True)
    app.command()(trace)


def trace(
    url: Annotated[str, typer.Argument(help="The article's address.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why was I (not) told? The whole way of an article, from its feed to each delivery."""
    from monitor.matching.matcher import Matcher
    from monitor.service.documents import is_url
    from monitor.service.trace import in_words
    from monitor.service.trace import trace as follow

    if not is_url(url):
        raise UsageError(f"{url!r} is not the address of an article")
    settings = load(config).config
    db = database(config)
    with db.read() as connection:
        report = follow(connection, url, settings, Matcher(settings.watchlists))
    if as_json:
        print_json(report)
        return
    for line in in_words(report, settings.alerts.timezone).split("\n"):
        typer.echo(safe(line))


@watchlists_app.command(name="list")
def list_watchlists(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The watchlists."""
    watchlists = load(config).config.watchlists
    if as_json:
        for watchlist in watchlists:
            print_json(
                {
                    "name": watchlist.name,
                    "alert_at": watchlist.alert_at,
                    "entities": [entity.name for entity in watchlist.entities],
                    "channels": list(watchlist.channels),
                    "feeds": list(watchlist.feeds),
                }
            )
        return
    print_table(
        ("Watchlist", "Alerts at", "Entities", "Channels"),
        (
            (
                watchlist.name,
                f"{watchlist.alert_at:g}",
                ", ".join(entity.name for entity in watchlist.entities),
                ", ".join(watchlist.channels) or "default",
            )
            for watchlist in watchlists
        ),
        empty="Nothing is watched yet: name whom to watch under [[watchlists]].",
    )


@watchlists_app.command(name="show")
def show_watchlist(
    name: Annotated[str, typer.Argument(help="The watchlist.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """One watchlist as it is configured, defaults included."""
    watchlist = _named(load(config).config.watchlists, name)
    if as_json:
        print_json(watchlist.model_dump(mode="json"))
        return
    import tomlkit

    settings = watchlist.model_dump(mode="json", exclude_none=True)
    # In the words of the configuration, from where they can be copied.
    for line in tomlkit.dumps({"watchlists": [settings]}).splitlines():
        typer.echo(safe(line))


@watchlists_app.command()
def expand(
    name: Annotated[str | None, typer.Argument(help="One watchlist or entity only.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every name that each entity is found by, and why."""
    from monitor.matching.names import expand as expand_entity

    watchlists = load(config).config.watchlists
    rows: list[dict[str, Any]] = [
        _name_json(watchlist.name, entity.name, each)
        for watchlist in watchlists
        for entity in watchlist.entities
        if name in {None, watchlist.name, entity.name}
        for each in expand_entity(entity)
    ]
    if name is not None and not rows:
        raise UsageError(f"no watchlist or entity is called {name!r}")
    if as_json:
        for row in rows:
            print_json(row)
        return
    print_table(
        ("Entity", "Name", "From", "Ambiguous", "Why"),
        (
            (
                row["entity"],
                row["text"],
                row["source"],
                "yes" if row["ambiguous"] else "",
                row["detail"],
            )
            for row in rows
        ),
        empty="Nothing is watched yet: name whom to watch under [[watchlists]].",
    )


@matches_app.command(name="list")
def list_matches(
    containing: Annotated[
        str | None, typer.Argument(metavar="[TEXT]", help="Only articles that contain this.")
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
    from monitor.config.values import parse_duration
    from monitor.service.holds import Holds
    from monitor.store.matches import search

    try:
        start = None if since is None else datetime.now(UTC) - parse_duration(since)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None
    db = database(config)
    with db.read() as connection:
        found = search(
            connection,
            watchlist=watchlist,
            since=start,
            min_score=min_score,
            alerts_only=alerts,
            containing=containing,
            limit=limit,
        )
        holds = Holds(connection, None)
    if as_json:
        for stored in found:
            print_json(_match_json(stored, holds.held(stored)))
        return
    print_table(
        ("Id", "When", "Score", "Severity", "Watchlist", "Told", "Outlet", "Headline"),
        (
            (
                str(stored.id),
                local_time(stored.created),
                f"{stored.match.score:g}",
                stored.match.severity.value,
                stored.match.watchlist,
                "yes" if stored.alert_id else "story" if stored.thread else "",
                stored.article.outlet,
                headline(stored.article),
            )
            for stored in found
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
    from monitor.service.holds import Holds, kept_back
    from monitor.store.matches import by_id

    db = database(config)
    with db.read() as connection:
        stored = by_id(connection, match_id)
        if stored is None:
            raise UsageError(f"there is no match {match_id}")
        silenced = kept_back(connection, stored.alert_id, None)
        held = Holds(connection, None).held(stored)
    if as_json:
        print_json(_match_json(stored, held) | {"silenced": silenced})
        return
    article, match = stored.article, stored.match
    told = "told" if stored.alert_id else "below the threshold"
    fate = safe(silenced or held or told)
    typer.echo(safe(headline(article)))
    typer.echo(safe(f"{article.outlet}, {local_time(article.published)}, {article.url or ''}"))
    typer.echo(f"{match.watchlist}: {match.score:g} of 100, {match.severity.value}; {fate}")
    note = f" ({safe(article.text_note)})" if article.text_note else ""
    typer.echo(f"text from the {article.text_source.value}{note}\n")
    for mention in match.mentions:
        typer.echo(safe(f"{mention.entity} ({mention.field}): {mention.sentence}"))
    typer.echo()
    for reason in match.reasons:
        typer.echo(f"{reason.points:+7.1f}  {reason.factor}: {safe(reason.detail)}")


def _name_json(watchlist: str, entity: str, name: Name) -> dict[str, Any]:
    return {
        "watchlist": watchlist,
        "entity": entity,
        "text": name.text,
        "source": name.source,
        "ambiguous": name.ambiguous,
        "detail": name.detail,
        "exact_case": name.exact_case,
        "derived": name.derived,
        "everyday": name.everyday,
    }


def _match_json(stored: StoredMatch, held: str | None) -> dict[str, Any]:
    article = asdict(stored.article)
    return {
        "id": stored.id,
        "created": stored.created,
        "held": held,
        "alert_id": stored.alert_id,
        "thread": stored.thread,
        "development": development_words(stored.development) or None,
        **asdict(stored.match),
        "article": {key: value for key, value in article.items() if key != "body"},
    }


def _named(watchlists: tuple[Watchlist, ...], name: str) -> Watchlist:
    for watchlist in watchlists:
        if watchlist.name == name:
            return watchlist
    known = ", ".join(watchlist.name for watchlist in watchlists)
    raise UsageError(f"no watchlist is called {name!r}", hint=f"There are: {known or 'none'}.")


def headline(article: Article) -> str:
    """What to call an article: its title, else how its text begins, else its address."""
    text = " ".join((article.summary or article.body)[:400].split())
    beginning = text if len(text) <= 80 else f"{text[:79]}…"
    return article.title.strip() or beginning or article.url or article.id


def local_time(moment: datetime | None) -> str:
    """A time as people here write it, or nothing."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")
