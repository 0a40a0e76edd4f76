"""`monitor verdict`: say what a match was worth, and see what that says of the watchlists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.cli.options import (
    LARGEST_ID,
    ConfigOption,
    JsonOption,
    config_if_readable,
    database,
    load,
    login,
    require_words,
)
from monitor.cli.printing import local_time, print_each, print_json, print_table, safe
from monitor.model.verdict import VerdictReason, Worth

if TYPE_CHECKING:
    from monitor.service.verdicts import Share, Suggestion


class _ByNumber(TyperGroup):
    """Takes `monitor verdict 7 relevant`, with a match's number where a command stands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command that is meant before the number."""
        if args and args[0].isdigit():
            args = ["give", *args]
        return super().parse_args(ctx, args)


verdict_app = typer.Typer(
    cls=_ByNumber,
    help="Say what matches were worth (`monitor verdict ID relevant|not-relevant`), and see what"
    " that says of watchlists.",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(verdict_app, name="verdict", no_args_is_help=True)


@verdict_app.command(name="give")
def give(
    match_id: Annotated[
        int,
        typer.Argument(
            min=1, max=LARGEST_ID, metavar="ID", help="The match, from `monitor matches list`."
        ),
    ],
    worth: Annotated[Worth, typer.Argument(help="relevant, not-relevant, or only seen")],
    reason: Annotated[VerdictReason | None, typer.Option(help="Why it is not relevant.")] = None,
    note: Annotated[str, typer.Option(help="Whatever else there is to say.")] = "",
    by: Annotated[str | None, typer.Option(help="Who says so; by default, your login.")] = None,
    over: Annotated[
        int | None, typer.Option(min=1, max=LARGEST_ID, help="The verdict that this one replaces.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a match was worth: `monitor verdict ID relevant|not-relevant`."""
    from monitor.service.verdicts import ConflictError, judge

    if note:
        require_words("--note", note)
    require_words("--by", by)
    try:
        verdict = judge(
            database(config),
            worth,
            by or login(),
            datetime.now(UTC),
            match_id=match_id,
            reason=reason,
            note=note,
            seen=over,
        )
    except ConflictError as error:
        if error.standing is not None:
            error.hint = f"To say otherwise, add --over {error.standing.id}."
        raise
    if as_json:
        print_json(verdict)
        return
    story = f"story {verdict.story_id}" if verdict.story_id else f"match {match_id}"
    typer.echo(safe(f"Verdict {verdict.id}: {story} is {worth.value} for {verdict.watchlist}."))


@verdict_app.command(name="list")
def list_verdicts(
    watchlist: Annotated[str | None, typer.Option(help="Only of this watchlist.")] = None,
    worth: Annotated[Worth | None, typer.Option(help="Only these.")] = None,
    undone: Annotated[bool, typer.Option("--undone", help="Those taken back, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verdicts, the newest first."""
    from monitor.service.typed_names import require_watchlist
    from monitor.service.verdicts import listed

    db = database(config)
    require_watchlist(db, config_if_readable(config), watchlist)
    page = listed(db, watchlist=watchlist, worth=worth, undone=undone, limit=limit)
    if as_json:
        print_each(page.items)
        return
    print_table(
        ("Id", "When", "Who", "Watchlist", "Worth", "Reason", "Story", "Note"),
        (
            (
                str(each.id),
                local_time(each.at),
                each.who,
                each.watchlist,
                each.worth.value if each.stands else f"{each.worth.value} (undone)",
                each.reason.value if each.reason else "",
                str(each.story_id or ""),
                each.note,
            )
            for each in page.items
        ),
        empty="No verdicts. Give one with `monitor verdict ID relevant` (or not-relevant).",
    )


@verdict_app.command(name="sample")
def sample_below(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Some of the week's matches below their thresholds, of which nobody was told: to judge."""
    from monitor.service.almost import sample

    found = sample(database(config), load(config).config, datetime.now(UTC))
    if as_json:
        print_each(found)
        return
    print_table(
        ("Match", "Watchlist", "Score", "Told from", "Headline", "Sentence"),
        (
            (
                str(each.match_id),
                each.watchlist,
                f"{each.score:g}",
                f"{each.alert_at:g}",
                each.title,
                each.quote.text if each.quote else "",
            )
            for each in found
        ),
        empty="Nothing below a threshold waits for a verdict.",
    )


@verdict_app.command(name="undo")
def undo_verdict(
    number: Annotated[
        int, typer.Argument(min=1, max=LARGEST_ID, help="From `monitor verdict list`.")
    ],
    by: Annotated[str | None, typer.Option(help="Who does so; by default, your login.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a verdict back."""
    from monitor.service.verdicts import undo

    require_words("--by", by)
    verdict = undo(database(config), number, by or login(), datetime.now(UTC))
    if as_json:
        print_json(verdict)
    else:
        typer.echo(f"Verdict {verdict.id} was taken back.")


@verdict_app.command(name="precision")
def show_precision(
    watchlist: Annotated[str | None, typer.Argument(help="Only of this watchlist.")] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """How many of each watchlist's and name's judged stories were relevant, and what would help."""
    from monitor.service.typed_names import require_watchlist
    from monitor.service.verdicts import precision, suggestions

    db, settings = database(config), load(config).config
    require_watchlist(db, settings, watchlist)
    found = precision(db, watchlist)
    helpful = [each for each in suggestions(db, settings) if watchlist in {None, each.watchlist}]
    if as_json:
        print_each([*found, *helpful])
        return
    rows = []
    for each in found:
        rows.append((each.watchlist, "", in_words(each.share)))
        rows += [(each.watchlist, named.name, in_words(named.share)) for named in each.names]
    print_table(("Watchlist", "Name", "Relevant"), rows, empty="No verdicts yet.")
    for suggestion in helpful:
        typer.echo(safe(_suggested(suggestion)))


def in_words(share: Share) -> str:
    """A share for people, with its interval once there is enough to tell."""
    if share.value is None or share.interval is None:
        return f"{share.count} of {share.of}"
    low, high = share.interval
    return f"{share.value:.0%} ({low:.0%}–{high:.0%}) of {share.of}"


def _suggested(each: Suggestion) -> str:
    lately = (
        f"of the newest verdicts it would have kept {in_words(each.relevant_kept)} relevant, and"
        f" spared {in_words(each.noise_gone)} others"
    )
    if each.threshold is not None:
        return f"{each.watchlist}: alert_at = {each.threshold:g}; {lately}."
    return (
        f"{each.watchlist}: “{each.name}” of {each.entity} mostly means something else: give it"
        f" `context`, or `case_sensitive`; without it alone, {lately}."
    )
