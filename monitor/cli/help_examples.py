"""Examples of each command, shown by `--help`, in the reference and in the manual page."""

from __future__ import annotations

import typer

EXAMPLES = {
    "alerts ack": ("monitor alerts ack 4bdc8390673fc96e30f6 --by Ann",),
    "alerts list": (
        "monitor alerts list --since 24h --severity high --severity critical",
        "monitor alerts list --stuck --channel slack",
    ),
    "alerts reroute": ("monitor alerts reroute slack team-chat",),
    "alerts retry": ("monitor alerts retry", "monitor alerts retry 4bdc8390673fc96e30f6"),
    "alerts show": ("monitor alerts show 4bdc8390673fc96e30f6",),
    "backtest": (
        "monitor backtest --config new.toml --since 30d",
        "monitor backtest --config new.toml --watchlist Westminster --json",
    ),
    "check": ("monitor check", "monitor check --config team.toml --json"),
    "config diff": ("monitor config diff", "monitor config diff 3 5"),
    "config list": ("monitor config list",),
    "config push": ('monitor config push --note "two more names" --wait',),
    "config rollback": ('monitor config rollback 3 --note "too many alerts"',),
    "config show": ("monitor config show", "monitor config show 3"),
    "db backup": ("monitor db backup /backups/monitor.db",),
    "db check": ("monitor db check",),
    "db copy": ("monitor db copy sqlite:///monitor.db postgresql://monitor@localhost/monitor",),
    "db prune": ("monitor db prune", "monitor db prune --shrink"),
    "db stats": ("monitor db stats --json",),
    "db upgrade": ("monitor db upgrade",),
    "demo": ("monitor demo", "monitor demo --keep demo"),
    "doctor": ("monitor doctor", "monitor doctor --json"),
    "earlier dismiss": ("monitor earlier dismiss 3",),
    "earlier list": ("monitor earlier list",),
    "earlier show": ("monitor earlier show 3",),
    "earlier tell": ("monitor earlier tell 3",),
    "feeds add": (
        "monitor feeds add example.org",
        "monitor feeds add https://example.org/feed.xml --name Example --tag security",
    ),
    "feeds discover": ("monitor feeds discover example.org",),
    "feeds export": ("monitor feeds export feeds.opml",),
    "feeds import": ("monitor feeds import feeds.opml --tag press",),
    "feeds list": ("monitor feeds list", "monitor feeds list --failing"),
    "feeds poll": ("monitor feeds poll", 'monitor feeds poll "Example News"'),
    "feeds remove": ('monitor feeds remove "Example News"',),
    "feeds show": ('monitor feeds show "Example News"',),
    "health": ("monitor health", "monitor health --json"),
    "init": ("monitor init", "monitor init --yes /etc/monitor/config.toml"),
    "match": (
        "monitor match page.html",
        "monitor match https://example.org/an-article",
        "monitor match --jsonl --json documents.jsonl",
    ),
    "matches export": (
        "monitor matches export --format csv --since 30d --output matches.csv",
        "monitor matches export --format stix --watchlist Westminster",
    ),
    "matches list": (
        "monitor matches list --since 7d --alerts",
        'monitor matches list "Electoral Commission" --min-score 70',
    ),
    "matches show": ("monitor matches show 17",),
    "names": ("monitor names", "monitor names --limit 5"),
    "notify test": ("monitor notify test", "monitor notify test slack"),
    "run": ("monitor run", "monitor run --once --json"),
    "search": (
        "monitor search 'ministry NEAR/5 (hack* OR breach*)' --since 30d",
        "monitor search @APT31 --lang de --sort best",
    ),
    "silence add": (
        'monitor silence add --entity APT31 --for 6h --reason "exercise until the evening"',
        'monitor silence add --feed tabloids --until 08:00 --reason "until the morning"',
    ),
    "silence expire": ("monitor silence expire 3",),
    "silence extend": ("monitor silence extend 3 --for 2h",),
    "silence list": ("monitor silence list", "monitor silence list --all"),
    "token add": ("monitor token add grafana", "monitor token add desk --scope judge"),
    "token list": ("monitor token list",),
    "token revoke": ("monitor token revoke grafana",),
    "trace": ("monitor trace https://example.org/an-article",),
    "verdict give": (
        "monitor verdict 17 relevant",
        "monitor verdict 17 not-relevant --reason in-passing",
    ),
    "verdict list": ("monitor verdict list --worth not-relevant",),
    "verdict precision": ("monitor verdict precision", "monitor verdict precision Westminster"),
    "verdict sample": ("monitor verdict sample",),
    "verdict undo": ("monitor verdict undo 5",),
    "watchlists expand": ("monitor watchlists expand", "monitor watchlists expand APT31"),
    "watchlists list": ("monitor watchlists list",),
    "watchlists show": ("monitor watchlists show Westminster",),
    "worker": ("monitor worker",),
}
"""By a command's path, lines of shell as somebody would type them."""


def attach(app: typer.Typer, path: str = "") -> None:
    """Have the help of each command of `app` end with its examples."""
    for command in app.registered_commands:
        name = command.name
        if name is None and command.callback is not None:
            name = command.callback.__name__.replace("_", "-")
        if lines := EXAMPLES.get(f"{path}{name}"):
            command.epilog = "\n".join(("Examples:", *(f"  {line}" for line in lines)))
    for group in app.registered_groups:
        if group.typer_instance is not None:
            attach(group.typer_instance, f"{path}{group.name} ")
