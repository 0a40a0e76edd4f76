"""`monitor match`: score documents against the watchlists and explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import ConfigOption, JsonOption, load
from monitor.cli.printing import console, print_json, safe, say
from monitor.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.service.documents import FoundMention, MatchedDocument


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)


def match(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|URL|-]...", help="HTML, text or a feed; `-` is standard input."
        ),
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
    """Score documents, or a feed's entries, against the watchlists and explain.

    Stores and sends nothing.
    """
    from monitor.service.documents import FeedNoted, MatchedDocument, matched

    out = console()
    failed = False
    for found in matched(load(config).config, sources or ["-"], jsonl=jsonl):
        if isinstance(found, FeedNoted):
            number = counted(found.entries, "entry", "entries")
            say(
                f"{found.source} is a feed: {number} of it, by what the feed itself says. "
                "Give a page's address to score its full text.",
                err=True,
            )
        elif not isinstance(found, MatchedDocument):
            say(f"error: {found}", err=True)
            failed = True
        elif as_json:
            print_json(found, as_is=True)
        else:
            _print(out, found)
    if failed:
        raise typer.Exit(1)


def _print(out: Console, document: MatchedDocument) -> None:
    from rich.padding import Padding
    from rich.text import Text

    def line(*parts: str | Text | tuple[str, str], indent: int) -> None:
        # Text, not str: what the document says must not be taken for markup. Padded, so that a
        # line broken on a narrow terminal goes on where it began.
        text = Text.assemble(*parts)
        out.print(Padding(text, (0, 0, 0, indent), expand=False))

    line((safe(document.title or document.id), "bold underline"), indent=0)
    if not document.matches:
        line("no watched name occurs\n", indent=2)
        return
    for match in document.matches:
        verdict = "would alert" if match.alert else "below the threshold"
        line(
            (safe(match.watchlist), "bold"),
            f"  {match.score:g} of 100, {match.severity.value}: ",
            (verdict, "bold red" if match.alert else "dim"),
            indent=2,
        )
        for mention in match.mentions[:10]:
            line(safe(f"{mention.entity} in the {mention.field}: "), _marked(mention), indent=4)
        if (more := len(match.mentions) - 10) > 0:
            line(f"and {counted(more, 'more mention')}", indent=4)
        for reason in match.reasons:
            line(safe(f"{reason.points:+7.1f}  {reason.factor}: {reason.detail}"), indent=4)
    out.print()


def _marked(mention: FoundMention) -> Any:
    from rich.text import Text

    start = mention.start - mention.sentence_start
    end = mention.end - mention.sentence_start
    sentence = safe(mention.sentence)
    return Text.assemble(
        "“", sentence[:start], (sentence[start:end], "bold yellow"), sentence[end:], "”"
    )
