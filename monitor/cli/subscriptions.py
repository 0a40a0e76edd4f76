"""`monitor feeds add|remove|import|export`: changing what is read, and exchanging it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.feeds import FeedArgument, print_found
from monitor.cli.options import ConfigOption, JsonOption, config_path, load
from monitor.cli.printing import print_json, safe, shown
from monitor.errors import MonitorError, UsageError
from monitor.wording import counted

if TYPE_CHECKING:
    from monitor.config.schema import Feed
    from monitor.service.discovery import FoundFeed

TagOption = Annotated[
    list[str] | None, typer.Option("--tag", "-t", help="A tag for it; may be given repeatedly.")
]


#: Zero-width, and part of how Persian and emoji are written.
_JOINERS = "\u200c\u200d"


def register(feeds_app: typer.Typer) -> None:
    """Add the commands to `monitor feeds`."""
    feeds_app.command()(add)
    feeds_app.command()(remove)
    feeds_app.command(name="import")(import_opml)
    feeds_app.command(name="export")(export_opml)


def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site's address, or a feed's.")],
    name: Annotated[
        str | None, typer.Option(help="What to call it; by default its own title.")
    ] = None,
    tags: TagOption = None,
    interval: Annotated[str | None, typer.Option(help='How often to poll it: "10m".')] = None,
    first: Annotated[
        bool, typer.Option("--first", help="Take the first when a site has several feeds.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Whether to fetch and read it first.")
    ] = True,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a feed to the configuration, found by its own or its site's address.

    Comments, order and layout of the file stay as they are. A running daemon takes the feed
    over within seconds.
    """
    from monitor.config.edit import add_feeds
    from monitor.service.discovery import discovered
    from monitor.service.subscriptions import Added, addresses

    loaded = load(config)
    _refuse_known(loaded.config.feeds, addresses(url))
    if check:
        chosen = _choice(discovered(url, loaded.config.polling), first)
        address, title = chosen.url, chosen.title
        _refuse_known(loaded.config.feeds, [address])
    else:
        chosen, address, title = None, addresses(url)[0], ""
    feed = _feed(address, name=(name or title).strip(), tags=tags, interval=interval)
    done = add_feeds(loaded.path, [feed])
    _refuse_known(done.already, [address])
    if as_json:
        listed = None if chosen is None else chosen.entries
        print_json(Added(feed.url, feed.label, tuple(feed.tags), str(done.file), listed))
        return
    holds = "" if chosen is None else f", which holds {counted(chosen.entries, 'entry', 'entries')}"
    typer.echo(safe(f"Added “{feed.label}” ({shown(feed.url)}){holds}, to {done.file}."))


def remove(feed: FeedArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Take a feed out of the configuration, with the comment right above it.

    Its articles and matches stay in the database.
    """
    from monitor.config.edit import remove_feed
    from monitor.service.feeds import named_feed
    from monitor.service.subscriptions import Removed

    loaded = load(config)
    wanted = named_feed(loaded.config, feed)
    gone = remove_feed(loaded.path, wanted.url)
    places = tuple(f"{place.file}:{place.line}" for place in gone)
    if as_json:
        print_json(Removed(wanted.url, wanted.label, places))
        return
    typer.echo(safe(f"Removed “{wanted.label}” ({shown(wanted.url)}) from {' and '.join(places)}."))


def import_opml(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="As other readers export it.")],
    tags: TagOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the feeds of an OPML file, its folders as tags. They are not fetched first."""
    from monitor.config.edit import add_feeds
    from monitor.service.subscriptions import Imported, outlines

    found = outlines(file)
    problems = list(found.problems)
    feeds = []
    for each in found.subscriptions:
        try:
            feeds.append(_feed(each.url, name=each.name, tags=[*each.tags, *(tags or ())]))
        except UsageError as error:
            problems.append(f"{safe(each.name or each.url)}: {error.what}")
    done = add_feeds(config_path(config), feeds)
    for problem in problems:
        typer.echo(safe(f"warning: {file}: {problem}"), err=True)
    if as_json:
        print_json(
            Imported(
                len(done.added), len(done.already), found.repeated, tuple(problems), str(done.file)
            )
        )
    else:
        repeated = f" {found.repeated:,} more stood there twice," if found.repeated else ""
        typer.echo(
            f"Added {counted(len(done.added), 'feed')} to {done.file};"
            f" {counted(len(done.already), 'was', 'were')} subscribed already,"
            f"{repeated}"
            f" {counted(len(problems), 'line')} of {file}"
            f" {'has a fault' if len(problems) == 1 else 'have faults'}."
        )
    if problems and not feeds:
        raise typer.Exit(1)


def export_opml(
    file: Annotated[
        Path | None, typer.Argument(help="A new file; without it, standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write the feeds as OPML, for other readers, their tags as folders.

    User names, passwords and tokens in addresses are left out.
    """
    from monitor.service.subscriptions import exported

    done = exported(load(config).config.feeds, datetime.now(UTC))
    data = done.data
    if done.hidden:
        what = counted(done.hidden, "address", "addresses")
        typer.echo(f"warning: left out user name and password of {what}", err=True)
    if done.keyed:
        what = counted(done.keyed, "address", "addresses")
        typer.echo(f"warning: left out the tokens in the query of {what}", err=True)
    if file is None or str(file) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        with file.open("wb" if force else "xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise MonitorError(
            "exists already; nothing was written",
            where=str(file),
            hint="Give another name, or --force to overwrite it.",
        ) from None
    except OSError as error:
        raise MonitorError(f"cannot be written: {error.strerror}", where=str(file)) from None


def _feed(
    url: str, *, name: str = "", tags: Sequence[str] | None = None, interval: str | None = None
) -> Feed:
    from pydantic import ValidationError

    from monitor.config.schema import Feed
    from monitor.wording import one_line

    if any(char.isspace() for char in url.strip()):
        raise UsageError("not a web address: it has spaces in it", where=safe(url))
    values: dict[str, Any] = {
        "url": one_line(url),
        "name": one_line(_visible(name))[:200],
        "tags": tuple(dict.fromkeys(filter(None, (one_line(_visible(tag)) for tag in tags or ())))),
        "interval": interval,
    }
    try:
        return Feed(**{key: value for key, value in values.items() if value})
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        option = {"interval": "--interval: "}.get(str(first["loc"][0]), "")
        raise UsageError(f"{option}{reason}") from None


def _visible(text: str) -> str:
    """A text without what turns or hides its neighbours; what joins letters may stay."""
    kept = (char for char in text if char.isprintable() or char.isspace() or char in _JOINERS)
    return "".join(kept)


def _refuse_known(feeds: Iterable[Feed], urls: Iterable[str]) -> None:
    from monitor.service.subscriptions import already

    if (feed := already(feeds, urls)) is not None:
        raise MonitorError(f"is subscribed already, as “{safe(feed.label)}”", where=shown(feed.url))


def _choice(found: Sequence[FoundFeed], first: bool) -> FoundFeed:
    # Nobody who names a site means what its readers say, when there is more.
    meant = [each for each in found if not each.is_comments] or found
    if len(meant) > 1 and not first:
        print_found(found)
        raise UsageError(
            f"{len(meant)} feeds were found; none was added",
            hint="Give the address of the one you mean, or --first for the first of them.",
        )
    return meant[0]
