"""`monitor match`: score documents against the watchlists and explain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import ConfigOption, JsonOption, load
from monitor.cli.printing import console, print_json, safe
from monitor.errors import ConfigError, MonitorError
from monitor.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.config.schema import Config
    from monitor.model.article import Article
    from monitor.model.match import Match, Mention


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)


def match(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|URL|-]...", help="HTML or text; `-` is standard input."),
    ] = None,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read JSON lines: {"id", "title", "summary", "body", "url", "lang"}.',
        ),
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Score documents against the watchlists and explain. Stores and sends nothing."""
    from monitor.matching.matcher import Matcher

    settings = load(config).config
    if not settings.watchlists:
        raise ConfigError(
            "there are no watchlists to match against",
            hint="Name whom to watch under [[watchlists]].",
        )
    matcher = Matcher(settings.watchlists)
    out = console()
    failed = False
    for document, is_html in _documents(sources or ["-"], jsonl, settings):
        if isinstance(document, MonitorError):
            typer.echo(f"error: {document}", err=True)
            failed = True
            continue
        matches = matcher.match(document)
        if as_json:
            print_json(_as_json(document, matches, with_body=is_html), as_is=True)
        else:
            _print(out, document, matches)
    if failed:
        raise typer.Exit(1)


def _documents(
    sources: list[str], jsonl: bool, config: Config
) -> Iterator[tuple[Article | MonitorError, bool]]:
    from monitor.service import documents

    if jsonl:
        for source in sources:
            try:
                for line in documents.json_lines(source):
                    yield line, False
            except MonitorError as error:
                yield error, False
        return
    addresses = [source for source in sources if documents.is_url(source)]
    answers = asyncio.run(documents.fetch(addresses, config.polling)) if addresses else {}
    for source in sources:
        answer = answers.get(source)
        if isinstance(answer, MonitorError):
            yield answer, False
            continue
        try:
            yield documents.read_source(source, fetched=answer)
        except MonitorError as error:
            yield error, False


def _as_json(document: Article, matches: tuple[Match, ...], *, with_body: bool) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        **({"body": document.body} if with_body else {}),
        "matches": [
            {
                "watchlist": match.watchlist,
                "score": match.score,
                "severity": match.severity.value,
                "alert": match.alert,
                "mentions": [
                    {key: value for key, value in asdict(mention).items() if key in _MENTION}
                    for mention in match.mentions
                ],
                "reasons": [asdict(reason) for reason in match.reasons],
            }
            for match in matches
        ],
    }


_MENTION = ("entity", "name", "field", "start", "end", "text", "sentence")


def _print(out: Console, document: Article, matches: tuple[Match, ...]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    def line(*parts: str | Text | tuple[str, str], indent: int) -> None:
        # Text, not str: what the document says must not be taken for markup. Padded, so that a
        # line broken on a narrow terminal goes on where it began.
        text = Text.assemble(*parts)
        out.print(Padding(text, (0, 0, 0, indent), expand=False))

    line((safe(document.title or document.id), "bold underline"), indent=0)
    if not matches:
        line("no watched name occurs\n", indent=2)
        return
    for match in matches:
        verdict = "would alert" if match.alert else "below the threshold"
        line(
            (match.watchlist, "bold"),
            f"  {match.score:g} of 100, {match.severity.value}: ",
            (verdict, "bold red" if match.alert else "dim"),
            indent=2,
        )
        for mention in match.mentions[:10]:
            line(f"{mention.entity} in the {mention.field}: ", _marked(mention), indent=4)
        if (more := len(match.mentions) - 10) > 0:
            line(f"and {counted(more, 'more mention')}", indent=4)
        for reason in match.reasons:
            line(safe(f"{reason.points:+7.1f}  {reason.factor}: {reason.detail}"), indent=4)
    out.print()


def _marked(mention: Mention) -> Any:
    from rich.text import Text

    start = mention.start - mention.sentence_start
    end = mention.end - mention.sentence_start
    sentence = safe(mention.sentence)
    return Text.assemble(
        "“", sentence[:start], (sentence[start:end], "bold yellow"), sentence[end:], "”"
    )
