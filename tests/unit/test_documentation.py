"""What the documentation shows is there: each command with its options, each claim's proof."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from monitor.cli.main import app
from tools.commands import ROOT, described

PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "config.example.toml")
    if path.name != "commands.md" and "decisions" not in path.parts
)
PROGRAM = typer.main.get_command(app)
assert isinstance(PROGRAM, TyperGroup)
KNOWN = {*PROGRAM.commands, *(name for each in PROGRAM.params for name in each.opts)}

#: What a page writes in place of what a reader would: any text, number or id.
_PLACEHOLDER = re.compile(r"[A-Z][A-Z_]*|…|ID\.\.\.")
_END = {"|", ">", ">>", "<", "&&", ";", "||", ")", "2>"}


def lines(text: str) -> Iterator[str]:
    """The lines of all code blocks, indented or fenced, continued ones as one."""
    fenced, block = False, ""
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            block += line.strip().removeprefix("$ ")
            if block.endswith("\\"):
                block = block[:-1]
                continue
            yield block
            block = ""


def asked(line: str) -> Iterator[list[str]]:
    """The arguments of each call of monitor in a line of shell."""
    lexer = shlex.shlex(line, punctuation_chars="|;&<>()", posix=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return
    for at, word in enumerate(words):
        first = words[at + 1] if at + 1 < len(words) else ""
        if Path(word).name == "monitor" and first in KNOWN:
            rest = words[at + 1 :]
            end = next((n for n, each in enumerate(rest) if each in _END), len(rest))
            yield rest[:end]


def shown() -> Iterator[tuple[str, list[str]]]:
    """Each command that a block of code shows, and where."""
    for page in PAGES:
        text = page.read_text("utf-8")
        for line in lines(text):
            for arguments in asked(line):
                yield str(page.relative_to(ROOT)), arguments


SHOWN = list(shown())
SHOWN += [
    (f"help of {each.path}", arguments)
    for each in described()
    for line in each.examples
    for arguments in asked(line)
]


@pytest.mark.parametrize(("page", "arguments"), SHOWN)
def test_every_command_of_a_code_block_would_run(page: str, arguments: list[str]) -> None:
    del page
    given = ["1" if _PLACEHOLDER.fullmatch(each) else each for each in arguments]
    command: object = PROGRAM
    context = None
    while isinstance(command, TyperGroup):
        # Parsed as when it runs: a wrong option, choice or number, or one too few, is refused.
        context = command.make_context("monitor", given, context)
        _, command, given = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )
    assert isinstance(command, TyperCommand)
    command.make_context("monitor", given, context)


def mentioned() -> Iterator[tuple[str, str]]:
    """Each command that running text names, and where."""
    for page in PAGES:
        running = re.sub(r"(?ms)^ *```.*?^ *```", "", page.read_text("utf-8"))
        for found in re.findall(r"`(monitor [^`]+)`", running):
            yield str(page.relative_to(ROOT)), " ".join(found.split())


@pytest.mark.parametrize(("page", "said"), sorted(set(mentioned())))
def test_every_command_that_is_named_is_there_with_its_options(page: str, said: str) -> None:
    del page
    command: object = PROGRAM
    options: set[str] = set()
    for word in said.split()[1:]:
        if isinstance(command, TyperGroup | TyperCommand):
            options |= {name for each in command.params for name in (*each.opts, "--help", "-h")}
        if word.startswith("-"):
            assert word.partition("=")[0] in options, f"no option {word}"
        elif _PLACEHOLDER.fullmatch(word):
            break
        elif isinstance(command, TyperGroup):
            alternatives = [command.commands.get(each) for each in re.split(r"[|/]", word)]
            assert all(alternatives), f"no command {word}"
            command = alternatives[0]


def test_blocks_and_mentions_are_found_at_all() -> None:
    assert len({arguments[0] for _, arguments in SHOWN}) > 15
    assert len(list(mentioned())) > 100


PROOFS = (ROOT / "docs" / "explanation" / "proofs.md").read_text("utf-8")


def test_every_promise_of_the_readme_has_a_proof() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    running = " ".join(readme.split())
    rows = [line.split(" | ") for line in PROOFS.splitlines() if line.startswith("| ")][2:]
    claims = {row[0].removeprefix("| ") for row in rows}
    assert [each for each in claims if each not in running] == []
    promised = readme.partition("## What it promises")[2].partition("\n## ")[0]
    bold = set(re.findall(r"\*\*(.+?)\.\*\*", promised))
    assert len(bold) > 4
    assert bold <= claims


@pytest.mark.parametrize("proof", re.findall(r"`((?:tests|\.ci|python)[^`]+)`", PROOFS))
def test_each_proof_is_where_it_is_said_to_be(proof: str) -> None:
    if proof.startswith("python -m "):
        module = proof.removeprefix("python -m ")
        assert (ROOT / f"{module.replace('.', '/')}.py").exists()
        assert module in (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    else:
        path, _, function = proof.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert not function or re.search(rf"def {function}\b", text)


def test_every_target_of_make_that_is_shown_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?m)^([a-z]+):", makefile))
    for page in PAGES:
        shown = re.findall(r"(?:`|^ {0,6})make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
        assert set(shown) <= targets, page
